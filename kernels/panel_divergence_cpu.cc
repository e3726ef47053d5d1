// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// Panel divergence on the CPU. The vocabulary is cut into blocks; a block of
// all rows is read once, kept as logits and probabilities (M x 512 values each,
// in the second-level cache; pairs are taken so that the rows of a few members
// stay in the first), and every pair is summed from there. With the
// probabilities at hand a pair needs no exponential: with T = tanh(x / 2),
//
//   p + q = m, p - q = m T, JS term = m K(x^2), O(x) = x - 2T,
//   KL(p||q) term = m (x T + O) / 2,   KL(q||p) term = m (x T - O) / 2
//
//   (sqrt p - sqrt q)^2 = m (1 - 1 / cosh(x / 2))
//
// where K / x^2, O / x^3 and the last over x^2 are polynomials in x^2 for
// |x| <= 5 with relative errors below 3e-6 (scripts/kernel_polynomials.py);
// vectors with a larger |x| go the way of pair_terms-inl.h.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/panel_divergence_cpu.cc"
#include <hwy/foreach_target.h>
// After foreach_target.
#include "kernels/pair_terms-inl.h"
#include "kernels/panel_block-inl.h"
#include "kernels/panel_divergence.h"
#include "kernels/panel_divergence_args.h"
#include "kernels/parallel_for.h"

