// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// Two rows' divergence sums over one block of tokens. A block is first summed
// as if nothing were masked; where that gives a sum that is not finite, the
// caller sums it again with the masks looked at. So masks cost nothing where
// there are none.
//
// Tests: tests/kernels/pair_divergence_test.cc.
#if defined(HYDROMETER_KERNELS_PAIR_BLOCK_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef HYDROMETER_KERNELS_PAIR_BLOCK_INL_H_
#undef HYDROMETER_KERNELS_PAIR_BLOCK_INL_H_
#else
#define HYDROMETER_KERNELS_PAIR_BLOCK_INL_H_
#endif

#include "kernels/pair_terms-inl.h"
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
  LaneSums kl_pq, kl_qp, js2, tv2, hellinger2, pq, pp, qq;
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
inline constexpr int64_t kPrefetchTokens = 1024;

struct Part {
  static constexpr int64_t kSize = 512;
  HWY_ALIGN float x[kSize];
  HWY_ALIGN float b[kSize];
  HWY_ALIGN float g[kSize];
  HWY_ALIGN float f2[kSize];
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
  const PairDecay decay = HalfDecay(d, x);
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
  const auto add = [&](VF zp, VF zq) HWY_ATTR {
    if constexpr (kMaxima) {
      p_max = hn::Max(zp, p_max);
      q_max = hn::Max(zq, q_max);
    }
    const RatioAndLarger r = RatioOf(d, zp, zq, c);
    hn::Store(r.x, d, part.x + at);
    hn::Store(r.b, d, part.b + at);
    at += lanes;
  };
  while (begin + at + 2 * lanes <= end) {
    p.Prefetch(begin + at, kPrefetchTokens);
    q.Prefetch(begin + at, kPrefetchTokens);
    const Two<VF> zp = p.LoadTwo(d, begin + at);
    const Two<VF> zq = q.LoadTwo(d, begin + at);
    add(zp.first, zq.first);
    add(zp.second, zq.second);
  }
  while (begin + at + lanes <= end) {
    add(p.Load(d, begin + at), q.Load(d, begin + at));
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
    const PairDecay decay = HalfDecay(d, hn::Load(d, part.x + i));
    hn::Store(decay.g, d, part.g + i);
    hn::Store(decay.f2, d, part.f2 + i);
    hn::Store(decay.h, d, part.h + i);
  }
  const MF never = hn::FirstN(d, 0);
  BlockSums local = sums;
  for (int64_t i = 0; i < count; i += lanes) {
    const VF x = hn::Load(d, part.x + i);
    const VF b = hn::Load(d, part.b + i);
    const PairDecay decay = {hn::Load(d, part.g + i), hn::Load(d, part.f2 + i),
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
  const VF sum = hn::Add(hn::Add(s.pair.kl_pq, s.pair.kl_qp), s.pair.js2);
  return hn::AllTrue(d, hn::Lt(hn::Abs(sum), hn::Set(d, kInfinity)));
}

}  // namespace HWY_NAMESPACE
}  // namespace hydrometer::kernels
HWY_AFTER_NAMESPACE();

#endif  // HYDROMETER_KERNELS_PAIR_BLOCK_INL_H_
