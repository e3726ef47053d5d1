// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/stats/spearman.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "src/base/errors.h"
#include "src/base/status_macros.h"
#include "src/stats/special_functions.h"

namespace hydrometer::stats {

absl::StatusOr<std::vector<double>> Ranks(absl::Span<const double> values) {
  for (const double v : values) {
    if (std::isnan(v)) return RefusedError("ranks: a value is not a number");
  }
  std::vector<size_t> order(values.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) {
    return values[a] != values[b] ? values[a] < values[b] : a < b;
  });
  std::vector<double> ranks(values.size());
  for (size_t i = 0; i < order.size();) {
    size_t end = i + 1;
    while (end < order.size() && values[order[end]] == values[order[i]]) ++end;
    for (size_t k = i; k < end; ++k) {
      ranks[order[k]] = 0.5 * static_cast<double>(i + 1 + end);
    }
    i = end;
  }
  return ranks;
}

absl::StatusOr<RankCorrelation> Spearman(absl::Span<const double> x,
                                         absl::Span<const double> y) {
  if (x.size() != y.size() || x.size() < 3) {
    return RefusedError("spearman: ", x.size(), " and ", y.size(),
                        " values, want as many, and at least 3");
  }
  HYDROMETER_ASSIGN_OR_RETURN(const std::vector<double> rank_x, Ranks(x));
  HYDROMETER_ASSIGN_OR_RETURN(const std::vector<double> rank_y, Ranks(y));
  const double n = static_cast<double>(x.size());
  const double mean = (n + 1) / 2;
  double xx = 0, yy = 0, xy = 0;
  for (size_t i = 0; i < x.size(); ++i) {
    xx += (rank_x[i] - mean) * (rank_x[i] - mean);
    yy += (rank_y[i] - mean) * (rank_y[i] - mean);
    xy += (rank_x[i] - mean) * (rank_y[i] - mean);
  }
  if (!(xx > 0) || !(yy > 0)) {
    return RefusedError("spearman: one side is constant");
  }
  RankCorrelation result;
  result.rho = std::clamp(xy / std::sqrt(xx * yy), -1.0, 1.0);
  const double t =
      result.rho * std::sqrt((n - 2) / ((1 - result.rho) * (1 + result.rho)));
  // No event of n! orders is rarer than one of them.
  const double floor = std::max(std::exp(-std::lgamma(n + 1)), kLeastP);
  result.p_greater = std::max(StudentTUpperTail(t, n - 2), floor);
  result.p_two_sided =
      std::min(1.0, 2 * std::max(StudentTUpperTail(std::abs(t), n - 2), floor));
  return result;
}

}  // namespace hydrometer::stats
