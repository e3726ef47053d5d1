// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// Panel Gram on CUDA. A block takes a fixed run of positions, and each
// position in three passes over tiles of tokens in shared memory: the top
// token of each weight, the weighted means, the products of centred values.
// Means and the block's partial Gram lie in the workspace; a last kernel adds
// the blocks in rising order.
#include "kernels/panel_gram_cuda.h"
#include "kernels/panel_tile.cuh"

namespace hydrometer::kernels {
namespace {

constexpr int kThreads = 256;
constexpr int kWarps = kThreads / 32;
constexpr int kEdge = 4;  // a warp's products: kEdge x kEdge members
constexpr int kMaxBlocks = 264;
constexpr size_t kMaxPartialBytes = size_t{256} << 20;

// The weights, and where a block keeps its own results.
struct GramPlan {
  uint64_t spec_members[kMaxWeightSpecs][2];
  uint32_t without_top_token;
  int32_t spec_count;
  int32_t tokens;           // of a tile
  int32_t block_positions;  // positions of a block
  const double* lse_nats;   // [M, N]
  double* partial;          // [blocks, S, M, M]
  double* means;            // [blocks, S, M + 1]; last: the total weight
  double* counts;           // [blocks, S]
};

int BlockCount(const PanelGramArgs& args) {
  const size_t block_bytes =
      sizeof(double) * args.spec_count * args.member_count * args.member_count;
  int64_t blocks = static_cast<int64_t>(kMaxPartialBytes / block_bytes);
  blocks = blocks < kMaxBlocks ? blocks : kMaxBlocks;
  return static_cast<int>(args.position_count < blocks ? args.position_count
                                                       : blocks);
}

// One tile: log-probabilities [M][tokens], then weights [S][tokens].
struct Tile {
  SharedPointer<float> values;
  int tokens, members;

