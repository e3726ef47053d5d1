// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/stats/two_way.h"

#include <vector>

#include "gtest/gtest.h"
#include "src/base/random.h"

namespace hydrometer::stats {
namespace {

TEST(TwoWayTest, AdditiveTableLeavesNothing) {
  const double a[] = {0.3, -1, 2, 0.5, 7};
  std::vector<double> table(25);
  for (int i = 0; i < 5; ++i) {
    for (int j = 0; j < 5; ++j) table[i * 5 + j] = 4 + a[i] + a[j];
  }
  const std::vector<double> residuals = *TwoWayResiduals(table, 5);
  for (const double r : residuals) EXPECT_NEAR(r, 0, 1e-14);
}

// Least squares: residuals are orthogonal to every row and to the constant.
TEST(TwoWayTest, ResidualsOfEveryRowSumToZero) {
  Random random(2);
  std::vector<double> table(36);
  for (double& x : table) x = random.Normal();
  const std::vector<double> r = *TwoWayResiduals(table, 6);
  for (int i = 0; i < 6; ++i) {
    double sum = 0;
    for (int j = 0; j < 6; ++j) sum += r[i * 6 + j];
    EXPECT_NEAR(sum, 0, 1e-13);
  }
  EXPECT_NE(r[1], 0);
}

TEST(TwoWayTest, Refusals) {
  EXPECT_FALSE(TwoWayResiduals(std::vector<double>(9, 1.0), 3).ok());
  EXPECT_FALSE(TwoWayResiduals(std::vector<double>(9, 1.0), 4).ok());
}

}  // namespace
}  // namespace hydrometer::stats
