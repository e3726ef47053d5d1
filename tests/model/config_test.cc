// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/model/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>

#include "src/base/errors.h"
#include "src/io/json.h"

namespace hydrometer::model {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr char kLlama[] = R"({
  "architectures": ["LlamaForCausalLM"], "model_type": "llama",
  "vocab_size": 512, "hidden_size": 64, "intermediate_size": 172,
  "num_hidden_layers": 5, "num_attention_heads": 8,
  "num_key_value_heads": 4, "max_position_embeddings": 256,
  "rms_norm_eps": 1e-05, "tie_word_embeddings": true})";

// kLlama with `key` set to the JSON text `value`, or removed if that is "".
absl::StatusOr<ModelConfig> With(const std::string& key,
                                 const std::string& value,
                                 const std::string& base = kLlama) {
  auto root = io::ParseJson(base, "base");
  EXPECT_TRUE(root.ok()) << root.status();
  root->RemoveMember(key.c_str());
  if (!value.empty()) {
    auto parsed = io::ParseJson("[" + value + "]", "value");
    EXPECT_TRUE(parsed.ok()) << parsed.status();
    auto& allocator = root->GetAllocator();
    root->AddMember(rapidjson::Value(key, allocator),
                    rapidjson::Value((*parsed)[0], allocator), allocator);
  }
  return ParseModelConfig(*root, "config.json");
}

std::string Refusal(const std::string& key, const std::string& value,
                    const std::string& base = kLlama) {
  auto config = With(key, value, base);
  EXPECT_FALSE(config.ok()) << key << " = " << value << " was accepted";
  EXPECT_EQ(ExitCodeFor(config.status()), kExitRefused);
  std::string message(config.status().message());
  EXPECT_THAT(message, AllOf(HasSubstr("config.json: "), HasSubstr("want ")));
  return message;
}

TEST(Config, ReadsLlama) {
  auto config = With("unknown_key", "[1]");
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(config->architecture->name, "LlamaForCausalLM");
  EXPECT_EQ(config->vocab_size, 512);
  EXPECT_EQ(config->head_dim, 8);
  EXPECT_EQ(config->key_value_head_count, 4);
  EXPECT_TRUE(config->tied_head);
  EXPECT_FALSE(config->query_key_value_bias);
  EXPECT_EQ(config->rope.type, RopeType::kDefault);
  EXPECT_EQ(config->rope.theta, 10000.0);
  // The count of ../shared's stories260k, whose sizes these are.
  EXPECT_EQ(config->parameter_count(), 260032);
}

TEST(Config, BiasesComeFromTheArchitecture) {
  auto llama = With("attention_bias", "true");
  ASSERT_TRUE(llama.ok());
  EXPECT_TRUE(llama->query_key_value_bias && llama->output_bias);
  EXPECT_TRUE(With("mlp_bias", "true")->mlp_bias);
  std::string qwen = kLlama;
  qwen.replace(qwen.find("Llama"), 5, "Qwen2");
  qwen.replace(qwen.find("llama"), 5, "qwen2");
  auto config = With("attention_bias", "false", qwen);
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_TRUE(config->query_key_value_bias);
  EXPECT_FALSE(config->output_bias);
  EXPECT_TRUE(With("use_sliding_window", "false", qwen).ok());
  EXPECT_THAT(Refusal("use_sliding_window", "true", qwen),
              HasSubstr("\"use_sliding_window\" is true"));
  EXPECT_TRUE(With("layer_types",
                   "[\"full_attention\",\"full_attention\","
                   "\"full_attention\",\"full_attention\","
                   "\"full_attention\"]",
                   qwen)
                  .ok());
  EXPECT_THAT(Refusal("layer_types", "[\"sliding_attention\"]", qwen),
              HasSubstr("sliding_attention"));
  EXPECT_THAT(Refusal("layer_types", "[\"full_attention\"]", qwen),
              HasSubstr("num_hidden_layers 5"));
}

