// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// Two-way adjustment of a symmetric table: x_ij = c + a_i + a_j + r_ij by
// least squares over the pairs i < j. What stays, r, is what a pair shares
// beyond how near both are to everybody.
//
// Source: Scheffe, The Analysis of Variance (1959), 4; diallel tables.
// Tests: tests/stats/two_way_test.cc.
#ifndef HYDROMETER_SRC_STATS_TWO_WAY_H_
#define HYDROMETER_SRC_STATS_TWO_WAY_H_

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"

namespace hydrometer::stats {

// Residuals [n][n], symmetric, zero on the diagonal. values [n][n]; only the
// entries i < j are read. Refused: n < 4 (nothing would be left), numbers not
// finite.
absl::StatusOr<std::vector<double>> TwoWayResiduals(
    absl::Span<const double> values, int64_t n);

}  // namespace hydrometer::stats

#endif  // HYDROMETER_SRC_STATS_TWO_WAY_H_
