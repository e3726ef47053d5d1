// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/stats/multiple_testing.h"

#include <algorithm>
#include <cmath>

#include "src/base/errors.h"
#include "src/base/status_macros.h"
#include "src/stats/special_functions.h"

namespace hydrometer::stats {
namespace {

absl::Status Check(absl::Span<const double> p_values) {
  if (p_values.empty()) return RefusedError("multiple testing: no p-values");
  for (const double p : p_values) {
    if (!(p >= 0 && p <= 1)) {
      return RefusedError("multiple testing: p-value ", p, ", want 0 to 1");
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<double> BonferroniP(absl::Span<const double> p_values) {
  HYDROMETER_RETURN_IF_ERROR(Check(p_values));
  const double least = *std::min_element(p_values.begin(), p_values.end());
  return std::min(1.0, least * static_cast<double>(p_values.size()));
}

absl::StatusOr<double> FisherP(absl::Span<const double> p_values) {
  HYDROMETER_RETURN_IF_ERROR(Check(p_values));
  double statistic = 0;
  for (const double p : p_values) {
    if (p == 0) return 0.0;
    statistic -= 2 * std::log(p);
  }
  return ChiSquaredEvenUpperTail(statistic, static_cast<int>(p_values.size()));
}

}  // namespace hydrometer::stats
