// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// Plain likeness of two models' outputs, shown beside the evidence and never
// counted: raw likeness is not lineage. Two-way adjusted forms take out how
// near a model is to everybody.
//
// Source: Zhu et al. (2025), Kim et al. (2025), Goel et al. (2025).
// Tests: tests/detect/panel_test.cc.
#ifndef HYDROMETER_SRC_DETECT_PAIR_AFFINITY_H_
#define HYDROMETER_SRC_DETECT_PAIR_AFFINITY_H_

#include <optional>
#include <vector>

#include "src/detect/statistic.h"

namespace hydrometer::detect {

enum class Likeness {
  kJs,         // Jensen-Shannon divergence, nats
  kAgreement,  // share of positions with the same likeliest token
  kKl,         // KL(reference || member), nats
};

// The raw mean.
Value RawLikeness(const Context& context, Likeness likeness, int member);

// Residual of c + a_i + a_j over the pairs of {member, reference, controls};
// of KL the mean of both directions.
Value AdjustedLikeness(const Context& context, Likeness likeness, int member,
                       const std::vector<int>& controls);

// Two-way adjusted affinities of all members, larger: nearer. "js" (negated),
// "agreement", and "rho" (weights: the controls' mean, or else the
// reference's). One that cannot be had is left out.
std::vector<AffinityMatrix> Affinities(const Context& context);

// Average linkage of all members on raw JS.
std::optional<PanelTree> Tree(const Context& context);

// llama.cpp's block.
FamiliarBlock Familiar(const Context& context);

}  // namespace hydrometer::detect

#endif  // HYDROMETER_SRC_DETECT_PAIR_AFFINITY_H_
