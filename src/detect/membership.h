// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// Was the suspect trained on the reference's own training text? That alone
// looks like distillation, and has to be excluded or named.
//
//   gap_X = loss on held-out text - loss on the reference's training text
//   g_X   = gap_X - the controls' curve of it over (held-out) loss
//   q     = (g_S / g_T) / h
//
// A model of the same data has q near 1; a student of the reference's text
// has never seen the reference's data, and q is small.
//
// Tests: tests/detect/assess_test.cc.
#ifndef HYDROMETER_SRC_DETECT_MEMBERSHIP_H_
#define HYDROMETER_SRC_DETECT_MEMBERSHIP_H_

#include <vector>

#include "src/detect/statistic.h"

namespace hydrometer::detect {

// g_member, nats.
Value MembershipGap(const Context& context, int member,
                    const std::vector<int>& controls);

// q. None when g_T is not clear of the controls (under the policy's number of
// leave-one-out errors): then the text is not, or not visibly, the
// reference's training text. None when h is, or is below the policy's
// h_related.
Value MembershipRatio(const Context& context, int member,
                      const std::vector<int>& controls);

// By how much q would move if the suspect's gap were one leave-one-out error
// of the curve away: the curve's error, over g_T and h. 0 without q.
double MembershipRatioError(const Context& context, int member,
                            const std::vector<int>& controls);

}  // namespace hydrometer::detect

#endif  // HYDROMETER_SRC_DETECT_MEMBERSHIP_H_
