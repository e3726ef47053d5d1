// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/model/weights.h"

#include <ATen/ops/cat.h>
#include <ATen/ops/empty.h>

#include <cstring>
#include <string>

#include "absl/strings/str_cat.h"

namespace hydrometer::model {
namespace {

at::ScalarType TorchType(io::DType dtype) {
  switch (dtype) {
    case io::DType::kF16:
      return at::kHalf;
    case io::DType::kBF16:
      return at::kBFloat16;
    default:
      return at::kFloat;  // CheckTensors lets no other through
  }
}

class Loader {
 public:
  Loader(const ModelConfig& config, const io::Checkpoint& checkpoint,
         at::ScalarType compute, at::Device device)
      : config_(config),
        checkpoint_(checkpoint),
        compute_(compute),
        device_(device) {}

  // The tensor as stored, on the device. Copied bytewise: the map's bytes
  // need not be aligned.
  at::Tensor Stored(const std::string& name) const {
    const io::TensorView& view = checkpoint_.Find(name)->view;
    at::Tensor tensor = at::empty(view.shape, TorchType(view.dtype));
    std::memcpy(tensor.data_ptr(), view.data,
                static_cast<size_t>(view.byte_count));
    return tensor.to(device_);
  }

  at::Tensor Computed(const std::string& name) const {
    return Stored(name).to(compute_);
  }

  Linear One(const std::string& name, bool bias) const {
    return {Computed(name + ".weight"),
            bias ? Computed(name + ".bias") : at::Tensor()};
  }

  // The rows of several layers with the same input, one after the other.
  static Linear Stacked(const std::vector<Linear>& parts) {
    std::vector<at::Tensor> weights, biases;
    for (const Linear& part : parts) {
      weights.push_back(part.weight);
      if (part.bias.defined()) biases.push_back(part.bias);
    }
    return {at::cat(weights), biases.empty() ? at::Tensor() : at::cat(biases)};
  }

  // Rows j and j + D/2 of each head become rows 2j and 2j + 1.
  Linear Interleaved(const Linear& halves) const {
    auto interleave = [&](const at::Tensor& rows) {
      if (!rows.defined()) return rows;
      const int64_t half = config_.head_dim / 2;
      return rows.view({-1, 2, half, rows.numel() / rows.size(0)})
          .transpose(1, 2)
          .reshape(rows.sizes())
          .contiguous();
    };
    return {interleave(halves.weight), interleave(halves.bias)};
  }

  LayerWeights Layer(int64_t index) const {
    const std::string prefix = absl::StrCat("model.layers.", index, ".");
    const std::string attention = prefix + "self_attn.";
    const std::string mlp = prefix + "mlp.";
    const bool bias = config_.query_key_value_bias;
    LayerWeights layer;
    layer.attention_norm = Computed(prefix + "input_layernorm.weight");
    layer.query_key_value =
        Stacked({Interleaved(One(attention + "q_proj", bias)),
                 Interleaved(One(attention + "k_proj", bias)),
                 One(attention + "v_proj", bias)});
    layer.attention_output = One(attention + "o_proj", config_.output_bias);
    layer.mlp_norm = Computed(prefix + "post_attention_layernorm.weight");
    layer.gate_up = Stacked({One(mlp + "gate_proj", config_.mlp_bias),
                             One(mlp + "up_proj", config_.mlp_bias)});
    layer.down = One(mlp + "down_proj", config_.mlp_bias);
    return layer;
  }

 private:
  const ModelConfig& config_;
  const io::Checkpoint& checkpoint_;
  at::ScalarType compute_;
  at::Device device_;
};

}  // namespace

Weights LoadWeights(const ModelConfig& config, const io::Checkpoint& checkpoint,
                    at::ScalarType compute, at::Device device) {
  const Loader loader(config, checkpoint, compute, device);
  Weights weights;
  weights.embedding = loader.Stored("model.embed_tokens.weight");
  for (int64_t i = 0; i < config.layer_count; ++i) {
    weights.layers.push_back(loader.Layer(i));
  }
  weights.final_norm = loader.Computed("model.norm.weight");
  weights.head =
      config.tied_head ? weights.embedding : loader.Stored("lm_head.weight");
  return weights;
}

}  // namespace hydrometer::model
