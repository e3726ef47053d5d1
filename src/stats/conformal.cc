// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/stats/conformal.h"

#include <algorithm>
#include <cmath>

namespace hydrometer::stats {

NullSummary AgainstNull(double value, absl::Span<const double> null,
                        bool larger_is_extreme) {
  NullSummary summary;
  summary.count = static_cast<int64_t>(null.size());
  const double m = static_cast<double>(null.size());
  int64_t as_extreme = 0;
  double sum = 0, size = 0;
  for (const double x : null) {
    as_extreme += larger_is_extreme ? x >= value : x <= value;
    sum += x;
    size = std::max(size, std::abs(x));
  }
  summary.p_value = (1.0 + static_cast<double>(as_extreme)) / (m + 1.0);
  summary.p_floor = 1.0 / (m + 1.0);
  if (null.empty()) return summary;
  const double mean = sum / m;
  summary.mean = mean;
  if (null.size() < 2) return summary;
  double squares = 0;
  for (const double x : null) squares += (x - mean) * (x - mean);
  const double sd = std::sqrt(squares / (m - 1.0));
  summary.sd = sd;
  if (sd > 1e-12 * size) summary.z = (value - mean) / sd;
  return summary;
}

}  // namespace hydrometer::stats
