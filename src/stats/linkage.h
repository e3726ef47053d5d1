// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// Average linkage (UPGMA): a tree from pairwise distances.
//
// Source: Sokal and Michener (1958). Tests: tests/stats/linkage_test.cc
// (scipy).
#ifndef HYDROMETER_SRC_STATS_LINKAGE_H_
#define HYDROMETER_SRC_STATS_LINKAGE_H_

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"

namespace hydrometer::stats {

struct Join {
  int32_t left = -1, right = -1;  // leaves 0..n-1; node n+i is joins[i]
  double height = 0;
};

// n - 1 joins, heights ascending, left < right. distance [n][n], symmetric;
// the upper triangle is read. Of equal distances the first pair in row order
// is joined. Refused: numbers that are not finite.
absl::StatusOr<std::vector<Join>> AverageLinkage(
    absl::Span<const double> distance, int64_t n);

}  // namespace hydrometer::stats

#endif  // HYDROMETER_SRC_STATS_LINKAGE_H_
