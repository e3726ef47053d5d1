// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// A block of the vocabulary of all of a panel's rows at one position, read once
// and kept as logits and probabilities in scratch memory.
//
// Tests: tests/kernels/panel_divergence_test.cc.
#if defined(HYDROMETER_KERNELS_PANEL_BLOCK_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef HYDROMETER_KERNELS_PANEL_BLOCK_INL_H_
#undef HYDROMETER_KERNELS_PANEL_BLOCK_INL_H_
#else
#define HYDROMETER_KERNELS_PANEL_BLOCK_INL_H_
#endif

#include "kernels/panel_args.h"
#include "kernels/row_pass-inl.h"

HWY_BEFORE_NAMESPACE();
namespace hydrometer::kernels {
namespace HWY_NAMESPACE {

struct PanelBlock {
  static constexpr int64_t kSize = 512;  // tokens

  double* lse = nullptr;    // [M] nats; not finite: the row is no distribution
  double* square_sum = nullptr;  // [M] for the caller: sums of squares of p
  float* logits = nullptr;  // [M, kSize]; pads hold the row's lse
  float* probabilities = nullptr;  // [M, kSize]; masked tokens and pads hold 0
  float inverse_t = 1;  // what differences of logits are multiplied with
  int64_t padded = 0;   // tokens in use, rounded up to 32
  bool masked = false;  // some token is -inf in some valid row

  HWY_INLINE bool Valid(int64_t m) const {
    return std::abs(lse[m]) < std::numeric_limits<double>::infinity();
  }
  HWY_INLINE float* Logits(int64_t m) const { return logits + m * kSize; }
  HWY_INLINE float* Probabilities(int64_t m) const {
    return probabilities + m * kSize;
  }
};

HWY_INLINE size_t PanelBlockBytes(int64_t members) {
  const size_t doubles = (static_cast<size_t>(members) * 8 + 63) / 64 * 64;
  return 2 * doubles + 2 * static_cast<size_t>(members) * PanelBlock::kSize * 4;
}

HWY_INLINE PanelBlock MakePanelBlock(char* scratch, int64_t members) {
  PanelBlock block;
  const size_t doubles = (static_cast<size_t>(members) * 8 + 63) / 64 * 64;
  block.lse = reinterpret_cast<double*>(scratch);
  scratch += doubles;
  block.square_sum = reinterpret_cast<double*>(scratch);
  scratch += doubles;
  block.logits = reinterpret_cast<float*>(scratch);
  block.probabilities = block.logits + members * PanelBlock::kSize;
  return block;
}

// Whether logits must be transformed as they are read (see RowScale).
template <class Args>
HWY_INLINE bool PanelNeedsTransform(const Args& args) {
  for (int m = 0; m < args.member_count; ++m) {
    const Transform& t = args.members[m].transform;
    if (t.soft_cap > 0 ||
        t.temperature != args.members[0].transform.temperature) {
      return true;
    }
  }
  return false;
}

template <class Type, bool kTransform, class Args>
HWY_INLINE Reader<Type, kTransform> MemberReader(const Args& args, int64_t m,
                                                 int64_t n) {
  using Raw = typename Type::Raw;
  const PanelMember& member = args.members[m];
  return {static_cast<const Raw*>(member.data) + n * member.row_stride,
          ScaleOf(member.transform)};
}

// lse of one member at one position, given or computed.
template <class Type, bool kTransform, class Args>
HWY_INLINE double MemberLse(const Args& args, int64_t m, int64_t n,
                            BlockMaxima& maxima) {
  if (args.lse_nats != nullptr) {
    return args.lse_nats[m * args.position_count + n];
  }
  const auto reader = MemberReader<Type, kTransform>(args, m, n);
  FindBlockMaxima<Type>(reader.row, args.vocab_count, maxima);
  return SumRow(reader, args.vocab_count, maxima, args.members[m].transform)
      .lse_nats;
}

template <class Type, bool kTransform, class Args>
HWY_NOINLINE void FindPanelLse(const Args& args, int64_t n, PanelBlock& block) {
  BlockMaxima maxima;
  for (int64_t m = 0; m < args.member_count; ++m) {
    block.lse[m] = MemberLse<Type, kTransform>(args, m, n, maxima);
  }
}

// Reads tokens [begin, begin + kSize) of every valid row.
template <class Type, bool kTransform, class Args>
HWY_NOINLINE void FillPanelBlock(const Args& args, int64_t n, int64_t begin,
                                 PanelBlock& block) {
  const DF d;
  const int64_t lanes = static_cast<int64_t>(hn::Lanes(d));
  const int64_t count = HWY_MIN(PanelBlock::kSize, args.vocab_count - begin);
  const VF bottom = hn::Set(d, -kInfinity);
  block.padded = (count + 31) / 32 * 32;
  block.masked = false;
  for (int64_t m = 0; m < args.member_count; ++m) {
    if (!block.Valid(m)) continue;
    const auto reader = MemberReader<Type, kTransform>(args, m, n);
    const RowLse lse = SplitLse(
        block.lse[m], ScaleOf(args.members[m].transform).inverse_t, kTransform);
    float* logits = block.Logits(m);
    float* probabilities = block.Probabilities(m);
    MF any = hn::Lt(bottom, bottom);
    for (int64_t i = 0; i < block.padded; i += lanes) {
      VF z, p;
      if (i + lanes <= count) {
        z = reader.Load(d, begin + i);
        p = Exp2(d, Log2Probability(d, z, lse));
      } else {
        const size_t left = static_cast<size_t>(HWY_MAX(count - i, int64_t{0}));
        z = hn::Set(d, lse.high);
        if (left > 0) z = reader.LoadTail(d, begin + i, left, lse.high);
        p = Exp2(d, Log2Probability(d, z, lse));
        p = hn::IfThenElseZero(hn::FirstN(d, left), p);
      }
      const MF no = hn::Eq(z, bottom);
      any = hn::Or(any, no);
      hn::Store(z, d, logits + i);
      hn::Store(hn::IfThenZeroElse(no, p), d, probabilities + i);
    }
    block.masked |= !hn::AllFalse(d, any);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace hydrometer::kernels
HWY_AFTER_NAMESPACE();

#endif  // HYDROMETER_KERNELS_PANEL_BLOCK_INL_H_
