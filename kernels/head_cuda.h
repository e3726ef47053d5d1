// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// CUDA launcher of head.h. Includes nothing of CUDA, so that the
// argument checks compile without it; head_cuda.cu defines it.
#ifndef HYDROMETER_KERNELS_HEAD_CUDA_H_
#define HYDROMETER_KERNELS_HEAD_CUDA_H_

#include "kernels/head_args.h"

namespace hydrometer::kernels {

// Bytes of workspace that LaunchHead needs for these arguments (the workspace
// field is not read). Runs on the host and asks no device.
size_t HeadCudaWorkspaceBytes(const HeadArgs& args);

// Enqueues on `stream` (a cudaStream_t). Returns a cudaError_t as an int, 0 for
// success. All pointers name device memory; arguments are already checked.
int LaunchHead(const HeadArgs& args, Stream stream);

}  // namespace hydrometer::kernels

#endif  // HYDROMETER_KERNELS_HEAD_CUDA_H_
