// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/detect/temperature.h"

#include <algorithm>
#include <cmath>

#include "absl/types/span.h"
#include "src/stats/parabola.h"

namespace hydrometer::detect {

Value BestInverseTemperature(const Observations& observations, int member) {
  const size_t grid = observations.inverse_temperatures.size();
  if (grid == 0 || observations.tempered_loss_sum.empty()) {
    return Value::None("no tempered losses in the observations");
  }
  std::vector<double> log_b;
  for (const double b : observations.inverse_temperatures) {
    if (!(b > 0)) return Value::None("an inverse temperature is not positive");
    log_b.push_back(std::log(b));
  }
  const absl::StatusOr<double> best = stats::GridMinimum(
      log_b, absl::MakeConstSpan(observations.tempered_loss_sum)
                 .subspan(static_cast<size_t>(member) * grid, grid));
  if (!best.ok()) return Value::None(best.status());
  return Value::Of(std::exp(*best));
}

Value Temperature(const Context& context, int member,
                  const std::vector<int>& controls) {
  if (context.observations.view != "logits") {
    return Value::None("it needs log-probabilities over one vocabulary");
  }
  const Value own = BestInverseTemperature(context.observations, member);
  if (!own.value) return own;
  std::vector<double> others;
  for (const int control : controls) {
    const Value other = BestInverseTemperature(context.observations, control);
    if (other.value) others.push_back(*other.value);
  }
  if (others.size() < 2) return Value::None("fewer than two controls");
  std::sort(others.begin(), others.end());
  const size_t half = others.size() / 2;
  const double median = others.size() % 2 == 1
                            ? others[half]
                            : 0.5 * (others[half - 1] + others[half]);
  return Value::Of(*own.value / median);
}

}  // namespace hydrometer::detect
