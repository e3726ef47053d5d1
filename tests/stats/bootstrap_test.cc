// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/stats/bootstrap.h"

#include <cmath>
#include <numeric>

#include "gtest/gtest.h"
#include "src/base/random.h"

namespace hydrometer::stats {
namespace {

TEST(BootstrapTest, CountsAddUpAndDependOnTheSeedAlone) {
  const std::vector<float> counts = BootstrapCounts(3, 50, 9);
  for (int b = 0; b < 3; ++b) {
    EXPECT_EQ(std::accumulate(&counts[b * 50], &counts[b * 50] + 50, 0.0f), 50);
  }
  EXPECT_EQ(counts, BootstrapCounts(3, 50, 9));
  EXPECT_NE(counts, BootstrapCounts(3, 50, 10));
  // A replicate does not depend on how many there are.
  const std::vector<float> more = BootstrapCounts(7, 50, 9);
  EXPECT_TRUE(std::equal(counts.begin(), counts.end(), more.begin()));
}

TEST(BootstrapTest, SumsByHand) {
  const std::vector<float> counts = {2, 0, 1, 0, 3, 0};
  std::vector<double> values(3 * 18);
  std::iota(values.begin(), values.end(), 0.0);
  const std::vector<double> sums = ResampledSums(counts, values, 3, 18);
  for (int e = 0; e < 18; ++e) {
    EXPECT_EQ(sums[e], 2 * values[e] + values[36 + e]);
    EXPECT_EQ(sums[18 + e], 3 * values[18 + e]);
  }
}

// Clusters of differing size whose numbers go together: the interval over
// clusters covers, one over single numbers would not.
TEST(BootstrapTest, CoversTheMean) {
  Random random(23);
  constexpr int kTrials = 300, kClusters = 60;
  int covered = 0;
  for (int trial = 0; trial < kTrials; ++trial) {
    std::vector<double> values;
    for (int c = 0; c < kClusters; ++c) {
      const double size = 1 + static_cast<double>(random.Below(9));
      const double level = random.Normal();
      values.push_back(size * (1 + level) + std::sqrt(size) * random.Normal());
      values.push_back(size);
    }
    const std::vector<float> counts = BootstrapCounts(400, kClusters, trial);
    const std::vector<double> sums =
        ResampledSums(counts, values, kClusters, 2);
    std::vector<double> means;
    for (int b = 0; b < 400; ++b) {
      means.push_back(sums[b * 2] / sums[b * 2 + 1]);
    }
    const auto interval = PercentileInterval(means, 0.95);
    covered += interval->first <= 1 && 1 <= interval->second;
  }
  // 0.95 less what percentile intervals lose at 60 clusters (2 or 3 %), and
  // four deviations of 300 trials.
  EXPECT_GT(covered, kTrials * 0.88);
  EXPECT_LT(covered, kTrials * 0.995);
}

TEST(BootstrapTest, TooFewReplicatesHaveNoInterval) {
  EXPECT_FALSE(PercentileInterval({1, 2, 3}, 0.95).has_value());
}

}  // namespace
}  // namespace hydrometer::stats
