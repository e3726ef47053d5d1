// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// Plain arguments of the head, already checked. Meanings: head.h.
#ifndef HYDROMETER_KERNELS_HEAD_ARGS_H_
#define HYDROMETER_KERNELS_HEAD_ARGS_H_

#include "kernels/rows.h"

namespace hydrometer::kernels {

struct HeadArgs {
  const void* hidden = nullptr;
  DataType hidden_type = DataType::kFloat32;
  int64_t hidden_stride = 0;
  int64_t row_count = 0;
  int64_t hidden_size = 0;
  const void* weight = nullptr;
  DataType weight_type = DataType::kFloat32;
  int64_t weight_stride = 0;
  int64_t vocab_count = 0;
  const float* bias = nullptr;
  Transform transform;
  float* logits = nullptr;
  int64_t logits_stride = 0;
  double* lse_nats = nullptr;
  Workspace workspace;
};

size_t HeadCpuWorkspaceBytes(const HeadArgs& args);
void HeadCpu(const HeadArgs& args);

}  // namespace hydrometer::kernels

#endif  // HYDROMETER_KERNELS_HEAD_ARGS_H_
