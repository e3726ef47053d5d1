// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// Reductions over a warp and a block in one fixed order: lanes by a butterfly,
// then warps in rising order. Blocks have 32 to 256 threads, whole warps.
// Tests: the kernels' suite on the interpreter, under several schedules.
#ifndef HYDROMETER_KERNELS_BLOCK_REDUCE_CUH_
#define HYDROMETER_KERNELS_BLOCK_REDUCE_CUH_

#include "kernels/launch.h"

namespace hydrometer::kernels {

inline constexpr int kMaxWarps = 8;
inline constexpr unsigned kFullMask = 0xffffffffu;

__device__ __forceinline__ double WarpSum(double value) {
#pragma unroll
  for (int bits = 16; bits > 0; bits /= 2) {
    value += __shfl_xor_sync(kFullMask, value, bits);
  }
  return value;
}

__device__ __forceinline__ float WarpSum(float value) {
#pragma unroll
  for (int bits = 16; bits > 0; bits /= 2) {
    value += __shfl_xor_sync(kFullMask, value, bits);
  }
  return value;
}

__device__ __forceinline__ float WarpMax(float value) {
#pragma unroll
  for (int bits = 16; bits > 0; bits /= 2) {
    value = fmaxf(value, __shfl_xor_sync(kFullMask, value, bits));
  }
  return value;
}

// Sums kCount values of each thread; every thread gets the sums. Starts and
// ends with a barrier.
template <int kCount>
__device__ __forceinline__ void BlockSum(double (&values)[kCount]) {
  __shared__ SharedArray<double, kCount * kMaxWarps> partial;
  const int lane = threadIdx.x % 32, warp = threadIdx.x / 32;
  const int warps = blockDim.x / 32;
  __syncthreads();
#pragma unroll
  for (int i = 0; i < kCount; ++i) {
    const double sum = WarpSum(values[i]);
    if (lane == 0) partial[i * kMaxWarps + warp] = sum;
  }
  __syncthreads();
#pragma unroll
  for (int i = 0; i < kCount; ++i) {
    double sum = 0;
    for (int w = 0; w < warps; ++w) sum += partial[i * kMaxWarps + w];
    values[i] = sum;
  }
}

// The block's maximum, for every thread; NaN gives way to a number.
__device__ __forceinline__ float BlockMax(float value) {
  __shared__ SharedArray<float, kMaxWarps> partial;
  const int lane = threadIdx.x % 32, warp = threadIdx.x / 32;
  const int warps = blockDim.x / 32;
  value = WarpMax(value);
  __syncthreads();
  if (lane == 0) partial[warp] = value;
  __syncthreads();
  for (int w = 0; w < warps; ++w) value = fmaxf(value, partial[w]);
  return value;
}

}  // namespace hydrometer::kernels

#endif  // HYDROMETER_KERNELS_BLOCK_REDUCE_CUH_
