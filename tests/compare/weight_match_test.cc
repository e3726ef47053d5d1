// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/compare/weight_match.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "tests/record/zoo_subject.h"

namespace hydrometer::compare {
namespace {

std::vector<float> Gaussian(int seed, int count, float scale) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal(0, scale);
  std::vector<float> values(count);
  for (float& value : values) value = normal(random);
  return values;
}

std::vector<float> RoundTo8Bits(const std::vector<float>& values, int group) {
  std::vector<float> copy(values.size());
  for (size_t begin = 0; begin < values.size(); begin += group) {
    float top = 0;
    for (int i = 0; i < group; ++i) {
      top = std::max(top, std::fabs(values[begin + i]));
    }
    const float step = top / 127;
    for (int i = 0; i < group; ++i) {
      copy[begin + i] = std::round(values[begin + i] / step) * step;
    }
  }
  return copy;
}

float RoundToBf16(float value) {
  uint32_t bits;
  memcpy(&bits, &value, 4);
  bits = (bits + 0x7fff + ((bits >> 16) & 1)) & 0xffff0000u;
  memcpy(&value, &bits, 4);
  return value;
}

TEST(StorageDeviation, CopiesAreRecognised) {
  const std::vector<float> original = Gaussian(1, 128 * 64, 0.05f);
  EXPECT_EQ(StorageDeviation(original, original, 64, io::DType::kF32), 0);
  std::vector<float> bf16 = original;
  for (float& value : bf16) value = RoundToBf16(value);
  EXPECT_LE(StorageDeviation(bf16, original, 64, io::DType::kBF16), 1);
  for (int group : {32, 64, 128}) {
    std::vector<float> eight = RoundTo8Bits(original, group);
    EXPECT_LE(StorageDeviation(eight, original, 64, io::DType::kF32), 1);
    for (float& value : eight) value = RoundToBf16(value);
    EXPECT_LE(StorageDeviation(eight, original, 64, io::DType::kBF16), 1);
  }
}

// A light fine-tune stays within half an 8-bit step of every weight, but does
// not lie on the grid: it is no copy.
TEST(StorageDeviation, FineTunesAreNot) {
  const std::vector<float> original = Gaussian(1, 128 * 64, 0.05f);
  const std::vector<float> drift = Gaussian(2, 128 * 64, 1e-5f);
  std::vector<float> tuned = original;
  for (size_t i = 0; i < tuned.size(); ++i) tuned[i] += drift[i];
  EXPECT_GT(StorageDeviation(tuned, original, 64, io::DType::kF32), 1);
  for (float& value : tuned) value = RoundToBf16(value);
  EXPECT_GT(StorageDeviation(tuned, original, 64, io::DType::kF32), 1);
  EXPECT_GT(StorageDeviation(Gaussian(3, 128 * 64, 0.05f), original, 64,
                             io::DType::kBF16),
            1);
}

WeightComparison OfZoo(const std::string& first, const std::string& second) {
  auto a = io::Checkpoint::Open(ZooPath(first));
  auto b = io::Checkpoint::Open(ZooPath(second));
  EXPECT_TRUE(a.ok() && b.ok());
  auto result = CompareWeights(*a, *b, "a", "b");
  EXPECT_TRUE(result.ok()) << result.status();
  return *result;
}

TEST(WeightMatch, FineTuneMatchesItsOrigin) {
  const WeightComparison tuned =
      OfZoo("suspects/a_finetuned", "references/ref_a");
  ASSERT_TRUE(tuned.comparable) << tuned.reason;
  EXPECT_GT(tuned.largest_half_steps, 1);
  ASSERT_FALSE(tuned.layers.empty());
  for (const auto& layer : tuned.layers) EXPECT_LT(layer.p_value, 1e-9);
}

TEST(WeightMatch, EightBitCopyIsEqualUpToStorage) {
  const WeightComparison copy = OfZoo("suspects/a_int8", "references/ref_a");
  ASSERT_TRUE(copy.comparable);
  EXPECT_LE(copy.largest_half_steps, 1);
}

// Same data, same shapes, another seed: independent weights.
TEST(WeightMatch, SiblingOfTheSameShapeDoesNot) {
  const WeightComparison sibling =
      OfZoo("siblings/ref_a/sibling_a1", "references/ref_a");
  ASSERT_TRUE(sibling.comparable) << sibling.reason;
  for (const auto& layer : sibling.layers) EXPECT_GT(layer.p_value, 1e-4);
}

TEST(WeightMatch, OtherShapesAreNotComparable) {
  const WeightComparison other =
      OfZoo("suspects/a_text100", "references/ref_a");
  EXPECT_FALSE(other.comparable);
  EXPECT_FALSE(other.reason.empty());
  EXPECT_TRUE(other.layers.empty());
}

}  // namespace
}  // namespace hydrometer::compare
