// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// How far apart two rows of logits are, for many pairs of rows. p is the row of
// the first view (the reference), q the row of the second (the suspect); x_i =
// log p_i - log q_i.
//
//   kl_pq      sum p_i (x_i + expm1(-x_i)): equal to sum p_i x_i, but no term
//   is
//              negative, identical rows give exactly 0 and near-equal rows keep
//              their digits. kl_qp: roles exchanged.
//   js         (KL(p||m) + KL(q||m)) / 2 with m = (p + q) / 2; at most ln 2
//   tv         total variation, sum |p_i - q_i| / 2, in [0, 1]
//   hellinger  sqrt(sum (sqrt p_i - sqrt q_i)^2 / 2), in [0, 1]
//   cosine     sum p_i q_i / sqrt(sum p_i^2 sum q_i^2), in [0, 1]
//   ranks      1 + the number of tokens before the other row's top-1 in the
//   order
//              (falling logit, rising id); 1 means the two agree
//
// Shapes:  n pairs. With a list, pair i is (p row p_index[i], q row
// q_index[i]);
//          without (both null), n = p.row_count = q.row_count and pair i is row
//          i of each. The views may be the same memory, and may differ in
//          stride and transform, not in type, vocab_count and device.
// Types:   rows fp32, bf16, fp16; real results fp64, counts int32.
// Values:  masked (-inf), infinite, NaN, empty rows: see rows.h. A token masked
//          in p contributes q_i to kl_pq; a token masked in q alone makes kl_pq
//          +inf. A token masked in both contributes nothing.
//          Identical rows with the same lse: kl, js, tv, hellinger exactly 0.
//          When lse is given it is trusted; else it is computed here, which
//          costs another pass over the row (in cache) for each pair: give it
//          where a row is in several pairs (ComputeRowStatistics).
// Order:   a pair's result depends on its two rows alone; the same bits on
// every
//          run and for any thread count; exchanging p and q exchanges kl_pq and
//          kl_qp and leaves js, tv, hellinger, cosine the same bits when the
//          two views have the same transform.
// Async:   as row_statistics.h.
// Errors:  InvalidArgument with the offending value (as row_statistics.h; views
//          that differ in type, vocab_count or device; one index array without
//          the other; on the CPU an index outside its view; k outside [1, kMaxTopK]
//          when topk_overlap is wanted). On CUDA a pair with an index outside
//          its view gives NaN and -1.
// Source:  J. Lin, "Divergence measures based on the Shannon entropy", 1991.
// Tests:   tests/kernels/pair_divergence_test.cc.
#ifndef HYDROMETER_KERNELS_PAIR_DIVERGENCE_H_
#define HYDROMETER_KERNELS_PAIR_DIVERGENCE_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "kernels/rows.h"

namespace hydrometer::kernels {

// Results, [n] each; a null pointer means "not wanted".
struct PairDivergences {
  double* kl_pq_nats = nullptr;
  double* kl_qp_nats = nullptr;
  double* js_nats = nullptr;
  double* tv = nullptr;
  double* hellinger = nullptr;
  double* cosine = nullptr;
  int32_t* top1_agrees = nullptr;         // 1 or 0
  int32_t* p_rank_of_q_top1 = nullptr;    // in row p, from 1
  int32_t* q_rank_of_p_top1 = nullptr;    // in row q, from 1
  int32_t* topk_overlap_count = nullptr;  // tokens in both top-k, 0 .. k
};

struct PairDivergenceRequest {
  // [pair_count] each, memory of the views' device; both null: rowwise, and
  // pair_count is not read.
  const int32_t* p_index = nullptr;
  const int32_t* q_index = nullptr;
  int64_t pair_count = 0;
  // [row_count] of the view, by row, of the transformed logits; null: computed.
  const double* p_lse_nats = nullptr;
  const double* q_lse_nats = nullptr;
  int k = 0;  // used by topk_overlap_count
};

absl::StatusOr<size_t> PairDivergenceWorkspaceBytes(
    const Rows& p, const Rows& q, const PairDivergenceRequest& request,
    const PairDivergences& out);

absl::Status ComputePairDivergence(const Rows& p, const Rows& q,
                                   const PairDivergenceRequest& request,
                                   const PairDivergences& out,
                                   Workspace workspace = {},
                                   Stream stream = nullptr);

}  // namespace hydrometer::kernels

#endif  // HYDROMETER_KERNELS_PAIR_DIVERGENCE_H_
