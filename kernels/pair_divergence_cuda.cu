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
constexpr int kRun = 4;

template <class Reader>
__device__ __forceinline__ double RowLse(const double* lse_nats, int64_t row,
                                         const Reader& reader) {
  if (lse_nats != nullptr) return __ldg(lse_nats + row);
  float unused;
  return BlockSoftmax(reader, &unused).lse_nats;
}

// Each thread's fp64 sums lie in shared memory: in registers they would cost a
// third of the resident threads.
using ThreadSums = SharedArray<double, kPairSumCount * 256>;

// The streaming pass: sums of the pair, and each thread's maxima.
template <class PReader, class QReader>
__device__ __forceinline__ void StreamPair(const PReader& p, const QReader& q,
                                           double p_lse, double q_lse,
                                           ThreadSums& totals, float* p_max,
                                           float* q_max) {
  const RowScale p_scale = RowScale::Of(p_lse), q_scale = RowScale::Of(q_lse);
  const float lse_difference = static_cast<float>(p_lse - q_lse);
  const int chunks = (p.vocab() + kChunk - 1) / kChunk;
  const int step = blockDim.x;
  const int rounds = (chunks + step - 1) / step;
#pragma unroll
  for (int i = 0; i < kPairSumCount; ++i) totals[i * 256 + threadIdx.x] = 0;
  typename PReader::Raw p_next = p.Fetch(threadIdx.x);
  typename QReader::Raw q_next = q.Fetch(threadIdx.x);
  float p_top = kMasked, q_top = kMasked;
  for (int round = 0; round < rounds;) {
    PairSums<float> run;
    const int last = round + kRun < rounds ? round + kRun : rounds;
#pragma unroll 1
    for (; round < last; ++round) {
      const typename PReader::Raw p_raw = p_next;
      const typename QReader::Raw q_raw = q_next;
      const int next = (round + 1) * step + threadIdx.x;
      p_next = p.Fetch(next);  // past the end: masked
      q_next = q.Fetch(next);
      p_top = fmaxf(p_top, p.template Extreme<true>(p_raw));
      q_top = fmaxf(q_top, q.template Extreme<true>(q_raw));
      const float least = fminf(p.template Extreme<false>(p_raw),
                                q.template Extreme<false>(q_raw));
      float a[kChunk], b[kChunk];
      p.ToFloat(p_raw, a);
      q.ToFloat(q_raw, b);
      AddPairChunk(a, b, least == kMasked, p_scale, q_scale, lse_difference,
                   &run);
    }
#pragma unroll
    for (int i = 0; i < kPairSumCount; ++i) {
      totals[i * 256 + threadIdx.x] += run.v[i];
    }
  }
  *p_max = p_top;
  *q_max = q_top;
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

template <class PReader, class QReader>
__device__ __forceinline__ void StoreRanks(const PairDivergenceArgs& args,
                                           int64_t pair, const PReader& p,
                                           const QReader& q, float p_max,
                                           float q_max) {
  const int p_top = BlockFirstMax(p, p_max, BlockMax(p_max));
  const int q_top = BlockFirstMax(q, q_max, BlockMax(q_max));
  if (threadIdx.x == 0) Store(args.top1_agrees, pair, p_top == q_top);
  if (args.p_rank_of_q_top1 != nullptr) {
    const int rank = BlockRank(p, p_max, p.At(q_top), q_top);
    if (threadIdx.x == 0) Store(args.p_rank_of_q_top1, pair, rank);
  }
  if (args.q_rank_of_p_top1 != nullptr) {
    const int rank = BlockRank(q, q_max, q.At(p_top), p_top);
    if (threadIdx.x == 0) Store(args.q_rank_of_p_top1, pair, rank);
  }
}

template <class PReader, class QReader>
__device__ __forceinline__ void StoreOverlap(const PairDivergenceArgs& args,
                                             int64_t pair, const PReader& p,
                                             const QReader& q, float p_max,
                                             float q_max) {
  __shared__ TopKScratch scratch;
  __shared__ SharedArray<int, kMaxTopK> p_ids;
  __shared__ SharedArray<int, 1> shared_count;
  BlockTopK(scratch, p, p_max, args.k);
  for (int i = threadIdx.x; i < args.k; i += blockDim.x) {
    p_ids[i] = scratch.keys[i] == 0 ? -1 : KeyToken(scratch.keys[i]);
  }
  if (threadIdx.x == 0) shared_count[0] = 0;
  BlockTopK(scratch, q, q_max, args.k);
  for (int i = threadIdx.x; i < args.k; i += blockDim.x) {
    const unsigned long long key = scratch.keys[i];
    bool found = false;
    for (int j = 0; j < args.k && key != 0; ++j) {
      found |= p_ids[j] == KeyToken(key);
    }
    if (found) AtomicAddShared(shared_count[0], 1);
  }
  __syncthreads();
  if (threadIdx.x == 0) {
    Store(args.topk_overlap_count, pair, int(shared_count[0]));
  }
}

template <class PReader, class QReader>
__global__ void __launch_bounds__(256, 3)
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
  const PReader p(args.p, p_row);
  const QReader q(args.q, q_row);
  const double p_lse = RowLse(args.p_lse_nats, p_row, p);
  const double q_lse = RowLse(args.q_lse_nats, q_row, q);
  __shared__ ThreadSums totals;
  float p_max, q_max;
  StreamPair(p, q, p_lse, q_lse, totals, &p_max, &q_max);
  PairSums<double> sums;
#pragma unroll
  for (int i = 0; i < kPairSumCount; ++i) {
    sums.v[i] = totals[i * 256 + threadIdx.x];
  }
  BlockSum(sums.v);
  // NaN and +inf come through the squares even where lse was given.
  const bool good = fabs(p_lse) < 1e300 && fabs(q_lse) < 1e300 &&
                    sums.v[kPP] < 1e30 && sums.v[kQQ] < 1e30;
  if (!good) {
    if (threadIdx.x == 0) StoreBad(args, pair);
    return;
  }
  if (threadIdx.x == 0) StoreMetrics(args, pair, FinishPair(sums));
  if (args.top1_agrees != nullptr || args.p_rank_of_q_top1 != nullptr ||
      args.q_rank_of_p_top1 != nullptr) {
    StoreRanks(args, pair, p, q, p_max, q_max);
  }
  if (args.k > 0) StoreOverlap(args, pair, p, q, p_max, q_max);
}

