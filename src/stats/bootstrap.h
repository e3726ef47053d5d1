// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// Cluster bootstrap: clusters (here: probes) are drawn with replacement, and
// what was summed per cluster is added up again with how often each was
// drawn. The interval is of the *measurement*: how much the number would move
// with other probes. It says nothing of other models.
//
// Source: Davison and Hinkley, Bootstrap Methods (1997), 3.8; percentiles.
// Tests: tests/stats/bootstrap_test.cc (coverage).
#ifndef HYDROMETER_SRC_STATS_BOOTSTRAP_H_
#define HYDROMETER_SRC_STATS_BOOTSTRAP_H_

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "absl/types/span.h"

namespace hydrometer::stats {

// How often each of `cluster_count` clusters is drawn in each replicate:
// [replicates][cluster_count]; every row sums to cluster_count. A replicate
// depends on (seed, its number, cluster_count) alone.
std::vector<float> BootstrapCounts(int64_t replicates, int64_t cluster_count,
                                   uint64_t seed);

// sums[b][e] = sum over c of counts[b][c] values[c][e].
std::vector<double> ResampledSums(absl::Span<const float> counts,
                                  absl::Span<const double> values,
                                  int64_t cluster_count, int64_t width);

// The central `level` of `replicates` (linear interpolation between order
// statistics); none for fewer than 20.
std::optional<std::pair<double, double>> PercentileInterval(
    std::vector<double> replicates, double level);

}  // namespace hydrometer::stats

#endif  // HYDROMETER_SRC_STATS_BOOTSTRAP_H_
