// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/stats/symmetric_inverse.h"

#include <cmath>

#include "src/base/errors.h"

namespace hydrometer::stats {
absl::StatusOr<std::vector<double>> SymmetricInverse(
    absl::Span<const double> matrix, int64_t n) {
  if (n <= 0 || static_cast<int64_t>(matrix.size()) != n * n) {
    return InternalError("symmetric inverse: ", matrix.size(),
                         " numbers, want ", n, " squared");
  }
  for (const double value : matrix) {
    if (!std::isfinite(value)) {
      return RefusedError("symmetric inverse: a number is not finite");
    }
  }
  std::vector<double> a(matrix.begin(), matrix.end());
  for (int64_t k = 0; k < n; ++k) {
    // What is left of the diagonal is the variance of variable k given those
    // before it: positive, or the matrix is not definite.
    const double pivot = a[k * n + k];
    if (!(pivot > 1e-14 * matrix[k * n + k])) {
      return RefusedError("symmetric inverse: the matrix is singular, want ",
                          "positive definite");
    }
    const double reciprocal = 1.0 / pivot;
    a[k * n + k] = 1.0;
    for (int64_t j = 0; j < n; ++j) a[k * n + j] *= reciprocal;
    for (int64_t i = 0; i < n; ++i) {
      if (i == k) continue;
      const double factor = a[i * n + k];
      a[i * n + k] = 0.0;
      for (int64_t j = 0; j < n; ++j) a[i * n + j] -= factor * a[k * n + j];
    }
  }
  return a;
}

}  // namespace hydrometer::stats
