// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/stats/two_way.h"

#include <cmath>

#include "src/base/errors.h"

namespace hydrometer::stats {

absl::StatusOr<std::vector<double>> TwoWayResiduals(
    absl::Span<const double> values, int64_t n) {
  if (static_cast<int64_t>(values.size()) != n * n) {
    return InternalError("two-way: ", values.size(), " values, want ", n,
                         " squared");
  }
  if (n < 4) return RefusedError("two-way: ", n, " models, want at least 4");
  std::vector<double> row(n, 0.0);
  double total = 0;
  for (int64_t i = 0; i < n; ++i) {
    for (int64_t j = i + 1; j < n; ++j) {
      const double x = values[i * n + j];
      if (!std::isfinite(x)) return RefusedError("two-way: not finite");
      row[i] += x;
      row[j] += x;
      total += x;
    }
  }
  // Normal equations with sum of a = 0: (n-1) c + (n-2) a_i = row_i.
  const double count = static_cast<double>(n);
  const double c = total / (count * (count - 1) / 2);
  std::vector<double> residuals(n * n, 0.0);
  for (int64_t i = 0; i < n; ++i) {
    for (int64_t j = i + 1; j < n; ++j) {
      const double a_i = (row[i] - (count - 1) * c) / (count - 2);
      const double a_j = (row[j] - (count - 1) * c) / (count - 2);
      const double r = values[i * n + j] - c - a_i - a_j;
      residuals[i * n + j] = r;
      residuals[j * n + i] = r;
    }
  }
  return residuals;
}

}  // namespace hydrometer::stats
