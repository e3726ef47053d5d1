// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// A position's bits do not depend on its company: hashes of every sequence's
// hidden states over batch sizes, orders, thread counts and what follows.

#include <ATen/core/Tensor.h>
#include <ATen/ops/empty.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <numeric>
#include <random>
#include <string>
#include <tuple>
#include <vector>

#include "src/io/file.h"
#include "src/io/safetensors_writer.h"
#include "src/io/sha256.h"
#include "src/model/layout.h"
#include "src/model/model.h"
#include "tests/temporary_folder.h"

namespace hydrometer::model {
namespace {

constexpr int kSequences = 11;  // no multiple of any launch shape
constexpr int kVocabulary = 160;

using Sequence = std::vector<int64_t>;

std::vector<Sequence> RandomSequences(int64_t length) {
  std::mt19937 random(5);
  std::vector<Sequence> sequences(kSequences, Sequence(length));
  for (Sequence& sequence : sequences) {
    for (int64_t& id : sequence) id = random() % kVocabulary;
  }
  return sequences;
}

// The digest of the first `positions` hidden states of each sequence of
// `order`, run in batches of `batch`.
std::vector<std::string> Digests(const Model& model,
                                 const std::vector<Sequence>& sequences,
                                 const std::vector<int>& order, int batch,
                                 int64_t positions) {
  std::vector<std::string> digests(sequences.size());
  const int64_t length = static_cast<int64_t>(sequences[0].size());
  for (size_t begin = 0; begin < order.size(); begin += batch) {
    const int64_t count = std::min<int64_t>(batch, order.size() - begin);
    at::Tensor ids = at::empty({count, length}, at::kLong);
    for (int64_t i = 0; i < count; ++i) {
      std::copy(sequences[order[begin + i]].begin(),
                sequences[order[begin + i]].end(),
                ids.mutable_data_ptr<int64_t>() + i * length);
    }
    auto hidden = model.FinalHidden(ids);
    EXPECT_TRUE(hidden.ok()) << hidden.status();
    const int64_t width = hidden->size(2);
    for (int64_t i = 0; i < count; ++i) {
      const float* states =
          hidden->const_data_ptr<float>() + i * length * width;
      digests[order[begin + i]] = io::Sha256Hex(
          {reinterpret_cast<const char*>(states),
           static_cast<size_t>(positions * width) * sizeof(float)});
    }
  }
  return digests;
}

// One layer, wide enough that matrix kernels block the inner dimension, with
// widths that are no multiples of a vector.
void MakeWideModel(const TemporaryFolder& folder) {
  const std::string text = R"({"architectures":["LlamaForCausalLM"],
    "vocab_size":160,"hidden_size":420,"intermediate_size":1010,
    "num_hidden_layers":1,"num_attention_heads":6,"num_key_value_heads":3,
    "max_position_embeddings":128,"rms_norm_eps":1e-5})";
  ASSERT_TRUE(io::WriteFileAtomically(folder / "config.json", text).ok());
  auto config = ReadModelConfig(folder / "config.json");
  ASSERT_TRUE(config.ok()) << config.status();
  std::mt19937 random(8);
  std::deque<std::vector<float>> values;
  std::vector<io::TensorView> views;
  for (const TensorSpec& spec : RequiredTensors(*config)) {
    int64_t count = 1;
    for (int64_t dim : spec.shape) count *= dim;
    std::vector<float>& data = values.emplace_back(count);
    for (float& x : data) {
      x = (static_cast<float>(random() % 20001) - 10000) * 1e-5f;
    }
    views.push_back({spec.name, io::DType::kF32, spec.shape,
                     reinterpret_cast<const uint8_t*>(data.data()), count * 4});
  }
  ASSERT_TRUE(io::WriteSafetensors(folder / "model.safetensors", views).ok());
}

// 72 is no multiple of 64 and 128 is one.
class SameBits
    : public testing::TestWithParam<std::tuple<const char*, int, Compute>> {};

TEST_P(SameBits, WhateverTheBatchTheOrderAndTheThreads) {
  const auto [name, length, compute] = GetParam();
  TemporaryFolder made;
  std::string folder =
      std::string(HYDROMETER_SOURCE_DIR "/tests/fixtures/models/") + name;
  if (name == std::string("wide")) {
    MakeWideModel(made);
    folder = made.path();
  }
  std::vector<Sequence> sequences = RandomSequences(length);
  std::vector<int> order(kSequences);
  std::iota(order.begin(), order.end(), 0);

  auto model = Model::Load(folder, {.compute = compute, .thread_count = 1});
  ASSERT_TRUE(model.ok()) << model.status();
  const auto want = Digests(*model, sequences, order, kSequences, length);
  for (int threads : {1, 3}) {
    auto other =
        Model::Load(folder, {.compute = compute, .thread_count = threads});
    ASSERT_TRUE(other.ok()) << other.status();
    for (int batch : {1, 5, kSequences}) {
      std::shuffle(order.begin(), order.end(), std::mt19937(batch));
      EXPECT_EQ(Digests(*other, sequences, order, batch, length), want)
          << threads << " threads, batches of " << batch;
    }
  }

  // Other content after position 40 leaves the first 40 alone.
  const auto first = Digests(*model, sequences, order, 5, 40);
  for (Sequence& sequence : sequences) {
    std::fill(sequence.begin() + 40, sequence.end(), 7);
  }
  EXPECT_EQ(Digests(*model, sequences, order, 9, 40), first);
  EXPECT_NE(Digests(*model, sequences, order, 9, 41),
            Digests(*model, RandomSequences(length), order, 9, 41));
}

using Case = std::tuple<const char*, int, Compute>;
INSTANTIATE_TEST_SUITE_P(
    Models, SameBits,
    testing::Values(Case("llama-llama3-biased-sharded-f16", 72, Compute::kFp32),
                    Case("qwen2-default-f32", 128, Compute::kFp32),
                    Case("wide", 128, Compute::kFp32),
                    // Slow where the CPU has no bf16 products.
                    Case("qwen2-default-f32", 72, Compute::kBf16)));

TEST(SameBitsOfLogits, WhateverTheNumberOfRows) {
  auto model = Model::Load(HYDROMETER_SOURCE_DIR
                           "/tests/fixtures/models/qwen2-default-f32",
                           {.thread_count = 2});
  ASSERT_TRUE(model.ok()) << model.status();
  at::Tensor hidden = at::empty({600, 48}, at::kFloat);
  std::mt19937 random(6);
  for (int i = 0; i < 600 * 48; ++i) {
    hidden.mutable_data_ptr<float>()[i] = (random() % 2001) / 1000.0f - 1;
  }
  auto all = model->Logits(hidden);
  ASSERT_TRUE(all.ok()) << all.status();
  for (int64_t begin : {0, 1, 255, 256, 511, 599}) {
    for (int64_t count : {1, 2, 3, 7, 89}) {
      if (begin + count > 600) continue;
      auto part = model->Logits(hidden.narrow(0, begin, count));
      ASSERT_TRUE(part.ok());
      EXPECT_TRUE(part->equal(all->narrow(0, begin, count)))
          << begin << " " << count;
    }
  }
}

}  // namespace
}  // namespace hydrometer::model
