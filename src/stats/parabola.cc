// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/stats/parabola.h"

#include <algorithm>
#include <cmath>

#include "src/base/errors.h"

namespace hydrometer::stats {

absl::StatusOr<double> GridMinimum(absl::Span<const double> x,
                                   absl::Span<const double> y) {
  if (x.size() != y.size() || x.size() < 3) {
    return RefusedError("grid minimum: ", x.size(), " and ", y.size(),
                        " points, want as many, and at least 3");
  }
  for (size_t i = 0; i < x.size(); ++i) {
    if (!std::isfinite(x[i]) || !std::isfinite(y[i])) {
      return RefusedError("grid minimum: a number is not finite");
    }
    if (i > 0 && !(x[i] > x[i - 1])) {
      return RefusedError("grid minimum: the grid is not ascending");
    }
  }
  const size_t k =
      static_cast<size_t>(std::min_element(y.begin(), y.end()) - y.begin());
  if (k == 0 || k + 1 == x.size()) {
    return RefusedError("the smallest value lies at the end of the grid");
  }
  const double left = x[k] - x[k - 1], right = x[k + 1] - x[k];
  const double rise_left = y[k - 1] - y[k], rise_right = y[k + 1] - y[k];
  // Both rises are >= 0; flat ground has its minimum in the middle.
  const double denominator = left * rise_right + right * rise_left;
  if (!(denominator > 0)) return x[k];
  return x[k] + 0.5 * (right * right * rise_left - left * left * rise_right) /
                    denominator;
}

}  // namespace hydrometer::stats
