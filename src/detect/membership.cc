// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/detect/membership.h"

#include "absl/strings/str_cat.h"
#include "src/detect/inherited_share.h"
#include "src/stats/error_curve.h"

namespace hydrometer::detect {
namespace {

double RawGap(const Context& context, int member) {
  return context.sums.Loss(member) -
         context.observations.reference_text_loss[member];
}

absl::StatusOr<stats::Curve> GapCurve(const Context& context,
                                      const std::vector<int>& controls) {
  std::vector<double> loss, gap;
  for (const int control : controls) {
    loss.push_back(context.sums.Loss(control));
    gap.push_back(RawGap(context, control));
  }
  return stats::FitCurve(loss, gap,
                         static_cast<double>(context.panel.controls.size()) >=
                             context.policy.min_controls_quadratic);
}

// Why there can be no gap at all; empty: there can.
std::string Missing(const Context& context) {
  if (context.observations.view != "logits") {
    return "it needs log-probabilities over one vocabulary";
  }
  if (context.observations.reference_text_loss.empty()) {
    return "the reference's training text was not given";
  }
  if (!context.real_text || context.sums.empty()) {
    return "no held-out real text to compare with";
  }
  return "";
}

}  // namespace

Value MembershipGap(const Context& context, int member,
                    const std::vector<int>& controls) {
  const std::string missing = Missing(context);
  if (!missing.empty()) return Value::None(missing);
  if (!Bracketed(context.sums, context.sums.Loss(member), controls,
                 context.policy.bracket_tolerance)) {
    return Value::None("the loss lies outside the controls' range");
  }
  const absl::StatusOr<stats::Curve> curve = GapCurve(context, controls);
  if (!curve.ok()) return Value::None(curve.status());
  return Value::Of(RawGap(context, member) -
                   curve->At(context.sums.Loss(member)));
}

Value MembershipRatio(const Context& context, int member,
                      const std::vector<int>& controls) {
  const Value own = MembershipGap(context, member, controls);
  if (!own.value) return own;
  const Value reference =
      MembershipGap(context, context.panel.reference, controls);
  if (!reference.value) return reference;
  const absl::StatusOr<stats::Curve> curve = GapCurve(context, controls);
  if (!curve.ok()) return Value::None(curve.status());
  if (!(*reference.value >=
        context.policy.curve_errors * curve->leave_one_out_rms) ||
      !(*reference.value > 0)) {
    return Value::None(
        "the reference does not know this text better than the controls' "
        "curve allows: it cannot serve as its training text");
  }
  const Value h = ShareH(context, member, controls);
  if (!h.value) return Value::None(absl::StrCat("no h: ", h.reason));
  if (*h.value < context.policy.h_related) {
    return Value::None("h is too small to divide by");
  }
  return Value::Of(*own.value / *reference.value / *h.value);
}

double MembershipRatioError(const Context& context, int member,
                            const std::vector<int>& controls) {
  if (!MembershipRatio(context, member, controls).value) return 0;
  const Value reference =
      MembershipGap(context, context.panel.reference, controls);
  const Value h = ShareH(context, member, controls);
  const absl::StatusOr<stats::Curve> curve = GapCurve(context, controls);
  return curve->leave_one_out_rms / (*reference.value * *h.value);
}

}  // namespace hydrometer::detect
