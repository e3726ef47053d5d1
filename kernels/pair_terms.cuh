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
//             kl_pq, kl_qp = ((p - q) x +- g x z A(z)) / 2
//                                A = (2 x cosh(x/2) - 4 sinh(x/2)) / (x z)
//             2 js      = g z J(z)
//           (best polynomials on [0, 1]; relative errors 2.4e-8, 9.8e-8,
//           3.3e-8, 1.9e-8.)
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
inline constexpr float kLn2 = 0.69314718055994531f;

// A row's log-sum-exp, split so that half the base-2 logarithm of a
// probability, ((a - high) * kHalfLog2E + low), loses nothing.
struct RowScale {
  float high, low;

  static __device__ __forceinline__ RowScale Of(double lse_nats) {
    RowScale scale;
    scale.high = static_cast<float>(lse_nats);
    scale.low =
        static_cast<float>((scale.high - lse_nats) * 0.72134752044448170368);
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

  static __device__ __forceinline__ PairScale Of(double p_lse, double q_lse) {
    PairScale scale;
    scale.p = RowScale::Of(p_lse);
    scale.q = RowScale::Of(q_lse);
    scale.gap_high = static_cast<float>(p_lse - q_lse);
    scale.gap_low = static_cast<float>((p_lse - q_lse) - scale.gap_high);
    return scale;
  }
  // log p - log q of a token.
  __device__ __forceinline__ float Gap(float a, float b) const {
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
  kNearProduct,  // near: (p - q) x
  kNearOdd,      // near: g x z A
  kFarP,         // far: p x
  kFarQ,         // far: q x
  kFarGap,       // far: p - q
  kJs2,          // 2 js
  kTv2,          // |p - q|
  kHellinger2,   // (s - t)^2
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
  const float g = s * t, z = x * x;
  const float gz = g * z;
  const float h =
      fmaf(fmaf(4.369433139e-5f, z, 0.005208223904f), z, 0.2500000061f);
  const float sinh_x =
      fmaf(fmaf(0.0005255018383f, z, 0.04166491404f), z, 1.000000097f);
  const float odd =
      fmaf(fmaf(3.746155813e-5f, z, 0.004166569387f), z, 0.1666666721f);
  const float j = fmaf(
      fmaf(fmaf(-9.546846335e-6f, z, 0.0002162225345f), z, 1.564334897e-7f), z,
      0.2499999951f);
  const float gap = g * x * sinh_x;
  v[kNearProduct] = fmaf(gap, x, v[kNearProduct]);
  v[kNearOdd] = fmaf(gz * x, odd, v[kNearOdd]);
  v[kJs2] = fmaf(gz, j, v[kJs2]);
  v[kTv2] += fabsf(gap);
  v[kHellinger2] = fmaf(gz, h, v[kHellinger2]);
  const float p = s * s, q = t * t;
  v[kPP] = fmaf(p, p, v[kPP]);
  v[kQQ] = fmaf(q, q, v[kQQ]);
  v[kPQ] = fmaf(p, q, v[kPQ]);
}

__device__ __forceinline__ void AddFar(float s, float t, float x,
                                       PairSums<float>* sums) {
  float* v = sums->v;
  const float p = s * s, q = t * t;
  const float gap = p - q, root_gap = s - t;
  const float r = Exp2Approx(fabsf(x) * (-2 * kHalfLog2E));
  const float part = fmaf(Log2Approx(1.0f + r), -kLn2, kLn2);
  v[kFarP] = fmaf(p, x, v[kFarP]);
  v[kFarQ] = fmaf(q, x, v[kFarQ]);
  v[kFarGap] += gap;
  v[kJs2] = fmaf(p + q, part, v[kJs2]);
  v[kJs2] = fmaf(-fminf(p, q), fabsf(x), v[kJs2]);
  v[kTv2] += fabsf(gap);
  v[kHellinger2] = fmaf(root_gap, root_gap, v[kHellinger2]);
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
  v[p_masked ? kFarQ : kFarP] = p_masked ? kMasked : -kMasked;
  v[kFarGap] += p_masked ? -mass : mass;
  v[kJs2] = fmaf(mass, kLn2, v[kJs2]);
  v[kTv2] += mass;
  v[kHellinger2] += mass;
  v[p_masked ? kQQ : kPP] += mass * mass;
}

// A chunk of each row. All lanes of the warp call it together.
template <int kCount>
__device__ __forceinline__ void AddPairChunk(const float (&a)[kCount],
                                             const float (&b)[kCount],
                                             bool special,
                                             const PairScale& scale,
                                             PairSums<float>* sums) {
  float x[kCount];
  float largest = 0;
#pragma unroll
  for (int i = 0; i < kCount; ++i) {
    x[i] = scale.Gap(a[i], b[i]);
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

// The finished metrics of a pair.
struct PairMetrics {
  double kl_pq, kl_qp, js, tv, hellinger, cosine;
};

__device__ __forceinline__ PairMetrics
FinishPair(const PairSums<double>& sums) {
  const double* v = sums.v;
  PairMetrics m;
  m.kl_pq = 0.5 * (v[kNearProduct] + v[kNearOdd]) + (v[kFarP] - v[kFarGap]);
  m.kl_qp = 0.5 * (v[kNearProduct] - v[kNearOdd]) - (v[kFarQ] - v[kFarGap]);
  m.kl_pq = m.kl_pq < 0 ? 0 : m.kl_pq;
  m.kl_qp = m.kl_qp < 0 ? 0 : m.kl_qp;
  m.js = Clamp(0.5 * v[kJs2], 0.69314718055994530942);
  m.tv = Clamp(0.5 * v[kTv2], 1.0);
  m.hellinger = sqrt(Clamp(0.5 * v[kHellinger2], 1.0));
  m.cosine = Clamp(v[kPQ] / sqrt(v[kPP] * v[kQQ]), 1.0);
  return m;
}

}  // namespace hydrometer::kernels

#endif  // HYDROMETER_KERNELS_PAIR_TERMS_CUH_
