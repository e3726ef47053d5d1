// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// Bootstrap replicates of PanelSums: probes drawn with replacement, added up
// again. Only what the interval statistics read is filled: losses, KL and
// JS/agreement of pairs with a reference, Grams of the weightings asked for;
// the rest of a replicate is zero.
//
// Tests: tests/detect/panel_test.cc.
#ifndef HYDROMETER_SRC_DETECT_RESAMPLE_H_
#define HYDROMETER_SRC_DETECT_RESAMPLE_H_

#include <cstdint>
#include <vector>

#include "src/base/observations.h"
#include "src/detect/panel_sums.h"

namespace hydrometer::detect {

// One PanelSums per replicate; empty for no replicates or fewer than two
// probes. `weightings` are indices.
std::vector<PanelSums> Resample(const Observations& observations,
                                const Scope& scope,
                                const std::vector<int>& weightings,
                                int64_t replicates, uint64_t seed);

}  // namespace hydrometer::detect

#endif  // HYDROMETER_SRC_DETECT_RESAMPLE_H_
