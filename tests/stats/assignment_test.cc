// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/stats/assignment.h"

#include <algorithm>
#include <limits>
#include <numeric>

#include "src/base/random.h"
#include "tests/stats/fixture.h"

namespace hydrometer::stats {
namespace {

double Total(const std::vector<double>& cost,
             const std::vector<int64_t>& column) {
  std::vector<bool> taken(column.size(), false);
  double total = 0;
  for (size_t i = 0; i < column.size(); ++i) {
    EXPECT_FALSE(taken[column[i]]) << "a column given twice";
    taken[column[i]] = true;
    total += cost[i * column.size() + column[i]];
  }
  return total;
}

TEST(AssignmentTest, AgreesWithScipy) {
  for (const auto& c : Fixture()["assignment"].GetArray()) {
    const std::vector<double> cost = Doubles(c["cost"]);
    const auto columns = LeastCostAssignment(cost, c["n"].GetInt());
    ASSERT_TRUE(columns.ok()) << columns.status();
    EXPECT_NEAR(Total(cost, *columns), c["total"].GetDouble(), 1e-9);
  }
}

TEST(AssignmentTest, BestOfAllPermutations) {
  Random random(3);
  for (int trial = 0; trial < 50; ++trial) {
    constexpr int n = 6;
    std::vector<double> cost(n * n);
    for (double& c : cost) c = static_cast<double>(random.Below(9));
    std::vector<int64_t> order(n);
    std::iota(order.begin(), order.end(), int64_t{0});
    double least = std::numeric_limits<double>::infinity();
    do {
      least = std::min(least, Total(cost, order));
    } while (std::next_permutation(order.begin(), order.end()));
    EXPECT_EQ(Total(cost, *LeastCostAssignment(cost, n)), least);
  }
}

TEST(AssignmentTest, FindsAHiddenPermutation) {
  Random random(5);
  constexpr int n = 64;
  std::vector<double> gain(n * n);
  for (double& g : gain) g = random.Uniform();
  std::vector<int64_t> hidden(n);
  for (int i = 0; i < n; ++i) hidden[i] = (i * 29 + 7) % n;
  for (int i = 0; i < n; ++i) gain[i * n + hidden[i]] += 2;
  EXPECT_EQ(*GreatestGainAssignment(gain, n), hidden);
}

TEST(AssignmentTest, Refusals) {
  EXPECT_TRUE(LeastCostAssignment({}, 0).ok());
  EXPECT_FALSE(LeastCostAssignment({1, 2, 3}, 2).ok());
  EXPECT_FALSE(
      LeastCostAssignment({1, std::numeric_limits<double>::infinity(), 3, 4}, 2)
          .ok());
}

}  // namespace
}  // namespace hydrometer::stats