TEST(Config, OtherArchitecturesAreNamedAndTheSupportedListed) {
  EXPECT_THAT(Refusal("architectures", "[\"GPT2LMHeadModel\"]"),
              AllOf(HasSubstr("\"GPT2LMHeadModel\" is not supported"),
                    HasSubstr("LlamaForCausalLM, Qwen2ForCausalLM")));
  EXPECT_THAT(Refusal("architectures", ""),
              HasSubstr("\"architectures\" is missing"));
  EXPECT_THAT(Refusal("architectures", "[]"), HasSubstr("is an array"));
  EXPECT_THAT(Refusal("model_type", "\"qwen2\""),
              AllOf(HasSubstr("\"model_type\" is the string \"qwen2\""),
                    HasSubstr("want \"llama\"")));
}

TEST(Config, EveryNumberMissingNegativeOrAbsurdIsRefused) {
  for (const char* key :
       {"vocab_size", "hidden_size", "intermediate_size", "num_hidden_layers",
        "num_attention_heads", "max_position_embeddings", "rms_norm_eps"}) {
    EXPECT_THAT(Refusal(key, ""),
                HasSubstr(std::string("\"") + key + "\" is missing"));
    for (const char* value : {"-1", "0", "1e300", "\"64\"", "[64]", "true",
                              "99999999999999999999", "null"}) {
      EXPECT_THAT(Refusal(key, value), HasSubstr(key)) << value;
    }
  }
  EXPECT_THAT(Refusal("hidden_size", "64.0"),
              HasSubstr("is the number 64, want an integer from 1 to"));
  for (const char* value : {"0", "-4", "16", "3", "4.0", "\"4\""}) {
    EXPECT_THAT(Refusal("num_key_value_heads", value),
                HasSubstr("num_key_value_heads"));
  }
  for (const char* value : {"0", "-8", "7", "1000000", "\"8\""}) {
    Refusal("head_dim", value);
  }
  EXPECT_THAT(Refusal("hidden_size", "63"),
              HasSubstr("want a multiple of num_attention_heads 8"));
  EXPECT_THAT(Refusal("num_attention_heads", "64"),
              HasSubstr("want an even number"));
}

TEST(Config, WhatWouldChangeTheForwardPassIsRefused) {
  EXPECT_THAT(Refusal("hidden_act", "\"gelu\""), HasSubstr("want \"silu\""));
  EXPECT_THAT(Refusal("quantization_config", "{\"bits\":4}"),
              HasSubstr("quantization_config"));
  EXPECT_THAT(Refusal("partial_rotary_factor", "0.5"),
              HasSubstr("partial_rotary_factor"));
  EXPECT_THAT(Refusal("tie_word_embeddings", "1"),
              HasSubstr("want true or false"));
  EXPECT_THAT(Refusal("torch_dtype", "\"float8_e4m3fn\""),
              HasSubstr("want float32, float16 or bfloat16"));
  std::string both = kLlama;
  both.insert(1, "\"torch_dtype\":\"float16\",");
  EXPECT_THAT(Refusal("dtype", "\"float32\"", both),
              HasSubstr("want torch_dtype's \"float16\""));
  EXPECT_EQ(With("dtype", "\"float16\"", both)->stored_dtype, "float16");
}

TEST(Config, ReadsRopeFromOldAndNewKeys) {
  EXPECT_EQ(With("rope_theta", "500000")->rope.theta, 500000.0);
  auto linear = With("rope_scaling", R"({"type":"linear","factor":4})");
  ASSERT_TRUE(linear.ok()) << linear.status();
  EXPECT_EQ(linear->rope.type, RopeType::kLinear);
  EXPECT_EQ(linear->rope.factor, 4.0);
  auto llama3 = With("rope_parameters",
                     R"({"rope_type":"llama3","rope_theta":5e5,"factor":8,
                         "low_freq_factor":1,"high_freq_factor":4,
                         "original_max_position_embeddings":8192})");
  ASSERT_TRUE(llama3.ok()) << llama3.status();
  EXPECT_EQ(llama3->rope.type, RopeType::kLlama3);
  EXPECT_EQ(llama3->rope.theta, 500000.0);
  EXPECT_EQ(llama3->rope.original_max_position_embeddings, 8192);
}

