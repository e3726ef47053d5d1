// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/model/config.h"

#include <cmath>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "src/base/errors.h"
#include "src/base/status_macros.h"
#include "src/io/safetensors.h"

namespace hydrometer::model {
namespace {

using ::hydrometer::io::Find;
using ::hydrometer::io::TypeName;

constexpr int64_t kMaxConfigBytes = int64_t{1} << 20;

// Bounds far beyond any model, and small enough that no product of two of
// them overflows 64 bits.
constexpr int64_t kMaxVocabulary = int64_t{1} << 24;
constexpr int64_t kMaxWidth = int64_t{1} << 20;
constexpr int64_t kMaxLayers = 4096;
constexpr int64_t kMaxHeads = 4096;
constexpr int64_t kMaxHeadDim = 4096;
constexpr int64_t kMaxContext = int64_t{1} << 27;

// Reads keys of one JSON object; `prefix` is what errors call it.
class Reader {
 public:
  Reader(const rapidjson::Value& object, absl::string_view prefix)
      : object_(object), prefix_(prefix) {}

  // nullptr if the key is missing or null: the two mean the same in configs.
  const rapidjson::Value* Get(absl::string_view key) const {
    const rapidjson::Value* value = Find(object_, key);
    return value == nullptr || value->IsNull() ? nullptr : value;
  }

  template <typename Want>
  absl::Status Wrong(absl::string_view key, const Want& want) const {
    const rapidjson::Value* value = Find(object_, key);
    return RefusedError(prefix_, ": key \"", key, "\" is ",
                        value == nullptr ? "missing" : TypeName(*value),
                        ", want ", want);
  }

  // An integer in [low, high]. Without `fallback` the key must be there.
  absl::Status Int(absl::string_view key, int64_t low, int64_t high,
                   std::optional<int64_t> fallback, int64_t& out) const {
    const rapidjson::Value* value = Get(key);
    if (value == nullptr && fallback.has_value()) {
      out = *fallback;
      return absl::OkStatus();
    }
    if (value == nullptr || !value->IsInt64() || value->GetInt64() < low ||
        value->GetInt64() > high) {
      return Wrong(key, absl::StrCat("an integer from ", low, " to ", high));
    }
    out = value->GetInt64();
    return absl::OkStatus();
  }

  // A number in [low, high]; JSON has no NaN.
  absl::Status Double(absl::string_view key, double low, double high,
                      std::optional<double> fallback, double& out) const {
    const rapidjson::Value* value = Get(key);
    if (value == nullptr && fallback.has_value()) {
      out = *fallback;
      return absl::OkStatus();
    }
    if (value == nullptr || !value->IsNumber() ||
        !(value->GetDouble() >= low && value->GetDouble() <= high)) {
      return Wrong(key, absl::StrCat("a number from ", low, " to ", high));
    }
    out = value->GetDouble();
    return absl::OkStatus();
  }

  absl::Status Bool(absl::string_view key, bool fallback, bool& out) const {
    const rapidjson::Value* value = Get(key);
    if (value != nullptr && !value->IsBool()) {
      return Wrong(key, "true or false");
    }
    out = value == nullptr ? fallback : value->GetBool();
    return absl::OkStatus();
  }

  // "" if the key is missing.
  absl::Status String(absl::string_view key, std::string& out) const {
    const rapidjson::Value* value = Get(key);
    if (value != nullptr && !value->IsString()) return Wrong(key, "a string");
    out = value == nullptr
              ? ""
              : std::string(value->GetString(), value->GetStringLength());
    return absl::OkStatus();
  }

  const std::string& prefix() const { return prefix_; }