HWY_BEFORE_NAMESPACE();
namespace hydrometer::kernels {
namespace HWY_NAMESPACE {

inline constexpr float kPolynomialLimit = 25.0f;  // of x^2
inline constexpr float kFarApart = 1e4f;          // |x| beside a mask

struct PairPlace {
  float inverse_t;
  LseDifference lse_difference;
  bool kl_xy_infinite;
  bool kl_yx_infinite;
};

// Degree 11 in u = x^2 / 12.5 - 1, rising coefficients; even and odd powers
// apart.
HWY_INLINE VF Polynomial(DF d, VF u, const float (&c)[12]) {
  const VF u2 = hn::Mul(u, u);
  VF even = hn::MulAdd(hn::Set(d, c[10]), u2, hn::Set(d, c[8]));
  VF odd = hn::MulAdd(hn::Set(d, c[11]), u2, hn::Set(d, c[9]));
  for (int i = 6; i >= 0; i -= 2) {
    even = hn::MulAdd(even, u2, hn::Set(d, c[i]));
    odd = hn::MulAdd(odd, u2, hn::Set(d, c[i + 1]));
  }
  return hn::MulAdd(odd, u, even);
}

// 2 K / x^2, O / x^3 and (1 - 1 / cosh(x / 2)) / x^2.
inline constexpr float kTwiceJsEven[12] = {
    0.045144029f,   -0.0313862264f,   0.0199217964f,   -0.0120207267f,
    0.006972217f, -0.00405035494f, 0.00269145216f, -0.00148704078f,
    0.00012237014f, -0.000114121285f, 0.000707317144f, -0.000382067752f};
inline constexpr float kOddExcess[12] = {
    0.0373081639f,   -0.0203648452f,   0.0113317836f,   -0.00632621814f,
    0.00349396095f,  -0.00195154187f,  0.00126267201f,  -0.000707338448f,
    6.32355441e-05f, -3.35687982e-05f, 0.000313867873f, -0.000176030109f};
inline constexpr float kOneLessSech[12] = {
    0.0534592047f,   -0.0313289687f,   0.0177164599f,   -0.00992609654f,
    0.00548750022f,  -0.00306932558f,  0.00198199111f,  -0.0011017574f,
    0.000100938385f, -6.21811269e-05f, 0.000492372725f, -0.000273032987f};

// Where the JS alone is wanted, x is counted in units of sqrt(12.5): u is then
// a difference, which other units of the core compute than products, and JS
// comes out in units of 12.5.
template <bool kAll>
inline constexpr float kUnitOfX = kAll ? 1.0f : 3.53553391f;
template <bool kAll>
inline constexpr float kUnitOfJs = kAll ? 1.0f : 12.5f;

// Terms of a vector of tokens with w = x^2 and m = p + q.
template <bool kAll>
HWY_INLINE void AddPolynomialTerms(DF d, VF x, VF w, VF m, PairSums& sums) {
  const VF one = hn::Set(d, 1.0f);
  const VF u = kAll ? hn::MulSub(w, hn::Set(d, 1 / 12.5f), one)
                    : hn::Sub(w, one);
  const VF wm = hn::Mul(w, m);
  sums.js2 = hn::MulAdd(Polynomial(d, u, kTwiceJsEven), wm, sums.js2);
  if constexpr (kAll) {
    const VF half = hn::Set(d, 0.5f);
    const VF o = hn::Mul(hn::Mul(Polynomial(d, u, kOddExcess), w), x);
    const VF t = hn::Mul(hn::Sub(x, o), half);
    const VF xt = hn::Mul(x, t);
    const VF half_m = hn::Mul(m, half);
    sums.kl_pq = hn::MulAdd(hn::Add(xt, o), half_m, sums.kl_pq);
    sums.kl_qp = hn::MulAdd(hn::Sub(xt, o), half_m, sums.kl_qp);
    sums.tv2 = hn::MulAdd(hn::Abs(t), m, sums.tv2);
    sums.hellinger2 =
        hn::MulAdd(Polynomial(d, u, kOneLessSech), wm, sums.hellinger2);
  }
}

// What a pair adds up; the cosine's product beside the divergences.
struct PanelSums {
  PairSums terms;
  VF product;  // p q
};

// Sum of p q over a block: of a row with itself in the same order as of two
// rows, so that the cosine of identical rows is exactly 1.
HWY_INLINE VF AddProduct(VF p, VF q, VF sum) { return hn::MulAdd(p, q, sum); }

// One pair over one block; the rows are padded to whole vectors with p = 0.
template <bool kAll>
HWY_INLINE PanelSums SumPanelBlock(const float* zx, const float* zy,
                                  const float* px, const float* py,
                                  int64_t padded, const PairPlace& place) {
  const DF d;
  const int64_t lanes = static_cast<int64_t>(hn::Lanes(d));
  constexpr float kUnit = kUnitOfX<kAll>;
  const VF limit = hn::Set(d, kPolynomialLimit / (kUnit * kUnit));
  const MF never = hn::Lt(limit, limit);
  PairSums sums = ZeroPairSums(d);
  VF product = hn::Zero(d);
  for (int64_t i = 0; i < padded; i += 2 * lanes) {
    const VF p0 = hn::Load(d, px + i);
    const VF q0 = hn::Load(d, py + i);
    const VF p1 = hn::Load(d, px + i + lanes);
    const VF q1 = hn::Load(d, py + i + lanes);
    const VF x0 = LogRatio(d, hn::Load(d, zx + i), hn::Load(d, zy + i),
                           place.inverse_t, place.lse_difference);
    const VF x1 =
        LogRatio(d, hn::Load(d, zx + i + lanes), hn::Load(d, zy + i + lanes),
                 place.inverse_t, place.lse_difference);
    if constexpr (kAll) {
      product = AddProduct(p1, q1, AddProduct(p0, q0, product));
    }
    const VF w0 = hn::Mul(x0, x0);
    const VF w1 = hn::Mul(x1, x1);
    if (HWY_LIKELY(hn::AllFalse(d, hn::Gt(hn::Max(w0, w1), limit)))) {
      AddPolynomialTerms<kAll>(d, x0, w0, hn::Add(p0, q0), sums);
      AddPolynomialTerms<kAll>(d, x1, w1, hn::Add(p1, q1), sums);
    } else {
      const VF unit = hn::Set(d, kUnit);
      const VF share = hn::Set(d, 1 / kUnitOfJs<kAll>);
      for (const auto& [x, larger] : {std::pair(x0, hn::Max(p0, q0)),
                                      std::pair(x1, hn::Max(p1, q1))}) {
        const VF whole = hn::Mul(x, unit);
        AddPairTerms<false>(d, whole, hn::Mul(larger, share),
                            HalfDecay(d, whole), never, sums);
      }
    }
  }
  return {sums, product};
}

// The same where some token of the block is masked in some row.
HWY_NOINLINE PanelSums SumMaskedPanelBlock(const float* zx, const float* zy,
                                          const float* px, const float* py,
                                          int64_t padded, PairPlace& place) {
  const DF d;
  const int64_t lanes = static_cast<int64_t>(hn::Lanes(d));
  const VF bottom = hn::Set(d, -kInfinity);
  const VF far = hn::Set(d, kFarApart);
  PairSums sums = ZeroPairSums(d);
  VF product = hn::Zero(d);
  for (int64_t i = 0; i < padded; i += lanes) {
    const VF a = hn::Load(d, zx + i);
    const VF b = hn::Load(d, zy + i);
    const MF no_x = hn::Eq(a, bottom);
    const MF no_y = hn::Eq(b, bottom);
    const MF one_sided = hn::Xor(no_x, no_y);
    VF x = LogRatio(d, a, b, place.inverse_t, place.lse_difference);
    x = hn::IfThenElse(no_x, hn::Neg(far), hn::IfThenElse(no_y, far, x));
    x = hn::IfThenZeroElse(hn::And(no_x, no_y), x);
    const VF p = hn::Load(d, px + i);
    const VF q = hn::Load(d, py + i);
    product = AddProduct(p, q, product);
    AddPairTerms<true>(d, x, hn::Max(p, q), HalfDecay(d, x), one_sided, sums);
    place.kl_xy_infinite |= !hn::AllFalse(d, hn::And(one_sided, no_y));
    place.kl_yx_infinite |= !hn::AllFalse(d, hn::And(one_sided, no_x));
  }
  return {sums, product};
}

// A block's lanes are added up in fp32, blocks in fp64.
HWY_INLINE void AddTo(DF d, double* out, int64_t at, VF sum) {
  if (out == nullptr) return;
  out[at] += static_cast<double>(hn::GetLane(hn::SumOfLanes(d, sum)));
}

// Adds the block's sum of squares of each row's probabilities.
HWY_NOINLINE void AddSquares(const PanelDivergenceArgs& args,
                             PanelBlock& block) {
  const DF d;
  const int64_t lanes = static_cast<int64_t>(hn::Lanes(d));
  for (int64_t m = 0; m < args.member_count; ++m) {
    if (!block.Valid(m)) continue;
    const float* row = block.Probabilities(m);
    VF sum = hn::Zero(d);
    for (int64_t i = 0; i < block.padded; i += lanes) {
      const VF p = hn::Load(d, row + i);
      sum = AddProduct(p, p, sum);
    }
    AddTo(d, block.square_sum, m, sum);
  }
}

// Adds one pair's block to its results.
template <bool kAll>
HWY_INLINE void AddPair(const PanelDivergenceArgs& args, const PanelBlock& block,
                        int64_t x, int64_t y, int64_t at) {
  const DF d;
  const double infinity = std::numeric_limits<double>::infinity();
  const bool scaled = !kAll && !block.masked;
  const double unit = scaled ? kUnitOfX<kAll> : 1;
  PairPlace place{
      static_cast<float>(block.inverse_t / unit),
      SplitDifference(block.lse[x] / unit, block.lse[y] / unit), false, false};
  const float* zx = block.Logits(x);
  const float* zy = block.Logits(y);
  const float* px = block.Probabilities(x);
  const float* py = block.Probabilities(y);
  const PanelSums both =
      block.masked ? SumMaskedPanelBlock(zx, zy, px, py, block.padded, place)
                   : SumPanelBlock<kAll>(zx, zy, px, py, block.padded, place);
  const PairSums& sums = both.terms;
  AddTo(d, args.js_nats, at,
        scaled ? hn::Mul(sums.js2, hn::Set(d, kUnitOfJs<kAll>)) : sums.js2);
  if constexpr (kAll) {
    AddTo(d, args.kl_xy_nats, at, sums.kl_pq);
    AddTo(d, args.kl_yx_nats, at, sums.kl_qp);
    AddTo(d, args.tv, at, sums.tv2);
    AddTo(d, args.hellinger, at, sums.hellinger2);
    AddTo(d, args.cosine, at, both.product);
    if (place.kl_xy_infinite && args.kl_xy_nats != nullptr) {
      args.kl_xy_nats[at] = infinity;
    }
    if (place.kl_yx_infinite && args.kl_yx_nats != nullptr) {
      args.kl_yx_nats[at] = infinity;
    }
  }
}

// Second members whose rows (4 KB each) stay in the first-level cache.
inline constexpr int64_t kTileMembers = 4;

template <bool kAll>
HWY_NOINLINE void SumPairs(const PanelDivergenceArgs& args, int64_t n,
                           const PanelBlock& block) {
  const int64_t members = args.member_count;
  const int64_t first = n * (members * (members - 1) / 2);
  for (int64_t tile = 0; tile < members; tile += kTileMembers) {
    const int64_t tile_end = HWY_MIN(tile + kTileMembers, members);
    for (int64_t x = 0; x + 1 < tile_end; ++x) {
      if (!block.Valid(x)) continue;
      for (int64_t y = HWY_MAX(tile, x + 1); y < tile_end; ++y) {
        if (!block.Valid(y)) continue;
        AddPair<kAll>(args, block, x, y, first + PanelPairIndex(x, y, members));
      }
    }
  }
}

HWY_INLINE double AtMost(double value, double most) {
  return value > most ? most : value;
}

// Sums to results; NaN for pairs with a row that is no distribution.
HWY_INLINE void Finish(const PanelDivergenceArgs& args, int64_t n,
                       const PanelBlock& block) {
  const int64_t members = args.member_count;
  const double nan = std::numeric_limits<double>::quiet_NaN();
  double* const outs[] = {args.js_nats, args.kl_xy_nats, args.kl_yx_nats,
                          args.tv, args.hellinger, args.cosine};
  int64_t at = n * (members * (members - 1) / 2);
  for (int64_t x = 0; x < members; ++x) {
    for (int64_t y = x + 1; y < members; ++y, ++at) {
      if (!block.Valid(x) || !block.Valid(y)) {
        for (double* out : outs) {
          if (out != nullptr) out[at] = nan;
        }
        continue;
      }
      if (args.js_nats) args.js_nats[at] = AtMost(args.js_nats[at] / 2, kLn2);
      if (args.tv) args.tv[at] = AtMost(args.tv[at] / 2, 1.0);
      if (args.hellinger) {
        args.hellinger[at] = AtMost(std::sqrt(args.hellinger[at] / 2), 1.0);
      }
      if (args.cosine) {
        args.cosine[at] =
            AtMost(args.cosine[at] / std::sqrt(block.square_sum[x] *
                                               block.square_sum[y]),
                   1.0);
      }
    }
  }
}

template <class Type, bool kTransform>
HWY_NOINLINE void OnePosition(const PanelDivergenceArgs& args, int64_t n,
                              char* scratch, bool all) {
  const int64_t pairs =
      int64_t{args.member_count} * (args.member_count - 1) / 2;
  for (double* out : {args.js_nats, args.kl_xy_nats, args.kl_yx_nats, args.tv,
                      args.hellinger, args.cosine}) {
    for (int64_t i = 0; out != nullptr && i < pairs; ++i) {
      out[n * pairs + i] = 0;
    }
  }
  PanelBlock block = MakePanelBlock(scratch, args.member_count);
  block.inverse_t =
      kTransform ? 1.0f : ScaleOf(args.members[0].transform).inverse_t;
  FindPanelLse<Type, kTransform>(args, n, block);
  for (int64_t m = 0; m < args.member_count; ++m) block.square_sum[m] = 0;
  for (int64_t begin = 0; begin < args.vocab_count;
       begin += PanelBlock::kSize) {
    FillPanelBlock<Type, kTransform>(args, n, begin, block);
    if (args.cosine != nullptr) AddSquares(args, block);
    if (all) {
      SumPairs<true>(args, n, block);
    } else {
      SumPairs<false>(args, n, block);
    }
  }
  Finish(args, n, block);
}

template <class Type>
HWY_NOINLINE void AllPositions(const PanelDivergenceArgs& args) {
  const bool transform = PanelNeedsTransform(args);
  const bool all = args.kl_xy_nats != nullptr || args.kl_yx_nats != nullptr ||
                   args.tv != nullptr || args.hellinger != nullptr ||
                   args.cosine != nullptr;
  const size_t bytes = PanelBlockBytes(args.member_count);
  char* scratch = static_cast<char*>(args.workspace.data);
  ParallelFor(args.position_count, 1, [&](const Chunk& c) HWY_ATTR {
    char* mine = scratch + static_cast<size_t>(c.worker) * bytes;
    if (transform) {
      OnePosition<Type, true>(args, c.begin, mine, all);
    } else {
      OnePosition<Type, false>(args, c.begin, mine, all);
    }
  });
}

void PanelDivergenceTarget(const PanelDivergenceArgs& args) {
  switch (args.type) {
    case DataType::kFloat32:
      return AllPositions<Float32>(args);
    case DataType::kBFloat16:
      return AllPositions<BFloat16>(args);
    case DataType::kFloat16:
      return AllPositions<Float16>(args);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace hydrometer::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace hydrometer::kernels {

HWY_EXPORT(PanelDivergenceTarget);

size_t PanelDivergenceCpuWorkspaceBytes(const PanelDivergenceArgs& args) {
  return HWY_STATIC_DISPATCH(PanelBlockBytes)(args.member_count) *
         static_cast<size_t>(ThreadCount());
}

void PanelDivergenceCpu(const PanelDivergenceArgs& args) {
  HWY_DYNAMIC_DISPATCH(PanelDivergenceTarget)(args);
}

}  // namespace hydrometer::kernels
#endif  // HWY_ONCE