  __device__ __forceinline__ int LogProb(int member, int t) const {
    return member * tokens + t;
  }
  __device__ __forceinline__ int Weight(int spec, int t) const {
    return (members + spec) * tokens + t;
  }
};

// Fills the tile from token `first` on. Weights are not yet made to sum to 1;
// a token masked anywhere, or `top[spec]`, has weight 0. Ends with a barrier.
template <class Tops>
__device__ __forceinline__ void LoadTile(const PanelRows& panel,
                                         const GramPlan& plan, int64_t position,
                                         int first, Tile tile, Tops& top) {
  __syncthreads();
  for (int t = threadIdx.x; t < tile.tokens; t += kThreads) {
    const int token = first + t;
    bool whole = token < panel.vocab_count;
    for (int m = 0; m < tile.members; ++m) {
      const double lse =
          __ldcg(plan.lse_nats + m * panel.position_count + position);
      float value = 0;
      if (token < panel.vocab_count) {
        value = PanelRow(panel, m, position).At(token);
        whole = whole && value > kMasked;
        value = static_cast<float>(value - lse);
      }
      tile.values[tile.LogProb(m, t)] = value > kMasked ? value : 0.0f;
    }
    for (int s = 0; s < plan.spec_count; ++s) {
      float sum = 0;
      int count = 0;
      for (int m = 0; m < tile.members; ++m) {
        if ((plan.spec_members[s][m / 64] >> (m % 64) & 1) == 0) continue;
        sum += Exp2Approx(tile.values[tile.LogProb(m, t)] * kLog2E);
        ++count;
      }
      const bool use = whole && token != top[s];
      tile.values[tile.Weight(s, t)] = use ? sum / count : 0.0f;
    }
  }
  __syncthreads();
}

// The token with the largest weight of each spec that leaves it out.
template <class Weights, class Tops>
__device__ __forceinline__ void FindTops(const PanelRows& panel,
                                         const GramPlan& plan, int64_t position,
                                         Tile tile, Weights& best, Tops& none,
                                         Tops& top) {
  const int lane = threadIdx.x % 32, warp = threadIdx.x / 32;
  __syncthreads();
  if (threadIdx.x < kMaxWeightSpecs) {
    best[threadIdx.x] = 0;
    none[threadIdx.x] = -1;
    top[threadIdx.x] = -1;
  }
  if (plan.without_top_token == 0) return;
  for (int first = 0; first < panel.vocab_count; first += tile.tokens) {
    LoadTile(panel, plan, position, first, tile, none);
    for (int s = warp; s < plan.spec_count; s += kWarps) {
      if ((plan.without_top_token >> s & 1) == 0) continue;
      float weight = 0;
      int id = panel.vocab_count;
      for (int t = lane; t < tile.tokens; t += 32) {
        const float w = tile.values[tile.Weight(s, t)];
        if (w > weight) {
          weight = w;
          id = first + t;
        }
      }
      const float most = WarpMax(weight);
      if (weight < most) id = panel.vocab_count;
#pragma unroll
      for (int bits = 16; bits > 0; bits /= 2) {
        id = min(id, __shfl_xor_sync(kFullMask, id, bits));
      }
      if (lane == 0 && most > best[s]) {  // ties: the earlier tile
        best[s] = most;
        top[s] = id;
      }
    }
  }
}

// Writes the weighted means and the total weight of every spec.
template <class Tops>
__device__ __forceinline__ void FindMeans(const PanelRows& panel,
                                          const GramPlan& plan,
                                          int64_t position, Tile tile,
                                          Tops& top, double* means) {
  const int lane = threadIdx.x % 32, warp = threadIdx.x / 32;
  const int width = tile.members + 1;
  for (int first = 0; first < panel.vocab_count; first += tile.tokens) {
    LoadTile(panel, plan, position, first, tile, top);
    for (int item = warp; item < plan.spec_count * width; item += kWarps) {
      const int s = item / width, m = item % width;
      float sum = 0;
      for (int t = lane; t < tile.tokens; t += 32) {
        const float w = tile.values[tile.Weight(s, t)];
        sum += m == tile.members
                   ? w
                   : w * static_cast<float>(tile.values[tile.LogProb(m, t)]);
      }
      const double whole = WarpSum(static_cast<double>(sum));
      if (lane == 0) {
        StoreGlobal(means + item,
                    first == 0 ? whole : __ldcg(means + item) + whole);
      }
    }
  }
  __syncthreads();
  for (int item = threadIdx.x; item < plan.spec_count * width;
       item += kThreads) {
    if (item % width == tile.members) continue;
    const double weight = __ldcg(means + item / width * width + tile.members);
    StoreGlobal(means + item, weight > 0 ? __ldcg(means + item) / weight : 0.0);
  }
  __syncthreads();
}

// Adds one tile's products of kEdge x kEdge members to the partial Gram.
__device__ __forceinline__ void AddProducts(Tile tile, int spec, int x0, int y0,
                                            const double* mean, double* gram) {
  const int lane = threadIdx.x % 32, members = tile.members;
  float sums[kEdge * kEdge] = {};
  float x_mean[kEdge], y_mean[kEdge];
#pragma unroll
  for (int i = 0; i < kEdge; ++i) {
    const int x = min(x0 + i, members - 1), y = min(y0 + i, members - 1);
    x_mean[i] = static_cast<float>(__ldcg(mean + x));
    y_mean[i] = static_cast<float>(__ldcg(mean + y));
  }
  const float scale =
      static_cast<float>(1.0 / __ldcg(mean + members));  // to sum to 1
  for (int t = lane; t < tile.tokens; t += 32) {
    const float w = scale * tile.values[tile.Weight(spec, t)];
    float x[kEdge], y[kEdge];
#pragma unroll
    for (int i = 0; i < kEdge; ++i) {
      x[i] = w * (tile.values[tile.LogProb(min(x0 + i, members - 1), t)] -
                  x_mean[i]);
      y[i] = tile.values[tile.LogProb(min(y0 + i, members - 1), t)] - y_mean[i];
    }
#pragma unroll
    for (int i = 0; i < kEdge * kEdge; ++i) {
      sums[i] = fmaf(x[i / kEdge], y[i % kEdge], sums[i]);
    }
  }
  float mine = 0;  // lane i keeps sum i
#pragma unroll
  for (int i = 0; i < kEdge * kEdge; ++i) {
    const float whole = WarpSum(sums[i]);
    if (lane == i) mine = whole;
  }
  const int x = x0 + lane / kEdge, y = y0 + lane % kEdge;
  if (lane < kEdge * kEdge && x < members && y < members) {
    double* to = gram + x * members + y;
    StoreGlobal(to, __ldcg(to) + mine);
  }
}

template <class Tops>
__device__ __forceinline__ void AddGram(const PanelRows& panel,
                                        const GramPlan& plan, int64_t position,
                                        Tile tile, Tops& top,
                                        const double* means, double* partial) {
  const int warp = threadIdx.x / 32, members = tile.members;
  const int edges = (members + kEdge - 1) / kEdge;
  for (int first = 0; first < panel.vocab_count; first += tile.tokens) {
    LoadTile(panel, plan, position, first, tile, top);
    int item = 0;
    for (int s = 0; s < plan.spec_count; ++s) {
      const double* mean = means + s * (members + 1);
      if (!(__ldcg(mean + members) > 0)) continue;
      for (int x = 0; x < edges; ++x) {
        for (int y = x; y < edges; ++y, ++item) {
          if (item % kWarps != warp) continue;
          AddProducts(tile, s, x * kEdge, y * kEdge, mean,
                      partial + int64_t{s} * members * members);
        }
      }
    }
  }
}

__global__ void __launch_bounds__(kThreads)
    PanelGramKernel(__grid_constant__ const PanelRows panel,
                    __grid_constant__ const GramPlan plan) {
  HYDROMETER_DYNAMIC_SHARED(float, values);
  __shared__ SharedArray<float, kMaxWeightSpecs> best;
  __shared__ SharedArray<int, kMaxWeightSpecs> none;
  __shared__ SharedArray<int, kMaxWeightSpecs> top;
  const int members = panel.member_count, specs = plan.spec_count;
  const Tile tile = {values, plan.tokens, members};
  const int64_t size = int64_t{specs} * members * members;
  double* partial = plan.partial + blockIdx.x * size;
  double* means = plan.means + int64_t{blockIdx.x} * specs * (members + 1);
  double* counts = plan.counts + int64_t{blockIdx.x} * specs;
  for (int64_t i = threadIdx.x; i < size; i += kThreads) {
    StoreGlobal(partial + i, 0.0);
  }
  int64_t counted = 0;  // of spec threadIdx.x
  const int64_t begin = int64_t{blockIdx.x} * plan.block_positions;
  const int64_t limit = begin + plan.block_positions;
  const int64_t end =
      limit < panel.position_count ? limit : panel.position_count;
  for (int64_t position = begin; position < end; ++position) {
    bool good = true;
    for (int m = 0; m < members; ++m) {
      good = good &&
             fabs(__ldcg(plan.lse_nats + m * panel.position_count + position)) <
                 1e300;
    }
    if (!good) continue;  // the same for every thread
    FindTops(panel, plan, position, tile, best, none, top);
    FindMeans(panel, plan, position, tile, top, means);
    AddGram(panel, plan, position, tile, top, means, partial);
    if (static_cast<int>(threadIdx.x) < specs) {
      counted += __ldcg(means + threadIdx.x * (members + 1) + members) > 0;
    }
    __syncthreads();
  }
  if (static_cast<int>(threadIdx.x) < specs) {
    StoreGlobal(counts + threadIdx.x, static_cast<double>(counted));
  }
}

// One thread an entry of the upper triangle, in blocks of kEdge; writes both
// halves.
__global__ void __launch_bounds__(kThreads)
    GramSumKernel(GramPlan plan, int blocks, int members, double* gram,
                  int64_t* counted_positions) {
  const int64_t i = int64_t{blockIdx.x} * kThreads + threadIdx.x;
  const int64_t square = int64_t{members} * members;
  const int64_t size = plan.spec_count * square;
  if (i < plan.spec_count) {
    double count = 0;
    for (int b = 0; b < blocks; ++b) {
      count += __ldg(plan.counts + int64_t{b} * plan.spec_count + i);
    }
    StoreGlobal(counted_positions + i,
                __ldcg(counted_positions + i) + static_cast<int64_t>(count));
  }
  if (i >= size) return;
  const int x = static_cast<int>(i % square / members);
  const int y = static_cast<int>(i % members);
  if (y < x) return;
  double sum = 0;
  for (int b = 0; b < blocks; ++b) sum += __ldg(plan.partial + b * size + i);
  StoreGlobal(gram + i, __ldcg(gram + i) + sum);
  if (y > x) {
    const int64_t mirror = i / square * square + int64_t{y} * members + x;
    StoreGlobal(gram + mirror, __ldcg(gram + mirror) + sum);
  }
}

}  // namespace

size_t PanelGramCudaWorkspaceBytes(const PanelGramArgs& args) {
  if (args.position_count == 0) return 0;
  const size_t blocks = BlockCount(args), members = args.member_count;
  const size_t lse =
      args.lse_nats != nullptr ? 0 : members * args.position_count;
  return sizeof(double) *
         (lse + blocks * args.spec_count * (members * members + members + 2));
}

int LaunchPanelGram(const PanelGramArgs& args, Stream stream) {
  const auto cuda_stream = static_cast<cudaStream_t>(stream);
  if (args.position_count == 0) return cudaSuccess;
  const PanelRows panel = RowsOf(args);
  const int blocks = BlockCount(args), members = args.member_count;
  GramPlan plan = {};
  for (int s = 0; s < args.spec_count; ++s) {
    plan.spec_members[s][0] = args.spec_members[s][0];
    plan.spec_members[s][1] = args.spec_members[s][1];
  }
  plan.without_top_token = args.without_top_token;
  plan.spec_count = args.spec_count;
  const int fit = kPanelSharedBytes / 4 / (members + args.spec_count) / 32 * 32;
  plan.tokens = fit < 512 ? fit : 512;
  plan.block_positions =
      static_cast<int>((args.position_count + blocks - 1) / blocks);
  double* next = static_cast<double*>(args.workspace.data);
  plan.partial = next;
  next += int64_t{blocks} * args.spec_count * members * members;
  plan.means = next;
  next += int64_t{blocks} * args.spec_count * (members + 1);
  plan.counts = next;
  next += int64_t{blocks} * args.spec_count;
  plan.lse_nats = args.lse_nats;
  if (args.lse_nats == nullptr) {
    const cudaError_t error = LaunchPanelLse(panel, next, cuda_stream);
    if (error != cudaSuccess) return error;
    plan.lse_nats = next;
  }
  cudaError_t error = cudaFuncSetAttribute(
      PanelGramKernel, cudaFuncAttributeMaxDynamicSharedMemorySize,
      kPanelSharedBytes);
  if (error != cudaSuccess) return error;
  error = Launch(PanelGramKernel, dim3(blocks), dim3(kThreads),
                 size_t{4} * (members + args.spec_count) * plan.tokens,
                 cuda_stream, panel, plan);
  if (error != cudaSuccess) return error;
  const int64_t entries = int64_t{args.spec_count} * members * members;
  return Launch(
      GramSumKernel,
      dim3(static_cast<unsigned>((entries + kThreads - 1) / kThreads)),
      dim3(kThreads), 0, cuda_stream, plan, blocks, members, args.gram,
      args.counted_positions);
}

}  // namespace hydrometer::kernels
