// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// The weighted panel Gram on the CPU. For each position and spec, the rows
// C_X(v) = sqrt(w(v)) (l_X(v) - mu_X) are written into a small buffer, and the
// Gram is C C^T: 4 x 3 register tiles of dot products along the vocabulary, the
// upper half only. Being centred before the product, nothing cancels.
//
// Up to kBlock tokens are held as fp32 at a time. A larger vocabulary is walked
// three times (top token; mass and mean; Gram), a smaller one is read once.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/panel_gram_cpu.cc"
#include <hwy/foreach_target.h>
// After foreach_target.
#include "kernels/gram_tile-inl.h"
#include "kernels/panel_block-inl.h"
#include "kernels/panel_gram_args.h"
#include "kernels/parallel_for.h"

HWY_BEFORE_NAMESPACE();
namespace hydrometer::kernels {
namespace HWY_NAMESPACE {

inline constexpr int64_t kBlock = 1024;  // tokens of all rows held at a time
inline constexpr int64_t kPadRows = kTileX + kTileY;
inline constexpr int64_t kGramChunks = 16;

HWY_INLINE size_t Align64(size_t bytes) { return (bytes + 63) / 64 * 64; }

HWY_INLINE int64_t TriangleSize(int64_t members) {
  return members * (members + 1) / 2;
}

// One worker's scratch memory.
struct GramScratch {
  double* lse;     // [M]
  double* mean;    // [S, M] mu
  double* mass;    // [S] total weight before it is made 1
  int64_t* top;    // [S] token left out, or -1
  float* logits;   // [M, kBlock] transformed, 0 where left out
  float* weights;  // [S, kBlock] not yet normalised
  float* root;     // [kPart] sqrt of the normalised weight
  float* centred;  // [M + kPadRows, kPart]
};

HWY_INLINE size_t GramScratchBytes(int64_t m, int64_t s) {
  return Align64(m * 8) + Align64(s * m * 8) + Align64(s * 8) + Align64(s * 8) +
         m * kBlock * 4 + s * kBlock * 4 + kPart * 4 +
         (m + kPadRows) * kPart * 4;
}

HWY_INLINE GramScratch MakeGramScratch(char* at, int64_t m, int64_t s) {
  GramScratch out;
  const auto take = [&at](size_t bytes) {
    char* here = at;
    at += Align64(bytes);
    return here;
  };
  out.lse = reinterpret_cast<double*>(take(m * 8));
  out.mean = reinterpret_cast<double*>(take(s * m * 8));
  out.mass = reinterpret_cast<double*>(take(s * 8));
  out.top = reinterpret_cast<int64_t*>(take(s * 8));
  out.logits = reinterpret_cast<float*>(take(m * kBlock * 4));
  out.weights = reinterpret_cast<float*>(take(s * kBlock * 4));
  out.root = reinterpret_cast<float*>(take(kPart * 4));
  out.centred = reinterpret_cast<float*>(take((m + kPadRows) * kPart * 4));
  return out;
}

HWY_INLINE bool InSpec(const PanelGramArgs& args, int64_t s, int64_t m) {
  return (args.spec_members[s][m / 64] >> (m % 64)) & 1;
}

HWY_INLINE bool WithoutTop(const PanelGramArgs& args, int64_t s) {
  return (args.without_top_token >> s) & 1;
}

HWY_INLINE int64_t PaddedCount(const PanelGramArgs& args, int64_t begin) {
  const int64_t count = HWY_MIN(kBlock, args.vocab_count - begin);
  return (count + 31) / 32 * 32;
}

// Adds p_m of the block to the weights of the specs that m belongs to.
HWY_INLINE void AddMemberWeights(const PanelGramArgs& args, int64_t m,
                                 int64_t count, int64_t padded, bool transform,
                                 const GramScratch& scratch) {
  const DF d;
  const int64_t lanes = static_cast<int64_t>(hn::Lanes(d));
  bool wanted = false;
  for (int64_t s = 0; s < args.spec_count; ++s) wanted |= InSpec(args, s, m);
  if (!wanted) return;
  const RowLse lse = SplitLse(
      scratch.lse[m], ScaleOf(args.members[m].transform).inverse_t, transform);
  const float* logits = scratch.logits + m * kBlock;
  for (int64_t i = 0; i < padded; i += lanes) {
    VF p = Exp2(d, Log2Probability(d, hn::Load(d, logits + i), lse));
    if (i + lanes > count) {
      const int64_t left = HWY_MAX(count - i, int64_t{0});
      p = hn::IfThenElseZero(hn::FirstN(d, static_cast<size_t>(left)), p);
    }
    for (int64_t s = 0; s < args.spec_count; ++s) {
      if (!InSpec(args, s, m)) continue;
      float* w = scratch.weights + s * kBlock + i;
      hn::Store(hn::Add(hn::Load(d, w), p), d, w);
    }
  }
}

// Leaves out tokens that some row masks: logit and weight become 0.
HWY_NOINLINE void LeaveOutMasked(const PanelGramArgs& args, int64_t padded,
                                 const GramScratch& scratch) {
  for (int64_t i = 0; i < padded; ++i) {
    bool masked = false;
    for (int64_t m = 0; m < args.member_count; ++m) {
      masked |= scratch.logits[m * kBlock + i] == -kInfinity;
    }
    if (!masked) continue;
    for (int64_t m = 0; m < args.member_count; ++m) {
      scratch.logits[m * kBlock + i] = 0;
    }
    for (int64_t s = 0; s < args.spec_count; ++s) {
      scratch.weights[s * kBlock + i] = 0;
    }
  }
}

template <class Type, bool kTransform>
HWY_NOINLINE void FillGramBlock(const PanelGramArgs& args, int64_t n,
                                int64_t begin, const GramScratch& scratch) {
  const DF d;
  const int64_t lanes = static_cast<int64_t>(hn::Lanes(d));
  const int64_t count = HWY_MIN(kBlock, args.vocab_count - begin);
  const int64_t padded = PaddedCount(args, begin);
  for (int64_t s = 0; s < args.spec_count; ++s) {
    for (int64_t i = 0; i < padded; i += lanes) {
      hn::Store(hn::Zero(d), d, scratch.weights + s * kBlock + i);
    }
  }
  VF least = hn::Zero(d);
  for (int64_t m = 0; m < args.member_count; ++m) {
    const auto reader = MemberReader<Type, kTransform>(args, m, n);
    float* logits = scratch.logits + m * kBlock;
    for (int64_t i = 0; i < padded; i += lanes) {
      VF z = hn::Zero(d);
      if (i + lanes <= count) {
        z = reader.Load(d, begin + i);
      } else if (i < count) {
        z = reader.LoadTail(d, begin + i, static_cast<size_t>(count - i), 0);
      }
      least = hn::Min(least, z);
      hn::Store(z, d, logits + i);
    }
    AddMemberWeights(args, m, count, padded, kTransform, scratch);
  }
  if (!hn::AllTrue(d, hn::Gt(least, hn::Set(d, -kInfinity)))) {
    LeaveOutMasked(args, padded, scratch);
  }
  for (int64_t s = 0; s < args.spec_count; ++s) {  // tops found before
    if (scratch.top[s] >= begin && scratch.top[s] < begin + count) {
      scratch.weights[s * kBlock + scratch.top[s] - begin] = 0;
    }
  }
}

// The lowest token with the largest weight of each spec that leaves it out.
HWY_INLINE void FindTops(const PanelGramArgs& args, int64_t begin,
                         const GramScratch& scratch, float* best) {
  const int64_t count = HWY_MIN(kBlock, args.vocab_count - begin);
  for (int64_t s = 0; s < args.spec_count; ++s) {
    if (!WithoutTop(args, s)) continue;
    const float* w = scratch.weights + s * kBlock;
    const float max = RangeMax<Float32>(w, 0, count);
    if (!(max > best[s])) continue;
    best[s] = max;
    int64_t i = 0;
    while (w[i] != max) ++i;
    scratch.top[s] = begin + i;
  }
}

// Adds the block's mass and weighted sums of logits.
HWY_INLINE void AddMeans(const PanelGramArgs& args, int64_t padded,
                         const GramScratch& scratch) {
  const DF d;
  const int64_t lanes = static_cast<int64_t>(hn::Lanes(d));
  for (int64_t s = 0; s < args.spec_count; ++s) {
    const float* w = scratch.weights + s * kBlock;
    VF mass = hn::Zero(d);
    for (int64_t i = 0; i < padded; i += lanes) {
      mass = hn::Add(mass, hn::Load(d, w + i));
    }
    LaneSums total;
    total.Add(d, mass);
    scratch.mass[s] += total.Total(d);
    for (int64_t m = 0; m < args.member_count; ++m) {
      const float* z = scratch.logits + m * kBlock;
      VF a = hn::Zero(d);
      VF b = hn::Zero(d);
      for (int64_t i = 0; i < padded; i += 2 * lanes) {
        a = hn::MulAdd(hn::Load(d, w + i), hn::Load(d, z + i), a);
        b = hn::MulAdd(hn::Load(d, w + i + lanes), hn::Load(d, z + i + lanes),
                       b);
      }
      LaneSums sum;
      sum.Add(d, hn::Add(a, b));
      scratch.mean[s * args.member_count + m] += sum.Total(d);
    }
  }
}

// Adds the Gram of tokens [from, from + padded) of the block for one spec.
HWY_INLINE void AddGramPart(const PanelGramArgs& args, int64_t s, int64_t from,
                            int64_t padded, const GramScratch& scratch,
                            double* triangle) {
  const DF d;
  const int64_t lanes = static_cast<int64_t>(hn::Lanes(d));
  const int64_t members = args.member_count;
  const VF inverse = hn::Set(d, static_cast<float>(1.0 / scratch.mass[s]));
  const float* w = scratch.weights + s * kBlock + from;
  for (int64_t i = 0; i < padded; i += lanes) {
    hn::Store(hn::Sqrt(hn::Mul(hn::Load(d, w + i), inverse)), d,
              scratch.root + i);
  }
  for (int64_t m = 0; m < members; ++m) {
    const float* z = scratch.logits + m * kBlock + from;
    float* c = scratch.centred + m * kPart;
    const VF mean =
        hn::Set(d, static_cast<float>(scratch.mean[s * members + m]));
    for (int64_t i = 0; i < padded; i += lanes) {
      hn::Store(hn::Mul(hn::Sub(hn::Load(d, z + i), mean),
                        hn::Load(d, scratch.root + i)),
                d, c + i);
    }
  }
  for (int64_t x = 0; x < members; x += kTileX) {
    for (int64_t y = x; y < members; y += kTileY) {
      GramTile(scratch.centred, x, y, padded, members, triangle);
    }
  }
}

// Logits held without a soft cap are raw: one temperature scales the Gram.
template <class Type, bool kTransform>
HWY_NOINLINE void GramPosition(const PanelGramArgs& args, int64_t n,
                               const GramScratch& scratch, double* triangles,
                               int64_t* counted) {
  const int64_t members = args.member_count;
  const int64_t specs = args.spec_count;
  BlockMaxima maxima;
  for (int64_t m = 0; m < members; ++m) {
    scratch.lse[m] = MemberLse<Type, kTransform>(args, m, n, maxima);
    if (!(std::abs(scratch.lse[m]) < kInfinity)) return;
  }
  float best[kMaxWeightSpecs] = {};
  for (int64_t s = 0; s < specs; ++s) {
    scratch.top[s] = -1;
    scratch.mass[s] = 0;
    for (int64_t m = 0; m < members; ++m) scratch.mean[s * members + m] = 0;
  }
  const int64_t vocab = args.vocab_count;
  if (args.without_top_token != 0) {
    for (int64_t begin = 0; begin < vocab; begin += kBlock) {
      FillGramBlock<Type, kTransform>(args, n, begin, scratch);
      FindTops(args, begin, scratch, best);
    }
    for (int64_t s = 0; s < specs && vocab <= kBlock; ++s) {
      if (scratch.top[s] >= 0) {
        scratch.weights[s * kBlock + scratch.top[s]] = 0;
      }
    }
  }
  for (int64_t begin = 0; begin < vocab; begin += kBlock) {
    if (vocab > kBlock || args.without_top_token == 0) {
      FillGramBlock<Type, kTransform>(args, n, begin, scratch);
    }
    AddMeans(args, PaddedCount(args, begin), scratch);
  }
  for (int64_t s = 0; s < specs; ++s) {
    if (!(scratch.mass[s] > std::numeric_limits<float>::min())) {
      scratch.mass[s] = 0;
      continue;
    }
    ++counted[s];
    for (int64_t m = 0; m < members; ++m) {
      scratch.mean[s * members + m] /= scratch.mass[s];
    }
  }
  const int64_t size = TriangleSize(members);
  for (int64_t begin = 0; begin < vocab; begin += kBlock) {
    if (vocab > kBlock) {
      FillGramBlock<Type, kTransform>(args, n, begin, scratch);
    }
    const int64_t padded = PaddedCount(args, begin);
    for (int64_t s = 0; s < specs; ++s) {
      if (scratch.mass[s] == 0) continue;
      for (int64_t from = 0; from < padded; from += kPart) {
        AddGramPart(args, s, from, HWY_MIN(kPart, padded - from), scratch,
                    triangles + s * size);
      }
    }
  }
}

HWY_INLINE int64_t GramChunkSize(int64_t positions) {
  return HWY_MAX(int64_t{1}, (positions + kGramChunks - 1) / kGramChunks);
}

// Chunk sums are added to the result in chunk order.
HWY_NOINLINE void AddChunks(const PanelGramArgs& args, int64_t chunks,
                            const double* triangles, const int64_t* counted,
                            double scale) {
  const int64_t members = args.member_count;
  const int64_t size = TriangleSize(members);
  for (int64_t s = 0; s < args.spec_count; ++s) {
    double* gram = args.gram + s * members * members;
    int64_t at = s * size;
    for (int64_t x = 0; x < members; ++x) {
      for (int64_t y = x; y < members; ++y, ++at) {
        double sum = 0;
        for (int64_t c = 0; c < chunks; ++c) {
          sum += triangles[c * args.spec_count * size + at];
        }
        gram[x * members + y] += sum * scale;
        if (x != y) gram[y * members + x] += sum * scale;
      }
    }
    for (int64_t c = 0; c < chunks; ++c) {
      args.counted_positions[s] += counted[c * kMaxWeightSpecs + s];
    }
  }
}

template <class Type>
HWY_NOINLINE void GramPositions(const PanelGramArgs& args) {
  const bool transform = PanelNeedsTransform(args);
  const int64_t members = args.member_count;
  const int64_t specs = args.spec_count;
  const int64_t per_chunk = specs * TriangleSize(members);
  const int64_t chunk_size = GramChunkSize(args.position_count);
  const int64_t chunks = (args.position_count + chunk_size - 1) / chunk_size;
  char* at = static_cast<char*>(args.workspace.data);
  double* triangles = reinterpret_cast<double*>(at);
  at += Align64(kGramChunks * per_chunk * 8);
  int64_t* counted = reinterpret_cast<int64_t*>(at);
  at += Align64(kGramChunks * kMaxWeightSpecs * 8);
  const size_t bytes = GramScratchBytes(members, specs);
  ParallelFor(args.position_count, chunk_size, [&](const Chunk& c) HWY_ATTR {
    const GramScratch scratch = MakeGramScratch(
        at + static_cast<size_t>(c.worker) * bytes, members, specs);
    for (int64_t i = 0; i < kPadRows * kPart; ++i) {
      scratch.centred[members * kPart + i] = 0;
    }
    double* sums = triangles + c.index * per_chunk;
    int64_t* counts = counted + c.index * kMaxWeightSpecs;
    for (int64_t i = 0; i < per_chunk; ++i) sums[i] = 0;
    for (int64_t s = 0; s < kMaxWeightSpecs; ++s) counts[s] = 0;
    for (int64_t n = c.begin; n < c.end; ++n) {
      if (transform) {
        GramPosition<Type, true>(args, n, scratch, sums, counts);
      } else {
        GramPosition<Type, false>(args, n, scratch, sums, counts);
      }
    }
  });
  const double t = args.members[0].transform.temperature;
  AddChunks(args, chunks, triangles, counted, transform ? 1.0 : 1.0 / (t * t));
}

size_t PanelGramBytes(const PanelGramArgs& args) {
  const int64_t per_chunk = args.spec_count * TriangleSize(args.member_count);
  return Align64(kGramChunks * per_chunk * 8) +
         Align64(kGramChunks * kMaxWeightSpecs * 8) +
         static_cast<size_t>(ThreadCount()) *
             GramScratchBytes(args.member_count, args.spec_count);
}

void PanelGramTarget(const PanelGramArgs& args) {
  switch (args.type) {
    case DataType::kFloat32:
      return GramPositions<Float32>(args);
    case DataType::kBFloat16:
      return GramPositions<BFloat16>(args);
    case DataType::kFloat16:
      return GramPositions<Float16>(args);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace hydrometer::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace hydrometer::kernels {

HWY_EXPORT(PanelGramTarget);

size_t PanelGramCpuWorkspaceBytes(const PanelGramArgs& args) {
  return HWY_STATIC_DISPATCH(PanelGramBytes)(args);
}

void PanelGramCpu(const PanelGramArgs& args) {
  HWY_DYNAMIC_DISPATCH(PanelGramTarget)(args);
}

}  // namespace hydrometer::kernels
#endif  // HWY_ONCE
