// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// config.json, validated: after Parse every number is in range and no two
// contradict each other, so that nothing downstream checks them again.
//
// Both generations of keys are read: rope_theta and rope_scaling or
// rope_parameters, torch_dtype or dtype. Keys that do not change the forward
// pass are ignored; keys that would change it in a way that is not supported
// (quantization_config, a sliding window, partial rotation) are refused.
//
// Errors: RefusedError that names the file, the key, what was seen and what
// was wanted. Source: transformers' configuration_llama.py and
// configuration_qwen2.py. Tests: tests/model/config_test.cc.
#ifndef HYDROMETER_SRC_MODEL_CONFIG_H_
#define HYDROMETER_SRC_MODEL_CONFIG_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "src/io/json.h"
#include "src/model/architecture.h"

namespace hydrometer::model {

enum class RopeType { kDefault, kLinear, kLlama3 };

// Rotary positions. Fields below `theta` count only for the types named.
struct RopeConfig {
  RopeType type = RopeType::kDefault;
  double theta = 10000.0;
  double factor = 1.0;                           // linear, llama3
  double low_freq_factor = 1.0;                  // llama3
  double high_freq_factor = 4.0;                 // llama3
  int64_t original_max_position_embeddings = 0;  // llama3
};

struct ModelConfig {
  const Architecture* architecture = nullptr;  // a row of the table
  int64_t vocab_size = 0;
  int64_t hidden_size = 0;
  int64_t intermediate_size = 0;
  int64_t layer_count = 0;
  int64_t head_count = 0;
  int64_t key_value_head_count = 0;     // divides head_count
  int64_t head_dim = 0;                 // even
  int64_t max_position_embeddings = 0;  // the context, in tokens
  double rms_norm_eps = 0;
  bool tied_head = false;
  bool query_key_value_bias = false;
  bool output_bias = false;  // of the attention
  bool mlp_bias = false;
  RopeConfig rope;
  std::string stored_dtype;  // as the config says; "" if it does not

  // Parameters of the whole model, a tied head counted once.
  int64_t parameter_count() const;
};

absl::StatusOr<ModelConfig> ParseModelConfig(const rapidjson::Value& root,
                                             absl::string_view name);

// Reads the file; at most 1 MiB.
absl::StatusOr<ModelConfig> ReadModelConfig(absl::string_view path);

}  // namespace hydrometer::model

#endif  // HYDROMETER_SRC_MODEL_CONFIG_H_
