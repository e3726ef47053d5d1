// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// The terms of a pair's divergences, token by token, on the device.
//
// With s = sqrt(p), t = sqrt(q) (each one exponential of half a logarithm), g =
// s t, x = log p - log q and z = x^2, three cases:
//
//   near    |x| <= 1 for all tokens that a warp looks at together: every term
//           is g times a power series in x, so nothing cancels.
//             (s - t)^2 = g z H(z)              H = 2 (cosh(x/2) - 1) / z
//             p - q     = g x S(z)              S = 2 sinh(x/2) / x
//             kl_pq, kl_qp = (g z S(z) +- g x z A(z)) / 2
//                                A = (2 x cosh(x/2) - 4 sinh(x/2)) / (x z)
//             2 js      = g z J(z)
//           H, S, A and J are best quadratics on [0, 1] (relative errors
//           2.4e-8, 9.8e-8, 3.3e-8, 1.2e-6), so that the sums of g z, g z^2, g
//           z^3 and of g x z, g x z^2, g x z^3 give all but tv.
//   far     otherwise: kl_pq = p x - (p - q), and 2 js = (p + q) (ln 2 -
//           ln(1 + r)) - min(p, q) |x| with r = exp(-|x|). Each term's
//           rounding is a few 1e-7 of p + q.
//   special a chunk with a masked token, or with one so probable that the
//           roundings of the far case would show: one token at a time, near or
//           far by its own x.
//
// All of it is odd or even in x, bit for bit, so exchanging p and q exchanges
// the two KL and leaves the rest. Identical rows have x = 0: exactly 0.
#ifndef HYDROMETER_KERNELS_PAIR_TERMS_CUH_
#define HYDROMETER_KERNELS_PAIR_TERMS_CUH_

#include "kernels/block_reduce.cuh"
#include "kernels/row_reader.cuh"

namespace hydrometer::kernels {

inline constexpr float kHalfLog2E = 0.72134752044448170f;

// A row's log-sum-exp, split so that half the base-2 logarithm of a
// probability, ((a - high) * kHalfLog2E + low), loses nothing. `high` is a
// multiple of 2^-8: a - high is exact for 16-bit logits of ordinary size.
struct RowScale {
  float high, low;
  float rest_nats;  // lse - high

  static __device__ __forceinline__ RowScale Of(double lse_nats) {
    RowScale scale;
    scale.high = static_cast<float>(rint(lse_nats * 256) / 256);
    const double rest = lse_nats - scale.high;
    scale.rest_nats = static_cast<float>(rest);
    scale.low = static_cast<float>(-rest * 0.72134752044448170368);
    return scale;
  }
  // sqrt of the probability of a token with logit a.
  __device__ __forceinline__ float Root(float a) const {
    return Exp2Approx(fmaf(a - high, kHalfLog2E, low));
  }
};

// A token at least this probable in either row makes its chunk special. A row
// has at most 64 of them.
inline constexpr float kHeavyLogProb = -4.1588831f;  // -ln 64
inline constexpr float kHeavyRoot = 0.125f;

// What a pair of rows is normalised by.
struct PairScale {
  RowScale p, q;
  float gap_high, gap_low;  // lse_p - lse_q, split
  float rest_gap;           // the same of what `high` leaves out

