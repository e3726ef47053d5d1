// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// Many p-values into one. Bonferroni holds under any dependence; Fisher's
// method needs independent tests.
//
// Source: Dunn (1961); Fisher (1925), 21.1.
// Tests: tests/stats/multiple_testing_test.cc.
#ifndef HYDROMETER_SRC_STATS_MULTIPLE_TESTING_H_
#define HYDROMETER_SRC_STATS_MULTIPLE_TESTING_H_

#include "absl/status/statusor.h"
#include "absl/types/span.h"

namespace hydrometer::stats {

// min(1, n times the smallest). Refused: no values, or one outside [0, 1].
absl::StatusOr<double> BonferroniP(absl::Span<const double> p_values);

// P(chi-squared with 2n > -2 sum log p). Refused as above.
absl::StatusOr<double> FisherP(absl::Span<const double> p_values);

}  // namespace hydrometer::stats

#endif  // HYDROMETER_SRC_STATS_MULTIPLE_TESTING_H_
