// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// The CUDA names that the kernels use, on the interpreter (../simt.h). Device
// memory is host memory that is tracked byte by byte; streams run at once.
// Approximate functions are the host's accurate ones.
// Tests: ../simt_test.cc.
#ifndef HYDROMETER_TESTS_SIMT_CUDA_RUNTIME_H_
#define HYDROMETER_TESTS_SIMT_CUDA_RUNTIME_H_

#include <cmath>
#include <cstdint>
#include <cstring>

#include "tests/simt/checked_memory.h"
#include "tests/simt/simt.h"

#define __global__
#define __device__
#define __host__
#define __shared__ static
#define __constant__ static
#define __forceinline__ inline
#define __launch_bounds__(...)
#define __grid_constant__
#define threadIdx (::simt::Machine::Get().current().index)
#define blockIdx (::simt::Machine::Get().block_idx)
#define blockDim (::simt::Machine::Get().block_dim)
#define gridDim (::simt::Machine::Get().grid_dim)
#define warpSize 32

struct dim3 {
  unsigned x, y, z;
  dim3(unsigned x_ = 1, unsigned y_ = 1, unsigned z_ = 1)
      : x(x_), y(y_), z(z_) {}
};
struct alignas(8) uint2 {
  unsigned x, y;
};
struct alignas(16) uint4 {
  unsigned x, y, z, w;
};
struct alignas(8) float2 {
  float x, y;
};
struct alignas(16) float4 {
  float x, y, z, w;
};
inline uint4 make_uint4(unsigned x, unsigned y, unsigned z, unsigned w) {
  return {x, y, z, w};
}
inline float2 make_float2(float x, float y) { return {x, y}; }
inline float4 make_float4(float x, float y, float z, float w) {
  return {x, y, z, w};
}

// ---- Barriers and warp collectives. The caller's place names the barrier.

inline void __syncthreads(const char* file = __builtin_FILE(),
                          int line = __builtin_LINE()) {
  simt::Machine::Get().Barrier(file, line);
}
inline void __syncwarp(unsigned mask = 0xffffffffu,
                       const char* file = __builtin_FILE(),
                       int line = __builtin_LINE()) {
  simt::WarpOp op;
  op.mask = mask;
  simt::Machine::Get().Collective(op, file, line);
}

namespace simt {

template <class T>
T Shuffle(unsigned mask, T value, int source, const char* file, int line) {
  static_assert(sizeof(T) <= 8);
  WarpOp op;
  op.kind = WarpOp::kShuffle;
  op.mask = mask;
  op.source_lane = source & 31;
  std::memcpy(&op.value, &value, sizeof(T));
  const uint64_t bits = Machine::Get().Collective(op, file, line);
  std::memcpy(&value, &bits, sizeof(T));
  return value;
}

inline int Lane() { return Machine::Get().current().linear & 31; }

inline unsigned Vote(unsigned mask, bool value, const char* file, int line) {
  WarpOp op;
  op.kind = WarpOp::kVote;
  op.mask = mask;
  op.value = value ? 1 : 0;
  return static_cast<unsigned>(Machine::Get().Collective(op, file, line));
}

}  // namespace simt

// Segments of `width` lanes; a source outside the segment is the lane itself.
template <class T>
T __shfl_sync(unsigned mask, T value, int source, int width = 32,
              const char* file = __builtin_FILE(),
              int line = __builtin_LINE()) {
  const int base = simt::Lane() & ~(width - 1);
  return simt::Shuffle(mask, value, base + (source & (width - 1)), file, line);
}
template <class T>
T __shfl_xor_sync(unsigned mask, T value, int bits, int width = 32,
                  const char* file = __builtin_FILE(),
                  int line = __builtin_LINE()) {
  const int lane = simt::Lane(), source = lane ^ bits;
  const bool inside = source < (lane & ~(width - 1)) + width;
  return simt::Shuffle(mask, value, inside ? source : lane, file, line);
}
template <class T>
T __shfl_down_sync(unsigned mask, T value, unsigned delta, int width = 32,
                   const char* file = __builtin_FILE(),
                   int line = __builtin_LINE()) {
  const int lane = simt::Lane(), source = lane + static_cast<int>(delta);
  const bool inside = source < (lane & ~(width - 1)) + width;
  return simt::Shuffle(mask, value, inside ? source : lane, file, line);
}
template <class T>
T __shfl_up_sync(unsigned mask, T value, unsigned delta, int width = 32,
                 const char* file = __builtin_FILE(),
                 int line = __builtin_LINE()) {
  const int lane = simt::Lane(), source = lane - static_cast<int>(delta);
  const bool inside = source >= (lane & ~(width - 1));
  return simt::Shuffle(mask, value, inside ? source : lane, file, line);
}
inline unsigned __ballot_sync(unsigned mask, bool value,
                              const char* file = __builtin_FILE(),
                              int line = __builtin_LINE()) {
  return simt::Vote(mask, value, file, line);
}
inline bool __any_sync(unsigned mask, bool value,
                       const char* file = __builtin_FILE(),
                       int line = __builtin_LINE()) {
  return simt::Vote(mask, value, file, line) != 0;
}
inline bool __all_sync(unsigned mask, bool value,
                       const char* file = __builtin_FILE(),
                       int line = __builtin_LINE()) {
  return simt::Vote(mask, value, file, line) == mask;
}

