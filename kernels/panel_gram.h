// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// The weighted Gram matrix of centred log-probabilities of a panel, summed over
// positions. For one position and one weight spec s with weights w(v):
//
//   G[X][Y] = sum_v w(v) (l_X(v) - mu_X) (l_Y(v) - mu_Y),
//   mu_X    = sum_v w(v) l_X(v),     l_X = log-probabilities of member X,
//   w(v)    = mean over the spec's members j of p_j(v), made to sum to 1.
//
// Several specs are served by one pass over the rows: give all of a panel's
// references (with and without top token) in one call.
//
// Shapes:  M members (1 .. kMaxPanelMembers), all with the same row_count N
//          (positions), vocab_count V, type and device; strides and transforms
//          may differ. S specs (1 .. kMaxWeightSpecs).
//          gram [S, M, M], symmetric, both halves written; += of the sum over
//          the N positions. position_count [S]; += of the positions that count.
// Types:   rows fp32, bf16, fp16; gram fp64. Products in fp32 of values centred
//          first (no cancellation), sums over blocks and positions in fp64.
// Values:  a token that is masked (-inf) in any member is left out of the
//          position: its weight is 0 and the rest is made to sum to 1.
//          without_top_token: the token with the largest weight (ties: lowest
//          id) is left out in the same way. A position counts for a spec unless
//          a member's row has NaN or +inf or is empty, or no weight is left;
//          then it adds nothing.
// Order:   positions in fixed chunks, chunks in rising order: the same bits on
//          every run and for any thread count. The bits may change when the
//          same positions are split into calls differently.
// Async:   as row_statistics.h. gram and position_count are device memory on
//          CUDA; the members, specs and their index lists are host memory, read
//          before the call returns.
// Errors:  InvalidArgument with the offending value (views that differ, too
// many
//          members or specs, an empty spec, a member index outside [0, M) or
//          named twice, null results, workspace too small).
// Source:  partial correlation of centred log-ratios: J. Aitchison, "The
//          Statistical Analysis of Compositional Data", 1986.
// Tests:   tests/kernels/panel_gram_test.cc.
#ifndef HYDROMETER_KERNELS_PANEL_GRAM_H_
#define HYDROMETER_KERNELS_PANEL_GRAM_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "kernels/rows.h"

namespace hydrometer::kernels {

struct WeightSpec {
  absl::Span<const int32_t> members;  // whose mean probability is the weight
  bool without_top_token = false;
};

struct PanelGramRequest {
  absl::Span<const WeightSpec> weights;
  // [M, N]: lse of member m at position n at m * N + n; null: computed.
  const double* lse_nats = nullptr;
};

struct PanelGram {
  double* gram = nullptr;             // [S, M, M], +=
  int64_t* position_count = nullptr;  // [S], +=
};

absl::StatusOr<size_t> PanelGramWorkspaceBytes(absl::Span<const Rows> members,
                                               const PanelGramRequest& request);

absl::Status AccumulatePanelGram(absl::Span<const Rows> members,
                                 const PanelGramRequest& request,
                                 const PanelGram& out, Workspace workspace,
                                 Stream stream = nullptr);

}  // namespace hydrometer::kernels

#endif  // HYDROMETER_KERNELS_PANEL_GRAM_H_
