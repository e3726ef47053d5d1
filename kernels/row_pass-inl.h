// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// Passes over one row that several CPU kernels need: block maxima (one read of
// memory), log-sum-exp and entropy (the row is then in cache), top-1, top-k and
// ranks from the block maxima.
//
// Ids, ranks and top-k follow the raw logits as stored: the transform rises
// strictly, so the order is the same, and rounding makes no new ties.
//
// Tests: tests/kernels/row_statistics_test.cc.
#if defined(HYDROMETER_KERNELS_ROW_PASS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef HYDROMETER_KERNELS_ROW_PASS_INL_H_
#undef HYDROMETER_KERNELS_ROW_PASS_INL_H_
#else
#define HYDROMETER_KERNELS_ROW_PASS_INL_H_
#endif

#include "kernels/simd-inl.h"

HWY_BEFORE_NAMESPACE();
namespace hydrometer::kernels {
namespace HWY_NAMESPACE {

// A row is cut into blocks of 512 tokens, longer for very long rows so that
// there are never more than kMaxBlocks: block maxima fit on the stack.
inline constexpr int64_t kMaxBlocks = 2048;
inline constexpr int64_t kMinBlockSize = 512;

HWY_INLINE int64_t BlockSize(int64_t vocab_count) {
  const int64_t needed = (vocab_count + kMaxBlocks - 1) / kMaxBlocks;
  const int64_t rounded = (needed + 63) / 64 * 64;
  return rounded < kMinBlockSize ? kMinBlockSize : rounded;
}

struct BlockMaxima {
  int64_t block_size = 0;
  int64_t block_count = 0;
  float max[kMaxBlocks];
};

HWY_INLINE float MaxLane(DF d, VF v) {
  HWY_ALIGN float lanes[kMaxLanes];
  hn::Store(v, d, lanes);
  float m = lanes[0];
  for (size_t i = 1; i < hn::Lanes(d); ++i) {
    if (lanes[i] > m) m = lanes[i];
  }
  return m;
}

// The largest logit of [begin, end); -inf where nothing is larger. NaN is left
// out here and found by the sums.
template <class Type>
HWY_INLINE float RangeMax(const typename Type::Raw* row, int64_t begin,
                          int64_t end) {
  const DF d;
  const int64_t lanes = static_cast<int64_t>(hn::Lanes(d));
  VF m0 = hn::Set(d, -kInfinity);
  VF m1 = m0;
  int64_t i = begin;
  for (; i + 2 * lanes <= end; i += 2 * lanes) {
    m0 = hn::Max(Type::Load(d, row + i), m0);
    m1 = hn::Max(Type::Load(d, row + i + lanes), m1);
  }
  for (; i + lanes <= end; i += lanes) {
    m0 = hn::Max(Type::Load(d, row + i), m0);
  }
  if (i < end) {
    m1 = hn::Max(LoadTail<Type>(d, row + i, end - i, -kInfinity), m1);
  }
  return MaxLane(d, hn::Max(m0, m1));
}

template <class Type>
HWY_INLINE void FindBlockMaxima(const typename Type::Raw* row, int64_t count,
                                BlockMaxima& out) {
  out.block_size = BlockSize(count);
  out.block_count = (count + out.block_size - 1) / out.block_size;
  for (int64_t b = 0; b < out.block_count; ++b) {
    const int64_t end = HWY_MIN((b + 1) * out.block_size, count);
    out.max[b] = RangeMax<Type>(row, b * out.block_size, end);
  }
}

template <class Type>
HWY_INLINE float ScalarLogit(const typename Type::Raw* row, int64_t i) {
  return Type::One(row[i]);
}

// The lowest id that holds the row's largest logit; -1 when all are -inf.
template <class Type>
HWY_INLINE int64_t Top1(const typename Type::Raw* row, int64_t count,
                        const BlockMaxima& maxima) {
  float best = -kInfinity;
  int64_t block = -1;
  for (int64_t b = 0; b < maxima.block_count; ++b) {
    if (maxima.max[b] > best) {
      best = maxima.max[b];
      block = b;
    }
  }
  if (block < 0) return -1;
  const DF d;
  const int64_t lanes = static_cast<int64_t>(hn::Lanes(d));
  const int64_t end = HWY_MIN((block + 1) * maxima.block_size, count);
  for (int64_t i = block * maxima.block_size; i < end; i += lanes) {
    const VF z = i + lanes <= end
                     ? Type::Load(d, row + i)
                     : LoadTail<Type>(d, row + i, end - i, -kInfinity);
    const intptr_t at = hn::FindFirstTrue(d, hn::Eq(z, hn::Set(d, best)));
    if (at >= 0) return i + at;
  }
  return -1;
}

// Sums over the row relative to its largest logit, the top token left out: the
// rest of a peaked row keeps its digits.
struct RowSums {
  int64_t top1 = -1;
  float top_raw = 0;    // raw logit of top1
  float top_value = 0;  // as the reader gives it
  double rest = 0;      // sum over i != top1 of exp(l_i - l_top)
  double rest_log = 0;  // sum of exp(l_i - l_top) (l_top - l_i), nats
  double top_nats = 0;  // transformed logit of top1
  double lse_nats = 0;  // -inf: empty row; NaN: poisoned
};

template <class Type, bool kTransform>
HWY_INLINE void AddRange(const Reader<Type, kTransform>& reader, int64_t begin,
                         int64_t end, float top, float scale, LaneSums& rest,
                         LaneSums& rest_log) {
  const DF d;
  const int64_t lanes = static_cast<int64_t>(hn::Lanes(d));
  const VF vtop = hn::Set(d, top);
  const VF vscale = hn::Set(d, scale);
  const VF floor = hn::Set(d, -126.0f);
  VF s = hn::Zero(d);
  VF a = hn::Zero(d);
  const auto add = [&](VF z) HWY_ATTR {
    const VF y = hn::Mul(hn::Sub(z, vtop), vscale);
    const VF e = hn::IfThenZeroElse(hn::Lt(y, floor), Exp2(d, y));
    s = hn::Add(s, e);
    a = hn::NegMulAdd(e, AtLeast(d, -126.0f, y), a);
  };
  int64_t i = begin;
  for (; i + lanes <= end; i += lanes) add(reader.Load(d, i));
  if (i < end) add(reader.LoadTail(d, i, end - i, -kInfinity));
  rest.Add(d, s);
  rest_log.Add(d, a);
}

// log2(e) / temperature for values as the reader gives them.
template <class Type, bool kTransform>
HWY_INLINE float Log2Scale(const Reader<Type, kTransform>& reader) {
  return kTransform ? kLog2E : kLog2E * reader.scale.inverse_t;
}

template <class Type, bool kTransform>
HWY_INLINE RowSums SumRow(const Reader<Type, kTransform>& reader, int64_t count,
                          const BlockMaxima& maxima,
                          const Transform& transform) {
  const DF d;
  RowSums out;
  out.top1 = Top1<Type>(reader.row, count, maxima);
  if (out.top1 < 0) {  // empty, or nothing but NaN and -inf
    out.lse_nats = -std::numeric_limits<double>::infinity();
    for (int64_t i = 0; i < count; ++i) {
      const float z = ScalarLogit<Type>(reader.row, i);
      if (z != z) out.lse_nats = std::numeric_limits<double>::quiet_NaN();
    }
    return out;
  }
  out.top_raw = ScalarLogit<Type>(reader.row, out.top1);
  out.top_value = hn::GetLane(reader.LoadTail(d, out.top1, 1, 0.0f));
  out.top_nats = out.top_raw;
  if (transform.soft_cap > 0) {
    out.top_nats =
        transform.soft_cap * std::tanh(out.top_nats / transform.soft_cap);
  }
  out.top_nats /= transform.temperature;
  LaneSums rest, rest_log;
  const float scale = Log2Scale(reader);
  for (int64_t b = 0; b < maxima.block_count; ++b) {
    const int64_t begin = b * maxima.block_size;
    const int64_t end = HWY_MIN(begin + maxima.block_size, count);
    if (out.top1 >= begin && out.top1 < end) {
      AddRange(reader, begin, out.top1, out.top_value, scale, rest, rest_log);
      AddRange(reader, out.top1 + 1, end, out.top_value, scale, rest, rest_log);
    } else {
      AddRange(reader, begin, end, out.top_value, scale, rest, rest_log);
    }
  }
  out.rest = rest.Total(d);
  out.rest_log = rest_log.Total(d) * kLn2;
  out.lse_nats = out.top_nats + std::log1p(out.rest);
  if (!(std::abs(out.lse_nats) < kInfinity) || out.top_raw == kInfinity) {
    out.lse_nats = std::numeric_limits<double>::quiet_NaN();
  }
  return out;
}

// A list of at most `limit` values, falling; of equal ones the first inserted
// stays first. Masked values never enter.
struct FallingList {
  int limit;
  float* values;
  int32_t* ids;  // may be null
  int count = 0;

