// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// The head's matrix product on CUDA: logits[n][v] = sum_h hidden[n][h]
// weight[v][h], both matrices of one type, sums in fp32, no split over h.
// head_gemm_cuda.cu calls cuBLASLt; the interpreter's build puts a loop in its
// place.
//
// Errors: a cudaError_t as an int; cudaErrorNotSupported (801) where the
// library has no way for the shape, type or alignment, with nothing enqueued.
// Tests: tests/kernels/head_test.cc.
#ifndef HYDROMETER_KERNELS_HEAD_GEMM_H_
#define HYDROMETER_KERNELS_HEAD_GEMM_H_

#include "kernels/rows.h"

namespace hydrometer::kernels {

struct HeadGemmArgs {
  const void* hidden = nullptr;
  int64_t hidden_stride = 0;  // elements
  int64_t row_count = 0;
  const void* weight = nullptr;
  int64_t weight_stride = 0;  // elements
  int64_t vocab_count = 0;
  int64_t hidden_size = 0;
  DataType type = DataType::kFloat32;
  float* logits = nullptr;
  int64_t logits_stride = 0;  // elements
  void* workspace = nullptr;
  size_t workspace_bytes = 0;
};

inline constexpr size_t kHeadGemmWorkspaceBytes = size_t{32} << 20;

int HeadGemm(const HeadGemmArgs& args, Stream stream);

}  // namespace hydrometer::kernels

#endif  // HYDROMETER_KERNELS_HEAD_GEMM_H_
