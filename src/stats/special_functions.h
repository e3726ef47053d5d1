// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// Tails of the usual distributions, by the regularised incomplete beta and
// gamma functions.
//
// Source: Press et al., Numerical Recipes, 6.2 and 6.4 (Lentz's continued
// fraction). Tests: tests/stats/special_functions_test.cc (scipy).
#ifndef HYDROMETER_SRC_STATS_SPECIAL_FUNCTIONS_H_
#define HYDROMETER_SRC_STATS_SPECIAL_FUNCTIONS_H_

namespace hydrometer::stats {

// I_x(a, b), a and b > 0, x in [0, 1]; NaN outside. `y` is 1 - x, given by
// the caller who knows it better than rounding does.
double IncompleteBeta(double a, double b, double x, double y);
inline double IncompleteBeta(double a, double b, double x) {
  return IncompleteBeta(a, b, x, 1 - x);
}

// P(T > t) for Student's t with `degrees` > 0; accurate in the far tail.
double StudentTUpperTail(double t, double degrees);

// P(Z > z) for the standard normal.
double NormalUpperTail(double z);

// P(X > x) for chi-squared with 2 k degrees of freedom, k a positive integer.
double ChiSquaredEvenUpperTail(double x, int k);

}  // namespace hydrometer::stats

#endif  // HYDROMETER_SRC_STATS_SPECIAL_FUNCTIONS_H_
