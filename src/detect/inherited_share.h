// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// h, the inherited share: how much of the reference's error against the
// world a member repeats.
//
//   A_T(S) = E_T[l_S - l_T] - E_D[l_S - l_T] = (loss_S - loss_T) - KL(T||S)
//   h      = 1 - A_T(S) / A_0(loss_S)
//   h_T    = (A_T(S) - A_0(loss_S)) / -A_0(loss_T)
//
// A_0 is the controls' curve of A over loss. Refused where the curve is not
// known well enough: a loss outside the controls' range by more than the
// policy's part of it, or -A_0(loss_S) under so many leave-one-out errors.
// It needs real text (D), and works in the domain of T's text only.
//
// Tests: tests/detect/golden_test.cc, tests/detect/identities_test.cc.
#ifndef HYDROMETER_SRC_DETECT_INHERITED_SHARE_H_
#define HYDROMETER_SRC_DETECT_INHERITED_SHARE_H_

#include <optional>
#include <string>
#include <vector>

#include "src/detect/statistic.h"
#include "src/stats/error_curve.h"

namespace hydrometer::detect {

// A_T(member), nats.
double InheritedError(const PanelSums& sums, int reference, int member);

struct InheritedShare {
  std::optional<stats::Curve> curve;  // none when it could not be fitted
  double a = 0;                       // A_T(member)
  double a_0 = 0;                     // the curve at the member's loss
  double a_0_reference = 0;           // the curve at the reference's loss
  double raw_h = 0, raw_h_t = 0;      // before any refusal; may be absurd
  std::string refusal;                // empty: h may be read
};

InheritedShare ComputeInheritedShare(const Context& context, int member,
                                     const std::vector<int>& controls);

// True when `loss` lies within the controls' range, or outside it by at most
// `tolerance` of it. False without two controls.
bool Bracketed(const PanelSums& sums, double loss,
               const std::vector<int>& controls, double tolerance);

Value ShareH(const Context& context, int member,
             const std::vector<int>& controls);
Value ShareHT(const Context& context, int member,
              const std::vector<int>& controls);

// The curve of all controls with everybody on it, for the report.
std::optional<ErrorCurve> DrawErrorCurve(const Context& context);

}  // namespace hydrometer::detect

#endif  // HYDROMETER_SRC_DETECT_INHERITED_SHARE_H_
