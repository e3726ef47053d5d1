// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// The textbook formulas in double precision, one token after the other: what
// every backend is held against. Slow on purpose, never shipped.
#ifndef HYDROMETER_TESTS_KERNELS_TEXTBOOK_REFERENCE_H_
#define HYDROMETER_TESTS_KERNELS_TEXTBOOK_REFERENCE_H_

#include <cstdint>
#include <vector>

#include "kernels/rows.h"

namespace hydrometer::kernels {

// One row of logits as doubles, before the transform.
using Row = std::vector<double>;

double TransformLogit(double z, const Transform& t);
// Log-probabilities of a row; -inf where masked, NaN everywhere for a row that
// is no distribution.
Row LogProbabilities(const Row& raw, const Transform& t);

struct RowReference {
  double lse = 0;
  double entropy = 0;
  std::vector<int> order;  // unmasked ids, falling logit, rising id
  Row log_prob;
};
RowReference ReferenceRow(const Row& raw, const Transform& t);

struct PairReference {
  double kl_pq = 0, kl_qp = 0, js = 0, tv = 0, hellinger = 0, cosine = 0;
  int top1_agrees = 0, p_rank_of_q_top1 = 0, q_rank_of_p_top1 = 0;
  int topk_overlap = 0;
};
PairReference ReferencePair(const Row& p, const Transform& tp, const Row& q,
                            const Transform& tq, int k);

// One position's Gram [M, M]; false when the position does not count.
bool ReferenceGram(const std::vector<Row>& rows,
                   const std::vector<Transform>& transforms,
                   const std::vector<int32_t>& weighting, bool without_top,
                   std::vector<double>* gram);

}  // namespace hydrometer::kernels

#endif  // HYDROMETER_TESTS_KERNELS_TEXTBOOK_REFERENCE_H_
