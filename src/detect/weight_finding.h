// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// What the comparison of two models' weights says: equal, descended, or
// nothing. A comparison that is missing or impossible says nothing, never no.
//
// Source: Zhu et al., Independence Tests for Language Models (2025).
// Tests: tests/detect/weight_finding_test.cc.
#ifndef HYDROMETER_SRC_DETECT_WEIGHT_FINDING_H_
#define HYDROMETER_SRC_DETECT_WEIGHT_FINDING_H_

#include <optional>
#include <string>

#include "src/base/observations.h"
#include "src/detect/policy.h"

namespace hydrometer::detect {

enum class Answer { kUnknown, kNo, kYes };

struct WeightFinding {
  Answer equal = Answer::kUnknown;    // up to 8-bit storage
  Answer descend = Answer::kUnknown;  // one from the other, or both from one
  std::optional<double> corrected_p;  // Bonferroni over layers
  int64_t layer_count = 0;            // that entered the test
  double relative_distance = 0;
  std::string reason;  // why unknown
};

// The comparison of `first` with `second`, in either order.
WeightFinding FindWeights(const Observations& observations,
                          const std::string& first, const std::string& second,
                          const Policy& policy);

}  // namespace hydrometer::detect

#endif  // HYDROMETER_SRC_DETECT_WEIGHT_FINDING_H_
