// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// Stands in for cuBLASLt in the interpreter's build: a plain loop on the host.
#include <cuda_fp16.h>
#include <cuda_runtime.h>

#include "kernels/head_gemm.h"

namespace hydrometer::kernels {
namespace {

float Element(const void* data, DataType type, int64_t i) {
  if (type == DataType::kFloat32) return static_cast<const float*>(data)[i];
  const uint16_t bits = static_cast<const uint16_t*>(data)[i];
  return type == DataType::kBFloat16
             ? __uint_as_float(static_cast<unsigned>(bits) << 16)
             : __half2float(__ushort_as_half(bits));
}

}  // namespace

int HeadGemm(const HeadGemmArgs& args, Stream) {
  // Written to its end: the library may use all of its workspace.
  std::memset(args.workspace, 0x5a, args.workspace_bytes);
  for (int64_t n = 0; n < args.row_count; ++n) {
    for (int64_t v = 0; v < args.vocab_count; ++v) {
      float sum = 0;
      for (int64_t h = 0; h < args.hidden_size; ++h) {
        sum += Element(args.hidden, args.type, n * args.hidden_stride + h) *
               Element(args.weight, args.type, v * args.weight_stride + h);
      }
      float* at = args.logits + n * args.logits_stride + v;
      simt::MarkWritten(at, sizeof(float));
      *at = sum;
    }
  }
  return cudaSuccess;
}

}  // namespace hydrometer::kernels
