// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// Linear least squares by an orthogonal factorisation, with the leave-one-out
// error that follows from the leverages without a second fit:
//   e_(i) = e_i / (1 - h_ii).
//
// Source: Giraud et al., twice is enough (2005); Allen, the PRESS statistic
// (1974). Tests: tests/stats/least_squares_test.cc.
#ifndef HYDROMETER_SRC_STATS_LEAST_SQUARES_H_
#define HYDROMETER_SRC_STATS_LEAST_SQUARES_H_

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"

namespace hydrometer::stats {

struct LeastSquaresFit {
  std::vector<double> coefficients;             // [columns]
  std::vector<double> leave_one_out_residuals;  // [rows]
  double leave_one_out_rms = 0;
};

// Minimises |design x - y|. design [rows][columns], row-major. Refused: fewer
// than columns + 1 rows, linearly dependent columns, numbers that are not
// finite, and a row that alone decides a coefficient (leverage 1), because
// its leave-one-out error does not exist.
absl::StatusOr<LeastSquaresFit> LeastSquares(absl::Span<const double> design,
                                             int64_t rows, int64_t columns,
                                             absl::Span<const double> y);

}  // namespace hydrometer::stats

#endif  // HYDROMETER_SRC_STATS_LEAST_SQUARES_H_
