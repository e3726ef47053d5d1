// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/stats/bootstrap.h"

#include <algorithm>
#include <cmath>

#include "src/base/random.h"

namespace hydrometer::stats {

std::vector<float> BootstrapCounts(int64_t replicates, int64_t cluster_count,
                                   uint64_t seed) {
  std::vector<float> counts(replicates * cluster_count, 0.0f);
  for (int64_t b = 0; b < replicates; ++b) {
    Random random(seed, static_cast<uint64_t>(b));
    for (int64_t draw = 0; draw < cluster_count; ++draw) {
      ++counts[b * cluster_count + random.Below(cluster_count)];
    }
  }
  return counts;
}

std::vector<double> ResampledSums(absl::Span<const float> counts,
                                  absl::Span<const double> values,
                                  int64_t cluster_count, int64_t width) {
  if (cluster_count == 0 || width == 0) return {};
  const int64_t replicates =
      static_cast<int64_t>(counts.size()) / cluster_count;
  // Strips narrow enough that a strip of all clusters stays in the cache, of
  // a fixed width so that the compiler can use vector registers.
  constexpr int64_t kStrip = 16;
  std::vector<double> sums(replicates * width, 0.0);
  std::vector<double> strip(cluster_count * kStrip);
  for (int64_t begin = 0; begin < width; begin += kStrip) {
    const int64_t used = std::min(kStrip, width - begin);
    for (int64_t c = 0; c < cluster_count; ++c) {
      for (int64_t e = 0; e < kStrip; ++e) {
        strip[c * kStrip + e] = e < used ? values[c * width + begin + e] : 0.0;
      }
    }
    for (int64_t b = 0; b < replicates; ++b) {
      double sum[kStrip] = {};
      const float* count = &counts[b * cluster_count];
      for (int64_t c = 0; c < cluster_count; ++c) {
        if (count[c] == 0) continue;
        const double weight = count[c];
        const double* value = &strip[c * kStrip];
        for (int64_t e = 0; e < kStrip; ++e) sum[e] += weight * value[e];
      }
      std::copy(sum, sum + used, &sums[b * width + begin]);
    }
  }
  return sums;
}

std::optional<std::pair<double, double>> PercentileInterval(
    std::vector<double> replicates, double level) {
  if (replicates.size() < 20) return std::nullopt;
  std::sort(replicates.begin(), replicates.end());
  const auto quantile = [&](double q) {
    const double place = q * static_cast<double>(replicates.size() - 1);
    const size_t below = static_cast<size_t>(place);
    const size_t above = std::min(below + 1, replicates.size() - 1);
    const double share = place - static_cast<double>(below);
    return replicates[below] + share * (replicates[above] - replicates[below]);
  };
  return std::make_pair(quantile((1 - level) / 2), quantile((1 + level) / 2));
}

}  // namespace hydrometer::stats
