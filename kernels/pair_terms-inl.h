// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// What one token adds to each divergence, from x = log p - log q and b = the
// larger of p and q. Written so that nothing is lost when p and q are nearly
// equal, and nothing overflows when they are far apart. With a = |x|,
// h = exp(-a/2), g = 1 - h, f' = a/2 - g, and s = b h^2 the smaller one:
//
//   KL(larger||smaller)  b (a + exp(-a) - 1)      = b (2 f' + g^2)
//   KL(smaller||larger)  b (1 - exp(-a) (1 + a))  = b (g^2 (1 + 2h) - 2 f' h^2)
//   |p - q|              b (1 - exp(-a))          = b g (1 + h) = b E
//   (sqrt p - sqrt q)^2  b g^2
//   2 JS                 b (E^2 Q(E) - h^2 f), f = 2 f' + g^2
//
// g and f' are accurate for tiny a (HalfDecay), and the two differences lose at
// most a factor of 3. Q is a polynomial: with 1 - E = exp(-a) and
// R(E) = (-log(1 - E/2) - E/2) / E^2, Q = 1/2 + (2 - E) R. So the JS needs no
// logarithm and no division.
//
// Tests: tests/kernels/pair_divergence_test.cc.
#if defined(HYDROMETER_KERNELS_PAIR_TERMS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef HYDROMETER_KERNELS_PAIR_TERMS_INL_H_
#undef HYDROMETER_KERNELS_PAIR_TERMS_INL_H_
#else
#define HYDROMETER_KERNELS_PAIR_TERMS_INL_H_
#endif

#include "kernels/simd-inl.h"

HWY_BEFORE_NAMESPACE();
namespace hydrometer::kernels {
namespace HWY_NAMESPACE {

// Sums over tokens of the terms above (the last three are twice the metric, or
// its square).
struct PairSums {
  VF kl_pq, kl_qp, js2, tv2, hellinger2;
};

struct CosineSums {
  VF pq, pp, qq;
};

HWY_INLINE PairSums ZeroPairSums(DF d) {
  const VF zero = hn::Zero(d);
  return {zero, zero, zero, zero, zero};
}

// g = 1 - exp(-a / 2), f2 = a - 2 g and h = exp(-a / 2) for a = |x|, each to a
// few units in the last place of its own value, also where a is tiny
// (f2 ~ a^2 / 4). As DecayOf, with an instruction less.
struct PairDecay {
  VF g, f2, h;
};

HWY_INLINE PairDecay HalfDecay(DF d, VF x) {
  const VF a = hn::Abs(x);
  const PowerParts parts =
      SplitPower(d, AtLeast(d, -126.0f, hn::Mul(a, hn::Set(d, -kLog2E / 2))));
  PairDecay out;
  out.h = hn::MulAdd(parts.slope, parts.scale, parts.scale);
  out.g = hn::NegMulAdd(parts.slope, parts.scale,
                        hn::Sub(hn::Set(d, 1.0f), parts.scale));
  out.f2 = hn::IfThenElse(hn::Eq(parts.n, hn::Zero(d)),
                          hn::Add(parts.curvature, parts.curvature),
                          hn::NegMulAdd(hn::Set(d, 2.0f), out.g, a));
  return out;
}

// Adds the terms of a vector of tokens, with decay = HalfDecay(x).
// kOneSided: lanes of `one_sided` have a masked token in exactly one row and
// |x| is a large stand-in; the infinite KL of such a lane is left out (the
// caller knows), all else is as in the limit.
template <bool kOneSided>
HWY_INLINE void AddPairTerms(DF d, VF x, VF b, const PairDecay& decay,
                             MF one_sided, PairSums& sums) {
  const VF one = hn::Set(d, 1.0f);
  const VF g = decay.g;
  const VF h = decay.h;
  const VF g2 = hn::Mul(g, g);
  const VF h2 = hn::Mul(h, h);
  const VF f2 = decay.f2;
  const VF f = hn::Add(f2, g2);
  const VF e = hn::MulAdd(g, h, g);
  const VF e2 = hn::Mul(e, e);
  const VF q01 =
      hn::MulAdd(hn::Set(d, -0.0416926295f), e, hn::Set(d, 0.750000417f));
  const VF q23 =
      hn::MulAdd(hn::Set(d, -0.00418080483f), e, hn::Set(d, -0.010140432f));
  const VF q45 =
      hn::MulAdd(hn::Set(d, -0.00154032512f), e, hn::Set(d, 0.00070134073f));
  const VF q = hn::MulAdd(hn::MulAdd(q45, e2, q23), e2, q01);
  const VF js2 = hn::MulSub(e2, q, hn::Mul(h2, f));
  VF kl_large = f;
  if constexpr (kOneSided) kl_large = hn::IfThenZeroElse(one_sided, f);
  const VF kl_small =
      hn::NegMulAdd(f2, h2, hn::Mul(g2, hn::Add(hn::Add(h, h), one)));
  // x < 0: q is the larger one.
  const MF q_larger = hn::Lt(x, hn::Zero(d));
  sums.kl_pq =
      hn::MulAdd(hn::IfThenElse(q_larger, kl_small, kl_large), b, sums.kl_pq);
  sums.kl_qp =
      hn::MulAdd(hn::IfThenElse(q_larger, kl_large, kl_small), b, sums.kl_qp);
  sums.js2 = hn::MulAdd(js2, b, sums.js2);
  sums.tv2 = hn::MulAdd(e, b, sums.tv2);
  sums.hellinger2 = hn::MulAdd(g2, b, sums.hellinger2);
}

HWY_INLINE void AddCosineTerms(DF d, VF x, VF b, VF h, CosineSums& sums) {
  const VF s = hn::Mul(b, hn::Mul(h, h));  // the smaller one
  const MF q_larger = hn::Lt(x, hn::Zero(d));
  const VF p = hn::IfThenElse(q_larger, s, b);
  const VF q = hn::IfThenElse(q_larger, b, s);
  sums.pq = hn::MulAdd(b, s, sums.pq);
  sums.pp = hn::MulAdd(p, p, sums.pp);
  sums.qq = hn::MulAdd(q, q, sums.qq);
}

}  // namespace HWY_NAMESPACE
}  // namespace hydrometer::kernels
HWY_AFTER_NAMESPACE();

#endif  // HYDROMETER_KERNELS_PAIR_TERMS_INL_H_
