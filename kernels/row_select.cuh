// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// Selections from one row by one block: the first token with a value, the rank
// of a token, the k largest. All are exact, in the order (falling logit, rising
// id). They start from each thread's maximum, which the streaming pass leaves
// behind: only the chunks of threads whose maximum is large enough are read
// again, by whole warps.
//
// Atomics are on integers in shared memory, so the results do not depend on
// their order. Tests: tests/kernels/row_statistics_test.cc.
#ifndef HYDROMETER_KERNELS_ROW_SELECT_CUH_
#define HYDROMETER_KERNELS_ROW_SELECT_CUH_

#include "kernels/block_reduce.cuh"
#include "kernels/row_reader.cuh"

namespace hydrometer::kernels {

inline constexpr int kMaxCandidates = 1024;

// Sorts as (falling logit, rising id) when taken falling; never 0.
__device__ __forceinline__ unsigned long long TokenKey(float value, int id) {
  value += 0.0f;  // -0 ties with 0
  const unsigned bits = __float_as_uint(value);
  const unsigned ordered =
      (bits & 0x80000000u) != 0 ? ~bits : bits | 0x80000000u;
  return static_cast<unsigned long long>(ordered) << 32 |
         (0xffffffffu - static_cast<unsigned>(id));
}
__device__ __forceinline__ int KeyToken(unsigned long long key) {
  return static_cast<int>(0xffffffffu - static_cast<unsigned>(key));
}

// Calls visit(value, id) for the tokens of every thread that has `wanted`; the
// lanes of a warp share the work.
template <class Reader, class Visit>
__device__ __forceinline__ void VisitChunks(const Reader& reader, bool wanted,
                                            Visit visit) {
  const int chunks = (reader.vocab() + kChunk - 1) / kChunk;
  const int lane = threadIdx.x % 32;
  unsigned owners = __ballot_sync(kFullMask, wanted);
  while (owners != 0) {
    const int owner = __ffs(static_cast<int>(owners)) - 1;
    owners &= owners - 1;
    const int first = threadIdx.x - lane + owner;
    for (int c = first + lane * blockDim.x; c < chunks; c += 32 * blockDim.x) {
      float a[kChunk];
      reader.ToFloat(reader.Fetch(c), a);
#pragma unroll
      for (int i = 0; i < kChunk; ++i) visit(a[i], c * kChunk + i);
    }
  }
}

// The lowest id of the row's maximum.
template <class Reader>
__device__ __forceinline__ int BlockFirstMax(const Reader& reader,
                                             float thread_max, float max) {
  __shared__ SharedArray<int, 1> first;
  __syncthreads();
  if (threadIdx.x == 0) first[0] = reader.vocab();
  __syncthreads();
  int mine = reader.vocab();
  VisitChunks(reader, thread_max == max, [&](float value, int id) {
    if (value == max && id < mine) mine = id;
  });
  if (mine < reader.vocab()) AtomicMinShared(first[0], mine);
  __syncthreads();
  return first[0];
}

// 1 + the number of tokens before token `id`, whose logit is `value`.
template <class Reader>
__device__ __forceinline__ int BlockRank(const Reader& reader, float thread_max,
                                         float value, int id) {
  __shared__ SharedArray<int, 1> before;
  __syncthreads();
  if (threadIdx.x == 0) before[0] = 1;
  __syncthreads();
  int mine = 0;
  VisitChunks(reader, thread_max >= value, [&](float other, int other_id) {
    if (other > value || (other == value && other_id < id)) ++mine;
  });
  if (mine > 0) AtomicAddShared(before[0], mine);
  __syncthreads();
  return before[0];
}

// Shared memory of BlockTopK; one per kernel.
struct TopKScratch {
  SharedArray<unsigned long long, kMaxCandidates> keys;
  SharedArray<float, 256> maxima;
  SharedArray<int, 256> bins;
  SharedArray<int, 2> counts;
  SharedArray<unsigned long long, 1> key;
  SharedArray<float, 1> floor;
};

// The k-th largest of the threads' maxima: at least k tokens reach it.
__device__ __forceinline__ float KthThreadMax(TopKScratch& scratch,
                                              float thread_max, int k) {
  const int t = threadIdx.x, threads = blockDim.x;
  __syncthreads();
  scratch.maxima[t] = thread_max;
  if (t == 0) scratch.floor[0] = kMasked;
  __syncthreads();
  int before = 0;
  for (int i = 0; i < threads; ++i) {
    const float other = scratch.maxima[i];
    before += other > thread_max || (other == thread_max && i < t) ? 1 : 0;
  }
  if (before == k - 1) scratch.floor[0] = thread_max;
  __syncthreads();
  return scratch.floor[0];
}

// The k-th largest key of a row that has at least k tokens that are not
// masked; eight bits a pass over the whole row. For rows with many ties.
template <class Reader>
__device__ __forceinline__ unsigned long long KthKey(TopKScratch& scratch,
                                                     const Reader& reader,
                                                     int k) {
  const int chunks = (reader.vocab() + kChunk - 1) / kChunk;
  unsigned long long prefix = 0;
  int wanted = k;
  for (int shift = 56; shift >= 0; shift -= 8) {
    __syncthreads();
    for (int i = threadIdx.x; i < 256; i += blockDim.x) scratch.bins[i] = 0;
    __syncthreads();
    for (int c = threadIdx.x; c < chunks; c += blockDim.x) {
      float a[kChunk];
      reader.ToFloat(reader.Fetch(c), a);
#pragma unroll
      for (int i = 0; i < kChunk; ++i) {
        const unsigned long long key = TokenKey(a[i], c * kChunk + i);
        const bool same =
            shift == 56 || key >> (shift + 8) == prefix >> (shift + 8);
        if (a[i] > kMasked && same) {
          AtomicAddShared(scratch.bins[static_cast<int>(key >> shift & 255)],
                          1);
        }
      }
    }
    __syncthreads();
    if (threadIdx.x == 0) {
      int digit = 255, left = wanted;
      while (digit > 0 && scratch.bins[digit] < left) {
        left -= scratch.bins[digit];
        --digit;
      }
      scratch.counts[1] = left;
      scratch.key[0] = prefix | static_cast<unsigned long long>(digit) << shift;
    }
    __syncthreads();
    prefix = scratch.key[0];
    wanted = scratch.counts[1];
  }
  return prefix;
}

// Sorts scratch.keys[0, size) falling; size is a power of two.
__device__ __forceinline__ void SortKeys(TopKScratch& scratch, int size) {
  for (int span = 2; span <= size; span *= 2) {
    for (int step = span / 2; step > 0; step /= 2) {
      __syncthreads();
      for (int i = threadIdx.x; i < size; i += blockDim.x) {
        const int j = i ^ step;
        if (j <= i) continue;
        const unsigned long long a = scratch.keys[i], b = scratch.keys[j];
        if ((a < b) == ((i & span) == 0)) {
          scratch.keys[i] = b;
          scratch.keys[j] = a;
        }
      }
    }
  }
  __syncthreads();
}

// Leaves the row's k largest in scratch.keys[0, k), falling; 0 where there are
// fewer. The row holds no NaN.
template <class Reader>
__device__ __forceinline__ void BlockTopK(TopKScratch& scratch,
                                          const Reader& reader,
                                          float thread_max, int k) {
  const float floor = KthThreadMax(scratch, thread_max, k);
  unsigned long long least = 0;
  int count = 0;
  for (int round = 0; round < 2; ++round) {
    __syncthreads();
    if (threadIdx.x == 0) scratch.counts[0] = 0;
    __syncthreads();
    VisitChunks(reader, thread_max >= floor, [&](float value, int id) {
      const unsigned long long key = TokenKey(value, id);
      if (!(value > kMasked) || value < floor || key < least) return;
      const int at = AtomicAddShared(scratch.counts[0], 1);
      if (at < kMaxCandidates) scratch.keys[at] = key;
    });
    __syncthreads();
    count = scratch.counts[0];
    if (count <= kMaxCandidates) break;
    least = KthKey(scratch, reader, k);  // then exactly k remain
  }
  int size = 64;
  while (size < count) size *= 2;
  for (int i = threadIdx.x; i < size; i += blockDim.x) {
    if (i >= count) scratch.keys[i] = 0;
  }
  SortKeys(scratch, size);
}

}  // namespace hydrometer::kernels

#endif  // HYDROMETER_KERNELS_ROW_SELECT_CUH_
