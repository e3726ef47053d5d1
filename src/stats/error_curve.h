// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// A curve y = f(x) through few points, of the form that predicts best when a
// point is left out. Forms: linear in x, linear in exp(-x), and where allowed
// the quadratics of both. Here x is a model's loss and y its inherited error.
//
// Source: Allen, PRESS (1974), for the choice by leave-one-out error.
// Tests: tests/stats/error_curve_test.cc, tests/detect/golden_test.cc.
#ifndef HYDROMETER_SRC_STATS_ERROR_CURVE_H_
#define HYDROMETER_SRC_STATS_ERROR_CURVE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"

namespace hydrometer::stats {

enum class CurveForm {
  kLinear,        // a + b x
  kLinearExp,     // a + b exp(-x)
  kQuadratic,     // a + b x + c x^2
  kQuadraticExp,  // a + b exp(-x) + c exp(-2x)
};
// "linear in loss", "linear in exp(-loss)", "quadratic in loss",
// "quadratic in exp(-loss)".
std::string CurveFormName(CurveForm form);

struct Curve {
  CurveForm form = CurveForm::kLinear;
  std::vector<double> coefficients;
  double leave_one_out_rms = 0;

  double At(double x) const;
};

// The form with the smallest leave-one-out root mean square error; equal
// errors go to the earlier form. A form that cannot be fitted is passed over;
// refused when none can.
absl::StatusOr<Curve> FitCurve(absl::Span<const double> x,
                               absl::Span<const double> y,
                               bool with_quadratics);

}  // namespace hydrometer::stats

#endif  // HYDROMETER_SRC_STATS_ERROR_CURVE_H_
