// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// Vector pieces that the CPU kernels share: reading logits of any type, powers
// of two, the transform. Compiled once for each CPU target.
//
// Powers of two are used in place of exponentials: y = log2(e) * l is split as
// y = n + r with integer n and |r| <= 1/2 (exactly), and 2^r is a polynomial
// whose coefficients and largest relative error come from
// scripts/kernel_polynomials.py. With the rounding of y itself, a probability's
// relative error is below 2e-7 + 6e-8 * |log p|.
//
// Tests: through every kernel; tests/kernels/.
#if defined(HYDROMETER_KERNELS_SIMD_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef HYDROMETER_KERNELS_SIMD_INL_H_
#undef HYDROMETER_KERNELS_SIMD_INL_H_
#else
#define HYDROMETER_KERNELS_SIMD_INL_H_
#endif

#include <hwy/cache_control.h>
#include <hwy/highway.h>

#include <cmath>
#include <cstdint>
#include <limits>

#include "kernels/rows.h"

HWY_BEFORE_NAMESPACE();
namespace hydrometer::kernels {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using DF = hn::ScalableTag<float>;
using VF = hn::Vec<DF>;
using MF = hn::Mask<DF>;
using DI = hn::RebindToSigned<DF>;
using DU = hn::RebindToUnsigned<DF>;

inline constexpr size_t kMaxLanes = 16;  // 512-bit vectors are the widest
inline constexpr float kLog2E = 1.44269504f;
inline constexpr double kLn2 = 0.69314718055994530942;
inline constexpr float kInfinity = std::numeric_limits<float>::infinity();

// ---- Reading -------------------------------------------------------------

// Each type also loads two vectors of tokens at once, p[0 .. 2 lanes), in an
// order of its own (all rows of a type in the same one): sums do not ask for
// more, and 16-bit rows are unpacked with half the instructions.
template <class V>
struct Two {
  V first, second;
};

struct Float32 {
  using Raw = float;
  static HWY_INLINE Two<VF> LoadTwo(DF d, const Raw* p) {
    return {hn::LoadU(d, p), hn::LoadU(d, p + hn::Lanes(d))};
  }
  static HWY_INLINE VF Load(DF d, const Raw* p) { return hn::LoadU(d, p); }
  static HWY_INLINE float One(Raw raw) { return raw; }
};

struct BFloat16 {
  using Raw = uint16_t;
  static HWY_INLINE Two<VF> LoadTwo(DF d, const Raw* p) {
#if HWY_TARGET == HWY_SCALAR
    return {Load(d, p), Load(d, p + 1)};
#else
    const DU du;
    const hn::Repartition<uint16_t, DF> du16;
    const auto pairs = hn::BitCast(du, hn::LoadU(du16, p));
    return {hn::BitCast(d, hn::ShiftLeft<16>(pairs)),
            hn::BitCast(d, hn::And(pairs, hn::Set(du, 0xFFFF0000u)))};
#endif
  }
  static HWY_INLINE VF Load(DF d, const Raw* p) {
    const hn::Rebind<uint16_t, DF> du16;
    const DU du;
    return hn::BitCast(
        d, hn::ShiftLeft<16>(hn::PromoteTo(du, hn::LoadU(du16, p))));
  }
  static HWY_INLINE float One(Raw raw) {
    return hwy::F32FromBF16(hwy::bfloat16_t{raw});
  }
};

struct Float16 {
  using Raw = uint16_t;
  static HWY_INLINE Two<VF> LoadTwo(DF d, const Raw* p) {
    return {Load(d, p), Load(d, p + hn::Lanes(d))};
  }
  static HWY_INLINE VF Load(DF d, const Raw* p) {
    const hn::Rebind<uint16_t, DF> du16;
    const auto bits = hn::LoadU(du16, p);
#if HWY_TARGET == HWY_AVX2 || HWY_TARGET == HWY_AVX3 || \
    HWY_TARGET == HWY_AVX3_DL || HWY_TARGET == HWY_NEON
    const hn::Rebind<hwy::float16_t, DF> df16;
    return hn::PromoteTo(d, hn::BitCast(df16, bits));
#else
    // Moved into a float's fields and scaled by 2^112: exact for subnormals
    // too. Exponent 31 (infinity, NaN) comes out as 2^16 and more.
    const DU du;
    const auto wide = hn::PromoteTo(du, bits);
    const auto sign = hn::ShiftLeft<16>(hn::And(wide, hn::Set(du, 0x8000)));
    const auto magnitude =
        hn::ShiftLeft<13>(hn::And(wide, hn::Set(du, 0x7FFF)));
    const VF scaled = hn::Mul(hn::BitCast(d, magnitude), hn::Set(d, 0x1p112f));
    const VF special =
        hn::BitCast(d, hn::Or(magnitude, hn::Set(du, 0x7F800000)));
    const VF value =
        hn::IfThenElse(hn::Ge(scaled, hn::Set(d, 65536.0f)), special, scaled);
    return hn::Or(value, hn::BitCast(d, sign));
#endif
  }
  static HWY_INLINE float One(Raw raw) {
    Raw lanes[kMaxLanes] = {raw};
    return hn::GetLane(Load(DF(), lanes));
  }
};

// The first `count` lanes from memory, `pad` in the others.
template <class Type>
HWY_INLINE VF LoadTail(DF d, const typename Type::Raw* p, size_t count,
                       float pad) {
  typename Type::Raw buffer[kMaxLanes] = {};
  for (size_t i = 0; i < count; ++i) buffer[i] = p[i];
  return hn::IfThenElse(hn::FirstN(d, count), Type::Load(d, buffer),
                        hn::Set(d, pad));
}

// ---- Powers of two -------------------------------------------------------

// max(bound, v), NaN for v = NaN: what x86's instruction gives in this order;
// Highway's scalar target leaves NaN out.
HWY_INLINE VF AtLeast(DF d, float bound, VF v) {
#if HWY_TARGET == HWY_SCALAR
  return hn::IfThenElse(hn::Lt(v, hn::Set(d, bound)), hn::Set(d, bound), v);
#else
  return hn::Max(hn::Set(d, bound), v);
#endif
}

// Adding this rounds to an integer whose low bits are the float's low bits.
inline constexpr float kRoundMagic = 12582912.0f;  // 1.5 * 2^23

// 2^y for y <= 127; y is raised to -126 where it is below. NaN stays NaN.
HWY_INLINE VF Exp2(DF d, VF y) {
  const DI di;
  y = AtLeast(d, -126.0f, y);
  const VF shifted = hn::Add(y, hn::Set(d, kRoundMagic));
  const VF r = hn::Sub(y, hn::Sub(shifted, hn::Set(d, kRoundMagic)));
  // Pairs of terms at once (Estrin): the loops wait for the longest chain.
  const VF r2 = hn::Mul(r, r);
  const VF c01 = hn::MulAdd(hn::Set(d, 0.693147242f), r, hn::Set(d, 1.0f));
  const VF c23 =
      hn::MulAdd(hn::Set(d, 0.0555030853f), r, hn::Set(d, 0.24022235f));
  const VF c45 =
      hn::MulAdd(hn::Set(d, 0.00134072592f), r, hn::Set(d, 0.00967187528f));
  const VF c = hn::MulAdd(hn::MulAdd(c45, r2, c23), r2, c01);
  return hn::BitCast(d, hn::Add(hn::ShiftLeft<23>(hn::BitCast(di, shifted)),
                                hn::BitCast(di, c)));
}

// For a >= 0: g = 1 - exp(-a), f = a - g and h = exp(-a), each to a few units
// in the last place of its own value, also where a is tiny (f ~ a^2 / 2).
struct Decay {
  VF g, f, h;
};

// 2^y = scale (1 + slope) for y in [-126, 0]; n = 0 where scale is 1, and then
// 2^y - 1 - y ln 2 = curvature.
struct PowerParts {
  VF n, scale, slope, curvature;
};

HWY_INLINE PowerParts SplitPower(DF d, VF y) {
  const DI di;
  PowerParts out;
  const VF shifted = hn::Add(y, hn::Set(d, kRoundMagic));
  out.n = hn::Sub(shifted, hn::Set(d, kRoundMagic));
  const VF r = hn::Sub(y, out.n);
  const VF r2 = hn::Mul(r, r);
  const VF c01 =
      hn::MulAdd(hn::Set(d, 0.0555038117f), r, hn::Set(d, 0.240226507f));
  const VF c23 =
      hn::MulAdd(hn::Set(d, 0.00133812497f), r, hn::Set(d, 0.00961817242f));
  const VF c =
      hn::MulAdd(hn::MulAdd(hn::Set(d, 0.000154172783f), r2, c23), r2, c01);
  out.curvature = hn::Mul(r2, c);  // 2^r - 1 - r ln 2
  out.slope = hn::MulAdd(r, hn::Set(d, 0.69314718f), out.curvature);
  out.scale =
      hn::BitCast(d, hn::Add(hn::ShiftLeft<23>(hn::BitCast(di, shifted)),
                             hn::BitCast(di, hn::Set(d, 1.0f))));
  return out;
}

HWY_INLINE Decay DecayOf(DF d, VF a) {
  const PowerParts parts =
      SplitPower(d, AtLeast(d, -126.0f, hn::Mul(a, hn::Set(d, -kLog2E))));
  Decay out;
  out.h = hn::MulAdd(parts.slope, parts.scale, parts.scale);
  out.g = hn::NegMulAdd(parts.slope, parts.scale,
                        hn::Sub(hn::Set(d, 1.0f), parts.scale));
  out.f = hn::IfThenElse(hn::Eq(parts.n, hn::Zero(d)), parts.curvature,
                         hn::Sub(a, out.g));
  return out;
}

// ---- Transform -----------------------------------------------------------

// How a row's logits become natural log-probabilities up to a constant. Without
// a soft cap the temperature is folded into later products, so that differences
// of logits stay exact; with one, logits are transformed as they are read.
struct RowScale {
  float cap = 0;  // 0: none
  float inverse_cap = 0;
  float inverse_t = 1;
};

HWY_INLINE RowScale ScaleOf(const Transform& t) {
  RowScale s;
  s.cap = t.soft_cap;
  s.inverse_cap = t.soft_cap > 0 ? 1.0f / t.soft_cap : 0.0f;
  s.inverse_t = 1.0f / t.temperature;
  return s;
}

// cap * tanh(z / cap) / temperature; infinities and NaN stay.
HWY_INLINE VF ApplyTransform(DF d, VF z, const RowScale& s) {
  VF value = z;
  if (s.cap > 0) {
    const VF u = hn::Abs(hn::Mul(z, hn::Set(d, s.inverse_cap)));
    const VF g = DecayOf(d, hn::Add(u, u)).g;  // 1 - exp(-2u)
    const VF tanh_u = hn::Div(g, hn::Sub(hn::Set(d, 2.0f), g));
    const VF capped = hn::CopySign(hn::Mul(tanh_u, hn::Set(d, s.cap)), z);
    const MF infinite = hn::Ge(hn::Abs(z), hn::Set(d, kInfinity));
    value = hn::IfThenElse(infinite, z, capped);
  }
  return hn::Mul(value, hn::Set(d, s.inverse_t));
}

// Reads one row. kTransform: values come out transformed; else raw.
template <class Type, bool kTransform>
struct Reader {
  const typename Type::Raw* row;
  RowScale scale;

