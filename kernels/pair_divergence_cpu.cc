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
#include "kernels/pair_divergence_args.h"
#include "kernels/pair_terms-inl.h"
#include "kernels/parallel_for.h"
#include "kernels/row_pass-inl.h"

HWY_BEFORE_NAMESPACE();
namespace hydrometer::kernels {
namespace HWY_NAMESPACE {

// Stands for |x| where one row masks the token: exp(-a/2) is 0 in fp32 sums.
inline constexpr float kFarApart = 1e4f;

// x = (zp - zq) * inverse_t - lse_difference when both rows have the same
// temperature and no cap: then differences of near-equal logits are exact.
struct PairConstants {
  RowLse p, q;
  float inverse_t = 1;
  LseDifference lse_difference;
};

struct PairTotals {
  LaneSums kl_pq, kl_qp, js, tv, hellinger, pq, pp, qq;
  bool kl_pq_infinite = false;
  bool kl_qp_infinite = false;
};

struct BlockSums {
  PairSums pair;
  CosineSums cosine;
};

HWY_INLINE BlockSums ZeroBlockSums(DF d) {
  const VF zero = hn::Zero(d);
  return {ZeroPairSums(d), {zero, zero, zero}};
}

// x = log p - log q and b = max(p, q) of one vector of tokens.
struct RatioAndLarger {
  VF x, b;
};

HWY_INLINE RatioAndLarger RatioOf(DF d, VF zp, VF zq, const PairConstants& c) {
  const VF yp = Log2Probability(d, zp, c.p);
  const VF yq = Log2Probability(d, zq, c.q);
  return {LogRatio(d, zp, zq, c.inverse_t, c.lse_difference),
          Exp2(d, hn::Max(yp, yq))};
}

// A part of a block on its way through the three steps below. One long loop
// would wait for its own chain of 30 dependent operations and spill its 25
// constants; three short ones keep the units busy, and the part stays in the
// first cache.
struct Part {
  static constexpr int64_t kSize = 256;
  HWY_ALIGN float x[kSize];
  HWY_ALIGN float b[kSize];
  HWY_ALIGN float g[kSize];
  HWY_ALIGN float f[kSize];
  HWY_ALIGN float h[kSize];
};

// The same where tokens may be masked (-inf) in either row.
HWY_INLINE void AddMaskedTokens(DF d, VF zp, VF zq, const PairConstants& c,
                                MF in_row, BlockSums& sums,
                                PairTotals& totals) {
  const VF bottom = hn::Set(d, -kInfinity);
  const VF far = hn::Set(d, kFarApart);
  const MF no_p = hn::Eq(zp, bottom);
  const MF no_q = hn::Eq(zq, bottom);
  const MF none = hn::And(no_p, no_q);
  const MF one_sided = hn::Xor(no_p, no_q);
  VF x = LogRatio(d, zp, zq, c.inverse_t, c.lse_difference);
  x = hn::IfThenElse(no_p, hn::Neg(far), hn::IfThenElse(no_q, far, x));
  const VF yp = Log2Probability(d, zp, c.p);
  const VF yq = Log2Probability(d, zq, c.q);
  const VF y =
      hn::IfThenElse(no_p, yq, hn::IfThenElse(no_q, yp, hn::Max(yp, yq)));
  VF b = hn::IfThenZeroElse(none, Exp2(d, y));
  b = hn::IfThenElseZero(in_row, b);
  x = hn::IfThenZeroElse(none, x);
  const Decay decay = HalfDecay(d, x);
  AddPairTerms<true>(d, x, b, decay, one_sided, sums.pair);
  AddCosineTerms(d, x, b, decay.h, sums.cosine);
  const MF counts = hn::And(in_row, one_sided);
  totals.kl_pq_infinite |= !hn::AllFalse(d, hn::And(counts, no_q));
  totals.kl_qp_infinite |= !hn::AllFalse(d, hn::And(counts, no_p));
}

// Step 1: x and b of tokens [begin, end), and both rows' largest raw logits
// when wanted. Fills up to a whole vector with tokens that add nothing.
template <class RP, class RQ, bool kMaxima>
HWY_INLINE int64_t FillPart(const RP& p, const RQ& q, int64_t begin,
                            int64_t end, const PairConstants& c, Part& part,
                            VF& p_max, VF& q_max) {
  const DF d;
  const int64_t lanes = static_cast<int64_t>(hn::Lanes(d));
  int64_t at = 0;
  for (; begin + at + lanes <= end; at += lanes) {
    const VF zp = p.Load(d, begin + at);
    const VF zq = q.Load(d, begin + at);
    if constexpr (kMaxima) {
      p_max = hn::Max(zp, p_max);
      q_max = hn::Max(zq, q_max);
    }
    const RatioAndLarger r = RatioOf(d, zp, zq, c);
    hn::Store(r.x, d, part.x + at);
    hn::Store(r.b, d, part.b + at);
  }
  if (begin + at < end) {
    const size_t n = static_cast<size_t>(end - begin - at);
    const MF in_row = hn::FirstN(d, n);
    const VF zp = p.LoadTail(d, begin + at, n, c.p.high);
    const VF zq = q.LoadTail(d, begin + at, n, c.q.high);
    if constexpr (kMaxima) {
      p_max = hn::IfThenElse(in_row, hn::Max(zp, p_max), p_max);
      q_max = hn::IfThenElse(in_row, hn::Max(zq, q_max), q_max);
    }
    const RatioAndLarger r = RatioOf(d, zp, zq, c);
    hn::Store(r.x, d, part.x + at);
    hn::Store(hn::IfThenElseZero(in_row, r.b), d, part.b + at);
    at += lanes;
  }
  return at;
}

// Steps 2 and 3: the decays, then the terms.
HWY_INLINE void SumPart(Part& part, int64_t count, BlockSums& sums) {
  const DF d;
  const int64_t lanes = static_cast<int64_t>(hn::Lanes(d));
  for (int64_t i = 0; i < count; i += lanes) {
    const Decay decay = HalfDecay(d, hn::Load(d, part.x + i));
    hn::Store(decay.g, d, part.g + i);
    hn::Store(decay.f, d, part.f + i);
    hn::Store(decay.h, d, part.h + i);
  }
  const MF never = hn::FirstN(d, 0);
  BlockSums local = sums;
  for (int64_t i = 0; i < count; i += lanes) {
    const VF x = hn::Load(d, part.x + i);
    const VF b = hn::Load(d, part.b + i);
    const Decay decay = {hn::Load(d, part.g + i), hn::Load(d, part.f + i),
                         hn::Load(d, part.h + i)};
    AddPairTerms<false>(d, x, b, decay, never, local.pair);
    AddCosineTerms(d, x, b, decay.h, local.cosine);
  }
  sums = local;
}

template <class RP, class RQ, bool kMaxima>
HWY_INLINE BlockSums SumBlock(const RP& p, const RQ& q, int64_t begin,
                              int64_t end, const PairConstants& c, float* p_max,
                              float* q_max) {
  const DF d;
  BlockSums sums = ZeroBlockSums(d);
  VF mp = hn::Set(d, -kInfinity);
  VF mq = mp;
  Part part;
  for (; begin < end; begin += Part::kSize) {
    const int64_t count = FillPart<RP, RQ, kMaxima>(
        p, q, begin, HWY_MIN(begin + Part::kSize, end), c, part, mp, mq);
    SumPart(part, count, sums);
  }
  if constexpr (kMaxima) {
    *p_max = MaxLane(d, mp);
    *q_max = MaxLane(d, mq);
  }
  return sums;
}

// The block again, with the masks looked at.
template <class RP, class RQ>
HWY_NOINLINE BlockSums SumMaskedBlock(const RP& p, const RQ& q, int64_t begin,
                                      int64_t end, const PairConstants& c,
                                      PairTotals& totals) {
  const DF d;
  const int64_t lanes = static_cast<int64_t>(hn::Lanes(d));
  BlockSums sums = ZeroBlockSums(d);
  for (int64_t i = begin; i < end; i += lanes) {
    const size_t n = static_cast<size_t>(HWY_MIN(lanes, end - i));
    AddMaskedTokens(d, p.LoadTail(d, i, n, c.p.high),
                    q.LoadTail(d, i, n, c.q.high), c, hn::FirstN(d, n), sums,
                    totals);
  }
  return sums;
}

HWY_INLINE bool AllFinite(DF d, const BlockSums& s) {
  const VF sum = hn::Add(hn::Add(s.pair.kl_pq, s.pair.kl_qp), s.pair.js);
  return hn::AllTrue(d, hn::Lt(hn::Abs(sum), hn::Set(d, kInfinity)));
}

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
    totals.js.Add(d, sums.pair.js);
    totals.tv.Add(d, sums.pair.tv);
    totals.hellinger.Add(d, sums.pair.hellinger);
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
  Put(args.js_nats, i, AtMost(t.js.Total(d), kLn2));
  Put(args.tv, i, AtMost(t.tv.Total(d) / 2, 1.0));
  Put(args.hellinger, i, AtMost(std::sqrt(t.hellinger.Total(d) / 2), 1.0));
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
