// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// One value against a null of equals: conformal p-value, mean, standard
// deviation, z. The unit is the independently trained model, so the null is
// as small as the number of controls, and p cannot fall below 1 / (m + 1).
//
// Source: Vovk, Gammerman, Shafer, Algorithmic Learning in a Random World.
// Tests: tests/stats/conformal_test.cc.
#ifndef HYDROMETER_SRC_STATS_CONFORMAL_H_
#define HYDROMETER_SRC_STATS_CONFORMAL_H_

#include <cstdint>
#include <optional>

#include "absl/types/span.h"

namespace hydrometer::stats {

struct NullSummary {
  int64_t count = 0;
  std::optional<double> mean;  // none without values
  std::optional<double> sd;    // sample; none below two values
  std::optional<double> z;     // none when sd is none or zero in effect
  double p_value = 1;          // (1 + #{null >= value}) / (m + 1)
  double p_floor = 1;          // 1 / (m + 1)
};

// `larger_is_extreme` false counts null <= value instead; z keeps its sign,
// (value - mean) / sd. A deviation of no more than 1e-12 of the values' size
// counts as zero: a z made of rounding would accuse.
NullSummary AgainstNull(double value, absl::Span<const double> null,
                        bool larger_is_extreme = true);

}  // namespace hydrometer::stats

#endif  // HYDROMETER_SRC_STATS_CONFORMAL_H_
