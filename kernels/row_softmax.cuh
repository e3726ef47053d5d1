// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// One block's pass over one row: log-sum-exp, entropy, and each thread's
// maximum, online. A thread keeps its running maximum m, the number of tokens
// that equal it, and the sums of e = exp(a - m) and of e (a - m) over the
// others: the largest term stays out of the fp32 partial sums, so that the
// entropy of a peaked row keeps its digits.
//
// Source: arXiv 1805.02867. Tests: tests/kernels/row_statistics_test.cc.
#ifndef HYDROMETER_KERNELS_ROW_SOFTMAX_CUH_
#define HYDROMETER_KERNELS_ROW_SOFTMAX_CUH_

#include "kernels/block_reduce.cuh"
#include "kernels/row_reader.cuh"

namespace hydrometer::kernels {

inline constexpr float kLog2E = 1.4426950408889634f;

struct RowSoftmax {
  double lse_nats;      // NaN for a bad row, -inf for an empty one
  double entropy_nats;  // NaN for both
  float max;            // of the row; the same in every thread
};

struct RunningSoftmax {
  float max = kMasked;
  double top = 0;     // tokens equal to max
  double sum = 0;     // of exp(a - max), the others
  double moment = 0;  // of exp(a - max) (a - max)

  // Moves to a larger maximum. Finite `next`, or +inf: then NaN, as wanted.
  __device__ __forceinline__ void Rescale(float next) {
    if (max > kMasked) {
      const double shift = static_cast<double>(max) - next;
      const double factor = exp(shift);
      const double old = top + sum;
      // A factor of 0 with a huge shift must not give NaN.
      moment = factor == 0 ? 0 : factor * (moment + shift * old);
      sum = factor * old;
      top = 0;
    }
    max = next;
  }
  __device__ __forceinline__ void Add(const float (&a)[kChunk]) {
    float partial = 0, partial_moment = 0;
    int equal = 0;
#pragma unroll
    for (int i = 0; i < kChunk; ++i) {
      const bool is_top = a[i] == max;
      equal += is_top ? 1 : 0;
      // Masked tokens: exp2 of a huge negative number is 0, and 0 times it is.
      const float d = fmaxf(a[i] - max, -1e30f);
      float e = Exp2Approx(d * kLog2E);
      if (a[i] != a[i]) e = a[i];
      if (is_top) e = 0;
      partial += e;
      partial_moment += e * d;
    }
    top += equal;
    sum += partial;
    moment += partial_moment;
  }
};

// Every thread of the block calls it; `thread_max` is of the chunks that the
// thread reads: threadIdx.x, threadIdx.x + blockDim.x, ...
template <class Reader>
__device__ __forceinline__ RowSoftmax BlockSoftmax(const Reader& reader,
                                                   float* thread_max) {
  const int chunks = (reader.vocab() + kChunk - 1) / kChunk;
  RunningSoftmax running;
  bool bad = false;
  for (int c = threadIdx.x; c < chunks; c += blockDim.x) {
    const typename Reader::Raw raw = reader.Fetch(c);
    float a[kChunk];
    reader.ToFloat(raw, a);
    const float top = reader.Most(raw);
    if (top > running.max) running.Rescale(top);
    if (running.max > kMasked) {
      running.Add(a);
    } else {  // masked so far, or NaN alone
#pragma unroll
      for (int i = 0; i < kChunk; ++i) bad |= a[i] != a[i];
    }
  }
  *thread_max = running.max;
  RowSoftmax out;
  out.max = BlockMax(running.max);
  if (running.max > kMasked && running.max < out.max) running.Rescale(out.max);
  double sums[4] = {running.top, running.sum, running.moment, bad ? 1.0 : 0.0};
  BlockSum(sums);
  const double rest = sums[1] + (sums[0] - 1);  // beyond the first maximum
  const double nan = static_cast<double>(__uint_as_float(0x7fc00000u));
  if (sums[3] != 0 || !(fabs(sums[1]) <= 1e30) || out.max > 1e37f) {
    out.lse_nats = nan;
    out.entropy_nats = nan;
  } else if (!(out.max > kMasked)) {
    out.lse_nats = static_cast<double>(kMasked);
    out.entropy_nats = nan;
  } else {
    const double log_sum = log1p(rest);
    out.lse_nats = out.max + log_sum;
    out.entropy_nats = log_sum - sums[2] / (1 + rest);
  }
  return out;
}

}  // namespace hydrometer::kernels

#endif  // HYDROMETER_KERNELS_ROW_SOFTMAX_CUH_
