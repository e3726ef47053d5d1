// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// A checkpoint's tensors, laid out for the decoder: projections that read the
// same input are one matrix, so that a layer is four products.
//
// Rotary pairs: checkpoints keep pair j of a head at rows j and j + D/2 (D =
// head dimension); here they are rows 2j and 2j + 1, of queries and keys
// alike, so that a pair is one complex number. Attention scores are sums over
// a head's dimensions and do not change with their order.
//
// Tests: tests/model/decoder_test.cc.
#ifndef HYDROMETER_SRC_MODEL_WEIGHTS_H_
#define HYDROMETER_SRC_MODEL_WEIGHTS_H_

#include <ATen/core/Tensor.h>

#include <vector>

#include "src/io/checkpoint.h"
#include "src/model/config.h"

namespace hydrometer::model {

struct Linear {
  at::Tensor weight;  // [out, in]
  at::Tensor bias;    // [out], or undefined
};

// H hidden, Q = heads x D, K = key-value heads x D, I intermediate.
struct LayerWeights {
  at::Tensor attention_norm;  // [H]
  Linear query_key_value;     // [Q + 2 K, H], pairs interleaved in Q and K
  Linear attention_output;    // [H, Q]
  at::Tensor mlp_norm;        // [H]
  Linear gate_up;             // [2 I, H]
  Linear down;                // [H, I]
};

struct Weights {
  at::Tensor embedding;  // [V, H], stored dtype
  std::vector<LayerWeights> layers;
  at::Tensor final_norm;  // [H]
  at::Tensor head;        // [V, H], stored dtype; embedding itself if tied
};

// Copies the tensors out of `checkpoint`, which must have passed
// CheckTensors, to `device`; all but embedding and head as `compute`.
// Throws what LibTorch throws: call it inside TorchCall.
Weights LoadWeights(const ModelConfig& config, const io::Checkpoint& checkpoint,
                    at::ScalarType compute, at::Device device);

}  // namespace hydrometer::model

#endif  // HYDROMETER_SRC_MODEL_WEIGHTS_H_
