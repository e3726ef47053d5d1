// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// What the panel kernels share: the members' log-sum-exp, when it was not
// given, and the tokens of all members at one position.
// Tests: tests/kernels/panel_*_test.cc.
#ifndef HYDROMETER_KERNELS_PANEL_TILE_CUH_
#define HYDROMETER_KERNELS_PANEL_TILE_CUH_

#include "kernels/panel_args.h"
#include "kernels/row_softmax.cuh"

namespace hydrometer::kernels {

// Dynamic shared memory that a panel kernel may use.
inline constexpr int kPanelSharedBytes = 64 * 1024;

// The panel's rows, small enough to be passed by value.
struct PanelRows {
  PanelMember members[kMaxPanelMembers];
  DataType type;
  int32_t member_count;
  int32_t vocab_count;
  int64_t position_count;
};

template <class Args>
PanelRows RowsOf(const Args& args) {
  PanelRows panel;
  for (int m = 0; m < args.member_count; ++m) {
    panel.members[m] = args.members[m];
  }
  for (int m = args.member_count; m < kMaxPanelMembers; ++m) {
    panel.members[m] = {};
  }
  panel.type = args.type;
  panel.member_count = args.member_count;
  panel.vocab_count = static_cast<int32_t>(args.vocab_count);
  panel.position_count = args.position_count;
  return panel;
}

__device__ __forceinline__ AnyRowReader PanelRow(const PanelRows& panel,
                                                 int member, int64_t position) {
  const PanelMember& m = panel.members[member];
  const int size = panel.type == DataType::kFloat32 ? 4 : 2;
  return AnyRowReader(
      static_cast<const char*>(m.data) + position * m.row_stride * size,
      panel.type, m.transform, panel.vocab_count);
}

// One block a row; lse [M, N]. Static: one copy in each file that uses it.
static __global__ void __launch_bounds__(256)
    PanelLseKernel(__grid_constant__ const PanelRows panel, double* lse_nats) {
  const int64_t position = blockIdx.x;
  const int member = blockIdx.y;
  float unused;
  const RowSoftmax softmax =
      BlockSoftmax(PanelRow(panel, member, position), &unused);
  if (threadIdx.x == 0) {
    StoreGlobal(lse_nats + member * panel.position_count + position,
                softmax.lse_nats);
  }
}

inline cudaError_t LaunchPanelLse(const PanelRows& panel, double* lse_nats,
                                  cudaStream_t stream) {
  return Launch(PanelLseKernel,
                dim3(static_cast<unsigned>(panel.position_count),
                     static_cast<unsigned>(panel.member_count)),
                dim3(BlockThreads(panel.vocab_count)), 0, stream, panel,
                lse_nats);
}

}  // namespace hydrometer::kernels

#endif  // HYDROMETER_KERNELS_PANEL_TILE_CUH_