template <class PReader, class QReader>
cudaError_t LaunchReaders(const PairDivergenceArgs& args,
                          cudaStream_t stream) {
  return Launch(PairDivergenceKernel<PReader, QReader>,
                dim3(static_cast<unsigned>(args.pair_count)),
                dim3(BlockThreads(args.p.vocab_count)), 0, stream, args);
}

template <DataType kType>
cudaError_t LaunchType(const PairDivergenceArgs& args, cudaStream_t stream) {
  if (RowsAligned(args.p) && RowsAligned(args.q)) {
    using Reader = RowReader<kType, true>;
    return LaunchReaders<Reader, Reader>(args, stream);
  }
  using Reader = RowReader<kType, false>;
  return LaunchReaders<Reader, Reader>(args, stream);
}

}  // namespace

size_t PairDivergenceCudaWorkspaceBytes(const PairDivergenceArgs&) {
  return 0;
}

int LaunchPairDivergence(const PairDivergenceArgs& args, Stream stream) {
  const auto cuda_stream = static_cast<cudaStream_t>(stream);
  if (args.pair_count == 0) return cudaSuccess;
  if (args.p.type != args.q.type || HasTransform(args.p.transform) ||
      HasTransform(args.q.transform)) {
    return LaunchReaders<AnyRowReader, AnyRowReader>(args, cuda_stream);
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
