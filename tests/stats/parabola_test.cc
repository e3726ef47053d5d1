// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/stats/parabola.h"

#include <vector>

#include "gtest/gtest.h"

namespace hydrometer::stats {
namespace {

TEST(ParabolaTest, ExactOnUnevenGrid) {
  const std::vector<double> x = {-1, 0, 0.7, 1.1, 3};
  std::vector<double> y;
  for (const double v : x) y.push_back(2 + 3 * (v - 0.8) * (v - 0.8));
  EXPECT_NEAR(*GridMinimum(x, y), 0.8, 1e-14);
}

TEST(ParabolaTest, Refusals) {
  EXPECT_FALSE(GridMinimum({1, 2, 3}, {1, 2, 3}).ok());  // at the end
  EXPECT_FALSE(GridMinimum({1, 2, 3}, {3, 2, 1}).ok());
  EXPECT_FALSE(GridMinimum({1, 1, 3}, {3, 2, 3}).ok());
  EXPECT_FALSE(GridMinimum({1, 2}, {3, 2}).ok());
}

}  // namespace
}  // namespace hydrometer::stats
