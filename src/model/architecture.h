// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// The table of architectures: what distinguishes them is data, and one
// decoder walks it. README.md says how to add a row.
//
// Tests: tests/model/config_test.cc, decoder_test.cc.
#ifndef HYDROMETER_SRC_MODEL_ARCHITECTURE_H_
#define HYDROMETER_SRC_MODEL_ARCHITECTURE_H_

#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace hydrometer::model {

// Whether a group of linear layers has biases.
enum class BiasRule {
  kNever,
  kAlways,
  kAttentionBiasKey,  // config key "attention_bias", false if missing
  kMlpBiasKey,        // config key "mlp_bias", false if missing
};

struct Architecture {
  absl::string_view name;        // in config.json "architectures"
  absl::string_view model_type;  // in config.json "model_type"
  BiasRule query_key_value_bias;
  BiasRule output_bias;
  BiasRule mlp_bias;
};

absl::Span<const Architecture> Architectures();

// nullptr if there is no row of that name.
const Architecture* FindArchitecture(absl::string_view name);

// "LlamaForCausalLM, Qwen2ForCausalLM", for messages.
std::string SupportedArchitectures();

}  // namespace hydrometer::model

#endif  // HYDROMETER_SRC_MODEL_ARCHITECTURE_H_
