// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/stats/least_squares.h"

#include <cmath>

#include "gtest/gtest.h"

namespace hydrometer::stats {
namespace {

TEST(LeastSquaresTest, LineThroughNoise) {
  const std::vector<double> design = {1, 0, 1, 1, 1, 2, 1, 3};
  const std::vector<double> y = {0, 1, 1, 3};
  const auto fit = LeastSquares(design, 4, 2, y);
  ASSERT_TRUE(fit.ok()) << fit.status();
  EXPECT_NEAR(fit->coefficients[0], -0.1, 1e-14);
  EXPECT_NEAR(fit->coefficients[1], 0.9, 1e-14);
  // Without the last point the line is 1/6 + x/2: 5/3 at 3.
  EXPECT_NEAR(fit->leave_one_out_residuals[3], 3 - (1.0 / 6 + 1.5), 1e-13);
}

TEST(LeastSquaresTest, Refusals) {
  EXPECT_FALSE(LeastSquares({1, 0, 1, 1}, 2, 2, {1, 2}).ok());  // no error
  EXPECT_FALSE(LeastSquares({1, 1, 1, 1, 1, 1}, 3, 2, {1, 2, 3}).ok());
  // The third point alone decides the slope.
  EXPECT_FALSE(LeastSquares({1, 0, 1, 0, 1, 5}, 3, 2, {1, 2, 3}).ok());
  EXPECT_FALSE(
      LeastSquares({1, 0, 1, std::nan(""), 1, 5}, 3, 2, {1, 2, 3}).ok());
}

}  // namespace
}  // namespace hydrometer::stats
