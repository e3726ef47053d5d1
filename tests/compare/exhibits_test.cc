// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/compare/exhibits.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>

namespace hydrometer::compare {
namespace {

// log T, log S, log C, KL(T||S), KL(T||C).
std::optional<double> Score(double t, double s, double c, double kl_s,
                            double kl_c) {
  return ExhibitScore({t, s, c, kl_s, kl_c});
}

TEST(ExhibitScoreTest, OnlyErrorsOfTheReferenceCount) {
  EXPECT_FALSE(Score(-1, -9, -3, 0.1, 1).has_value());  // it does better
  EXPECT_FALSE(Score(-3, -9, -3, 0.1, 1).has_value());
  EXPECT_DOUBLE_EQ(*Score(-6, -6, -3, 0.1, 1), 3 + 0.9);
}

TEST(ExhibitScoreTest, ABlunderOfTheSuspectEarnsNothing) {
  const double same = *Score(-6, -6, -3, 0.1, 1);
  EXPECT_DOUBLE_EQ(*Score(-6, -11, -3, 0.1, 1), same);
  EXPECT_LT(*Score(-6, -4, -3, 0.1, 1), same);
}

TEST(ExhibitScoreTest, ForIsNearerAndErring) {
  EXPECT_GT(*Score(-6, -5, -3, 0.1, 1), 0);
  EXPECT_FALSE(Score(-6, -5, -3, 1.2, 1).has_value());  // errs, but farther
  EXPECT_FALSE(Score(-6, -2, -3, 0.1, 1).has_value());  // nearer, no error
}

TEST(ExhibitScoreTest, AgainstIsFartherAndAsGoodAsTheControls) {
  EXPECT_LT(*Score(-6, -2, -3, 1.5, 1), 0);
  EXPECT_LT(*Score(-6, -3, -3, 1.5, 1), 0);  // as well as the controls
  EXPECT_LT(*Score(-6, -1, -3, 1.5, 1), *Score(-6, -2, -3, 1.5, 1));
}

TEST(ExhibitScoreTest, NothingFiniteNothingShown) {
  EXPECT_DOUBLE_EQ(*Score(-INFINITY, -5, -3, 0.1, 1), 2 + 0.9);
  EXPECT_FALSE(Score(-6, -INFINITY, -3, INFINITY, 1).has_value());
  EXPECT_FALSE(Score(-6, -5, NAN, 0.1, 1).has_value());
}

TEST(ChooseExhibitsTest, TwoOfATokenOneOfAProbe) {
  std::vector<PositionScore> scores;
  for (int32_t probe = 0; probe < 8; ++probe) {
    for (int32_t row = 0; row < 3; ++row) {
      const int32_t token = probe / 4;
      scores.push_back({0, probe, row, token, 1.0 + probe + 0.1 * row});
      scores.push_back({0, probe, row, token, -1.0 - probe - 0.1 * row});
    }
  }
  const auto chosen = ChooseExhibits(scores, 20);
  ASSERT_EQ(chosen.size(), 8u);  // 2 tokens, 2 each, both directions
  std::map<std::pair<bool, int32_t>, int> tokens, probes;
  for (const PositionScore& score : chosen) {
    ++tokens[{score.score_nats > 0, score.token_id}];
    ++probes[{score.score_nats > 0, score.probe_index}];
    EXPECT_EQ(score.row_index, 2);  // the best of its probe
  }
  for (const auto& [key, count] : tokens) EXPECT_EQ(count, kMostOfToken);
  for (const auto& [key, count] : probes) EXPECT_EQ(count, kMostOfProbe);
  EXPECT_DOUBLE_EQ(chosen.front().score_nats, 8.2);
  EXPECT_DOUBLE_EQ(chosen.back().score_nats, -8.2);
}

TEST(ChooseExhibitsTest, CountsEachReferenceAndDirectionForItself) {
  std::vector<PositionScore> scores;
  for (int32_t i = 0; i < 10; ++i) {
    scores.push_back({1, i, 0, i, 1.0 + i});
    scores.push_back({0, i, 0, i, 1.0 + i});
    scores.push_back({0, i, 1, i, -1.0 - i});
  }
  const auto chosen = ChooseExhibits(scores, 3);
  ASSERT_EQ(chosen.size(), 9u);
  EXPECT_EQ(chosen[0].reference_index, 0);
  EXPECT_DOUBLE_EQ(chosen[0].score_nats, 10);
  EXPECT_DOUBLE_EQ(chosen[5].score_nats, -10);
  EXPECT_EQ(chosen[6].reference_index, 1);
  EXPECT_TRUE(ChooseExhibits({}, 3).empty());
}

}  // namespace
}  // namespace hydrometer::compare