TEST(Config, RefusesRopeThatIsUnknownOrContradictory) {
  EXPECT_THAT(Refusal("rope_scaling", R"({"rope_type":"yarn","factor":4})"),
              AllOf(HasSubstr("\"yarn\" is not supported"),
                    HasSubstr("default, linear or llama3")));
  EXPECT_THAT(Refusal("rope_scaling", R"({"type":"linear"})"),
              HasSubstr("in \"rope_scaling\": key \"factor\" is missing"));
  for (const char* factor : {"0", "-2", "1e9", "\"2\"", "null"}) {
    Refusal("rope_scaling",
            std::string(R"({"type":"linear","factor":)") + factor + "}");
  }
  EXPECT_THAT(Refusal("rope_scaling",
                      R"({"type":"linear","rope_type":"llama3","factor":2})"),
              HasSubstr("or one of the two"));
  EXPECT_THAT(Refusal("rope_parameters",
                      R"({"rope_type":"llama3","factor":8,
                          "low_freq_factor":4,"high_freq_factor":4,
                          "original_max_position_embeddings":8192})"),
              HasSubstr("want more than low_freq_factor 4"));
  for (const char* theta : {"0", "-1", "1e40", "\"1\""}) {
    EXPECT_THAT(Refusal("rope_theta", theta), HasSubstr("rope_theta"));
  }
  std::string inner = kLlama;
  inner.insert(1, "\"rope_parameters\":{\"rope_theta\":20000},");
  EXPECT_THAT(Refusal("rope_theta", "10000", inner),
              HasSubstr("want the outer rope_theta 10000"));
  EXPECT_THAT(Refusal("rope_scaling", R"({"type":"linear","factor":2})", inner),
              HasSubstr("want the same as \"rope_parameters\""));
  EXPECT_THAT(Refusal("rope_scaling", "3"), HasSubstr("want an object"));
}

// What is accepted is in range, so that sizes can be multiplied.
TEST(Config, MutantsAreRefusedOrInRange) {
  constexpr const char* kPieces[] = {"-",     "0",
                                     "9",     "1e9",
                                     "null",  "\"",
                                     "[",     "}",
                                     ",",     "64",
                                     "4096",  "9223372036854775807",
                                     "true",  "{\"type\":\"linear\"}",
                                     "1e-320"};
  std::mt19937 random(7);
  int accepted = 0, refused = 0;
  for (int i = 0; i < 20000; ++i) {
    std::string text = kLlama;
    for (int edits = 1 + random() % 3; edits > 0; --edits) {
      const size_t at = random() % text.size();
      if (random() % 3 == 0) {
        text[at] ^= static_cast<char>(1 << random() % 7);
      } else {
        text.replace(at, random() % 4, kPieces[random() % std::size(kPieces)]);
      }
    }
    auto root = io::ParseJson(text, "m");
    auto config = root.ok() ? ParseModelConfig(*root, "m")
                            : absl::StatusOr<ModelConfig>(root.status());
    if (!config.ok()) {
      ++refused;
      EXPECT_EQ(ExitCodeFor(config.status()), kExitRefused);
      continue;
    }
    ++accepted;
    EXPECT_GE(config->vocab_size, 2);
    EXPECT_GE(config->layer_count, 1);
    EXPECT_EQ(config->head_dim % 2, 0);
    EXPECT_EQ(config->head_count % config->key_value_head_count, 0);
    EXPECT_GT(config->rms_norm_eps, 0);
    EXPECT_GT(config->parameter_count(), 0);
  }
  EXPECT_GT(accepted, 500);
  EXPECT_GT(refused, 5000);
}

TEST(Config, ReadsAFile) {
  auto config = ReadModelConfig(HYDROMETER_SOURCE_DIR
                                "/tests/fixtures/models/qwen2-default-f32/"
                                "config.json");
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(config->architecture->name, "Qwen2ForCausalLM");
  EXPECT_EQ(config->rope.theta, 1e6);
}

}  // namespace
}  // namespace hydrometer::model