  HWY_INLINE VF Load(DF d, int64_t i) const {
    const VF z = Type::Load(d, row + i);
    if constexpr (kTransform) return ApplyTransform(d, z, scale);
    return z;
  }
  HWY_INLINE Two<VF> LoadTwo(DF d, int64_t i) const {
    Two<VF> z = Type::LoadTwo(d, row + i);
    if constexpr (kTransform) {
      z = {ApplyTransform(d, z.first, scale),
           ApplyTransform(d, z.second, scale)};
    }
    return z;
  }
  // Asks for the memory `ahead` tokens after i; what lies behind the row's end
  // is not touched.
  HWY_INLINE void Prefetch(int64_t i, int64_t ahead) const {
    hwy::Prefetch(row + i + ahead);
  }
  HWY_INLINE VF LoadTail(DF d, int64_t i, size_t count, float pad) const {
    VF z = HWY_NAMESPACE::LoadTail<Type>(d, row + i, count, pad);
    if constexpr (kTransform) {
      z = hn::IfThenElse(hn::FirstN(d, count), ApplyTransform(d, z, scale),
                         hn::Set(d, pad));
    }
    return z;
  }
};

// ---- Log-sum-exp as floats ----------------------------------------------

// log2 p = (z - high) * scale - low2, with lse = high + low in the values that
// the reader gives: z - high is nearly exact, the rest one rounding.
struct RowLse {
  float high = 0;
  float low2 = 0;
  float scale = 0;
};

HWY_INLINE RowLse SplitLse(double lse_nats, float inverse_t, bool transformed) {
  RowLse out;
  const double t = transformed ? 1.0 : 1.0 / inverse_t;
  const double lse = lse_nats * t;
  out.high = static_cast<float>(lse);
  out.low2 = static_cast<float>((lse - out.high) / t / kLn2);
  out.scale = static_cast<float>(1.0 / (t * kLn2));
  return out;
}

HWY_INLINE VF Log2Probability(DF d, VF z, const RowLse& lse) {
  return hn::MulSub(hn::Sub(z, hn::Set(d, lse.high)), hn::Set(d, lse.scale),
                    hn::Set(d, lse.low2));
}

// lse_p - lse_q in two floats: at a row's top token x = log p - log q is often
// a small rest of large differences, and one float would not leave its digits.
struct LseDifference {
  float high = 0;
  float low = 0;
};

HWY_INLINE LseDifference SplitDifference(double p_lse, double q_lse) {
  const double difference = p_lse - q_lse;
  LseDifference out;
  out.high = static_cast<float>(difference);
  out.low = static_cast<float>(difference - out.high);
  return out;
}

// x = log p - log q. zp - zq is exact where the two are within a factor of 2.
HWY_INLINE VF LogRatio(DF d, VF zp, VF zq, float inverse_t,
                       const LseDifference& lse) {
  return hn::Sub(
      hn::MulSub(hn::Sub(zp, zq), hn::Set(d, inverse_t), hn::Set(d, lse.high)),
      hn::Set(d, lse.low));
}

// ---- Long sums -----------------------------------------------------------

// Lane-wise fp64 accumulators: fp32 lane sums of one block are added to them,
// so that the error of a sum does not grow with the vocabulary.
struct LaneSums {
  double lane[kMaxLanes] = {};

  HWY_INLINE void Add(DF d, VF block_sum) {
    HWY_ALIGN float values[kMaxLanes];
    hn::Store(block_sum, d, values);
    for (size_t i = 0; i < hn::Lanes(d); ++i) {
      lane[i] += static_cast<double>(values[i]);
    }
  }
  HWY_INLINE double Total(DF d) const {
    double total = 0;
    for (size_t i = 0; i < hn::Lanes(d); ++i) total += lane[i];
    return total;
  }
};

}  // namespace HWY_NAMESPACE
}  // namespace hydrometer::kernels
HWY_AFTER_NAMESPACE();

#endif  // HYDROMETER_KERNELS_SIMD_INL_H_
