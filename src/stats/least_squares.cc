// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/stats/least_squares.h"

#include <cmath>

#include "src/base/errors.h"

namespace hydrometer::stats {
namespace {

// Orthonormal columns q [rows][columns] and upper r [columns][columns] with
// a = q r: modified Gram-Schmidt, run twice, which is as orthogonal as
// Householder's ("twice is enough"). False when columns depend on each other.
bool Orthonormalise(std::vector<double>& q, std::vector<double>& r,
                    int64_t rows, int64_t columns) {
  for (int64_t j = 0; j < columns; ++j) {
    double before = 0;
    for (int64_t i = 0; i < rows; ++i) {
      before += q[i * columns + j] * q[i * columns + j];
    }
    for (int pass = 0; pass < 2; ++pass) {
      for (int64_t k = 0; k < j; ++k) {
        double dot = 0;
        for (int64_t i = 0; i < rows; ++i) {
          dot += q[i * columns + k] * q[i * columns + j];
        }
        r[k * columns + j] += dot;
        for (int64_t i = 0; i < rows; ++i) {
          q[i * columns + j] -= dot * q[i * columns + k];
        }
      }
    }
    double after = 0;
    for (int64_t i = 0; i < rows; ++i) {
      after += q[i * columns + j] * q[i * columns + j];
    }
    if (!(after > 1e-24 * before)) return false;
    const double norm = std::sqrt(after);
    r[j * columns + j] = norm;
    for (int64_t i = 0; i < rows; ++i) q[i * columns + j] /= norm;
  }
  return true;
}

}  // namespace

absl::StatusOr<LeastSquaresFit> LeastSquares(absl::Span<const double> design,
                                             int64_t rows, int64_t columns,
                                             absl::Span<const double> y) {
  if (static_cast<int64_t>(design.size()) != rows * columns ||
      static_cast<int64_t>(y.size()) != rows || columns < 1) {
    return InternalError("least squares: sizes do not agree");
  }
  if (rows < columns + 1) {
    return RefusedError("least squares: ", rows, " points, want at least ",
                        columns + 1);
  }
  for (const double v : design) {
    if (!std::isfinite(v)) return RefusedError("least squares: not finite");
  }
  for (const double v : y) {
    if (!std::isfinite(v)) return RefusedError("least squares: not finite");
  }
  std::vector<double> q(design.begin(), design.end());
  std::vector<double> r(columns * columns, 0.0);
  if (!Orthonormalise(q, r, rows, columns)) {
    return RefusedError("least squares: the columns depend on each other");
  }
  LeastSquaresFit fit;
  std::vector<double> projected(columns, 0.0);
  for (int64_t j = 0; j < columns; ++j) {
    for (int64_t i = 0; i < rows; ++i)
      projected[j] += q[i * columns + j] * y[i];
  }
  fit.coefficients = projected;
  for (int64_t j = columns - 1; j >= 0; --j) {
    for (int64_t k = j + 1; k < columns; ++k) {
      fit.coefficients[j] -= r[j * columns + k] * fit.coefficients[k];
    }
    fit.coefficients[j] /= r[j * columns + j];
  }
  fit.leave_one_out_residuals.resize(rows);
  double square_sum = 0;
  for (int64_t i = 0; i < rows; ++i) {
    double fitted = 0, leverage = 0;
    for (int64_t j = 0; j < columns; ++j) {
      const double qij = q[i * columns + j];
      fitted += qij * projected[j];
      leverage += qij * qij;
    }
    if (!(leverage < 1 - 1e-9)) {
      return RefusedError("least squares: point ", i, " alone decides a ",
                          "coefficient");
    }
    const double left_out = (y[i] - fitted) / (1 - leverage);
    fit.leave_one_out_residuals[i] = left_out;
    square_sum += left_out * left_out;
  }
  fit.leave_one_out_rms = std::sqrt(square_sum / static_cast<double>(rows));
  return fit;
}

}  // namespace hydrometer::stats
