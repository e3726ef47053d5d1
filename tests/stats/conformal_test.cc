// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/stats/conformal.h"

#include <vector>

#include "gtest/gtest.h"
#include "src/base/random.h"

namespace hydrometer::stats {
namespace {

TEST(ConformalTest, ByHand) {
  const NullSummary s = AgainstNull(3, {1, 2, 3});
  EXPECT_EQ(s.p_value, 0.5);  // itself and the equal one, of four
  EXPECT_EQ(s.p_floor, 0.25);
  EXPECT_EQ(*s.mean, 2);
  EXPECT_EQ(*s.sd, 1);
  EXPECT_EQ(*s.z, 1);
  EXPECT_EQ(AgainstNull(0.5, {1, 2, 3}, false).p_value, 0.25);
}

TEST(ConformalTest, NothingToHoldAgainst) {
  EXPECT_EQ(AgainstNull(3, {}).p_value, 1);
  EXPECT_FALSE(AgainstNull(3, {}).z.has_value());
  EXPECT_FALSE(AgainstNull(3, {1}).z.has_value());
  // A null without spread makes no z, however far the value.
  EXPECT_FALSE(AgainstNull(3, {1, 1, 1}).z.has_value());
}

// Under exchangeability P(p <= k/(m+1)) = k/(m+1).
TEST(ConformalTest, UniformUnderTheNull) {
  Random random(17);
  constexpr int kTrials = 20000, kControls = 9;
  std::vector<int> count(kControls + 2, 0);
  for (int trial = 0; trial < kTrials; ++trial) {
    std::vector<double> null(kControls);
    for (double& x : null) x = random.Normal();
    const NullSummary s = AgainstNull(random.Normal(), null);
    ++count[static_cast<int>(s.p_value * (kControls + 1) + 0.5)];
  }
  // Each of ten values has 2000 +- 42; five deviations.
  for (int k = 1; k <= kControls + 1; ++k) EXPECT_NEAR(count[k], 2000, 212);
}

}  // namespace
}  // namespace hydrometer::stats
