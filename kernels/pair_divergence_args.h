// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// Plain arguments of pair divergence, already checked. Meanings and results:
// pair_divergence.h.
#ifndef HYDROMETER_KERNELS_PAIR_DIVERGENCE_ARGS_H_
#define HYDROMETER_KERNELS_PAIR_DIVERGENCE_ARGS_H_

#include "kernels/rows.h"

namespace hydrometer::kernels {

struct PairDivergenceArgs {
  Rows p;
  Rows q;
  const int32_t* p_index = nullptr;  // both null: rowwise
  const int32_t* q_index = nullptr;
  int64_t pair_count = 0;              // set for rowwise calls too
  const double* p_lse_nats = nullptr;  // [p.row_count] or null
  const double* q_lse_nats = nullptr;
  int32_t k = 0;                 // 0 when no overlap is wanted
  double* kl_pq_nats = nullptr;  // each result may be null
  double* kl_qp_nats = nullptr;
  double* js_nats = nullptr;
  double* tv = nullptr;
  double* hellinger = nullptr;
  double* cosine = nullptr;
  int32_t* top1_agrees = nullptr;
  int32_t* p_rank_of_q_top1 = nullptr;
  int32_t* q_rank_of_p_top1 = nullptr;
  int32_t* topk_overlap_count = nullptr;
  Workspace workspace;
};

void PairDivergenceCpu(const PairDivergenceArgs& args);

}  // namespace hydrometer::kernels

#endif  // HYDROMETER_KERNELS_PAIR_DIVERGENCE_ARGS_H_
