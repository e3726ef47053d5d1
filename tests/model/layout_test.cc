// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// Checkpoints that do not hold what their config says; copies of a fixture
// with one thing wrong each.

#include "src/model/layout.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "src/base/errors.h"
#include "src/io/file.h"
#include "src/io/safetensors_writer.h"
#include "src/model/description.h"
#include "tests/temporary_folder.h"

namespace hydrometer::model {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

// A tensor with its own bytes, to be changed.
struct Owned {
  io::TensorView view;
  std::vector<uint8_t> bytes;
};
using Tensors = std::map<std::string, Owned>;

class LayoutTest : public testing::Test {
 protected:
  // A copy of the fixture `name` after `change`.
  void Make(const std::string& name,
            const std::function<void(Tensors&)>& change) {
    const std::string from =
        std::string(HYDROMETER_SOURCE_DIR "/tests/fixtures/models/") + name;
    auto file = io::SafetensorsFile::Open(from + "/model.safetensors");
    ASSERT_TRUE(file.ok()) << file.status();
    Tensors tensors;
    for (const auto& [key, view] : file->tensors()) {
      tensors[key] = {view, {view.data, view.data + view.byte_count}};
    }
    change(tensors);
    std::vector<io::TensorView> views;
    for (auto& [key, owned] : tensors) {
      owned.view.name = key;
      owned.view.data = owned.bytes.data();
      owned.view.byte_count = static_cast<int64_t>(owned.bytes.size());
      views.push_back(owned.view);
    }
    std::filesystem::copy_file(
        from + "/config.json", folder_ / "config.json",
        std::filesystem::copy_options::overwrite_existing);
    ASSERT_TRUE(
        io::WriteSafetensors(folder_ / "model.safetensors", views).ok());
  }
  std::string Refusal() {
    auto description = Describe(folder_.path());
    EXPECT_FALSE(description.ok()) << "was accepted";
    EXPECT_EQ(ExitCodeFor(description.status()), kExitRefused);
    return std::string(description.status().message());
  }

  TemporaryFolder folder_;
};

constexpr char kUntied[] = "llama-default-f32";
constexpr char kTied[] = "llama-linear-tied-bf16";
constexpr char kEmbedding[] = "model.embed_tokens.weight";

TEST_F(LayoutTest, WrongShapeNamesSeenWantedAndTheKeys) {
  Make(kUntied, [](Tensors& tensors) {
    Owned& head = tensors["lm_head.weight"];
    head.view.shape[0] -= 1;
    head.bytes.resize(head.bytes.size() - 48 * 4);
  });
  EXPECT_THAT(
      Refusal(),
      HasSubstr("model.safetensors: tensor \"lm_head.weight\" has shape "
                "[159, 48], want [160, 48] (config.json vocab_size"));
}

TEST_F(LayoutTest, MissingTensor) {
  Make(kUntied, [](Tensors& tensors) {
    tensors.erase("model.layers.1.mlp.up_proj.weight");
  });
  EXPECT_THAT(Refusal(),
              HasSubstr("tensor \"model.layers.1.mlp.up_proj.weight\" is "
                        "missing, want shape [80, 48]"));
}

TEST_F(LayoutTest, TensorsThatTheConfigDoesNotKnow) {
  Make(kUntied, [](Tensors& tensors) {
    tensors["model.layers.0.self_attn.q_norm.weight"] =
        tensors["model.norm.weight"];
  });
  EXPECT_THAT(Refusal(),
              AllOf(HasSubstr("self_attn.q_norm.weight\" is not part of a "
                              "LlamaForCausalLM with 2 layers")));
  Make(kUntied, [](Tensors& tensors) {
    tensors["model.layers.0.self_attn.rotary_emb.inv_freq"] =
        tensors["model.norm.weight"];
  });
  auto description = Describe(folder_.path());
  ASSERT_TRUE(description.ok()) << description.status();
  EXPECT_THAT(
      description->ignored_tensors,
      testing::ElementsAre("model.layers.0.self_attn.rotary_emb.inv_freq"));
}

TEST_F(LayoutTest, NanAndInfinityAreNamedWithTheirPosition) {
  for (uint32_t bits : {0x7fc00000u, 0x7f800000u, 0xff800000u}) {
    Make(kUntied, [&](Tensors& tensors) {
      std::memcpy(tensors[kEmbedding].bytes.data() + (3 * 48 + 5) * 4, &bits,
                  4);
    });
    EXPECT_THAT(Refusal(),
                HasSubstr("tensor \"model.embed_tokens.weight\" is NaN or "
                          "infinite at [3, 5]"));
  }
  Make(kTied, [](Tensors& tensors) {  // BF16
    const uint16_t infinity = 0x7f80;
    std::memcpy(tensors["model.norm.weight"].bytes.data() + 14, &infinity, 2);
  });
  EXPECT_THAT(Refusal(), HasSubstr("\"model.norm.weight\" is NaN or infinite "
                                   "at [7]"));
}

TEST_F(LayoutTest, OtherDTypesAreNamed) {
  Make(kUntied, [](Tensors& tensors) {
    tensors["model.norm.weight"].view.dtype = io::DType::kI32;
  });
  EXPECT_THAT(Refusal(), HasSubstr("has dtype I32, want F32, F16 or BF16"));
}

TEST_F(LayoutTest, AStoredHeadOfATiedModelMustBeTheEmbedding) {
  Make(kTied, [](Tensors& tensors) {
    tensors["lm_head.weight"] = tensors[kEmbedding];
  });
  EXPECT_TRUE(Describe(folder_.path()).ok());
  Make(kTied, [](Tensors& tensors) {
    tensors["lm_head.weight"] = tensors[kEmbedding];
    tensors["lm_head.weight"].bytes[0] ^= 1;
  });
  EXPECT_THAT(Refusal(), HasSubstr("differs from \"model.embed_tokens"));
}

TEST_F(LayoutTest, DescribesWhatWouldBeLoaded) {
  Make(kTied, [](Tensors&) {});
  ASSERT_TRUE(io::WriteFileAtomically(folder_ / "x.py", "1").ok());
  auto description = Describe(folder_.path());
  ASSERT_TRUE(description.ok()) << description.status();
  int64_t total = 0;
  for (const auto& [dtype, count] : description->parameters_by_dtype) {
    EXPECT_EQ(dtype, "BF16");
    total += count;
  }
  EXPECT_EQ(total, description->parameter_count);
  ASSERT_EQ(description->files.size(), 2u);
  EXPECT_EQ(description->files[1].name, "model.safetensors");
  EXPECT_EQ(description->files[1].sha256.size(), 64u);
  ASSERT_EQ(description->ignored.size(), 1u);
  EXPECT_EQ(description->ignored[0].name, "x.py");
}

}  // namespace
}  // namespace hydrometer::model
