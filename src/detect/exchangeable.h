// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// Exchangeable treatment: a statistic for the suspect, and the same for every
// control in the suspect's place with the other controls as controls and all
// fits repeated. That set is the null: z, and the conformal p with its floor.
// p is valid only if the suspect is exchangeable with the controls.
//
// Source: Vovk et al.; Nikolic et al., Model Provenance Testing (2025).
// Tests: tests/detect/golden_test.cc, tests/detect/simulated_test.cc.
#ifndef HYDROMETER_SRC_DETECT_EXCHANGEABLE_H_
#define HYDROMETER_SRC_DETECT_EXCHANGEABLE_H_

#include <string>
#include <vector>

#include "absl/types/span.h"
#include "src/detect/statistic.h"

namespace hydrometer::detect {

struct StatisticRow {
  std::string name, title, source;
  Statistic statistic;
  bool larger_means_nearer = true;
  bool primary = false;  // in the overall scope
  bool overall_only = false;
  // Whether a bootstrap over probes can be made: what the row reads is kept
  // by probe.
  bool interval = true;
};

// `null_members`: whose values make the null, most often the controls.
// Siblings and rivals that are no controls take the suspect's place with all
// controls. A null of fewer than three values has no z.
Evidence Weigh(const Context& context, const StatisticRow& row,
               const std::string& scope, const std::vector<int>& null_members);

// Fills `evidence.interval` from replicates of the suspect's statistic; left
// empty when more than a tenth of them have none.
void AddInterval(const Context& context, const StatisticRow& row,
                 absl::Span<const PanelSums> replicates, Evidence& evidence);

}  // namespace hydrometer::detect

#endif  // HYDROMETER_SRC_DETECT_EXCHANGEABLE_H_
