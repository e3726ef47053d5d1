// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// Pair divergence on the CPU: one pass over both rows. A block of tokens is
// first done as if nothing were masked; where that gives a sum that is not
// finite, the block is done again with the masks looked at. So masks cost
// nothing where there are none. Block maxima fall out of the same pass and give
// top-1, top-k and ranks with a look at few blocks more.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/pair_divergence_cpu.cc"
#include <hwy/foreach_target.h>
// After foreach_target.
#include "kernels/pair_block-inl.h"
#include "kernels/pair_divergence_args.h"
#include "kernels/parallel_for.h"
#include "kernels/row_pass-inl.h"

HWY_BEFORE_NAMESPACE();
namespace hydrometer::kernels {
namespace HWY_NAMESPACE {

template <class RP, class RQ, bool kMaxima>
HWY_NOINLINE void SumPair(const RP& p, const RQ& q, int64_t count,
                          const PairConstants& c, BlockMaxima& p_maxima,
                          BlockMaxima& q_maxima, PairTotals& totals) {
  const DF d;
  const int64_t size = BlockSize(count);
  const int64_t blocks = (count + size - 1) / size;
  p_maxima.block_size = q_maxima.block_size = size;
  p_maxima.block_count = q_maxima.block_count = blocks;
  for (int64_t b = 0; b < blocks; ++b) {
    const int64_t begin = b * size;
    const int64_t end = HWY_MIN(begin + size, count);
    BlockSums sums = SumBlock<RP, RQ, kMaxima>(
        p, q, begin, end, c, &p_maxima.max[b], &q_maxima.max[b]);
    if (HWY_UNLIKELY(!AllFinite(d, sums))) {
      sums = SumMaskedBlock(p, q, begin, end, c, totals);
    }
    totals.kl_pq.Add(d, sums.pair.kl_pq);
    totals.kl_qp.Add(d, sums.pair.kl_qp);
    totals.js2.Add(d, sums.pair.js2);
    totals.tv2.Add(d, sums.pair.tv2);
    totals.hellinger2.Add(d, sums.pair.hellinger2);
    totals.pq.Add(d, sums.cosine.pq);
    totals.pp.Add(d, sums.cosine.pp);
    totals.qq.Add(d, sums.cosine.qq);
  }
}

HWY_INLINE void Put(double* out, int64_t i, double value) {
  if (out != nullptr) out[i] = value;
}

HWY_INLINE void Put(int32_t* out, int64_t i, int32_t value) {
  if (out != nullptr) out[i] = value;
}

// min(value, most); NaN stays.
HWY_INLINE double AtMost(double value, double most) {
  return value > most ? most : value;
}

HWY_INLINE void WriteReal(const PairDivergenceArgs& args, int64_t i,
                          const PairTotals& t) {
  const DF d;
  const double infinity = std::numeric_limits<double>::infinity();
  const double pp = t.pp.Total(d);
  const double qq = t.qq.Total(d);
  Put(args.kl_pq_nats, i, t.kl_pq_infinite ? infinity : t.kl_pq.Total(d));
  Put(args.kl_qp_nats, i, t.kl_qp_infinite ? infinity : t.kl_qp.Total(d));
  Put(args.js_nats, i, AtMost(t.js2.Total(d) / 2, kLn2));
  Put(args.tv, i, AtMost(t.tv2.Total(d) / 2, 1.0));
  Put(args.hellinger, i, AtMost(std::sqrt(t.hellinger2.Total(d) / 2), 1.0));
  Put(args.cosine, i, AtMost(t.pq.Total(d) / std::sqrt(pp * qq), 1.0));
}

HWY_INLINE void WriteInvalid(const PairDivergenceArgs& args, int64_t i) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (double* out : {args.kl_pq_nats, args.kl_qp_nats, args.js_nats, args.tv,
                      args.hellinger, args.cosine}) {
    Put(out, i, nan);
  }
  for (int32_t* out : {args.top1_agrees, args.p_rank_of_q_top1,
                       args.q_rank_of_p_top1, args.topk_overlap_count}) {
    Put(out, i, -1);
  }
}

template <class Type>
HWY_INLINE void WriteCounts(const PairDivergenceArgs& args, int64_t i,
                            const typename Type::Raw* p,
                            const typename Type::Raw* q,
                            const BlockMaxima& p_maxima,
                            const BlockMaxima& q_maxima) {
  const int64_t count = args.p.vocab_count;
  const int64_t p_top = Top1<Type>(p, count, p_maxima);
  const int64_t q_top = Top1<Type>(q, count, q_maxima);
  if (p_top < 0 || q_top < 0) {  // only when a given lse is not the row's own
    for (int32_t* out : {args.top1_agrees, args.p_rank_of_q_top1,
                         args.q_rank_of_p_top1, args.topk_overlap_count}) {
      Put(out, i, -1);
    }
    return;
  }
  Put(args.top1_agrees, i, p_top == q_top ? 1 : 0);
  if (args.p_rank_of_q_top1 != nullptr) {
    args.p_rank_of_q_top1[i] = RankOf<Type>(p, count, p_maxima, q_top);
  }
  if (args.q_rank_of_p_top1 != nullptr) {
    args.q_rank_of_p_top1[i] = RankOf<Type>(q, count, q_maxima, p_top);
  }
  if (args.topk_overlap_count != nullptr) {
    int32_t p_ids[kMaxTopK], q_ids[kMaxTopK];
    float values[kMaxTopK];
    const int np = TopK<Type>(p, count, p_maxima, args.k, p_ids, values);
    const int nq = TopK<Type>(q, count, q_maxima, args.k, q_ids, values);
    int32_t overlap = 0;
    for (int a = 0; a < np; ++a) {
      for (int b = 0; b < nq; ++b) overlap += p_ids[a] == q_ids[b];
    }
    args.topk_overlap_count[i] = overlap;
  }
}

template <class Type, bool kTransform>
HWY_NOINLINE void OnePair(const PairDivergenceArgs& args, int64_t i) {
  using Raw = typename Type::Raw;
  const int64_t count = args.p.vocab_count;
  const int64_t pr = args.p_index == nullptr ? i : args.p_index[i];
  const int64_t qr = args.q_index == nullptr ? i : args.q_index[i];
  const Raw* p_row =
      static_cast<const Raw*>(args.p.data) + pr * args.p.row_stride;
  const Raw* q_row =
      static_cast<const Raw*>(args.q.data) + qr * args.q.row_stride;
  using R = Reader<Type, kTransform>;
  const R p{p_row, ScaleOf(args.p.transform)};
  const R q{q_row, ScaleOf(args.q.transform)};
  BlockMaxima p_maxima, q_maxima;
  const bool lse_given =
      args.p_lse_nats != nullptr && args.q_lse_nats != nullptr;
  double p_lse, q_lse;
  if (args.p_lse_nats != nullptr) {
    p_lse = args.p_lse_nats[pr];
  } else {
    FindBlockMaxima<Type>(p_row, count, p_maxima);
    p_lse = SumRow(p, count, p_maxima, args.p.transform).lse_nats;
  }
  if (args.q_lse_nats != nullptr) {
    q_lse = args.q_lse_nats[qr];
  } else {
    FindBlockMaxima<Type>(q_row, count, q_maxima);
    q_lse = SumRow(q, count, q_maxima, args.q.transform).lse_nats;
  }
  if (!(std::abs(p_lse) < kInfinity) || !(std::abs(q_lse) < kInfinity)) {
    WriteInvalid(args, i);
    return;
  }
  PairConstants c;
  c.p = SplitLse(p_lse, p.scale.inverse_t, kTransform);
  c.q = SplitLse(q_lse, q.scale.inverse_t, kTransform);
  c.inverse_t = kTransform ? 1.0f : p.scale.inverse_t;
  c.lse_difference = SplitDifference(p_lse, q_lse);
  const bool counts =
      args.top1_agrees != nullptr || args.p_rank_of_q_top1 != nullptr ||
      args.q_rank_of_p_top1 != nullptr || args.topk_overlap_count != nullptr;
  PairTotals totals;
  // Transformed values are not raw logits: their maxima are found apart.
  if (counts && lse_given && !kTransform) {
    SumPair<R, R, true>(p, q, count, c, p_maxima, q_maxima, totals);
  } else {
    SumPair<R, R, false>(p, q, count, c, p_maxima, q_maxima, totals);
    if (counts && (lse_given || kTransform)) {
      FindBlockMaxima<Type>(p_row, count, p_maxima);
      FindBlockMaxima<Type>(q_row, count, q_maxima);
    } else if (counts && args.p_lse_nats != nullptr) {
      FindBlockMaxima<Type>(p_row, count, p_maxima);
    } else if (counts && args.q_lse_nats != nullptr) {
      FindBlockMaxima<Type>(q_row, count, q_maxima);
    }
  }
  WriteReal(args, i, totals);
  if (counts) WriteCounts<Type>(args, i, p_row, q_row, p_maxima, q_maxima);
}

template <class Type>
HWY_NOINLINE void AllPairs(const PairDivergenceArgs& args) {
  const bool transform =
      args.p.transform.soft_cap > 0 || args.q.transform.soft_cap > 0 ||
      args.p.transform.temperature != args.q.transform.temperature;
  const int64_t chunk = HWY_MAX(int64_t{1}, 8192 / args.p.vocab_count);
  ParallelFor(args.pair_count, chunk, [&](const Chunk& c) HWY_ATTR {
    for (int64_t i = c.begin; i < c.end; ++i) {
      if (transform) {
        OnePair<Type, true>(args, i);
      } else {
        OnePair<Type, false>(args, i);
      }
    }
  });
}

void PairDivergenceTarget(const PairDivergenceArgs& args) {
  switch (args.p.type) {
    case DataType::kFloat32:
      return AllPairs<Float32>(args);
    case DataType::kBFloat16:
      return AllPairs<BFloat16>(args);
    case DataType::kFloat16:
      return AllPairs<Float16>(args);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace hydrometer::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace hydrometer::kernels {

HWY_EXPORT(PairDivergenceTarget);

void PairDivergenceCpu(const PairDivergenceArgs& args) {
  HWY_DYNAMIC_DISPATCH(PairDivergenceTarget)(args);
}

}  // namespace hydrometer::kernels
#endif  // HWY_ONCE
