// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// CUDA launcher of row_statistics.h. Includes nothing of CUDA, so that the
// argument checks compile without it; row_statistics_cuda.cu defines it.
#ifndef HYDROMETER_KERNELS_ROW_STATISTICS_CUDA_H_
#define HYDROMETER_KERNELS_ROW_STATISTICS_CUDA_H_

#include "kernels/row_statistics_args.h"

namespace hydrometer::kernels {

// Bytes of workspace that LaunchRowStatistics needs for these arguments (the
// workspace field is not read). Runs on the host and asks no device.
size_t RowStatisticsCudaWorkspaceBytes(const RowStatisticsArgs& args);

// Enqueues on `stream` (a cudaStream_t). Returns a cudaError_t as an int, 0 for
// success. All pointers name device memory; arguments are already checked.
int LaunchRowStatistics(const RowStatisticsArgs& args, Stream stream);

}  // namespace hydrometer::kernels

#endif  // HYDROMETER_KERNELS_ROW_STATISTICS_CUDA_H_
