// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// The output head on the CPU: a blocked fp32 product. Weights are repacked into
// panels of two vectors of tokens, hidden rows into tiles of six, so that the
// inner loop holds 12 sums in registers and reads memory in order. A logit is
// summed over parts of 256 of the hidden size, each part in rising order with
// one multiply-add a term, the parts added in order: whatever the tile, the
// bits are the same.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/head_cpu.cc"
#include <hwy/foreach_target.h>
// After foreach_target.
#include "kernels/head_args.h"
#include "kernels/parallel_for.h"
#include "kernels/row_pass-inl.h"

HWY_BEFORE_NAMESPACE();
namespace hydrometer::kernels {
namespace HWY_NAMESPACE {

inline constexpr int64_t kRowTile = 6;
inline constexpr int64_t kRowBlock = 48;  // rows a worker keeps at hand
inline constexpr int64_t kHiddenPart = 256;
inline constexpr int64_t kMaxPanel = 2 * kMaxLanes;  // tokens of a panel

HWY_INLINE int64_t PanelWidth() {
  return 2 * static_cast<int64_t>(hn::Lanes(DF()));
}

HWY_INLINE size_t Align64(size_t bytes) { return (bytes + 63) / 64 * 64; }

// fp32 copies: weights [panels][H][width], one tile block of rows a worker.
HWY_INLINE size_t PackedWeightBytes(const HeadArgs& args) {
  const int64_t panels = (args.vocab_count + kMaxPanel - 1) / kMaxPanel;
  return Align64(panels * kMaxPanel * args.hidden_size * 4);
}

HWY_INLINE size_t PackedRowBytes(const HeadArgs& args) {
  return Align64(kRowBlock * args.hidden_size * 4);
}

template <class Type>
HWY_INLINE void ToFloat(const typename Type::Raw* from, int64_t count,
                        float* to) {
  const DF d;
  const int64_t lanes = static_cast<int64_t>(hn::Lanes(d));
  int64_t i = 0;
  for (; i + lanes <= count; i += lanes) {
    hn::StoreU(Type::Load(d, from + i), d, to + i);
  }
  if (i < count) {
    HWY_ALIGN float tail[kMaxLanes];
    hn::Store(LoadTail<Type>(d, from + i, count - i, 0.0f), d, tail);
    for (int64_t j = 0; i + j < count; ++j) to[i + j] = tail[j];
  }
}

// Part [begin, end) of one panel: token t's weights go to column t.
template <class Type>
HWY_NOINLINE void PackPanel(const HeadArgs& args, int64_t panel, float* to) {
  const int64_t width = PanelWidth();
  const int64_t size = args.hidden_size;
  float part[kHiddenPart];
  for (int64_t column = 0; column < width; ++column) {
    const int64_t token = panel * width + column;
    for (int64_t h = 0; h < size; h += kHiddenPart) {
      const int64_t n = HWY_MIN(kHiddenPart, size - h);
      if (token < args.vocab_count) {
        ToFloat<Type>(static_cast<const typename Type::Raw*>(args.weight) +
                          token * args.weight_stride + h,
                      n, part);
      } else {
        for (int64_t i = 0; i < n; ++i) part[i] = 0;
      }
      for (int64_t i = 0; i < n; ++i) to[(h + i) * width + column] = part[i];
    }
  }
}

// Rows [begin, begin + count) as tiles of [H][6]; absent rows are 0.
template <class Type>
HWY_NOINLINE void PackRows(const HeadArgs& args, int64_t begin, int64_t count,
                           float* to) {
  const int64_t size = args.hidden_size;
  const int64_t padded = (count + kRowTile - 1) / kRowTile * kRowTile;
  float part[kHiddenPart];
  for (int64_t r = 0; r < padded; ++r) {
    float* tile = to + r / kRowTile * kRowTile * size + r % kRowTile;
    for (int64_t h = 0; h < size; h += kHiddenPart) {
      const int64_t n = HWY_MIN(kHiddenPart, size - h);
      if (r < count) {
        ToFloat<Type>(static_cast<const typename Type::Raw*>(args.hidden) +
                          (begin + r) * args.hidden_stride + h,
                      n, part);
      } else {
        for (int64_t i = 0; i < n; ++i) part[i] = 0;
      }
      for (int64_t i = 0; i < n; ++i) tile[(h + i) * kRowTile] = part[i];
    }
  }
}

// Six rows times one panel over one part of the hidden size.
HWY_INLINE void HeadTile(const float* rows, const float* panel, int64_t count,
                         float* out, int64_t width, bool first) {
  const DF d;
  const VF zero = hn::Zero(d);
  const int64_t lanes = width / 2;
  VF s00 = zero, s01 = zero, s10 = zero, s11 = zero, s20 = zero, s21 = zero;
  VF s30 = zero, s31 = zero, s40 = zero, s41 = zero, s50 = zero, s51 = zero;
  for (int64_t h = 0; h < count; ++h, rows += kRowTile, panel += width) {
    const VF w0 = hn::Load(d, panel);
    const VF w1 = hn::Load(d, panel + lanes);
    VF r = hn::Set(d, rows[0]);
    s00 = hn::MulAdd(r, w0, s00);
    s01 = hn::MulAdd(r, w1, s01);
    r = hn::Set(d, rows[1]);
    s10 = hn::MulAdd(r, w0, s10);
    s11 = hn::MulAdd(r, w1, s11);
    r = hn::Set(d, rows[2]);
    s20 = hn::MulAdd(r, w0, s20);
    s21 = hn::MulAdd(r, w1, s21);
    r = hn::Set(d, rows[3]);
    s30 = hn::MulAdd(r, w0, s30);
    s31 = hn::MulAdd(r, w1, s31);
    r = hn::Set(d, rows[4]);
    s40 = hn::MulAdd(r, w0, s40);
    s41 = hn::MulAdd(r, w1, s41);
    r = hn::Set(d, rows[5]);
    s50 = hn::MulAdd(r, w0, s50);
    s51 = hn::MulAdd(r, w1, s51);
  }
  const VF sums[kRowTile][2] = {{s00, s01}, {s10, s11}, {s20, s21},
                                {s30, s31}, {s40, s41}, {s50, s51}};
  for (int64_t i = 0; i < kRowTile; ++i) {
    float* at = out + i * width;
    for (int64_t j = 0; j < 2; ++j) {
      const VF before = first ? zero : hn::Load(d, at + j * lanes);
      hn::Store(hn::Add(before, sums[i][j]), d, at + j * lanes);
    }
  }
}

// One packed block of rows times one packed panel, into the logits.
HWY_NOINLINE void HeadPanel(const HeadArgs& args, int64_t begin, int64_t count,
                            const float* rows, int64_t panel,
                            const float* weights) {
  const int64_t width = PanelWidth();
  const int64_t size = args.hidden_size;
  HWY_ALIGN float out[kRowTile * kMaxPanel];
  const int64_t columns = HWY_MIN(width, args.vocab_count - panel * width);
  for (int64_t r = 0; r < count; r += kRowTile) {
    for (int64_t h = 0; h < size; h += kHiddenPart) {
      HeadTile(rows + r * size + h * kRowTile, weights + h * width,
               HWY_MIN(kHiddenPart, size - h), out, width, h == 0);
    }
    for (int64_t i = 0; i < kRowTile && r + i < count; ++i) {
      float* to =
          args.logits + (begin + r + i) * args.logits_stride + panel * width;
      const float* bias =
          args.bias == nullptr ? nullptr : args.bias + panel * width;
      for (int64_t j = 0; j < columns; ++j) {
        to[j] = out[i * width + j] + (bias == nullptr ? 0.0f : bias[j]);
      }
    }
  }
}

HWY_NOINLINE void HeadLse(const HeadArgs& args, int64_t row) {
  const float* logits = args.logits + row * args.logits_stride;
  BlockMaxima maxima;
  FindBlockMaxima<Float32>(logits, args.vocab_count, maxima);
  const RowScale scale = ScaleOf(args.transform);
  if (args.transform.soft_cap > 0) {
    args.lse_nats[row] = SumRow(Reader<Float32, true>{logits, scale},
                                args.vocab_count, maxima, args.transform)
                             .lse_nats;
  } else {
    args.lse_nats[row] = SumRow(Reader<Float32, false>{logits, scale},
                                args.vocab_count, maxima, args.transform)
                             .lse_nats;
  }
}

template <class Type>
HWY_INLINE void PackWeights(const HeadArgs& args, float* packed) {
  const int64_t width = PanelWidth();
  const int64_t panels = (args.vocab_count + width - 1) / width;
  ParallelFor(panels, 8, [&](const Chunk& c) HWY_ATTR {
    for (int64_t p = c.begin; p < c.end; ++p) {
      PackPanel<Type>(args, p, packed + p * width * args.hidden_size);
    }
  });
}

void HeadTarget(const HeadArgs& args) {
  float* packed = static_cast<float*>(args.workspace.data);
  char* rows =
      static_cast<char*>(args.workspace.data) + PackedWeightBytes(args);
  switch (args.weight_type) {
    case DataType::kFloat32:
      PackWeights<Float32>(args, packed);
      break;
    case DataType::kBFloat16:
      PackWeights<BFloat16>(args, packed);
      break;
    case DataType::kFloat16:
      PackWeights<Float16>(args, packed);
      break;
  }
  const int64_t width = PanelWidth();
  const int64_t panels = (args.vocab_count + width - 1) / width;
  ParallelFor(args.row_count, kRowBlock, [&](const Chunk& c) HWY_ATTR {
    float* mine = reinterpret_cast<float*>(
        rows + static_cast<size_t>(c.worker) * PackedRowBytes(args));
    const int64_t count = c.end - c.begin;
    switch (args.hidden_type) {
      case DataType::kFloat32:
        PackRows<Float32>(args, c.begin, count, mine);
        break;
      case DataType::kBFloat16:
        PackRows<BFloat16>(args, c.begin, count, mine);
        break;
      case DataType::kFloat16:
        PackRows<Float16>(args, c.begin, count, mine);
        break;
    }
    for (int64_t p = 0; p < panels; ++p) {
      HeadPanel(args, c.begin, count, mine, p,
                packed + p * width * args.hidden_size);
    }
    if (args.lse_nats == nullptr) return;
    for (int64_t r = c.begin; r < c.end; ++r) HeadLse(args, r);
  });
}

size_t HeadBytes(const HeadArgs& args) {
  return PackedWeightBytes(args) +
         PackedRowBytes(args) * static_cast<size_t>(ThreadCount());
}

}  // namespace HWY_NAMESPACE
}  // namespace hydrometer::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace hydrometer::kernels {

HWY_EXPORT(HeadTarget);

size_t HeadCpuWorkspaceBytes(const HeadArgs& args) {
  return HWY_STATIC_DISPATCH(HeadBytes)(args);
}

void HeadCpu(const HeadArgs& args) { HWY_DYNAMIC_DISPATCH(HeadTarget)(args); }

}  // namespace hydrometer::kernels
#endif  // HWY_ONCE
