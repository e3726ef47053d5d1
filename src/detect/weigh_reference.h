// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// One suspect against one reference: all evidence, and what its verdict will
// rest on. The verdict itself waits for the other references.
//
// Tests: tests/detect/assess_test.cc, tests/detect/golden_test.cc.
#ifndef HYDROMETER_SRC_DETECT_WEIGH_REFERENCE_H_
#define HYDROMETER_SRC_DETECT_WEIGH_REFERENCE_H_

#include <vector>

#include "src/detect/assessment.h"
#include "src/detect/panel.h"
#include "src/detect/panel_sums.h"
#include "src/detect/verdict.h"

namespace hydrometer::detect {

// The sums of every scope, made once for all suspects and references.
struct ScopedSums {
  Scope primary, everything;
  PanelSums primary_sums, everything_sums;
  std::vector<Scope> sets;
  std::vector<PanelSums> set_sums;
};

struct WeighedReference {
  Panel panel;
  ReferenceAssessment assessment;  // its verdict still empty
  VerdictInput input;              // its other_references still empty
};

WeighedReference WeighReference(const Observations& observations,
                                const ScopedSums& sums, int suspect,
                                int reference, const Policy& policy);

}  // namespace hydrometer::detect

#endif  // HYDROMETER_SRC_DETECT_WEIGH_REFERENCE_H_
