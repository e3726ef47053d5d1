// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// The one way to launch a kernel, and the few device-side names that differ
// between the CUDA compiler and the interpreter of tests/simt (which puts its
// own cuda_runtime.h first on the include path and defines HYDROMETER_SIMT).
//
// Rules for device code, so that the interpreter can check it: global memory
// is read by __ldg, __ldcs or __ldcg and written by StoreGlobal; shared memory
// is a SharedArray or the view of HYDROMETER_DYNAMIC_SHARED; no other way.
//
// Errors: Launch returns the launch's cudaError_t. Tests: tests/simt.
#ifndef HYDROMETER_KERNELS_LAUNCH_H_
#define HYDROMETER_KERNELS_LAUNCH_H_

#include <cuda_runtime.h>

#include <cstddef>

namespace hydrometer::kernels {

#ifdef HYDROMETER_SIMT

template <class... Parameters, class... Arguments>
cudaError_t Launch(void (*kernel)(Parameters...), dim3 grid, dim3 block,
                   size_t shared_bytes, cudaStream_t, Arguments... arguments) {
  const bool good = simt::Machine::Get().Launch(
      {grid.x, grid.y, grid.z}, {block.x, block.y, block.z}, shared_bytes,
      [&] { kernel(arguments...); });
  return good ? cudaSuccess : cudaErrorLaunchFailure;
}

template <class T, int kCount>
using SharedArray = simt::SharedArray<T, kCount>;
template <class T>
using SharedPointer = simt::SharedView<T>;
#define HYDROMETER_DYNAMIC_SHARED(T, name) ::simt::SharedView<T> name

template <class T>
void StoreGlobal(T* address, T value) {
  simt::StoreGlobal(address, value);
}
inline int AtomicAddShared(simt::SharedReference<int> to, int value) {
  return to.Atomic([=](int old) { return old + value; });
}
inline int AtomicMinShared(simt::SharedReference<int> to, int value) {
  return to.Atomic([=](int old) { return old < value ? old : value; });
}
inline void PrefetchL2(const void*) {}
inline float Exp2Approx(float x) { return std::exp2(x); }
inline float Log2Approx(float x) { return std::log2(x); }

#else

template <class... Parameters, class... Arguments>
cudaError_t Launch(void (*kernel)(Parameters...), dim3 grid, dim3 block,
                   size_t shared_bytes, cudaStream_t stream,
                   Arguments... arguments) {
  // clang-format off
  kernel<<<grid, block, shared_bytes, stream>>>(arguments...);
  // clang-format on
  return cudaGetLastError();
}

template <class T, int kCount>
struct SharedArray {
  T values[kCount];
  __device__ __forceinline__ T& operator[](int i) { return values[i]; }
};
template <class T>
using SharedPointer = T*;
#define HYDROMETER_DYNAMIC_SHARED(T, name)                       \
  extern __shared__ __align__(16) unsigned char name##_bytes_[]; \
  T* name = reinterpret_cast<T*>(name##_bytes_)

template <class T>
__device__ __forceinline__ void StoreGlobal(T* address, T value) {
  *address = value;
}
__device__ __forceinline__ int AtomicAddShared(int& to, int value) {
  return atomicAdd(&to, value);
}
__device__ __forceinline__ int AtomicMinShared(int& to, int value) {
  return atomicMin(&to, value);
}
__device__ __forceinline__ void PrefetchL2(const void* address) {
  asm volatile("prefetch.global.L2 [%0];" ::"l"(address));
}
// Two units in the last place; results below 2^-126 are 0.
__device__ __forceinline__ float Exp2Approx(float x) {
  float y;
  asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x));
  return y;
}
// Absolute error 2^-22 for x in [0.5, 2].
__device__ __forceinline__ float Log2Approx(float x) {
  float y;
  asm("lg2.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x));
  return y;
}

#endif  // HYDROMETER_SIMT

}  // namespace hydrometer::kernels

#endif  // HYDROMETER_KERNELS_LAUNCH_H_
