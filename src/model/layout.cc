// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/model/layout.h"

#include <cstring>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "src/base/errors.h"
#include "src/base/status_macros.h"
#include "src/io/file.h"

namespace hydrometer::model {
namespace {

constexpr char kEmbedding[] = "model.embed_tokens.weight";
constexpr char kHead[] = "lm_head.weight";

void AddLinear(const std::string& name, int64_t out, int64_t in, bool bias,
               absl::string_view source, std::vector<TensorSpec>& specs) {
  specs.push_back({name + ".weight", {out, in}, std::string(source)});
  if (bias) specs.push_back({name + ".bias", {out}, std::string(source)});
}

void AddLayer(const ModelConfig& config, int64_t layer,
              std::vector<TensorSpec>& specs) {
  const std::string prefix = absl::StrCat("model.layers.", layer, ".");
  const int64_t hidden = config.hidden_size;
  const int64_t query = config.head_count * config.head_dim;
  const int64_t key = config.key_value_head_count * config.head_dim;
  const bool bias = config.query_key_value_bias;
  constexpr char kQuery[] = "num_attention_heads x head_dim, hidden_size";
  constexpr char kKey[] = "num_key_value_heads x head_dim, hidden_size";
  constexpr char kMlp[] = "intermediate_size, hidden_size";
  specs.push_back({prefix + "input_layernorm.weight", {hidden}, "hidden_size"});
  const std::string attention = prefix + "self_attn.";
  AddLinear(attention + "q_proj", query, hidden, bias, kQuery, specs);
  AddLinear(attention + "k_proj", key, hidden, bias, kKey, specs);
  AddLinear(attention + "v_proj", key, hidden, bias, kKey, specs);
  AddLinear(attention + "o_proj", hidden, query, config.output_bias, kQuery,
            specs);
  specs.push_back(
      {prefix + "post_attention_layernorm.weight", {hidden}, "hidden_size"});
  const std::string mlp = prefix + "mlp.";
  const int64_t inner = config.intermediate_size;
  AddLinear(mlp + "gate_proj", inner, hidden, config.mlp_bias, kMlp, specs);
  AddLinear(mlp + "up_proj", inner, hidden, config.mlp_bias, kMlp, specs);
  AddLinear(mlp + "down_proj", hidden, inner, config.mlp_bias, kMlp, specs);
}

// The index of element `flat` of a row-major tensor: "[3, 17]".
std::string PositionText(const std::vector<int64_t>& shape, int64_t flat) {
  std::vector<int64_t> position(shape.size());
  for (size_t i = shape.size(); i-- > 0;) {
    position[i] = flat % shape[i];
    flat /= shape[i];
  }
  return io::ShapeText(position);
}

absl::Status CheckTensor(const TensorSpec& spec,
                         const io::Checkpoint& checkpoint) {
  const io::CheckpointTensor* found = checkpoint.Find(spec.name);
  if (found == nullptr) {
    return RefusedError(checkpoint.directory(), ": tensor ",
                        io::QuotedName(spec.name), " is missing, want shape ",
                        io::ShapeText(spec.shape), " (config.json ",
                        spec.source, ")");
  }
  const io::TensorView& view = found->view;
  const std::string what =
      absl::StrCat(io::JoinPath(checkpoint.directory(), found->file),
                   ": tensor ", io::QuotedName(spec.name));
  if (view.shape != spec.shape) {
    return RefusedError(what, " has shape ", io::ShapeText(view.shape),
                        ", want ", io::ShapeText(spec.shape), " (config.json ",
                        spec.source, ")");
  }
  if (view.dtype != io::DType::kF32 && view.dtype != io::DType::kF16 &&
      view.dtype != io::DType::kBF16) {
    return RefusedError(what, " has dtype ", io::DTypeName(view.dtype),
                        ", want F32, F16 or BF16");
  }
  const int64_t bad = io::FirstNonFinite(view);
  if (bad >= 0) {
    return RefusedError(what, " is NaN or infinite at ",
                        PositionText(view.shape, bad), ", want finite weights");
  }
  return absl::OkStatus();
}

bool SameBytes(const io::CheckpointTensor* a, const io::CheckpointTensor& b) {
  return a != nullptr && a->view.dtype == b.view.dtype &&
         a->view.shape == b.view.shape &&
         std::memcmp(a->view.data, b.view.data,
                     static_cast<size_t>(a->view.byte_count)) == 0;
}

}  // namespace

std::vector<TensorSpec> RequiredTensors(const ModelConfig& config) {
  std::vector<TensorSpec> specs;
  const std::vector<int64_t> table = {config.vocab_size, config.hidden_size};
  specs.push_back({kEmbedding, table, "vocab_size, hidden_size"});
  for (int64_t layer = 0; layer < config.layer_count; ++layer) {
    AddLayer(config, layer, specs);
  }
  specs.push_back({"model.norm.weight", {config.hidden_size}, "hidden_size"});
  if (!config.tied_head) {
    specs.push_back({kHead, table, "vocab_size, hidden_size"});
  }
  return specs;
}

absl::StatusOr<CheckedTensors> CheckTensors(const ModelConfig& config,
                                            const io::Checkpoint& checkpoint) {
  CheckedTensors checked;
  std::set<std::string> wanted;
  for (const TensorSpec& spec : RequiredTensors(config)) {
    HYDROMETER_RETURN_IF_ERROR(CheckTensor(spec, checkpoint));
    wanted.insert(spec.name);
    checked.used.push_back(spec.name);
  }
  for (const auto& [name, tensor] : checkpoint.tensors()) {
    if (wanted.count(name)) continue;
    const std::string path = io::JoinPath(checkpoint.directory(), tensor.file);
    if (name == kHead && config.tied_head) {
      if (!SameBytes(checkpoint.Find(kEmbedding), tensor)) {
        return RefusedError(path, ": tensor \"", kHead, "\" differs from \"",
                            kEmbedding,
                            "\", want them equal (config.json "
                            "tie_word_embeddings is true)");
      }
    } else if (!absl::EndsWith(name, ".rotary_emb.inv_freq")) {
      return RefusedError(path, ": tensor ", io::QuotedName(name),
                          " is not part of a ", config.architecture->name,
                          " with ", config.layer_count,
                          " layers, want no others");
    }
    checked.ignored.push_back(name);
  }
  return checked;
}

}  // namespace hydrometer::model
