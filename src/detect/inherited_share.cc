// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/detect/inherited_share.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace hydrometer::detect {
namespace {

constexpr double kMostSlackNats = 0.2;

std::string Refuse(const Context& context, int member,
                   const std::vector<int>& controls,
                   const InheritedShare& share) {
  const PanelSums& sums = context.sums;
  const double tolerance = context.policy.bracket_tolerance;
  for (const int index : {member, context.panel.reference}) {
    if (!Bracketed(sums, sums.Loss(index), controls, tolerance)) {
      return absl::StrFormat(
          "the loss of %s, %.3f nats, lies outside the controls' range by "
          "more than %g of it",
          context.observations.members[index].name, sums.Loss(index),
          tolerance);
    }
  }
  const double least =
      context.policy.curve_errors * share.curve->leave_one_out_rms;
  if (!(-share.a_0 >= least) || !(-share.a_0 > 0)) {
    return absl::StrFormat(
        "the curve at this loss, %.4f nats, is under %g leave-one-out errors "
        "(%.4f nats)",
        share.a_0, context.policy.curve_errors, share.curve->leave_one_out_rms);
  }
  return "";
}

}  // namespace

double InheritedError(const PanelSums& sums, int reference, int member) {
  return sums.Loss(member) - sums.Loss(reference) - sums.Kl(reference, member);
}

bool Bracketed(const PanelSums& sums, double loss,
               const std::vector<int>& controls, double tolerance) {
  if (controls.size() < 2) return false;
  double least = sums.Loss(controls[0]), most = least;
  for (const int control : controls) {
    least = std::min(least, sums.Loss(control));
    most = std::max(most, sums.Loss(control));
  }
  // One very bad control does not open the range for good models.
  const double slack = std::min(tolerance * (most - least), kMostSlackNats);
  return loss >= least - slack && loss <= most + slack;
}

InheritedShare ComputeInheritedShare(const Context& context, int member,
                                     const std::vector<int>& controls) {
  InheritedShare share;
  const PanelSums& sums = context.sums;
  if (!context.real_text) {
    share.refusal = "not read on text that a model or a generator wrote";
    return share;
  }
  if (context.observations.view != "logits") {
    share.refusal = "it needs log-probabilities over one vocabulary";
    return share;
  }
  if (sums.empty()) {
    share.refusal = "no positions";
    return share;
  }
  const int reference = context.panel.reference;
  share.a = InheritedError(sums, reference, member);
  // The suspect's base is a model like any other here.
  std::vector<int> fitted = controls;
  for (const int base : context.panel.bases) {
    if (base != member) fitted.push_back(base);
  }
  std::vector<double> loss, error;
  for (const int index : fitted) {
    loss.push_back(sums.Loss(index));
    error.push_back(InheritedError(sums, reference, index));
  }
  // The panel's number of controls decides about quadratics, for the suspect
  // and for each control in its place alike.
  const bool quadratics = static_cast<double>(context.panel.controls.size()) >=
                          context.policy.min_controls_quadratic;
  absl::StatusOr<stats::Curve> curve = stats::FitCurve(loss, error, quadratics);
  if (!curve.ok()) {
    share.refusal = std::string(curve.status().message());
    return share;
  }
  share.curve = *std::move(curve);
  share.a_0 = share.curve->At(sums.Loss(member));
  share.a_0_reference = share.curve->At(sums.Loss(reference));
  share.raw_h = 1 - share.a / share.a_0;
  share.raw_h_t = (share.a - share.a_0) / -share.a_0_reference;
  share.refusal = Refuse(context, member, controls, share);
  return share;
}

Value ShareH(const Context& context, int member,
             const std::vector<int>& controls) {
  const InheritedShare share = ComputeInheritedShare(context, member, controls);
  if (!share.refusal.empty()) return Value::None(share.refusal);
  return Value::Of(share.raw_h);
}

Value ShareHT(const Context& context, int member,
              const std::vector<int>& controls) {
  const InheritedShare share = ComputeInheritedShare(context, member, controls);
  if (!share.refusal.empty()) return Value::None(share.refusal);
  if (!(-share.a_0_reference >=
        context.policy.curve_errors * share.curve->leave_one_out_rms)) {
    return Value::None("the curve at the reference's loss is too near zero");
  }
  return Value::Of(share.raw_h_t);
}

std::optional<ErrorCurve> DrawErrorCurve(const Context& context) {
  const Panel& panel = context.panel;
  const PanelSums& sums = context.sums;
  const InheritedShare whole =
      ComputeInheritedShare(context, panel.suspect, panel.controls);
  if (!whole.curve) return std::nullopt;
  ErrorCurve curve;
  curve.form = stats::CurveFormName(whole.curve->form);
  curve.leave_one_out_error_nats = whole.curve->leave_one_out_rms;
  double least = sums.Loss(panel.reference), most = least;
  for (int i = 0; i < context.observations.member_count(); ++i) {
    const Member& member = context.observations.members[i];
    CurvePoint point{member.name, member.role, sums.Loss(i),
                     InheritedError(sums, panel.reference, i), std::nullopt};
    if (i != panel.reference) {
      point.h = ShareH(context, i, Without(panel.controls, i)).value;
    }
    curve.points.push_back(point);
    least = std::min(least, point.loss_nats);
    most = std::max(most, point.loss_nats);
  }
  constexpr int kSteps = 48;
  for (int i = 0; i <= kSteps; ++i) {
    const double loss = least + (most - least) * i / kSteps;
    curve.line.emplace_back(loss, whole.curve->At(loss));
  }
  return curve;
}

}  // namespace hydrometer::detect
