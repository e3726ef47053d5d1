// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// The decoder: a pre-norm transformer with rotary positions, grouped-query
// attention and a SwiGLU MLP, written once in LibTorch operations for CPU and
// CUDA. Throws what LibTorch throws: call it inside TorchCall.
//
// Source: Touvron et al., "LLaMA" (2023), section 2.2; Ainslie et al., "GQA"
// (2023); Yang et al., "Qwen2 Technical Report" (2024).
// Tests: tests/model/decoder_test.cc.
#ifndef HYDROMETER_SRC_MODEL_DECODER_H_
#define HYDROMETER_SRC_MODEL_DECODER_H_

#include <ATen/core/Tensor.h>

#include "src/model/config.h"
#include "src/model/weights.h"

namespace hydrometer::model {

// The rotations of positions 0 to length - 1, tiled over the query and key
// heads: complex64 [length, (heads + key-value heads) x D / 2], on `device`.
at::Tensor RotationTable(const ModelConfig& config, int64_t length,
                         at::Device device);

// ids: int64 [batch, length], on the weights' device, each in the vocabulary.
// rotation: of `length` positions. Returns the hidden states after the final
// norm, as they enter the head: fp32 [batch x length, H].
at::Tensor Decode(const ModelConfig& config, const Weights& weights,
                  const at::Tensor& rotation, const at::Tensor& ids);

}  // namespace hydrometer::model

#endif  // HYDROMETER_SRC_MODEL_DECODER_H_
