// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/stats/multiple_testing.h"

#include "tests/stats/fixture.h"

namespace hydrometer::stats {
namespace {

TEST(MultipleTestingTest, Bonferroni) {
  EXPECT_DOUBLE_EQ(*BonferroniP({0.01, 0.5, 0.02}), 0.03);
  EXPECT_EQ(*BonferroniP({0.9, 0.8}), 1);
}

TEST(MultipleTestingTest, FisherAgreesWithScipy) {
  const auto& c = Fixture()["fisher"];
  EXPECT_NEAR(*FisherP(Doubles(c["p"])), c["value"].GetDouble(), 1e-13);
  EXPECT_EQ(*FisherP({0.0, 0.5}), 0);
}

TEST(MultipleTestingTest, Refusals) {
  EXPECT_FALSE(BonferroniP({}).ok());
  EXPECT_FALSE(BonferroniP({-0.1}).ok());
  EXPECT_FALSE(FisherP({1.5}).ok());
}

}  // namespace
}  // namespace hydrometer::stats
