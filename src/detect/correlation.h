// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// rho and rho2: what a member shares with the reference beyond everybody
// else, and beyond what it shares with placebo references.
//
//   rho(S, T)  = partial correlation of S and T given the controls, with the
//                Gram weighted by T's own probabilities
//   rho2(S, T) = rho(S, T) - mean over placebos R of rho(S, R), w = p_R
//
// R = S is skipped. T is not among the controls of rho(S, R). Unchanged by
// the temperature of S.
//
// Source: Lauritzen, Graphical Models (1996).
// Tests: tests/detect/golden_test.cc, tests/detect/simulated_test.cc.
#ifndef HYDROMETER_SRC_DETECT_CORRELATION_H_
#define HYDROMETER_SRC_DETECT_CORRELATION_H_

#include <vector>

#include "src/detect/statistic.h"

namespace hydrometer::detect {

// rho of `member` and `target` under the weighting of `target`.
Value RhoWith(const Context& context, int target, int member,
              const std::vector<int>& controls);

// rho(member, reference).
Value Rho(const Context& context, int member, const std::vector<int>& controls);
Value Rho2(const Context& context, int member,
           const std::vector<int>& controls);
// With the reference's likeliest token of each position left out.
Value RhoWithoutTop(const Context& context, int member,
                    const std::vector<int>& controls);
// With the mean of the controls' probabilities as weights.
Value RhoControlsWeights(const Context& context, int member,
                         const std::vector<int>& controls);

}  // namespace hydrometer::detect

#endif  // HYDROMETER_SRC_DETECT_CORRELATION_H_
