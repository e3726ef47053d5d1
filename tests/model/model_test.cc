// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/model/model.h"

#include <ATen/core/Tensor.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/zeros.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <limits>
#include <string>
#include <utility>

#include "src/base/errors.h"
#include "src/model/description.h"
#include "tests/temporary_folder.h"

namespace hydrometer::model {
namespace {

using ::testing::HasSubstr;

constexpr char kFixtures[] = HYDROMETER_SOURCE_DIR "/tests/fixtures/models/";

std::string Fixture(const std::string& name) { return kFixtures + name; }

TEST(Model, SaysWhatItIs) {
  auto loaded = Model::Load(Fixture("llama-linear-tied-bf16"));
  ASSERT_TRUE(loaded.ok()) << loaded.status();
  const Model model = *std::move(loaded);
  EXPECT_EQ(model.config().vocab_size, 160);
  EXPECT_EQ(model.head_weight().scalar_type(), at::kBFloat16);
  EXPECT_EQ(model.head_weight().size(0), 160);
  EXPECT_THAT(model.numerics(), testing::StartsWith("cpu fp32 libtorch-2."));
  auto description = Describe(Fixture("llama-linear-tied-bf16"));
  ASSERT_TRUE(description.ok());
  EXPECT_EQ(model.weights_sha256(), description->weights_sha256);
}

TEST(Model, IdsBeyondTheVocabularyAreRefused) {
  auto model = Model::Load(Fixture("qwen2-default-f32"));
  ASSERT_TRUE(model.ok()) << model.status();
  for (int64_t id :
       {int64_t{-1}, int64_t{160}, std::numeric_limits<int64_t>::max()}) {
    at::Tensor ids = at::zeros({2, 5}, at::kLong);
    ids.mutable_data_ptr<int64_t>()[8] = id;
    auto hidden = model->FinalHidden(ids);
    EXPECT_EQ(ExitCodeFor(hidden.status()), kExitRefused);
    EXPECT_THAT(std::string(hidden.status().message()),
                HasSubstr("at sequence 1, position 3, want 0 to 159"));
  }
}

TEST(Model, OtherShapesAndDTypesAreUsageErrors) {
  auto model = Model::Load(Fixture("qwen2-default-f32"));
  ASSERT_TRUE(model.ok()) << model.status();
  for (const at::Tensor& ids :
       {at::zeros({5}, at::kLong), at::zeros({1, 0}, at::kLong),
        at::zeros({1, 5}, at::kInt)}) {
    EXPECT_EQ(ExitCodeFor(model->FinalHidden(ids).status()), kExitUsage);
  }
  EXPECT_EQ(ExitCodeFor(model->Logits(at::zeros({2, 47}, at::kFloat)).status()),
            kExitUsage);
  auto none = model->FinalHidden(at::empty({0, 5}, at::kLong));
  ASSERT_TRUE(none.ok()) << none.status();
  EXPECT_EQ(none->size(0), 0);
}

// bf16 keeps 8 bits of each number: after two layers states of size 1 are
// off by a few hundredths. Equal bits would mean that the mode does nothing.
TEST(Model, Bf16IsNearFp32AndNotEqual) {
  auto exact = Model::Load(Fixture("qwen2-llama3-tied-bf16"));
  auto fast = Model::Load(Fixture("qwen2-llama3-tied-bf16"),
                          {.compute = Compute::kBf16});
  ASSERT_TRUE(exact.ok() && fast.ok());
  EXPECT_NE(exact->numerics(), fast->numerics());
  at::Tensor ids = at::empty({1, 64}, at::kLong);
  for (int i = 0; i < 64; ++i) {
    ids.mutable_data_ptr<int64_t>()[i] = (i * 37) % 160;
  }
  auto a = exact->FinalHidden(ids);
  auto b = fast->FinalHidden(ids);
  ASSERT_TRUE(a.ok() && b.ok());
  double squares = 0, differences = 0;
  for (int64_t i = 0; i < a->numel(); ++i) {
    const double x = a->const_data_ptr<float>()[i];
    const double y = b->const_data_ptr<float>()[i];
    squares += x * x;
    differences += (x - y) * (x - y);
  }
  EXPECT_GT(differences, 0);
  EXPECT_LT(differences, 0.05 * 0.05 * squares);
}

TEST(Model, RefusesWhatDescribeRefuses) {
  TemporaryFolder folder;
  auto model = Model::Load(folder.path());
  EXPECT_EQ(ExitCodeFor(model.status()), kExitRefused);
  EXPECT_THAT(std::string(model.status().message()),
              HasSubstr("config.json: is missing"));
  // Weights of one model under the config of another.
  std::filesystem::copy(Fixture("llama-default-f32") + "/config.json",
                        folder / "config.json");
  std::filesystem::copy(Fixture("qwen2-default-f32") + "/model.safetensors",
                        folder / "model.safetensors");
  model = Model::Load(folder.path());
  EXPECT_EQ(ExitCodeFor(model.status()), kExitRefused);
  EXPECT_THAT(std::string(model.status().message()),
              HasSubstr("self_attn.k_proj.bias\" is not part of"));
}

}  // namespace
}  // namespace hydrometer::model