  HWY_INLINE void Insert(float v, int32_t id) {
    if (!(v > -kInfinity) || (count == limit && !(v > values[count - 1]))) {
      return;
    }
    int at = count < limit ? count++ : count - 1;
    for (; at > 0 && v > values[at - 1]; --at) {
      values[at] = values[at - 1];
      if (ids != nullptr) ids[at] = ids[at - 1];
    }
    values[at] = v;
    if (ids != nullptr) ids[at] = id;
  }
};

// One row's k best, falling; ties: lower id first. Returns how many there are
// (masked tokens are left out). The k-th largest block maximum is a bound: k
// tokens are at least that large, so nothing below it is looked at.
template <class Type>
HWY_INLINE int TopK(const typename Type::Raw* row, int64_t count,
                    const BlockMaxima& maxima, int k, int32_t* ids,
                    float* values) {
  float bounds[kMaxTopK];
  FallingList largest{k, bounds, nullptr};
  for (int64_t b = 0; b < maxima.block_count; ++b) {
    largest.Insert(maxima.max[b], 0);
  }
  const float bound = largest.count == k ? bounds[k - 1] : -kInfinity;
  const DF d;
  const int64_t lanes = static_cast<int64_t>(hn::Lanes(d));
  FallingList found{k, values, ids};
  for (int64_t b = 0; b < maxima.block_count; ++b) {
    if (!(maxima.max[b] >= bound)) continue;
    const int64_t end = HWY_MIN((b + 1) * maxima.block_size, count);
    for (int64_t i = b * maxima.block_size; i < end; i += lanes) {
      const int64_t n = HWY_MIN(lanes, end - i);
      const VF z = n == lanes ? Type::Load(d, row + i)
                              : LoadTail<Type>(d, row + i, n, -kInfinity);
      if (hn::AllFalse(d, hn::Ge(z, hn::Set(d, bound)))) continue;
      for (int64_t j = i; j < i + n; ++j) {
        const float v = ScalarLogit<Type>(row, j);
        if (v >= bound) found.Insert(v, static_cast<int32_t>(j));
      }
    }
  }
  return found.count;
}

// Tokens of [begin, end) with a logit above `value` (or equal, when ties
// count).
template <class Type, bool kTies>
HWY_INLINE int64_t CountAboveAny(const typename Type::Raw* row, int64_t begin,
                                 int64_t end, float value) {
  const DF d;
  const DI di;
  const int64_t lanes = static_cast<int64_t>(hn::Lanes(d));
  const VF bar = hn::Set(d, value);
  auto count = hn::Zero(di);
  const auto add = [&](VF z) HWY_ATTR {
    const MF above = kTies ? hn::Ge(z, bar) : hn::Gt(z, bar);
    count = hn::Sub(count, hn::BitCast(di, hn::VecFromMask(d, above)));
  };
  int64_t i = begin;
  for (; i + lanes <= end; i += lanes) add(Type::Load(d, row + i));
  HWY_ALIGN int32_t totals[kMaxLanes];
  hn::Store(count, di, totals);
  int64_t total = 0;
  for (size_t j = 0; j < hn::Lanes(d); ++j) total += totals[j];
  for (; i < end; ++i) {
    const float z = ScalarLogit<Type>(row, i);
    total += kTies ? z >= value : z > value;
  }
  return total;
}

// The same for 16-bit floats and a value above zero: there they are in the
// order of their bits read as signed integers, and need not be unpacked.
template <bool kTies>
HWY_INLINE int64_t CountAboveBits(const uint16_t* row, int64_t begin,
                                  int64_t end, uint16_t value_bits) {
  const hn::ScalableTag<int16_t> d;
  const int64_t lanes = static_cast<int64_t>(hn::Lanes(d));
  const int16_t least = static_cast<int16_t>(value_bits - (kTies ? 1 : 0));
  const auto bar = hn::Set(d, least);
  const auto* bits = reinterpret_cast<const int16_t*>(row);
  constexpr int64_t kMostSteps = 32767;  // that a 16-bit lane can count
  HWY_ALIGN int16_t totals[2 * kMaxLanes];
  int64_t total = 0;
  int64_t i = begin;
  while (i + lanes <= end) {
    const int64_t stop =
        HWY_MIN(i + kMostSteps * lanes, end - (end - i) % lanes);
    auto count = hn::Zero(d);
    for (; i < stop; i += lanes) {
      const auto above = hn::Gt(hn::LoadU(d, bits + i), bar);
      count = hn::Sub(count, hn::VecFromMask(d, above));
    }
    hn::Store(count, d, totals);
    for (int64_t j = 0; j < lanes; ++j) total += totals[j];
  }
  for (; i < end; ++i) total += bits[i] > least;
  return total;
}

template <class Type, bool kTies>
HWY_INLINE int64_t CountAbove(const typename Type::Raw* row, int64_t begin,
                              int64_t end, typename Type::Raw bits) {
  const float value = Type::One(bits);
  if constexpr (sizeof(typename Type::Raw) == 2) {
    if (value > 0) return CountAboveBits<kTies>(row, begin, end, bits);
  }
  return CountAboveAny<Type, kTies>(row, begin, end, value);
}

// 1 + tokens before `id` in the order (falling logit, rising id).
template <class Type>
HWY_INLINE int32_t RankOf(const typename Type::Raw* row, int64_t count,
                          const BlockMaxima& maxima, int64_t id) {
  const float value = ScalarLogit<Type>(row, id);
  int64_t before = 0;
  for (int64_t b = 0; b < maxima.block_count; ++b) {
    if (maxima.max[b] < value) continue;
    const int64_t begin = b * maxima.block_size;
    const int64_t end = HWY_MIN(begin + maxima.block_size, count);
    const int64_t split = HWY_MIN(HWY_MAX(id, begin), end);
    before += CountAbove<Type, true>(row, begin, split, row[id]);
    before += CountAbove<Type, false>(row, split, end, row[id]);
  }
  return static_cast<int32_t>(before + 1);
}

}  // namespace HWY_NAMESPACE
}  // namespace hydrometer::kernels
HWY_AFTER_NAMESPACE();

#endif  // HYDROMETER_KERNELS_ROW_PASS_INL_H_
