// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// Plain arguments of row statistics, already checked: what the CPU and the CUDA
// implementation take. Field meanings and results: row_statistics.h.
#ifndef HYDROMETER_KERNELS_ROW_STATISTICS_ARGS_H_
#define HYDROMETER_KERNELS_ROW_STATISTICS_ARGS_H_

#include "kernels/rows.h"

namespace hydrometer::kernels {

struct RowStatisticsArgs {
  Rows rows;
  const int32_t* token_id = nullptr;  // [R] or null
  int32_t k = 0;                      // 0 when no top-k is wanted
  double* lse_nats = nullptr;         // each result may be null
  double* entropy_nats = nullptr;
  double* token_log_prob = nullptr;
  int32_t* top1_id = nullptr;
  int32_t* topk_id = nullptr;
  double* topk_log_prob = nullptr;
  Workspace workspace;
};

void RowStatisticsCpu(const RowStatisticsArgs& args);

}  // namespace hydrometer::kernels

#endif  // HYDROMETER_KERNELS_ROW_STATISTICS_ARGS_H_
