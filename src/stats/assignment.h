// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// The linear assignment problem: a permutation that gives each row a column
// of its own at the least total cost, in O(n^3).
//
// Source: Jonker and Volgenant (1987), the shortest augmenting path with dual
// prices; as in Crouse (2016), which scipy uses.
// Tests: tests/stats/assignment_test.cc (scipy, and all permutations).
#ifndef HYDROMETER_SRC_STATS_ASSIGNMENT_H_
#define HYDROMETER_SRC_STATS_ASSIGNMENT_H_

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"

namespace hydrometer::stats {

// column_of_row [n]. cost [n][n], row-major. Refused: numbers not finite.
absl::StatusOr<std::vector<int64_t>> LeastCostAssignment(
    absl::Span<const double> cost, int64_t n);

// The same for the greatest total gain.
absl::StatusOr<std::vector<int64_t>> GreatestGainAssignment(
    absl::Span<const double> gain, int64_t n);

}  // namespace hydrometer::stats

#endif  // HYDROMETER_SRC_STATS_ASSIGNMENT_H_
