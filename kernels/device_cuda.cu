// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
#include <cuda_runtime.h>

#include <cstdio>

#include "kernels/device_cuda.h"

namespace hydrometer::kernels {

int CudaDeviceError() {
  int count = 0;
  const cudaError_t error = cudaGetDeviceCount(&count);
  if (error != cudaSuccess) {
    static_cast<void>(cudaGetLastError());  // leaves no error behind
    return error;
  }
  constexpr int kNoDevice = 100;  // cudaErrorNoDevice
  return count > 0 ? 0 : kNoDevice;
}

void CudaDeviceDescription(char* text, int capacity) {
  if (const int error = CudaDeviceError(); error != 0) {
    std::snprintf(text, capacity, "no device: %s", CudaErrorText(error));
    return;
  }
  int device = 0;
  cudaDeviceProp properties;
  cudaError_t error = cudaGetDevice(&device);
  if (error == cudaSuccess) {
    error = cudaGetDeviceProperties(&properties, device);
  }
  if (error != cudaSuccess) {
    std::snprintf(text, capacity, "no device: %s", CudaErrorText(error));
    return;
  }
  std::snprintf(text, capacity, "%s, sm_%d%d", properties.name,
                properties.major, properties.minor);
}

const char* CudaErrorText(int error) {
  return cudaGetErrorString(static_cast<cudaError_t>(error));
}

}  // namespace hydrometer::kernels
