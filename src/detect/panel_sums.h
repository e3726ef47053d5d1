// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// Sums of observations over a choice of probes: all that a statistic reads.
// The same struct holds a probe set, the primary sets together, or one
// bootstrap replicate of them, so that every statistic is written once.
//
// M members, K weightings; nats. Totals are over positions; accessors give
// means over positions.
//
// Tests: tests/detect/panel_test.cc.
#ifndef HYDROMETER_SRC_DETECT_PANEL_SUMS_H_
#define HYDROMETER_SRC_DETECT_PANEL_SUMS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "src/base/observations.h"

namespace hydrometer::detect {

struct PanelSums {
  int64_t member_count = 0;
  int64_t probe_count = 0;  // with at least one position
  double position_count = 0;
  std::vector<double> loss;  // [M]
  std::vector<double> gram;  // [K][M][M]
  // [M(M-1)/2][kPairMetricCount]; empty in a view that has none.
  std::vector<double> pair;

  bool empty() const { return !(position_count > 0); }
  // Mean -log p of the token that follows.
  double Loss(int member) const { return loss[member] / position_count; }
  // A metric of the pair; kKlPq is KL(first || second) in either order. NaN
  // in a view that has none: nothing compares true with it.
  double Pair(int first, int second, PairMetric metric) const;
  double Kl(int p, int q) const { return Pair(p, q, PairMetric::kKlPq); }
  // Totals of weighting `index`: [M][M]. A Gram's scale does not matter.
  absl::Span<const double> Gram(int index) const {
    return absl::MakeConstSpan(gram).subspan(
        static_cast<size_t>(index * member_count * member_count),
        static_cast<size_t>(member_count * member_count));
  }
};

// Which probes belong together, and whether they are text that no model
// wrote: only there D stands for the world, and inherited error has a meaning.
struct Scope {
  std::string name;                // "overall" or a probe set's name
  std::vector<int> probe_indices;  // with at least one position
  bool real_text = false;
};

// The primary sets (counted, of human origin) together.
Scope PrimaryScope(const Observations& observations);
// All probes of set `set_index`.
Scope SetScope(const Observations& observations, int set_index);
// Every probe, whatever its origin.
Scope EverythingScope(const Observations& observations);

PanelSums SumOver(const Observations& observations, const Scope& scope);

// Index of the weighting made of member `member` alone, or -1.
int WeightingOf(const Observations& observations, int member,
                bool without_top = false);
// Index of the weighting by the controls' mean ("controls"), or -1.
int ControlsWeighting(const Observations& observations);

}  // namespace hydrometer::detect

#endif  // HYDROMETER_SRC_DETECT_PANEL_SUMS_H_
