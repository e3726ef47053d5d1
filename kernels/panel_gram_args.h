// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// Plain arguments of the panel Gram, already checked. Meanings: panel_gram.h.
#ifndef HYDROMETER_KERNELS_PANEL_GRAM_ARGS_H_
#define HYDROMETER_KERNELS_PANEL_GRAM_ARGS_H_

#include "kernels/panel_args.h"

namespace hydrometer::kernels {

struct PanelGramArgs {
  PanelMember members[kMaxPanelMembers];
  uint64_t spec_members[kMaxWeightSpecs][2];  // bit m % 64 of word m / 64
  uint32_t without_top_token;                 // bit s: spec s
  int32_t member_count;
  int32_t spec_count;
  DataType type;
  int64_t position_count;
  int64_t vocab_count;
  const double* lse_nats;      // [M, N] or null
  double* gram;                // [S, M, M], +=
  int64_t* counted_positions;  // [S], +=
  Workspace workspace;
};

size_t PanelGramCpuWorkspaceBytes(const PanelGramArgs& args);
void PanelGramCpu(const PanelGramArgs& args);

}  // namespace hydrometer::kernels

#endif  // HYDROMETER_KERNELS_PANEL_GRAM_ARGS_H_
