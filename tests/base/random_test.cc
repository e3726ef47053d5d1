// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/base/random.h"

#include <cmath>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace hydrometer {
namespace {

using ::testing::ElementsAre;

// The known answers of the authors' Random123 distribution (kat_vectors).
TEST(PhiloxTest, KnownAnswers) {
  EXPECT_THAT(Philox4x32({0, 0, 0, 0}, {0, 0}),
              ElementsAre(0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8));
  EXPECT_THAT(
      Philox4x32({0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff},
                 {0xffffffff, 0xffffffff}),
      ElementsAre(0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd));
  EXPECT_THAT(
      Philox4x32({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
                 {0xa4093822, 0x299f31d0}),
      ElementsAre(0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1));
}

TEST(RandomTest, StreamsAndSeedsDiffer) {
  Random a(1, 0), b(1, 1), c(2, 0), again(1, 0);
  const uint64_t first = a.Uint64();
  EXPECT_NE(first, b.Uint64());
  EXPECT_NE(first, c.Uint64());
  EXPECT_EQ(first, again.Uint64());
}

TEST(RandomTest, BelowIsUniform) {
  Random random(7);
  std::vector<int> count(5, 0);
  constexpr int kDraws = 50000;
  for (int i = 0; i < kDraws; ++i) ++count[random.Below(5)];
  // Standard deviation of a count is 89; five of them.
  for (int c : count) EXPECT_NEAR(c, kDraws / 5, 5 * 89);
}

TEST(RandomTest, NormalHasItsMoments) {
  Random random(11);
  constexpr int kDraws = 40000;
  double sum = 0, square = 0;
  for (int i = 0; i < kDraws; ++i) {
    const double x = random.Normal();
    sum += x;
    square += x * x;
  }
  EXPECT_NEAR(sum / kDraws, 0, 5 / std::sqrt(double{kDraws}));
  EXPECT_NEAR(square / kDraws, 1, 5 * std::sqrt(2.0 / kDraws));
}

}  // namespace
}  // namespace hydrometer
