// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// The output head: hidden states times the head's weights, to fp32 logits in a
// buffer of the caller's, and their log-sum-exp while they are still in cache.
// Call it chunk by chunk: a whole probe set's logits are never in memory.
//
// Shapes:  hidden [N, H] (row stride hidden_stride), weight [V, H] (one row a
//          token, as checkpoints store it; stride weight_stride), bias [V] or
//          null, logits [N, V] (stride logits_stride), lse [N] or null.
// Types:   hidden and weight each fp32, bf16 or fp16; products and sums fp32;
//          bias and logits fp32; lse fp64.
// Values:  logits are raw: the transform is applied to the lse only, and is to
// be
//          given again in the Rows that read the logits.
// Order:   on the CPU a logit depends on its hidden row and its weight row
// alone:
//          the same bits whatever N, V, the chunk and the thread count are. On
//          CUDA the same bits for the same shape; no split over H.
// Async:   as row_statistics.h.
// Errors:  InvalidArgument with the offending value.
// Tests:   tests/kernels/head_test.cc.
#ifndef HYDROMETER_KERNELS_HEAD_H_
#define HYDROMETER_KERNELS_HEAD_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "kernels/rows.h"

namespace hydrometer::kernels {

struct Head {
  Device device = Device::kCpu;
  const void* hidden = nullptr;
  DataType hidden_type = DataType::kFloat32;
  int64_t hidden_stride = 0;  // elements, >= hidden_size
  int64_t row_count = 0;      // N
  int64_t hidden_size = 0;    // H, 1 .. 65,536
  const void* weight = nullptr;
  DataType weight_type = DataType::kFloat32;
  int64_t weight_stride = 0;  // elements, >= hidden_size
  int64_t vocab_count = 0;    // V, 1 .. kMaxVocabCount
  const float* bias = nullptr;
  Transform transform;  // of the lse
  float* logits = nullptr;
  int64_t logits_stride = 0;  // elements, >= vocab_count
  double* lse_nats = nullptr;
};

absl::StatusOr<size_t> HeadWorkspaceBytes(const Head& head);

absl::Status ComputeHead(const Head& head, Workspace workspace,
                         Stream stream = nullptr);

}  // namespace hydrometer::kernels

#endif  // HYDROMETER_KERNELS_HEAD_H_
