// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// What the host side needs to know of CUDA, without including its headers.
// Defined in device_cuda.cu, which only a build with CUDA has.
#ifndef HYDROMETER_KERNELS_DEVICE_CUDA_H_
#define HYDROMETER_KERNELS_DEVICE_CUDA_H_

namespace hydrometer::kernels {

// 0 when a device can be used, else the cudaError_t that says why not.
int CudaDeviceError();

// Writes the current device's name ("NVIDIA H200, sm_90") or the reason why
// there is none; always ends with a null character.
void CudaDeviceDescription(char* text, int capacity);

// The text of a cudaError_t; static storage.
const char* CudaErrorText(int error);

}  // namespace hydrometer::kernels

#endif  // HYDROMETER_KERNELS_DEVICE_CUDA_H_
