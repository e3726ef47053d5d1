// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/stats/symmetric_inverse.h"

#include <cmath>

#include "src/base/errors.h"

namespace hydrometer::stats {
namespace {

// Lower factor L with matrix = L L', in place of the lower triangle.
bool Factorise(std::vector<double>& a, int64_t n) {
  for (int64_t j = 0; j < n; ++j) {
    double pivot = a[j * n + j];
    const double diagonal = pivot;
    for (int64_t k = 0; k < j; ++k) pivot -= a[j * n + k] * a[j * n + k];
    if (!(pivot > 1e-14 * diagonal)) return false;
    const double root = std::sqrt(pivot);
    a[j * n + j] = root;
    for (int64_t i = j + 1; i < n; ++i) {
      double sum = a[i * n + j];
      for (int64_t k = 0; k < j; ++k) sum -= a[i * n + k] * a[j * n + k];
      a[i * n + j] = sum / root;
    }
  }
  return true;
}

}  // namespace

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
  std::vector<double> factor(matrix.begin(), matrix.end());
  if (!Factorise(factor, n)) {
    return RefusedError("symmetric inverse: the matrix is singular, want ",
                        "positive definite");
  }
  // Columns of the inverse of L, stored as rows: row j solves L x = e_j.
  std::vector<double> lower(n * n, 0.0);
  for (int64_t j = 0; j < n; ++j) {
    double* x = &lower[j * n];
    x[j] = 1.0 / factor[j * n + j];
    for (int64_t i = j + 1; i < n; ++i) {
      double sum = 0;
      for (int64_t k = j; k < i; ++k) sum -= factor[i * n + k] * x[k];
      x[i] = sum / factor[i * n + i];
    }
  }
  std::vector<double> inverse(n * n);
  for (int64_t i = 0; i < n; ++i) {
    for (int64_t j = 0; j <= i; ++j) {
      double sum = 0;
      for (int64_t k = i; k < n; ++k) sum += lower[i * n + k] * lower[j * n + k];
      inverse[i * n + j] = sum;
      inverse[j * n + i] = sum;
    }
  }
  return inverse;
}

}  // namespace hydrometer::stats