 private:
  const rapidjson::Value& object_;
  std::string prefix_;
};

absl::Status ReadArchitecture(const Reader& root, ModelConfig& config) {
  const rapidjson::Value* list = root.Get("architectures");
  if (list == nullptr || !list->IsArray() || list->Size() != 1 ||
      !(*list)[0].IsString()) {
    return root.Wrong("architectures", absl::StrCat("an array of one of ",
                                                    SupportedArchitectures()));
  }
  const absl::string_view name((*list)[0].GetString(),
                               (*list)[0].GetStringLength());
  config.architecture = FindArchitecture(name);
  if (config.architecture == nullptr) {
    return RefusedError(root.prefix(), ": architecture ", io::QuotedName(name),
                        " is not supported, want one of ",
                        SupportedArchitectures());
  }
  std::string type;
  HYDROMETER_RETURN_IF_ERROR(root.String("model_type", type));
  if (!type.empty() && type != config.architecture->model_type) {
    return root.Wrong("model_type",
                      absl::StrCat("\"", config.architecture->model_type,
                                   "\" (architectures says ", name, ")"));
  }
  return absl::OkStatus();
}

absl::Status ReadSizes(const Reader& root, ModelConfig& config) {
  HYDROMETER_RETURN_IF_ERROR(
      root.Int("vocab_size", 2, kMaxVocabulary, {}, config.vocab_size));
  HYDROMETER_RETURN_IF_ERROR(
      root.Int("hidden_size", 1, kMaxWidth, {}, config.hidden_size));
  HYDROMETER_RETURN_IF_ERROR(root.Int("intermediate_size", 1, kMaxWidth, {},
                                      config.intermediate_size));
  HYDROMETER_RETURN_IF_ERROR(
      root.Int("num_hidden_layers", 1, kMaxLayers, {}, config.layer_count));
  HYDROMETER_RETURN_IF_ERROR(
      root.Int("num_attention_heads", 1, kMaxHeads, {}, config.head_count));
  HYDROMETER_RETURN_IF_ERROR(root.Int("num_key_value_heads", 1,
                                      config.head_count, config.head_count,
                                      config.key_value_head_count));
  if (config.head_count % config.key_value_head_count != 0) {
    return root.Wrong(
        "num_key_value_heads",
        absl::StrCat("a divisor of num_attention_heads ", config.head_count));
  }
  if (root.Get("head_dim") == nullptr &&
      config.hidden_size % config.head_count != 0) {
    return root.Wrong(
        "hidden_size",
        absl::StrCat("a multiple of num_attention_heads ", config.head_count,
                     " (there is no head_dim)"));
  }
  HYDROMETER_RETURN_IF_ERROR(root.Int("head_dim", 1, kMaxHeadDim,
                                      config.hidden_size / config.head_count,
                                      config.head_dim));
  if (config.head_dim % 2 != 0 || config.head_dim > kMaxHeadDim) {
    return RefusedError(root.prefix(), ": head dimension is ", config.head_dim,
                        ", want an even number (rotary pairs) of at most ",
                        kMaxHeadDim);
  }
  HYDROMETER_RETURN_IF_ERROR(root.Int("max_position_embeddings", 1, kMaxContext,
                                      {}, config.max_position_embeddings));
  return root.Double("rms_norm_eps", 1e-12, 1.0, {}, config.rms_norm_eps);
}

absl::Status ReadBias(const Reader& root, BiasRule rule, bool& out) {
  switch (rule) {
    case BiasRule::kNever:
      out = false;
      return absl::OkStatus();
    case BiasRule::kAlways:
      out = true;
      return absl::OkStatus();
    case BiasRule::kAttentionBiasKey:
      return root.Bool("attention_bias", false, out);
    case BiasRule::kMlpBiasKey:
      return root.Bool("mlp_bias", false, out);
  }
  return InternalError("unknown bias rule");
}

absl::Status ReadFlags(const Reader& root, ModelConfig& config) {
  HYDROMETER_RETURN_IF_ERROR(
      root.Bool("tie_word_embeddings", false, config.tied_head));
  const Architecture& row = *config.architecture;
  HYDROMETER_RETURN_IF_ERROR(
      ReadBias(root, row.query_key_value_bias, config.query_key_value_bias));
  HYDROMETER_RETURN_IF_ERROR(
      ReadBias(root, row.output_bias, config.output_bias));
  return ReadBias(root, row.mlp_bias, config.mlp_bias);
}

absl::Status ReadDType(const Reader& root, ModelConfig& config) {
  std::string old_name, new_name;
  HYDROMETER_RETURN_IF_ERROR(root.String("torch_dtype", old_name));
  HYDROMETER_RETURN_IF_ERROR(root.String("dtype", new_name));
  if (!old_name.empty() && !new_name.empty() && old_name != new_name) {
    return root.Wrong("dtype", absl::StrCat("torch_dtype's \"", old_name,
                                            "\", or one of the two keys"));
  }
  config.stored_dtype = new_name.empty() ? old_name : new_name;
  for (absl::string_view known : {"", "float32", "float16", "bfloat16"}) {
    if (config.stored_dtype == known) return absl::OkStatus();
  }
  return root.Wrong(new_name.empty() ? "torch_dtype" : "dtype",
                    "float32, float16 or bfloat16");
}

// Keys that would change the forward pass in ways that are not supported.
absl::Status RefuseUnsupported(const Reader& root, int64_t layer_count) {
  if (const auto* value = root.Get("hidden_act");
      value != nullptr &&
      !(value->IsString() && absl::string_view(value->GetString()) == "silu")) {
    return root.Wrong("hidden_act", "\"silu\"");
  }
  bool sliding = false;
  HYDROMETER_RETURN_IF_ERROR(root.Bool("use_sliding_window", false, sliding));
  if (sliding) {
    return root.Wrong("use_sliding_window",
                      "false (full attention in every layer)");
  }
  if (const auto* layers = root.Get("layer_types"); layers != nullptr) {
    if (!layers->IsArray()) return root.Wrong("layer_types", "an array");
    for (const auto& layer : layers->GetArray()) {
      if (layer.IsString() &&
          absl::string_view(layer.GetString()) == "full_attention") {
        continue;
      }
      return RefusedError(root.prefix(), ": key \"layer_types\" holds ",
                          TypeName(layer), ", want \"full_attention\" only");
    }
    if (layers->Size() != layer_count) {
      return RefusedError(root.prefix(), ": key \"layer_types\" has ",
                          layers->Size(), " entries, want num_hidden_layers ",
                          layer_count);
    }
  }
  if (root.Get("quantization_config") != nullptr) {
    return root.Wrong("quantization_config",
                      "weights in F32, F16 or BF16 (dequantise them)");
  }
  double rotated = 1.0;
  HYDROMETER_RETURN_IF_ERROR(
      root.Double("partial_rotary_factor", 1.0, 1.0, 1.0, rotated));
  return absl::OkStatus();
}

absl::Status ReadRopeType(const Reader& rope, RopeConfig& out) {
  std::string old_name, new_name;
  HYDROMETER_RETURN_IF_ERROR(rope.String("type", old_name));
  HYDROMETER_RETURN_IF_ERROR(rope.String("rope_type", new_name));
  if (!old_name.empty() && !new_name.empty() && old_name != new_name) {
    return rope.Wrong("rope_type", absl::StrCat("type's \"", old_name,
                                                "\", or one of the two"));
  }
  const std::string& type = new_name.empty() ? old_name : new_name;
  if (type.empty() || type == "default") {
    out.type = RopeType::kDefault;
  } else if (type == "linear") {
    out.type = RopeType::kLinear;
  } else if (type == "llama3") {
    out.type = RopeType::kLlama3;
  } else {
    return RefusedError(rope.prefix(), ": rope type ", io::QuotedName(type),
                        " is not supported, want default, linear or llama3");
  }
  return absl::OkStatus();
}

// The object that rope_scaling and rope_parameters both are.
absl::Status ReadRopeObject(const Reader& rope, RopeConfig& out) {
  HYDROMETER_RETURN_IF_ERROR(ReadRopeType(rope, out));
  double rotated = 1.0;
  HYDROMETER_RETURN_IF_ERROR(
      rope.Double("partial_rotary_factor", 1.0, 1.0, 1.0, rotated));
  if (out.type == RopeType::kDefault) return absl::OkStatus();
  HYDROMETER_RETURN_IF_ERROR(rope.Double("factor", 1.0, 1e6, {}, out.factor));
  if (out.type == RopeType::kLinear) return absl::OkStatus();
  HYDROMETER_RETURN_IF_ERROR(
      rope.Double("low_freq_factor", 1e-3, 1e6, {}, out.low_freq_factor));
  HYDROMETER_RETURN_IF_ERROR(
      rope.Double("high_freq_factor", 1e-3, 1e6, {}, out.high_freq_factor));
  if (out.high_freq_factor <= out.low_freq_factor) {
    return rope.Wrong(
        "high_freq_factor",
        absl::StrCat("more than low_freq_factor ", out.low_freq_factor));
  }
  return rope.Int("original_max_position_embeddings", 1, kMaxContext, {},
                  out.original_max_position_embeddings);
}

absl::Status ReadRope(const Reader& root, RopeConfig& out) {
  const rapidjson::Value* scaling = root.Get("rope_scaling");
  const rapidjson::Value* parameters = root.Get("rope_parameters");
  for (absl::string_view key : {"rope_scaling", "rope_parameters"}) {
    const rapidjson::Value* value = root.Get(key);
    if (value != nullptr && !value->IsObject()) {
      return root.Wrong(key, "an object");
    }
  }
  if (scaling != nullptr && parameters != nullptr && *scaling != *parameters) {
    return root.Wrong("rope_scaling",
                      "the same as \"rope_parameters\", or one of the two");
  }
  constexpr double kMinTheta = 1.0, kMaxTheta = 1e12;
  HYDROMETER_RETURN_IF_ERROR(
      root.Double("rope_theta", kMinTheta, kMaxTheta, out.theta, out.theta));
  if (scaling == nullptr && parameters == nullptr) return absl::OkStatus();
  const Reader rope(
      parameters != nullptr ? *parameters : *scaling,
      absl::StrCat(root.prefix(), ": in \"",
                   parameters != nullptr ? "rope_parameters" : "rope_scaling",
                   "\""));
  double theta = out.theta;
  HYDROMETER_RETURN_IF_ERROR(
      rope.Double("rope_theta", kMinTheta, kMaxTheta, theta, theta));
  if (root.Get("rope_theta") != nullptr && theta != out.theta) {
    return rope.Wrong("rope_theta",
                      absl::StrCat("the outer rope_theta ", out.theta));
  }
  out.theta = theta;
  return ReadRopeObject(rope, out);
}

}  // namespace

int64_t ModelConfig::parameter_count() const {
  const int64_t query = head_count * head_dim;
  const int64_t key = key_value_head_count * head_dim;
  int64_t layer = hidden_size * (2 * query + 2 * key) +
                  3 * hidden_size * intermediate_size + 2 * hidden_size;
  if (query_key_value_bias) layer += query + 2 * key;
  if (output_bias) layer += hidden_size;
  if (mlp_bias) layer += 2 * intermediate_size + hidden_size;
  return layer_count * layer + hidden_size +
         (tied_head ? 1 : 2) * vocab_size * hidden_size;
}

absl::StatusOr<ModelConfig> ParseModelConfig(const rapidjson::Value& value,
                                             absl::string_view name) {
  if (!value.IsObject()) {
    return RefusedError(name, ": is ", TypeName(value), ", want an object");
  }
  const Reader root(value, name);
  ModelConfig config;
  HYDROMETER_RETURN_IF_ERROR(ReadArchitecture(root, config));
  HYDROMETER_RETURN_IF_ERROR(ReadSizes(root, config));
  HYDROMETER_RETURN_IF_ERROR(RefuseUnsupported(root, config.layer_count));
  HYDROMETER_RETURN_IF_ERROR(ReadFlags(root, config));
  HYDROMETER_RETURN_IF_ERROR(ReadDType(root, config));
  HYDROMETER_RETURN_IF_ERROR(ReadRope(root, config.rope));
  return config;
}

absl::StatusOr<ModelConfig> ReadModelConfig(absl::string_view path) {
  HYDROMETER_ASSIGN_OR_RETURN(rapidjson::Document root,
                              io::ReadJsonFile(path, kMaxConfigBytes));
  return ParseModelConfig(root, path);
}

}  // namespace hydrometer::model
