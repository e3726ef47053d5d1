// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/stats/spearman.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "gmock/gmock.h"
#include "tests/stats/fixture.h"

namespace hydrometer::stats {
namespace {

TEST(SpearmanTest, AgreesWithScipy) {
  for (const auto& c : Fixture()["spearman"].GetArray()) {
    const auto result = Spearman(Doubles(c["x"]), Doubles(c["y"]));
    ASSERT_TRUE(result.ok()) << result.status();
    EXPECT_NEAR(result->rho, c["rho"].GetDouble(), 1e-12);
    // Relative: a p-value of 1e-100 has digits too.
    const double two = std::max(c["p_two_sided"].GetDouble(), kLeastP);
    EXPECT_NEAR(result->p_two_sided, two, 1e-9 * two);
    const double greater =
        std::max(c["p_greater"].GetDouble(), kLeastP);
    EXPECT_NEAR(result->p_greater, greater, 1e-9 * greater);
  }
}

TEST(SpearmanTest, PerfectOrder) {
  const auto result = Spearman({1, 2, 3, 4}, {10, 20, 30, 99});
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->rho, 1);
  // One order of 24.
  EXPECT_NEAR(result->p_greater, 1.0 / 24, 1e-12);
  std::vector<double> many(400);
  for (size_t i = 0; i < many.size(); ++i) many[i] = i;
  EXPECT_EQ(Spearman(many, many)->p_greater, kLeastP);
}

TEST(SpearmanTest, Ties) {
  EXPECT_THAT(*Ranks({3, 1, 3, 0}), ::testing::ElementsAre(3.5, 2, 3.5, 1));
}

TEST(SpearmanTest, Refusals) {
  EXPECT_FALSE(Spearman({1, 2}, {1, 2}).ok());
  EXPECT_FALSE(Spearman({1, 2, 3}, {1, 2}).ok());
  EXPECT_FALSE(Spearman({1, 1, 1}, {1, 2, 3}).ok());
  EXPECT_FALSE(Spearman({1, std::nan(""), 3}, {1, 2, 3}).ok());
}

}  // namespace
}  // namespace hydrometer::stats
