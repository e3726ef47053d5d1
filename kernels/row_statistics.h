// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// Statistics of single rows of logits: log-sum-exp, entropy, the
// log-probability of a given token, and the k most probable tokens.
//
// Shapes:  R = rows.row_count, V = rows.vocab_count, k = request.k.
// Types:   rows fp32, bf16 or fp16; all real results fp64, ids int32. All
//          pointers name memory of rows.device.
// Values:  masked, infinite and NaN logits: see rows.h. Log-probabilities are
//          natural logarithms; entropy is in nats. A masked token has
//          log-probability -inf. Where fewer than k tokens are not masked, the
//          places left over hold id -1 and log-probability -inf. Ids follow the
//          raw logits as stored (the transform rises strictly).
// Order:   a row's result depends on that row alone. The same bits on every
//          run, for any thread count and whatever other rows are in the call;
//          not the same bits on different CPU targets or devices.
// Async:   CPU: done on return. CUDA: enqueued on `stream`, never synchronises.
// Errors:  InvalidArgument with the offending value (null data with rows,
//          negative counts, stride below V, misaligned pointer, k outside
//          [1, kMaxTopK] when top-k is wanted, workspace too small; on the CPU
//          a token id outside [-1, V)); FailedPrecondition when CUDA is asked
//          for and is not there. On CUDA a token id outside [0, V) gives NaN.
// Source:  M. Milakov, N. Gimelshein, "Online normalizer calculation for
//          softmax", arXiv 1805.02867.
// Tests:   tests/kernels/row_statistics_test.cc.
#ifndef HYDROMETER_KERNELS_ROW_STATISTICS_H_
#define HYDROMETER_KERNELS_ROW_STATISTICS_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "kernels/rows.h"

namespace hydrometer::kernels {

// Results; a null pointer means "not wanted" and costs nothing.
struct RowStatistics {
  double* lse_nats = nullptr;        // [R] log sum exp of transformed logits
  double* entropy_nats = nullptr;    // [R]
  double* token_log_prob = nullptr;  // [R] of request.token_id; NaN for -1
  int32_t* top1_id = nullptr;        // [R] ties: the lower id
  int32_t* topk_id = nullptr;        // [R, k] falling; ties: lower id first
  double* topk_log_prob = nullptr;   // [R, k]
};

struct RowStatisticsRequest {
  const int32_t* token_id = nullptr;  // [R], -1 = none; null: all none
  int k = 0;                          // used by topk_id and topk_log_prob
};

absl::StatusOr<size_t> RowStatisticsWorkspaceBytes(
    const Rows& rows, const RowStatisticsRequest& request,
    const RowStatistics& out);

absl::Status ComputeRowStatistics(const Rows& rows,
                                  const RowStatisticsRequest& request,
                                  const RowStatistics& out,
                                  Workspace workspace = {},
                                  Stream stream = nullptr);

}  // namespace hydrometer::kernels

#endif  // HYDROMETER_KERNELS_ROW_STATISTICS_H_
