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
//   JS                   b (E^2 Q(E) - h^2 f / 2), f = 2 f' + g^2
//
// g and f' are accurate for tiny a (DecayOf), and the two differences lose at
// most a factor of 3. Q is a polynomial: with 1 - E = exp(-a) and
// R(E) = (-log(1 - E/2) - E/2) / E^2, Q = (1/2 + (2 - E) R) / 2. So the JS
// needs no logarithm and no division.
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

// Sums over tokens. js, tv, hellinger: sums of the terms above (tv and
// hellinger twice what they are halves of).
struct PairSums {
  VF kl_pq, kl_qp, js, tv, hellinger;
};

struct CosineSums {
  VF pq, pp, qq;
};

HWY_INLINE PairSums ZeroPairSums(DF d) {
  const VF zero = hn::Zero(d);
  return {zero, zero, zero, zero, zero};
}

// Adds the terms of a vector of tokens, with decay = DecayOf(|x| / 2).
// kOneSided: lanes of `one_sided` have a masked token in exactly one row and
// |x| is a large stand-in; the infinite KL of such a lane is left out (the
// caller knows), all else is as in the limit.
template <bool kOneSided>
HWY_INLINE void AddPairTerms(DF d, VF x, VF b, const Decay& decay, MF one_sided,
                             PairSums& sums) {
  const VF one = hn::Set(d, 1.0f);
  const VF g = decay.g;
  const VF h = decay.h;
  const VF g2 = hn::Mul(g, g);
  const VF h2 = hn::Mul(h, h);
  const VF f2 = hn::Add(decay.f, decay.f);
  const VF f = hn::Add(f2, g2);
  const VF e = hn::MulAdd(g, h, g);
  const VF e2 = hn::Mul(e, e);
  const VF q01 =
      hn::MulAdd(hn::Set(d, -0.0208309814f), e, hn::Set(d, 0.37499997f));
  const VF q23 =
      hn::MulAdd(hn::Set(d, -0.00137206679f), e, hn::Set(d, -0.00524307182f));
  const VF q45 =
      hn::MulAdd(hn::Set(d, 0.000415428542f), e, hn::Set(d, -0.00100600859f));
  const VF q456 = hn::MulAdd(hn::Set(d, -0.000389659079f), e2, q45);
  const VF q = hn::MulAdd(q456, hn::Mul(e2, e2), hn::MulAdd(q23, e2, q01));
  const VF js = hn::MulSub(e2, q, hn::Mul(hn::Mul(h2, hn::Set(d, 0.5f)), f));
  VF kl_large = f;
  if constexpr (kOneSided) kl_large = hn::IfThenZeroElse(one_sided, f);
  const VF kl_small =
      hn::NegMulAdd(f2, h2, hn::Mul(g2, hn::Add(one, hn::Add(h, h))));
  // x < 0: q is the larger one.
  const MF q_larger = hn::Lt(x, hn::Zero(d));
  sums.kl_pq =
      hn::MulAdd(hn::IfThenElse(q_larger, kl_small, kl_large), b, sums.kl_pq);
  sums.kl_qp =
      hn::MulAdd(hn::IfThenElse(q_larger, kl_large, kl_small), b, sums.kl_qp);
  sums.js = hn::MulAdd(js, b, sums.js);
  sums.tv = hn::MulAdd(e, b, sums.tv);
  sums.hellinger = hn::MulAdd(g2, b, sums.hellinger);
}

HWY_INLINE Decay HalfDecay(DF d, VF x) {
  return DecayOf(d, hn::Mul(hn::Abs(x), hn::Set(d, 0.5f)));
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
