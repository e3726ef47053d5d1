// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// Assess: observations and a policy in, evidence and verdicts out. The whole
// of src/detect behind one function.
//
// The primary pair is read on the sets that are counted and of human origin.
// Errors: RefusedError for observations that are none (sizes, NaN, roles) and
// for a policy out of bounds. Statistics that cannot be had are no errors.
//
// Deterministic: the same input gives the same bits.
// Tests: tests/detect/*.
#ifndef HYDROMETER_SRC_DETECT_ASSESS_H_
#define HYDROMETER_SRC_DETECT_ASSESS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "src/base/observations.h"
#include "src/detect/assessment.h"
#include "src/detect/policy.h"

namespace hydrometer::detect {

struct AssessOptions {
  int64_t bootstrap_replicates = 400;  // 0: no intervals
  uint64_t bootstrap_seed = 20260101;
  bool per_set = true;  // evidence per probe set, too
};

absl::StatusOr<Assessment> Assess(const Observations& observations,
                                  const Policy& policy,
                                  const AssessOptions& options = {});

// Each control in turn in the suspect's place, against `reference`, with the
// other controls as controls; the suspect of the observations plays no part.
// None of these should be accused. Without intervals and single sets.
struct ControlVerdict {
  std::string control;
  ReferenceAssessment assessment;
};
absl::StatusOr<std::vector<ControlVerdict>> AssessEachControl(
    const Observations& observations, const Policy& policy,
    absl::string_view reference);

}  // namespace hydrometer::detect

#endif  // HYDROMETER_SRC_DETECT_ASSESS_H_
