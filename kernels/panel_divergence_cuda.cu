// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// Panel divergence on CUDA: one block a position. A tile of tokens of all
// members (logit, and square root of the probability) lies in shared memory;
// each warp owns every eighth pair and adds the tile's sums to the results in
// memory. Workspace: the members' lse, when not given, and for the cosine each
// row's sum of squares, [M, N] each.
#include "kernels/pair_terms.cuh"
#include "kernels/panel_divergence_cuda.h"
#include "kernels/panel_tile.cuh"

namespace hydrometer::kernels {
namespace {

constexpr int kThreads = 256;
constexpr int kPerLane = 4;            // tokens that a lane takes together
constexpr int kGroup = 32 * kPerLane;  // tokens that a warp takes together

// Tokens of a tile: a multiple of kGroup, at most 1,024.
int TileTokens(int member_count) {
  const int fit = kPanelSharedBytes / 8 / member_count / kGroup * kGroup;
  return fit < 1024 ? fit : 1024;
}

struct Outputs {
  double *js_nats, *kl_xy_nats, *kl_yx_nats, *tv, *hellinger, *cosine;
  double* square_sum;  // [M, N]
};

// The first tile sets, the others add; the last one finishes.
__device__ __forceinline__ void AddTo(double* to, int64_t i, double value,
                                      bool first) {
  if (to == nullptr) return;
  StoreGlobal(to + i, first ? value : __ldcg(to + i) + value);
}

__device__ __forceinline__ void AddTile(const Outputs& out, int64_t at,
                                        const PairSums<double>& sums,
                                        bool first) {
  const PairParts parts = PartsOf(sums);
  AddTo(out.js_nats, at, parts.js, first);
  AddTo(out.kl_xy_nats, at, parts.kl_pq, first);
  AddTo(out.kl_yx_nats, at, parts.kl_qp, first);
  AddTo(out.tv, at, parts.tv, first);
  AddTo(out.hellinger, at, parts.hellinger2, first);
  AddTo(out.cosine, at, sums.v[kPQ], first);
}

__device__ __forceinline__ void Finish(const Outputs& out, int64_t at,
                                       bool bad) {
  const double nan = static_cast<double>(__uint_as_float(0x7fc00000u));
  const double inf = static_cast<double>(-kMasked);
  double* const to[] = {out.js_nats, out.kl_xy_nats, out.kl_yx_nats, out.tv,
                        out.hellinger};
  const double high[] = {0.69314718055994530942, inf, inf, 1.0, 1.0};
#pragma unroll
  for (int i = 0; i < 5; ++i) {
    if (to[i] == nullptr) continue;
    double value = bad ? nan : Clamp(__ldcg(to[i] + at), high[i]);
    if (i == 4) value = sqrt(value);
    StoreGlobal(to[i] + at, value);
  }
}

// The products of all pairs become cosines, once every row's squares are there.
__device__ __forceinline__ void FinishCosines(const PanelRows& panel,
                                              const double* lse_nats,
                                              const Outputs& out,
                                              int64_t row) {
  const int count = panel.member_count;
  const int64_t position = blockIdx.x;
  int index = 0;
  for (int x = 0; x < count; ++x) {
    for (int y = x + 1; y < count; ++y, ++index) {
      if (index % kThreads != static_cast<int>(threadIdx.x)) continue;
      const int64_t at_x = x * panel.position_count + position;
      const int64_t at_y = y * panel.position_count + position;
      const bool bad = !(fabs(__ldcg(lse_nats + at_x)) < 1e300 &&
                         fabs(__ldcg(lse_nats + at_y)) < 1e300);
      const double squares =
          __ldcg(out.square_sum + at_x) * __ldcg(out.square_sum + at_y);
      const double value = __ldcg(out.cosine + row + index) / sqrt(squares);
      StoreGlobal(out.cosine + row + index,
                  bad ? static_cast<double>(__uint_as_float(0x7fc00000u))
                      : Clamp(value, 1.0));
    }
  }
}

// Fills [members][tokens] of logits and roots from token `first` on.
__device__ __forceinline__ void LoadTile(const PanelRows& panel,
                                         const double* lse_nats, int first,
                                         int tokens,
                                         SharedPointer<float> tile) {
  const int64_t position = blockIdx.x;
  const int plane = panel.member_count * tokens;
  for (int m = 0; m < panel.member_count; ++m) {
    const AnyRowReader row = PanelRow(panel, m, position);
    const RowScale scale =
        RowScale::Of(__ldcg(lse_nats + m * panel.position_count + position));
    for (int t = threadIdx.x; t < tokens; t += kThreads) {
      const int token = first + t;
      const float a = token < panel.vocab_count ? row.At(token) : kMasked;
      tile[m * tokens + t] = a;
      tile[plane + m * tokens + t] = a > kMasked ? scale.Root(a) : 0.0f;
    }
  }
}

// A warp's sums of one pair over the tile.
__device__ __forceinline__ void SumTile(SharedPointer<float> tile, int x, int y,
                                        int tokens, int plane,
                                        const PairScale& scale,
                                        PairSums<float>* sums) {
  for (int t = threadIdx.x % 32; t < tokens; t += kGroup) {
    float a[kPerLane], b[kPerLane], d[kPerLane], s[kPerLane], u[kPerLane];
    float largest = 0, least = -kMasked, heaviest = 0;
#pragma unroll
    for (int i = 0; i < kPerLane; ++i) {
      a[i] = tile[x * tokens + t + i * 32];
      b[i] = tile[y * tokens + t + i * 32];
      s[i] = tile[plane + x * tokens + t + i * 32];
      u[i] = tile[plane + y * tokens + t + i * 32];
      d[i] = scale.Gap<false>(a[i], b[i]);
      largest = fmaxf(largest, fabsf(d[i]));
      least = fminf(least, fminf(a[i], b[i]));
      heaviest = fmaxf(heaviest, fmaxf(s[i], u[i]));
    }
    const bool special = least == kMasked || heaviest > kHeavyRoot;
    const bool near = __all_sync(kFullMask, largest <= 1.0f || special);
    if (special) {
#pragma unroll
      for (int i = 0; i < kPerLane; ++i) AddAny(a[i], b[i], scale, sums);
      continue;
    }
#pragma unroll
    for (int i = 0; i < kPerLane; ++i) {
      if (near) {
        AddNear(s[i], u[i], d[i], sums);
      } else {
        AddFar(s[i], u[i], d[i], sums);
      }
    }
  }
}

// kJsOnly: nothing else is wanted, and the compiler drops the rest.
template <bool kJsOnly>
__global__ void __launch_bounds__(kThreads)
    PanelDivergenceKernel(__grid_constant__ const PanelRows panel,
                          const double* lse_nats, Outputs out, int tokens) {
  HYDROMETER_DYNAMIC_SHARED(float, tile);
  const int64_t position = blockIdx.x;
  const int count = panel.member_count, plane = count * tokens;
  const int lane = threadIdx.x % 32, warp = threadIdx.x / 32;
  const int64_t row = position * (int64_t{count} * (count - 1) / 2);
  for (int first = 0; first < panel.vocab_count; first += tokens) {
    __syncthreads();
    LoadTile(panel, lse_nats, first, tokens, tile);
    __syncthreads();
    const bool last = first + tokens >= panel.vocab_count;
    int index = 0;
    for (int x = 0; x < count; ++x) {
      const double x_lse =
          __ldcg(lse_nats + x * panel.position_count + position);
      for (int y = x + 1; y < count; ++y, ++index) {
        if (index % (kThreads / 32) != warp) continue;
        const double y_lse =
            __ldcg(lse_nats + y * panel.position_count + position);
        PairSums<float> sums;
        SumTile(tile, x, y, tokens, plane, PairScale::Of(x_lse, y_lse), &sums);
        PairSums<double> whole;
#pragma unroll
        for (int i = 0; i < kPairSumCount; ++i) {
          const bool js =
              i <= kEven3 || i == kFarMass || i == kFarLog || i == kFarLess;
          if (kJsOnly && !js) continue;
          whole.v[i] = WarpSum(static_cast<double>(sums.v[i]));
        }
        if (lane == 0) {
          AddTile(out, row + index, whole, first == 0);
          if (out.cosine != nullptr && y == x + 1) {
            // Each row's squares come from one pair that it is in.
            double* squares = out.square_sum + position;
            AddTo(squares, x * panel.position_count, whole.v[kPP], first == 0);
            if (y == count - 1) {
              AddTo(squares, y * panel.position_count, whole.v[kQQ],
                    first == 0);
            }
          }
          const bool bad = !(fabs(x_lse) < 1e300 && fabs(y_lse) < 1e300);
          if (last) Finish(out, row + index, bad);
        }
      }
    }
  }
  if (!kJsOnly && out.cosine != nullptr) {
    __syncthreads();
    FinishCosines(panel, lse_nats, out, row);
  }
}

}  // namespace

size_t PanelDivergenceCudaWorkspaceBytes(const PanelDivergenceArgs& args) {
  const size_t plane =
      sizeof(double) * args.member_count * args.position_count;
  return (args.lse_nats == nullptr ? plane : 0) +
         (args.cosine != nullptr ? plane : 0);
}

int LaunchPanelDivergence(const PanelDivergenceArgs& args, Stream stream) {
  const auto cuda_stream = static_cast<cudaStream_t>(stream);
  if (args.position_count == 0) return cudaSuccess;
  const PanelRows panel = RowsOf(args);
  const double* lse_nats = args.lse_nats;
  double* own = static_cast<double*>(args.workspace.data);
  double* square_sum = own;
  if (lse_nats == nullptr) {
    const cudaError_t error = LaunchPanelLse(panel, own, cuda_stream);
    if (error != cudaSuccess) return error;
    lse_nats = own;
    square_sum = own + args.member_count * args.position_count;
  }
  const Outputs out = {args.js_nats, args.kl_xy_nats, args.kl_yx_nats,
                       args.tv,      args.hellinger,  args.cosine,
                       square_sum};
  const bool js_only = args.kl_xy_nats == nullptr &&
                       args.kl_yx_nats == nullptr && args.tv == nullptr &&
                       args.hellinger == nullptr && args.cosine == nullptr;
  auto* kernel =
      js_only ? PanelDivergenceKernel<true> : PanelDivergenceKernel<false>;
  const cudaError_t error = cudaFuncSetAttribute(
      kernel, cudaFuncAttributeMaxDynamicSharedMemorySize, kPanelSharedBytes);
  if (error != cudaSuccess) return error;
  const int tokens = TileTokens(args.member_count);
  return Launch(kernel, dim3(static_cast<unsigned>(args.position_count)),
                dim3(kThreads), size_t{8} * args.member_count * tokens,
                cuda_stream, panel, lse_nats, out, tokens);
}

}  // namespace hydrometer::kernels
