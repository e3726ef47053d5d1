// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// Plain arguments of panel divergence, already checked. Meanings:
// panel_divergence.h.
#ifndef HYDROMETER_KERNELS_PANEL_DIVERGENCE_ARGS_H_
#define HYDROMETER_KERNELS_PANEL_DIVERGENCE_ARGS_H_

#include "kernels/panel_args.h"

namespace hydrometer::kernels {

struct PanelDivergenceArgs {
  PanelMember members[kMaxPanelMembers];
  int32_t member_count;
  DataType type;
  int64_t position_count;
  int64_t vocab_count;
  const double* lse_nats;  // [M, N] or null
  double* js_nats;         // each result may be null
  double* kl_xy_nats;
  double* kl_yx_nats;
  double* tv;
  double* hellinger;
  double* cosine;
  Workspace workspace;
};

size_t PanelDivergenceCpuWorkspaceBytes(const PanelDivergenceArgs& args);
void PanelDivergenceCpu(const PanelDivergenceArgs& args);

}  // namespace hydrometer::kernels

#endif  // HYDROMETER_KERNELS_PANEL_DIVERGENCE_ARGS_H_
