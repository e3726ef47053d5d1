// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// Where a smooth function is smallest, from its values on a grid: the parabola
// through the smallest value and its two neighbours.
//
// Source: Brent, Algorithms for Minimization without Derivatives (1973), 5.
// Tests: tests/stats/parabola_test.cc.
#ifndef HYDROMETER_SRC_STATS_PARABOLA_H_
#define HYDROMETER_SRC_STATS_PARABOLA_H_

#include "absl/status/statusor.h"
#include "absl/types/span.h"

namespace hydrometer::stats {

// x strictly ascending. Refused: fewer than three points, numbers that are not
// finite, and a smallest value at either end of the grid, because the minimum
// may lie beyond it.
absl::StatusOr<double> GridMinimum(absl::Span<const double> x,
                                   absl::Span<const double> y);

}  // namespace hydrometer::stats

#endif  // HYDROMETER_SRC_STATS_PARABOLA_H_
