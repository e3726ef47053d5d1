// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/detect/weight_finding.h"

#include <cmath>

#include "gtest/gtest.h"

namespace hydrometer::detect {
namespace {

Observations With(WeightComparison comparison) {
  comparison.first = "S";
  comparison.second = "T";
  Observations o;
  o.weights.push_back(comparison);
  return o;
}

WeightComparison Layers(double p, double spearman, int layers) {
  WeightComparison comparison;
  comparison.comparable = true;
  comparison.largest_half_steps = 50;
  for (int i = 0; i < layers; ++i) {
    comparison.layers.push_back({i, "mlp", 172, spearman, i == 0 ? p : 0.5});
  }
  return comparison;
}

TEST(WeightFindingTest, MissingSaysNothing) {
  const WeightFinding finding = FindWeights({}, "S", "T", Policy());
  EXPECT_EQ(finding.equal, Answer::kUnknown);
  EXPECT_EQ(finding.descend, Answer::kUnknown);
  EXPECT_FALSE(finding.reason.empty());
}

TEST(WeightFindingTest, OtherShapesSayNothing) {
  WeightComparison comparison;
  comparison.reason = "hidden_size 96 and 64";
  const WeightFinding finding =
      FindWeights(With(comparison), "S", "T", Policy());
  EXPECT_EQ(finding.equal, Answer::kUnknown);
  EXPECT_EQ(finding.reason, "hidden_size 96 and 64");
}

TEST(WeightFindingTest, CorrectsForLayers) {
  const WeightFinding yes =
      FindWeights(With(Layers(1e-7, 0.6, 5)), "S", "T", Policy());
  EXPECT_EQ(yes.descend, Answer::kYes);
  EXPECT_NEAR(*yes.corrected_p, 5e-7, 1e-20);
  const WeightFinding no =
      FindWeights(With(Layers(1e-7, 0.6, 20)), "T", "S", Policy());
  EXPECT_EQ(no.descend, Answer::kNo);
  EXPECT_EQ(no.equal, Answer::kNo);
}

TEST(WeightFindingTest, InverseCorrelationIsNoDescent) {
  EXPECT_EQ(
      FindWeights(With(Layers(1e-30, -0.9, 1)), "S", "T", Policy()).descend,
      Answer::kNo);
}

TEST(WeightFindingTest, EqualUpToStorage) {
  WeightComparison comparison = Layers(0, 1, 2);
  comparison.largest_half_steps = 1;
  EXPECT_EQ(FindWeights(With(comparison), "S", "T", Policy()).equal,
            Answer::kYes);
  comparison.largest_half_steps = 1.01;
  EXPECT_EQ(FindWeights(With(comparison), "S", "T", Policy()).equal,
            Answer::kNo);
}

TEST(WeightFindingTest, NumbersThatAreNone) {
  WeightComparison comparison = Layers(std::nan(""), 1, 2);
  EXPECT_EQ(FindWeights(With(comparison), "S", "T", Policy()).descend,
            Answer::kUnknown);
  comparison.largest_half_steps = std::nan("");
  EXPECT_EQ(FindWeights(With(comparison), "S", "T", Policy()).equal,
            Answer::kUnknown);
  comparison = Layers(1e-30, 1, 1);
  comparison.layers[0].unit_count = 3;
  EXPECT_EQ(FindWeights(With(comparison), "S", "T", Policy()).descend,
            Answer::kUnknown);
}

}  // namespace
}  // namespace hydrometer::detect
