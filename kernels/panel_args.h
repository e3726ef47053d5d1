// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// A panel's rows as plain data, small enough to be passed to a CUDA kernel by
// value (3,072 bytes of the 4,096 that sm_80 allows).
#ifndef HYDROMETER_KERNELS_PANEL_ARGS_H_
#define HYDROMETER_KERNELS_PANEL_ARGS_H_

#include "kernels/rows.h"

namespace hydrometer::kernels {

struct PanelMember {
  const void* data;
  int64_t row_stride;  // elements
  Transform transform;
};

}  // namespace hydrometer::kernels

#endif  // HYDROMETER_KERNELS_PANEL_ARGS_H_
