// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/stats/special_functions.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace hydrometer::stats {
namespace {

// Continued fraction of I_x(a, b); converges fast for x < (a+1)/(a+b+2).
double BetaFraction(double a, double b, double x) {
  constexpr double kTiny = 1e-300;
  double c = 1;
  double d = 1 - (a + b) * x / (a + 1);
  if (std::abs(d) < kTiny) d = kTiny;
  d = 1 / d;
  double fraction = d;
  for (int m = 1; m <= 10000; ++m) {
    const double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 + even * d;
    if (std::abs(d) < kTiny) d = kTiny;
    c = 1 + even / c;
    if (std::abs(c) < kTiny) c = kTiny;
    d = 1 / d;
    fraction *= d * c;
    const double odd =
        -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 + odd * d;
    if (std::abs(d) < kTiny) d = kTiny;
    c = 1 + odd / c;
    if (std::abs(c) < kTiny) c = kTiny;
    d = 1 / d;
    const double step = d * c;
    fraction *= step;
    if (std::abs(step - 1) < 1e-16) break;
  }
  return fraction;
}

}  // namespace

double IncompleteBeta(double a, double b, double x, double y) {
  if (!(a > 0) || !(b > 0) || !(x >= 0) || !(y >= 0)) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  if (x == 0) return 0;
  if (y == 0) return 1;
  const double log_front = std::lgamma(a + b) - std::lgamma(a) -
                           std::lgamma(b) + a * std::log(x) + b * std::log(y);
  if (x < (a + 1) / (a + b + 2)) {
    return std::exp(log_front) * BetaFraction(a, b, x) / a;
  }
  return 1 - std::exp(log_front) * BetaFraction(b, a, y) / b;
}

double StudentTUpperTail(double t, double degrees) {
  if (std::isnan(t) || !(degrees > 0)) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  if (std::isinf(t)) return t > 0 ? 0 : 1;
  const double total = degrees + t * t;
  const double two_sided =
      IncompleteBeta(degrees / 2, 0.5, degrees / total, t * t / total);
  return t > 0 ? two_sided / 2 : 1 - two_sided / 2;
}

double NormalUpperTail(double z) {
  return 0.5 * std::erfc(z * 0.70710678118654752440);
}

double ChiSquaredEvenUpperTail(double x, int k) {
  if (std::isnan(x) || k < 1) return std::numeric_limits<double>::quiet_NaN();
  if (x <= 0) return 1;
  // exp(-x/2) sum of (x/2)^j / j!, each term in logarithms: x may be large.
  double sum = 0;
  for (int j = 0; j < k; ++j) {
    sum += std::exp(-x / 2 + j * std::log(x / 2) - std::lgamma(j + 1.0));
  }
  return std::min(sum, 1.0);
}

}  // namespace hydrometer::stats
