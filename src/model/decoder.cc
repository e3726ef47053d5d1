// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// Shapes: B sequences of L positions, T = B x L rows; H hidden, D head
// dimension, Q = heads x D, K = key-value heads x D, I intermediate.

#include "src/model/decoder.h"

#include <ATen/ops/embedding.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/rms_norm.h>
#include <ATen/ops/scaled_dot_product_attention.h>
#include <ATen/ops/silu.h>
#include <ATen/ops/view_as_complex.h>
#include <ATen/ops/view_as_real.h>

#include <cmath>
#include <vector>

#include "src/model/rope.h"

namespace hydrometer::model {
namespace {

at::Tensor Apply(const Linear& linear, const at::Tensor& x) {
  return at::linear(x, linear.weight, linear.bias);
}

// In fp32 whatever the compute type, as the architectures define it.
at::Tensor RmsNorm(const at::Tensor& x, const at::Tensor& weight,
                   double epsilon) {
  const at::Tensor wide = x.to(at::kFloat);
  return at::rms_norm(wide, {x.size(-1)}, {}, epsilon)
      .to(x.scalar_type())
      .mul_(weight);
}

// Turns each pair of a query or key by its position's angle. qk: [T, Q + K].
void Rotate(const at::Tensor& qk, const at::Tensor& rotation) {
  const int64_t length = rotation.size(0);
  const int64_t pairs = rotation.size(1);
  const at::Tensor shaped = qk.view({-1, length, pairs, 2});
  if (qk.scalar_type() == at::kFloat) {
    at::view_as_complex(shaped).mul_(rotation);
    return;
  }
  shaped.copy_(at::view_as_real(
      at::view_as_complex(shaped.to(at::kFloat).contiguous()).mul_(rotation)));
}

// x: [T, H] -> [T, H].
at::Tensor Attention(const ModelConfig& config, const LayerWeights& layer,
                     const at::Tensor& rotation, const at::Tensor& x) {
  const int64_t length = rotation.size(0);
  const int64_t head_dim = config.head_dim;
  const int64_t query = config.head_count * head_dim;
  const int64_t key = config.key_value_head_count * head_dim;
  const at::Tensor qkv = Apply(layer.query_key_value, x);  // [T, Q + 2 K]
  Rotate(qkv.narrow(1, 0, query + key), rotation);
  auto heads = [&](int64_t begin, int64_t width) {  // [B, heads, L, D]
    return qkv.narrow(1, begin, width)
        .view({-1, length, width / head_dim, head_dim})
        .transpose(1, 2);
  };
  const at::Tensor mixed = at::scaled_dot_product_attention(
      heads(0, query), heads(query, key), heads(query + key, key),
      /*attn_mask=*/{}, /*dropout_p=*/0.0, /*is_causal=*/true,
      /*scale=*/{}, /*enable_gqa=*/query != key);
  return Apply(layer.attention_output,
               mixed.transpose(1, 2).reshape({-1, query}));
}

// SwiGLU: down(silu(gate(x)) * up(x)). x: [T, H] -> [T, H].
at::Tensor Mlp(const ModelConfig& config, const LayerWeights& layer,
               const at::Tensor& x) {
  const int64_t inner = config.intermediate_size;
  const at::Tensor gate_up = Apply(layer.gate_up, x);  // [T, 2 I]
  at::Tensor gate = gate_up.narrow(1, 0, inner);
  at::silu_(gate).mul_(gate_up.narrow(1, inner, inner));
  return Apply(layer.down, gate);
}

}  // namespace

at::Tensor RotationTable(const ModelConfig& config, int64_t length,
                         at::Device device) {
  const std::vector<float> frequencies =
      RotaryFrequencies(config.rope, config.head_dim);
  const int64_t heads = config.head_count + config.key_value_head_count;
  const int64_t pairs = config.head_dim / 2;
  at::Tensor table = at::empty({length, heads, pairs, 2}, at::kFloat);
  float* out = table.mutable_data_ptr<float>();
  for (int64_t position = 0; position < length; ++position) {
    for (int64_t head = 0; head < heads; ++head) {
      for (int64_t pair = 0; pair < pairs; ++pair) {
        // The product in fp32, as transformers forms it.
        const float angle = static_cast<float>(position) * frequencies[pair];
        *out++ = static_cast<float>(std::cos(double{angle}));
        *out++ = static_cast<float>(std::sin(double{angle}));
      }
    }
  }
  return at::view_as_complex(table).view({length, heads * pairs}).to(device);
}

at::Tensor Decode(const ModelConfig& config, const Weights& weights,
                  const at::Tensor& rotation, const at::Tensor& ids) {
  const double epsilon = config.rms_norm_eps;
  at::Tensor x = at::embedding(weights.embedding, ids.flatten())
                     .to(weights.final_norm.scalar_type());  // [T, H]
  for (const LayerWeights& layer : weights.layers) {
    x.add_(Attention(config, layer, rotation,
                     RmsNorm(x, layer.attention_norm, epsilon)));
    x.add_(Mlp(config, layer, RmsNorm(x, layer.mlp_norm, epsilon)));
  }
  return RmsNorm(x, weights.final_norm, epsilon).to(at::kFloat);
}

}  // namespace hydrometer::model
