// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/stats/error_curve.h"

#include <cmath>
#include <optional>
#include <utility>

#include "src/base/errors.h"
#include "src/stats/least_squares.h"

namespace hydrometer::stats {
namespace {

bool InExp(CurveForm form) {
  return form == CurveForm::kLinearExp || form == CurveForm::kQuadraticExp;
}

int Columns(CurveForm form) {
  return form == CurveForm::kQuadratic || form == CurveForm::kQuadraticExp ? 3
                                                                           : 2;
}

}  // namespace

std::string CurveFormName(CurveForm form) {
  switch (form) {
    case CurveForm::kLinear:
      return "linear in loss";
    case CurveForm::kLinearExp:
      return "linear in exp(-loss)";
    case CurveForm::kQuadratic:
      return "quadratic in loss";
    case CurveForm::kQuadraticExp:
      return "quadratic in exp(-loss)";
  }
  return "unknown";
}

double Curve::At(double x) const {
  const double u = InExp(form) ? std::exp(-x) : x;
  double sum = 0;
  for (size_t k = coefficients.size(); k-- > 0;)
    sum = sum * u + coefficients[k];
  return sum;
}

absl::StatusOr<Curve> FitCurve(absl::Span<const double> x,
                               absl::Span<const double> y,
                               bool with_quadratics) {
  if (x.size() != y.size()) return InternalError("curve: sizes do not agree");
  std::optional<Curve> best;
  absl::Status failure = RefusedError("curve: no points");
  for (const CurveForm form :
       {CurveForm::kLinear, CurveForm::kLinearExp, CurveForm::kQuadratic,
        CurveForm::kQuadraticExp}) {
    const int columns = Columns(form);
    if (columns == 3 && !with_quadratics) continue;
    std::vector<double> design;
    design.reserve(x.size() * columns);
    for (const double value : x) {
      const double u = InExp(form) ? std::exp(-value) : value;
      design.push_back(1);
      design.push_back(u);
      if (columns == 3) design.push_back(u * u);
    }
    absl::StatusOr<LeastSquaresFit> fit =
        LeastSquares(design, static_cast<int64_t>(x.size()), columns, y);
    if (!fit.ok()) {
      failure = fit.status();
      continue;
    }
    if (!best || fit->leave_one_out_rms < best->leave_one_out_rms) {
      best = Curve{form, std::move(fit->coefficients), fit->leave_one_out_rms};
    }
  }
  if (!best) return failure;
  return *std::move(best);
}

}  // namespace hydrometer::stats
