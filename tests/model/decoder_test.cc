// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// The forward pass against transformers: on tiny random models of every
// architecture and option (scripts/make_model_fixtures.py), and on real ones
// where they are at hand.

#include "src/model/decoder.h"

#include <ATen/core/Tensor.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/log_softmax.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

#include "src/io/file.h"
#include "src/io/json.h"
#include "src/io/safetensors.h"
#include "src/model/model.h"

namespace hydrometer::model {
namespace {

at::Tensor Read(const io::SafetensorsFile& file, const char* name) {
  const io::TensorView* view = file.Find(name);
  at::Tensor tensor = at::empty(
      view->shape, view->dtype == io::DType::kI64 ? at::kLong : at::kFloat);
  std::memcpy(tensor.data_ptr(), view->data, view->byte_count);
  return tensor;
}

// fp32 [batch x length, V].
at::Tensor LogProbabilities(const Model& model, const at::Tensor& ids) {
  auto hidden = model.FinalHidden(ids);
  EXPECT_TRUE(hidden.ok()) << hidden.status();
  auto logits = model.Logits(hidden->view({-1, model.config().hidden_size}));
  EXPECT_TRUE(logits.ok()) << logits.status();
  return at::log_softmax(*logits, 1);
}

class Fixture : public testing::TestWithParam<const char*> {};

// 1e-5: fp32 sums in another order differ by about 3e-6 at these widths; a
// forgotten bias, norm weight or rope factor differs by more than 1e-2.
TEST_P(Fixture, LogProbabilitiesAgreeWithTransformers) {
  const std::string folder =
      std::string(HYDROMETER_SOURCE_DIR "/tests/fixtures/models/") + GetParam();
  auto model = Model::Load(folder);
  ASSERT_TRUE(model.ok()) << model.status();
  auto expected = io::SafetensorsFile::Open(folder + "/expected.safetensors");
  ASSERT_TRUE(expected.ok()) << expected.status();
  const at::Tensor want = Read(*expected, "logprobs");
  const at::Tensor got = LogProbabilities(*model, Read(*expected, "ids"));
  ASSERT_EQ(got.numel(), want.numel());
  double largest = 0;
  for (int64_t i = 0; i < got.numel(); ++i) {
    largest =
        std::fmax(largest, std::fabs(double{got.const_data_ptr<float>()[i]} -
                                     want.const_data_ptr<float>()[i]));
  }
  std::printf("%s: largest difference %.2e nats\n", GetParam(), largest);
  EXPECT_LT(largest, 1e-5);
}

INSTANTIATE_TEST_SUITE_P(Models, Fixture,
                         testing::Values("llama-default-f32",
                                         "llama-linear-tied-bf16",
                                         "llama-llama3-biased-sharded-f16",
                                         "qwen2-default-f32",
                                         "qwen2-llama3-tied-bf16"));

// 1e-4: the reference values are printed with six decimals, and the models
// are trained, with log-probabilities down to -20.
TEST(RealModels, LogProbabilitiesAgreeWithTransformers) {
  const std::string folder = HYDROMETER_SOURCE_DIR "/../shared/models";
  const std::string values = folder + "/reference_values.json";
  if (!io::FileExists(values)) GTEST_SKIP() << values << " is not there";
  auto root = io::ReadJsonFile(values);
  ASSERT_TRUE(root.ok()) << root.status();
  int model_count = 0;
  for (const auto& entry : (*root)["models"].GetObject()) {
    auto model = Model::Load(folder + "/" + entry.name.GetString());
    ASSERT_TRUE(model.ok()) << model.status();
    ++model_count;
    for (const auto& text : entry.value.GetArray()) {
      const auto& list = text["ids"];
      at::Tensor ids = at::empty({1, list.Size()}, at::kLong);
      int64_t* id = ids.mutable_data_ptr<int64_t>();
      for (unsigned i = 0; i < list.Size(); ++i) id[i] = list[i].GetInt64();
      const at::Tensor got = LogProbabilities(*model, ids);
      const float* scores = got.const_data_ptr<float>();
      double largest = 0;
      for (unsigned i = 0; i + 1 < list.Size(); ++i) {
        largest = std::fmax(
            largest, std::fabs(double{scores[i * got.size(1) + id[i + 1]]} -
                               text["logprobs"][i].GetDouble()));
      }
      std::printf("%s: largest difference %.2e nats over %u positions\n",
                  entry.name.GetString(), largest, list.Size() - 1);
      EXPECT_LT(largest, 1e-4) << entry.name.GetString();
    }
  }
  EXPECT_EQ(model_count, 3);
}

}  // namespace
}  // namespace hydrometer::model
