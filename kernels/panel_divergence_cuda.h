// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// CUDA launcher of panel_divergence.h. Includes nothing of CUDA, so that the
// argument checks compile without it; panel_divergence_cuda.cu defines it.
#ifndef HYDROMETER_KERNELS_PANEL_DIVERGENCE_CUDA_H_
#define HYDROMETER_KERNELS_PANEL_DIVERGENCE_CUDA_H_

#include "kernels/panel_divergence_args.h"

namespace hydrometer::kernels {

// Bytes of workspace that LaunchPanelDivergence needs for these arguments (the
// workspace field is not read). Runs on the host and asks no device.
size_t PanelDivergenceCudaWorkspaceBytes(const PanelDivergenceArgs& args);

// Enqueues on `stream` (a cudaStream_t). Returns a cudaError_t as an int, 0 for
// success. All pointers name device memory; arguments are already checked.
int LaunchPanelDivergence(const PanelDivergenceArgs& args, Stream stream);

}  // namespace hydrometer::kernels

#endif  // HYDROMETER_KERNELS_PANEL_DIVERGENCE_CUDA_H_