// ---- Memory. Every global access goes through one of these.

template <class T>
T __ldg(const T* address) {
  return simt::LoadGlobal(address);
}
template <class T>
T __ldcs(const T* address) {
  return simt::LoadGlobal(address);
}
template <class T>
T __ldcg(const T* address) {
  return simt::LoadGlobal(address);
}
template <class T>
void __stcs(T* address, T value) {
  simt::StoreGlobal(address, value);
}

// ---- Bits and mathematics.

inline float __uint_as_float(unsigned bits) {
  float value;
  std::memcpy(&value, &bits, 4);
  return value;
}
inline unsigned __float_as_uint(float value) {
  unsigned bits;
  std::memcpy(&bits, &value, 4);
  return bits;
}
inline int __popc(unsigned x) { return __builtin_popcount(x); }
inline int __ffs(int x) { return __builtin_ffs(x); }
inline int __clz(int x) { return x == 0 ? 32 : __builtin_clz(x); }
inline unsigned __funnelshift_r(unsigned low, unsigned high, unsigned shift) {
  const uint64_t both = uint64_t{high} << 32 | low;
  return static_cast<unsigned>(both >> (shift & 31));
}
template <class T>
T min(T a, T b) {
  return a < b ? a : b;
}
template <class T>
T max(T a, T b) {
  return a < b ? b : a;
}

// ---- The runtime's calls.

using cudaError_t = int;
enum : int {
  cudaSuccess = 0,
  cudaErrorInvalidValue = 1,
  cudaErrorMemoryAllocation = 2,
  cudaErrorIllegalAddress = 700,
  cudaErrorLaunchFailure = 719,
};
struct SimtStream;
using cudaStream_t = SimtStream*;
enum cudaMemcpyKind {
  cudaMemcpyHostToDevice = 1,
  cudaMemcpyDeviceToHost = 2,
  cudaMemcpyDeviceToDevice = 3,
};
enum cudaDeviceAttr { cudaDevAttrMultiProcessorCount = 16 };
enum cudaFuncAttribute { cudaFuncAttributeMaxDynamicSharedMemorySize = 8 };
struct cudaDeviceProp {
  char name[64] = "interpreter";
  int major = 9, minor = 0;
};

inline cudaError_t cudaGetLastError() { return cudaSuccess; }
inline const char* cudaGetErrorString(cudaError_t error) {
  return error == cudaSuccess ? "no error"
                              : simt::Machine::Get().Report().c_str();
}
inline cudaError_t cudaGetDeviceCount(int* count) {
  *count = 1;
  return cudaSuccess;
}
inline cudaError_t cudaGetDevice(int* device) {
  *device = 0;
  return cudaSuccess;
}
inline cudaError_t cudaGetDeviceProperties(cudaDeviceProp* prop, int) {
  *prop = {};
  return cudaSuccess;
}
inline cudaError_t cudaDeviceGetAttribute(int* value, cudaDeviceAttr, int) {
  *value = 4;
  return cudaSuccess;
}
template <class F>
cudaError_t cudaFuncSetAttribute(F*, cudaFuncAttribute, int) {
  return cudaSuccess;
}
inline cudaError_t cudaMalloc(void** address, size_t size) {
  *address = simt::Allocate(size);
  return cudaSuccess;
}
inline cudaError_t cudaFree(void* address) {
  return simt::Free(address) ? cudaSuccess : cudaErrorInvalidValue;
}
inline cudaError_t cudaMemcpy(void* to, const void* from, size_t size,
                              cudaMemcpyKind kind) {
  if (kind != cudaMemcpyDeviceToHost) simt::MarkWritten(to, size);
  if (size > 0) std::memcpy(to, from, size);
  return cudaSuccess;
}
inline cudaError_t cudaMemcpyAsync(void* to, const void* from, size_t size,
                                   cudaMemcpyKind kind, cudaStream_t) {
  return cudaMemcpy(to, from, size, kind);
}
inline cudaError_t cudaMemset(void* to, int value, size_t size) {
  simt::MarkWritten(to, size);
  if (size > 0) std::memset(to, value, size);
  return cudaSuccess;
}
inline cudaError_t cudaMemsetAsync(void* to, int value, size_t size,
                                   cudaStream_t) {
  return cudaMemset(to, value, size);
}
inline cudaError_t cudaDeviceSynchronize() { return cudaSuccess; }
inline cudaError_t cudaStreamSynchronize(cudaStream_t) { return cudaSuccess; }

#endif  // HYDROMETER_TESTS_SIMT_CUDA_RUNTIME_H_
