// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/stats/partial_correlation.h"

#include <algorithm>
#include <cmath>

#include "src/base/errors.h"
#include "src/base/status_macros.h"
#include "src/stats/symmetric_inverse.h"

namespace hydrometer::stats {
namespace {

// (G scaled to unit diagonal + ridge I)^-1.
absl::StatusOr<std::vector<double>> ScaledInverse(absl::Span<const double> gram,
                                                  int64_t n, double ridge) {
  if (n <= 0 || static_cast<int64_t>(gram.size()) != n * n) {
    return InternalError("partial correlation: ", gram.size(),
                         " numbers, want ", n, " squared");
  }
  std::vector<double> scale(n);
  for (int64_t i = 0; i < n; ++i) {
    const double square = gram[i * n + i];
    if (!(square > 0) || !std::isfinite(square)) {
      return RefusedError("partial correlation: variable ", i,
                          " has the square sum ", square, ", want above 0");
    }
    scale[i] = 1.0 / std::sqrt(square);
  }
  std::vector<double> scaled(n * n);
  for (int64_t i = 0; i < n; ++i) {
    for (int64_t j = 0; j < n; ++j) {
      scaled[i * n + j] = gram[i * n + j] * scale[i] * scale[j];
    }
    scaled[i * n + i] += ridge;
  }
  return SymmetricInverse(scaled, n);
}

}  // namespace

absl::StatusOr<std::vector<double>> PartialCorrelations(
    absl::Span<const double> gram, int64_t n, double ridge) {
  HYDROMETER_ASSIGN_OR_RETURN(std::vector<double> inverse,
                              ScaledInverse(gram, n, ridge));
  std::vector<double> rho(n * n, 1.0);
  for (int64_t i = 0; i < n; ++i) {
    for (int64_t j = 0; j < n; ++j) {
      if (i == j) continue;
      rho[i * n + j] = -inverse[i * n + j] /
                       std::sqrt(inverse[i * n + i] * inverse[j * n + j]);
    }
  }
  return rho;
}

absl::StatusOr<double> PartialCorrelation(absl::Span<const double> gram,
                                          int64_t size, int64_t a, int64_t b,
                                          absl::Span<const int> given,
                                          double ridge) {
  if (a == b) return InternalError("partial correlation of one with itself");
  std::vector<int64_t> chosen = {a, b};
  for (const int index : given) {
    if (std::find(chosen.begin(), chosen.end(), index) == chosen.end()) {
      chosen.push_back(index);
    }
  }
  for (const int64_t index : chosen) {
    if (index < 0 || index >= size) {
      return InternalError("partial correlation: index ", index, " of ", size);
    }
  }
  const int64_t n = static_cast<int64_t>(chosen.size());
  std::vector<double> part(n * n);
  for (int64_t i = 0; i < n; ++i) {
    for (int64_t j = 0; j < n; ++j) {
      part[i * n + j] = gram[chosen[i] * size + chosen[j]];
    }
  }
  HYDROMETER_ASSIGN_OR_RETURN(std::vector<double> inverse,
                              ScaledInverse(part, n, ridge));
  return -inverse[1] / std::sqrt(inverse[0] * inverse[n + 1]);
}

}  // namespace hydrometer::stats
