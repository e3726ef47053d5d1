// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// Spearman's rank correlation, ties given their mean rank, with its p-value
// by Student's t on n - 2 degrees of freedom:
//   t = r sqrt((n - 2) / ((1 - r) (1 + r))).
// Never below 1 / n!, the chance of one order of n, nor below kLeastP: the t
// law has no such floor, and few units in perfect order would look like proof.
//
// Source: Zar, Biostatistical Analysis, 19.9; the same as scipy's spearmanr.
// Tests: tests/stats/spearman_test.cc (scipy).
#ifndef HYDROMETER_SRC_STATS_SPEARMAN_H_
#define HYDROMETER_SRC_STATS_SPEARMAN_H_

#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"

namespace hydrometer::stats {

inline constexpr double kLeastP = 1e-300;

struct RankCorrelation {
  double rho = 0;
  double p_two_sided = 1;
  double p_greater = 1;  // alternative: rho > 0
};

// Ranks 1..n, ties the mean of theirs. Refused: NaN.
absl::StatusOr<std::vector<double>> Ranks(absl::Span<const double> values);

// Refused: sizes that differ, fewer than three values, a constant side, NaN.
absl::StatusOr<RankCorrelation> Spearman(absl::Span<const double> x,
                                         absl::Span<const double> y);

}  // namespace hydrometer::stats

#endif  // HYDROMETER_SRC_STATS_SPEARMAN_H_
