// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/compare/weight_match.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <random>

#include "absl/strings/str_cat.h"
#include "src/io/file.h"
#include "src/io/safetensors.h"
#include "tests/record/zoo_subject.h"
#include "tests/temporary_folder.h"

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

// A copy of a model with the rows of some units of some layers set to zero,
// as pruning leaves them.
std::string WithDeadUnits(const TemporaryFolder& folder,
                          const std::string& model, int layer, int64_t every) {
  const std::string copy = folder / "pruned";
  std::filesystem::copy(ZooPath(model), copy);
  std::string bytes =
      *io::ReadFile(copy + "/model.safetensors", int64_t{1} << 30);
  auto file = io::SafetensorsFile::Open(copy + "/model.safetensors");
  EXPECT_TRUE(file.ok()) << file.status();
  uint64_t header_bytes;
  std::memcpy(&header_bytes, bytes.data(), 8);
  for (const char* name : {"gate_proj", "up_proj"}) {
    const io::TensorView* tensor = file->Find(absl::StrCat(
        "model.layers.", layer, ".mlp.", name, ".weight"));
    EXPECT_NE(tensor, nullptr);
    const std::string values(reinterpret_cast<const char*>(tensor->data),
                             tensor->byte_count);
    const size_t at = bytes.find(values, 8 + header_bytes);
    const int64_t row = tensor->byte_count / tensor->shape[0];
    for (int64_t u = 0; u < tensor->shape[0]; u += every) {
      std::fill_n(bytes.begin() + at + u * row, row, '\0');
    }
  }
  EXPECT_TRUE(
      io::WriteFileAtomically(copy + "/model.safetensors", bytes).ok());
  return copy;
}

// Zero units match anything, in both matchings by index alike.
TEST(WeightMatch, DeadUnitsRelateNobody) {
  for (int64_t every : {1, 2}) {
    TemporaryFolder folder;
    const std::string pruned =
        WithDeadUnits(folder, "siblings/ref_a/sibling_a1", 1, every);
    auto a = io::Checkpoint::Open(pruned);
    auto b = io::Checkpoint::Open(ZooPath("references/ref_a"));
    ASSERT_TRUE(a.ok() && b.ok()) << a.status() << b.status();
    auto result = CompareWeights(*a, *b, "a", "b");
    ASSERT_TRUE(result.ok()) << result.status();
    EXPECT_EQ(result->layers.size(), every == 1 ? 2u : 3u);
    for (const auto& layer : result->layers) EXPECT_GT(layer.p_value, 1e-4);
    // One pruned model twice is seen all the same.
    auto twice = CompareWeights(*a, *a, "a", "a");
    for (const auto& layer : twice->layers) EXPECT_LT(layer.p_value, 1e-9);
  }
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
