// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// Inverse of a symmetric positive definite matrix by Gauss and Jordan's
// elimination, which needs no pivoting there: the one linear system that
// partial correlation needs.
//
// Matrices are row-major float64, n x n. The whole matrix is read: where
// rounding has left the triangles a little different, the inverse is that of
// the matrix as given, as a general solver would return it.
//
// Source: Golub and Van Loan, Matrix Computations, 3.2 and 4.2.
// Tests: tests/stats/partial_correlation_test.cc.
#ifndef HYDROMETER_SRC_STATS_SYMMETRIC_INVERSE_H_
#define HYDROMETER_SRC_STATS_SYMMETRIC_INVERSE_H_

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"

namespace hydrometer::stats {

// The inverse [n][n]. Refused: a size other than n * n, a number that is not
// finite, a matrix that is not positive definite to working precision.
absl::StatusOr<std::vector<double>> SymmetricInverse(
    absl::Span<const double> matrix, int64_t n);

}  // namespace hydrometer::stats

#endif  // HYDROMETER_SRC_STATS_SYMMETRIC_INVERSE_H_
