// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// Pair divergence on CUDA: one block a pair. With log-sum-exp given, one
// streaming pass over both rows; else a pass over each row before it, which
// the second look finds in the cache where that is large enough. Ranks and
// top-k come from each thread's maxima and small second looks. No workspace.
#include "kernels/pair_divergence_cuda.h"
#include "kernels/pair_terms.cuh"
#include "kernels/row_select.cuh"
#include "kernels/row_softmax.cuh"

namespace hydrometer::kernels {
namespace {

// Chunks whose terms are summed in fp32 before they join the fp64 sums.
constexpr int kRun = 8;
// How many rounds ahead a row is asked for from memory; 0: not at all. The
// registers of two resident blocks hold too few loads to cover its latency.
constexpr int kPrefetchRounds = 4;

// The two rows of a pair. `one` below is 0 for p, 1 for q: work on each row is
// a loop over both that is not unrolled, which halves the code.
template <class Reader>
struct RowPair {
  Reader p, q;
  float p_max = 0, q_max = 0;  // of the chunks that this thread reads
  double p_lse = 0, q_lse = 0;

  __device__ __forceinline__ Reader Row(int one) const {
    return one == 0 ? p : q;
  }
  __device__ __forceinline__ float Max(int one) const {
    return one == 0 ? p_max : q_max;
  }
};

template <class Reader>
__device__ __forceinline__ void FindLse(const PairDivergenceArgs& args,
                                        int64_t p_row, int64_t q_row,
                                        RowPair<Reader>* rows) {
#pragma unroll 1
  for (int one = 0; one < 2; ++one) {
    const double* given = one == 0 ? args.p_lse_nats : args.q_lse_nats;
    const int64_t row = one == 0 ? p_row : q_row;
    float unused;
    const double lse = given != nullptr
                           ? __ldg(given + row)
                           : BlockSoftmax(rows->Row(one), &unused).lse_nats;
    (one == 0 ? rows->p_lse : rows->q_lse) = lse;
  }
}

// Each thread's fp64 sums lie in shared memory: in registers they would cost a
// third of the resident threads.
using ThreadSums = SharedArray<double, kPairSumCount * 256>;

// The streaming pass: sums of the pair, and each thread's maxima.
template <class Reader>
__device__ __forceinline__ void StreamPair(RowPair<Reader>* rows,
                                           ThreadSums& totals) {
  using Raw = typename Reader::Raw;
  const Reader &p = rows->p, &q = rows->q;
  const PairScale scale = PairScale::Of(rows->p_lse, rows->q_lse);
  const unsigned chunks = (p.vocab() + unsigned{kChunk} - 1) / kChunk;
  const unsigned step = blockDim.x;
#pragma unroll
  for (int i = 0; i < kPairSumCount; ++i) totals[i * 256 + threadIdx.x] = 0;
  Raw p_next = p.Fetch(threadIdx.x), q_next = q.Fetch(threadIdx.x);
  float p_top = kMasked, q_top = kMasked;
  for (unsigned base = 0; base < chunks;) {
    PairSums<float> run;
#pragma unroll 1
    for (int i = 0; i < kRun && base < chunks; ++i) {
      const Raw p_raw = p_next, q_raw = q_next;
      base += step;
      const int next = base + threadIdx.x;
      if constexpr (kPrefetchRounds > 0) {
        const int later = next + kPrefetchRounds * step;
        if (p.Whole(later)) {
          p.PrefetchWhole(later);
          q.PrefetchWhole(later);
        }
      }
      if (p.Whole(next) && q.Whole(next)) {
        p_next = p.FetchWhole(next);
        q_next = q.FetchWhole(next);
      } else {  // past the end: masked
        p_next = p.FetchEdge(next);
        q_next = q.FetchEdge(next);
      }
      const float p_most = p.Most(p_raw), q_most = q.Most(q_raw);
      p_top = fmaxf(p_top, p_most);
      q_top = fmaxf(q_top, q_most);
      const bool special =
          Raw::AnyMasked(p_raw, q_raw) || scale.Heavy(p_most, q_most);
      float a[kChunk], b[kChunk];
      p.ToFloat(p_raw, a);
      q.ToFloat(q_raw, b);
      AddPairChunk<Reader::k16Bit>(a, b, special, scale, &run);
    }
#pragma unroll
    for (int i = 0; i < kPairSumCount; ++i) {
      totals[i * 256 + threadIdx.x] += run.v[i];
    }
  }
  rows->p_max = p_top;
  rows->q_max = q_top;
}

__device__ __forceinline__ void Store(double* to, int64_t i, double value) {
  if (to != nullptr) StoreGlobal(to + i, value);
}
__device__ __forceinline__ void Store(int32_t* to, int64_t i, int value) {
  if (to != nullptr) StoreGlobal(to + i, static_cast<int32_t>(value));
}

__device__ __forceinline__ void StoreMetrics(const PairDivergenceArgs& args,
                                             int64_t pair,
                                             const PairMetrics& m) {
  Store(args.kl_pq_nats, pair, m.kl_pq);
  Store(args.kl_qp_nats, pair, m.kl_qp);
  Store(args.js_nats, pair, m.js);
  Store(args.tv, pair, m.tv);
  Store(args.hellinger, pair, m.hellinger);
  Store(args.cosine, pair, m.cosine);
}

// One thread of the block calls it.
__device__ __forceinline__ void StoreBad(const PairDivergenceArgs& args,
                                         int64_t pair) {
  const double nan = static_cast<double>(__uint_as_float(0x7fc00000u));
  StoreMetrics(args, pair, {nan, nan, nan, nan, nan, nan});
  Store(args.top1_agrees, pair, -1);
  Store(args.p_rank_of_q_top1, pair, -1);
  Store(args.q_rank_of_p_top1, pair, -1);
  Store(args.topk_overlap_count, pair, -1);
}

template <class Reader>
__device__ __forceinline__ void StoreRanks(const PairDivergenceArgs& args,
                                           int64_t pair,
                                           const RowPair<Reader>& rows) {
  int p_top = 0, q_top = 0;
#pragma unroll 1
  for (int one = 0; one < 2; ++one) {
    const float max = rows.Max(one);
    (one == 0 ? p_top : q_top) =
        BlockFirstMax(rows.Row(one), max, BlockMax(max));
  }
  if (threadIdx.x == 0) Store(args.top1_agrees, pair, p_top == q_top);
#pragma unroll 1
  for (int one = 0; one < 2; ++one) {
    int32_t* to = one == 0 ? args.p_rank_of_q_top1 : args.q_rank_of_p_top1;
    if (to == nullptr) continue;
    const Reader row = rows.Row(one);
    const int other = one == 0 ? q_top : p_top;
    const int rank = BlockRank(row, rows.Max(one), row.At(other), other);
    if (threadIdx.x == 0) Store(to, pair, rank);
  }
}

template <class Reader>
__device__ __forceinline__ void StoreOverlap(const PairDivergenceArgs& args,
                                             int64_t pair,
                                             const RowPair<Reader>& rows) {
  __shared__ TopKScratch scratch;
  __shared__ SharedArray<int, kMaxTopK> p_ids;
  __shared__ SharedArray<int, 1> shared_count;
  if (threadIdx.x == 0) shared_count[0] = 0;
#pragma unroll 1
  for (int one = 0; one < 2; ++one) {
    BlockTopK(scratch, rows.Row(one), rows.Max(one), args.k);
    for (int i = threadIdx.x; i < args.k; i += blockDim.x) {
      const unsigned long long key = scratch.keys[i];
      if (one == 0) {
        p_ids[i] = key == 0 ? -1 : KeyToken(key);
        continue;
      }
      bool found = false;
      for (int j = 0; j < args.k && key != 0; ++j) {
        found |= p_ids[j] == KeyToken(key);
      }
      if (found) AtomicAddShared(shared_count[0], 1);
    }
  }
  __syncthreads();
  if (threadIdx.x == 0) {
    Store(args.topk_overlap_count, pair, int(shared_count[0]));
  }
}

template <class Reader>
__global__ void __launch_bounds__(256, 2)
    PairDivergenceKernel(PairDivergenceArgs args) {
  const int64_t pair = blockIdx.x;
  int64_t p_row = pair, q_row = pair;
  if (args.p_index != nullptr) {
    p_row = __ldg(args.p_index + pair);
    q_row = __ldg(args.q_index + pair);
  }
  if (p_row < 0 || p_row >= args.p.row_count || q_row < 0 ||
      q_row >= args.q.row_count) {
    if (threadIdx.x == 0) StoreBad(args, pair);
    return;
  }
  RowPair<Reader> rows = {Reader(args.p, p_row), Reader(args.q, q_row)};
  FindLse(args, p_row, q_row, &rows);
  __shared__ ThreadSums totals;
  StreamPair(&rows, totals);
  PairSums<double> sums;
#pragma unroll
  for (int i = 0; i < kPairSumCount; ++i) {
    sums.v[i] = totals[i * 256 + threadIdx.x];
  }
  BlockSum(sums.v);
  // NaN and +inf come through the squares even where lse was given.
  const bool good = fabs(rows.p_lse) < 1e300 && fabs(rows.q_lse) < 1e300 &&
                    sums.v[kPP] < 1e30 && sums.v[kQQ] < 1e30;
  if (!good) {
    if (threadIdx.x == 0) StoreBad(args, pair);
    return;
  }
  if (threadIdx.x == 0) StoreMetrics(args, pair, FinishPair(sums));
  if (args.top1_agrees != nullptr || args.p_rank_of_q_top1 != nullptr ||
      args.q_rank_of_p_top1 != nullptr) {
    StoreRanks(args, pair, rows);
  }
  if (args.k > 0) StoreOverlap(args, pair, rows);
}

template <class Reader>
cudaError_t LaunchReader(const PairDivergenceArgs& args, cudaStream_t stream) {
  return Launch(PairDivergenceKernel<Reader>,
                dim3(static_cast<unsigned>(args.pair_count)),
                dim3(BlockThreads(args.p.vocab_count)), 0, stream, args);
}

template <DataType kType>
cudaError_t LaunchType(const PairDivergenceArgs& args, cudaStream_t stream) {
  if (RowsAligned(args.p) && RowsAligned(args.q)) {
    return LaunchReader<RowReader<kType, true>>(args, stream);
  }
  return LaunchReader<RowReader<kType, false>>(args, stream);
}

}  // namespace

size_t PairDivergenceCudaWorkspaceBytes(const PairDivergenceArgs&) { return 0; }

int LaunchPairDivergence(const PairDivergenceArgs& args, Stream stream) {
  const auto cuda_stream = static_cast<cudaStream_t>(stream);
  if (args.pair_count == 0) return cudaSuccess;
  if (args.p.type != args.q.type || HasTransform(args.p.transform) ||
      HasTransform(args.q.transform)) {
    return LaunchReader<AnyRowReader>(args, cuda_stream);
  }
  switch (args.p.type) {
    case DataType::kFloat32:
      return LaunchType<DataType::kFloat32>(args, cuda_stream);
    case DataType::kBFloat16:
      return LaunchType<DataType::kBFloat16>(args, cuda_stream);
    default:
      return LaunchType<DataType::kFloat16>(args, cuda_stream);
  }
}

}  // namespace hydrometer::kernels