  static __device__ __forceinline__ PairScale Of(double p_lse, double q_lse) {
    PairScale scale;
    scale.p = RowScale::Of(p_lse);
    scale.q = RowScale::Of(q_lse);
    scale.gap_high = static_cast<float>(p_lse - q_lse);
    scale.gap_low = static_cast<float>((p_lse - q_lse) - scale.gap_high);
    scale.rest_gap = scale.p.rest_nats - scale.q.rest_nats;
    return scale;
  }
  // log p - log q of a token. k16Bit: the shorter way, exact for such logits.
  template <bool k16Bit>
  __device__ __forceinline__ float Gap(float a, float b) const {
    if (k16Bit) return ((a - p.high) - (b - q.high)) - rest_gap;
    return ((a - b) - gap_high) - gap_low;
  }
  // The same with what a - b was rounded by: for tokens of much mass.
  __device__ __forceinline__ float ExactGap(float a, float b) const {
    const float d = a - b;
    const float b_part = a - d, a_part = d + b_part;
    const float error = (a - a_part) + (b_part - b);
    return (d - gap_high) + (error - gap_low);
  }
  // Whether a chunk whose largest logits these are is special.
  __device__ __forceinline__ bool Heavy(float p_max, float q_max) const {
    return p_max - p.high > kHeavyLogProb || q_max - q.high > kHeavyLogProb;
  }
};

// Sums over tokens. T is float for short runs, double for whole rows.
enum PairSum {
  kEven1,     // near: g z
  kEven2,     // near: g z^2
  kEven3,     // near: g z^3
  kOdd1,      // near: g x z
  kOdd2,      // near: g x z^2
  kOdd3,      // near: g x z^3
  kFarP,      // far: p x
  kFarQ,      // far: q x
  kFarGap,    // far: p - q
  kFarMass,   // far: p + q
  kFarLog,    // far: (p + q) log2(1 + r)
  kFarLess,   // far: min(p, q) |x|
  kFarRoots,  // far: s t
  kTv2,       // |p - q|
  kPP,
  kQQ,
  kPQ,
  kPairSumCount
};

template <class T>
struct PairSums {
  T v[kPairSumCount] = {};
};

__device__ __forceinline__ void AddNear(float s, float t, float x,
                                        PairSums<float>* sums) {
  float* v = sums->v;
  const float g = s * t, gx = g * x;
  const float z = x * x, z2 = z * z, z3 = z2 * z;
  v[kEven1] = fmaf(g, z, v[kEven1]);
  v[kEven2] = fmaf(g, z2, v[kEven2]);
  v[kEven3] = fmaf(g, z3, v[kEven3]);
  v[kOdd1] = fmaf(gx, z, v[kOdd1]);
  v[kOdd2] = fmaf(gx, z2, v[kOdd2]);
  v[kOdd3] = fmaf(gx, z3, v[kOdd3]);
  const float sinh_x =
      fmaf(fmaf(0.0005255018383f, z, 0.04166491404f), z, 1.000000097f);
  v[kTv2] = fmaf(fabsf(gx), sinh_x, v[kTv2]);
  const float p = s * s, q = t * t;
  v[kPP] = fmaf(p, p, v[kPP]);
  v[kQQ] = fmaf(q, q, v[kQQ]);
  v[kPQ] = fmaf(p, q, v[kPQ]);
}

__device__ __forceinline__ void AddFar(float s, float t, float x,
                                       PairSums<float>* sums) {
  float* v = sums->v;
  const float p = s * s, q = t * t;
  const float gap = p - q, mass = p + q;
  const float r = Exp2Approx(fabsf(x) * (-2 * kHalfLog2E));
  v[kFarP] = fmaf(p, x, v[kFarP]);
  v[kFarQ] = fmaf(q, x, v[kFarQ]);
  v[kFarGap] += gap;
  v[kFarMass] += mass;
  v[kFarLog] = fmaf(mass, Log2Approx(1.0f + r), v[kFarLog]);
  v[kFarLess] = fmaf(fminf(p, q), fabsf(x), v[kFarLess]);
  v[kFarRoots] = fmaf(s, t, v[kFarRoots]);
  v[kTv2] += fabsf(gap);
  v[kPP] = fmaf(p, p, v[kPP]);
  v[kQQ] = fmaf(q, q, v[kQQ]);
  v[kPQ] = fmaf(p, q, v[kPQ]);
}

// One token, which may be masked in either row.
__device__ __forceinline__ void AddAny(float a, float b, const PairScale& scale,
                                       PairSums<float>* sums) {
  const bool p_masked = a == kMasked, q_masked = b == kMasked;
  if (p_masked && q_masked) return;
  if (!p_masked && !q_masked) {
    const float s = scale.p.Root(a), t = scale.q.Root(b);
    const float x = scale.ExactGap(a, b);
    if (fabsf(x) <= 1.0f) {
      AddNear(s, t, x, sums);
    } else {
      AddFar(s, t, x, sums);
    }
    return;
  }
  // The token's probability in the row that has it.
  float* v = sums->v;
  const float root = p_masked ? scale.q.Root(b) : scale.p.Root(a);
  const float mass = root * root;
  if (p_masked) {
    v[kFarQ] = kMasked;
    v[kQQ] = fmaf(mass, mass, v[kQQ]);
  } else {
    v[kFarP] = -kMasked;
    v[kPP] = fmaf(mass, mass, v[kPP]);
  }
  v[kFarGap] += p_masked ? -mass : mass;
  v[kFarMass] += mass;
  v[kTv2] += mass;
}

// A chunk of each row. All lanes of the warp call it together.
template <bool k16Bit, int kCount>
__device__ __forceinline__ void AddPairChunk(const float (&a)[kCount],
                                             const float (&b)[kCount],
                                             bool special,
                                             const PairScale& scale,
                                             PairSums<float>* sums) {
  float x[kCount];
  float largest = 0;
#pragma unroll
  for (int i = 0; i < kCount; ++i) {
    x[i] = scale.template Gap<k16Bit>(a[i], b[i]);
    largest = fmaxf(largest, fabsf(x[i]));
  }
  if (__all_sync(kFullMask, largest <= 1.0f || special)) {
    if (!special) {
#pragma unroll
      for (int i = 0; i < kCount; ++i) {
        AddNear(scale.p.Root(a[i]), scale.q.Root(b[i]), x[i], sums);
      }
    }
  } else if (!special) {
#pragma unroll
    for (int i = 0; i < kCount; ++i) {
      AddFar(scale.p.Root(a[i]), scale.q.Root(b[i]), x[i], sums);
    }
  }
  if (special) {
#pragma unroll 1
    for (int i = 0; i < kCount; ++i) {
      float ai = a[0], bi = b[0];
#pragma unroll
      for (int j = 1; j < kCount; ++j) {  // no indexing of registers
        ai = i == j ? a[j] : ai;
        bi = i == j ? b[j] : bi;
      }
      AddAny(ai, bi, scale, sums);
    }
  }
}

// Into [0, high], against rounding; NaN stays.
__device__ __forceinline__ double Clamp(double value, double high) {
  return value < 0 ? 0 : value > high ? high : value;
}

// What adds up over parts of a row, from the sums of such a part.
struct PairParts {
  double kl_pq, kl_qp, js, tv, hellinger2;
};

__device__ __forceinline__ PairParts PartsOf(const PairSums<double>& sums) {
  const double* v = sums.v;
  const double product = 1.000000097 * v[kEven1] + 0.04166491404 * v[kEven2] +
                         0.0005255018383 * v[kEven3];
  const double odd = 0.1666666721 * v[kOdd1] + 0.004166569387 * v[kOdd2] +
                     3.746155813e-5 * v[kOdd3];
  const double js2 = 0.249999692 * v[kEven1] + 5.564418086e-6 * v[kEven2] +
                     0.0002018645395 * v[kEven3];
  const double hellinger2 = 0.2500000061 * v[kEven1] +
                            0.005208223904 * v[kEven2] +
                            4.369433139e-5 * v[kEven3];
  const double far_js2 =
      0.69314718055994530942 * (v[kFarMass] - v[kFarLog]) - v[kFarLess];
  const double far_hellinger2 = v[kFarMass] - 2 * v[kFarRoots];
  PairParts parts;
  parts.kl_pq = 0.5 * (product + odd) + (v[kFarP] - v[kFarGap]);
  parts.kl_qp = 0.5 * (product - odd) - (v[kFarQ] - v[kFarGap]);
  parts.js = 0.5 * (js2 + far_js2);
  parts.tv = 0.5 * v[kTv2];
  parts.hellinger2 = 0.5 * (hellinger2 + far_hellinger2);
  return parts;
}

// The finished metrics of a pair.
struct PairMetrics {
  double kl_pq, kl_qp, js, tv, hellinger, cosine;
};

__device__ __forceinline__ PairMetrics
FinishPair(const PairSums<double>& sums) {
  const double* v = sums.v;
  const PairParts parts = PartsOf(sums);
  PairMetrics m;
  m.kl_pq = parts.kl_pq < 0 ? 0 : parts.kl_pq;
  m.kl_qp = parts.kl_qp < 0 ? 0 : parts.kl_qp;
  m.js = Clamp(parts.js, 0.69314718055994530942);
  m.tv = Clamp(parts.tv, 1.0);
  m.hellinger = sqrt(Clamp(parts.hellinger2, 1.0));
  m.cosine = Clamp(v[kPQ] / sqrt(v[kPP] * v[kQQ]), 1.0);
  return m;
}

}  // namespace hydrometer::kernels

#endif  // HYDROMETER_KERNELS_PAIR_TERMS_CUH_
