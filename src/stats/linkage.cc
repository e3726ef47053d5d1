// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/stats/linkage.h"

#include <algorithm>
#include <cmath>

#include "src/base/errors.h"

namespace hydrometer::stats {

absl::StatusOr<std::vector<Join>> AverageLinkage(
    absl::Span<const double> distance, int64_t n) {
  if (n < 1 || static_cast<int64_t>(distance.size()) != n * n) {
    return InternalError("linkage: ", distance.size(), " distances, want ", n,
                         " squared");
  }
  std::vector<double> d(distance.begin(), distance.end());
  for (int64_t i = 0; i < n; ++i) {
    for (int64_t j = i + 1; j < n; ++j) {
      if (!std::isfinite(d[i * n + j])) {
        return RefusedError("linkage: a distance is not finite");
      }
      d[j * n + i] = d[i * n + j];
    }
  }
  std::vector<int32_t> node(n);
  std::vector<double> size(n, 1.0);
  std::vector<int64_t> alive(n);
  for (int64_t i = 0; i < n; ++i) {
    node[i] = static_cast<int32_t>(i);
    alive[i] = i;
  }
  std::vector<Join> joins;
  while (alive.size() > 1) {
    size_t best_a = 0, best_b = 1;
    for (size_t a = 0; a < alive.size(); ++a) {
      for (size_t b = a + 1; b < alive.size(); ++b) {
        if (d[alive[a] * n + alive[b]] < d[alive[best_a] * n + alive[best_b]]) {
          best_a = a;
          best_b = b;
        }
      }
    }
    const int64_t i = alive[best_a], j = alive[best_b];
    joins.push_back(
        {std::min(node[i], node[j]), std::max(node[i], node[j]), d[i * n + j]});
    for (const int64_t k : alive) {
      if (k == i || k == j) continue;
      const double mean = (size[i] * d[i * n + k] + size[j] * d[j * n + k]) /
                          (size[i] + size[j]);
      d[i * n + k] = d[k * n + i] = mean;
    }
    size[i] += size[j];
    node[i] = static_cast<int32_t>(n + static_cast<int64_t>(joins.size()) - 1);
    alive.erase(alive.begin() + static_cast<int64_t>(best_b));
  }
  return joins;
}

}  // namespace hydrometer::stats
