// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/model/architecture.h"

#include "absl/strings/str_cat.h"

namespace hydrometer::model {
namespace {

constexpr Architecture kTable[] = {
    // name, model_type, bias of: query/key/value, attention output, MLP
    {"LlamaForCausalLM", "llama", BiasRule::kAttentionBiasKey,
     BiasRule::kAttentionBiasKey, BiasRule::kMlpBiasKey},
    {"Qwen2ForCausalLM", "qwen2", BiasRule::kAlways, BiasRule::kNever,
     BiasRule::kNever},
};

}  // namespace

absl::Span<const Architecture> Architectures() { return kTable; }

const Architecture* FindArchitecture(absl::string_view name) {
  for (const Architecture& row : kTable) {
    if (row.name == name) return &row;
  }
  return nullptr;
}

std::string SupportedArchitectures() {
  std::string names;
  for (const Architecture& row : kTable) {
    absl::StrAppend(&names, names.empty() ? "" : ", ", row.name);
  }
  return names;
}

}  // namespace hydrometer::model
