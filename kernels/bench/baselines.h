// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// What the kernels are measured against. Rows are bf16 bit patterns.
#ifndef HYDROMETER_KERNELS_BENCH_BASELINES_H_
#define HYDROMETER_KERNELS_BENCH_BASELINES_H_

#include <cstdint>

namespace hydrometer::kernels {

inline constexpr int kBenchTopK = 10;

// All metrics of one pair, in the order of PairDivergences.
struct PairRow {
  double real[6];
  int32_t count[4];
};

// The loop that a competent person writes: one double accumulator a metric, the
// C library's exp, log and sqrt in double; top-k with a small heap.
PairRow ScalarPair(const uint16_t* p, const uint16_t* q, int64_t vocab,
                   double p_lse, double q_lse);

// Reads `bytes` once; the result depends on all of them.
uint64_t ReadAll(const void* data, int64_t bytes);

// The same metrics of `pairs` pairs with LibTorch operations, eager, on all
// cores. Returns a sum of the results.
double TorchPairs(const uint16_t* p, const uint16_t* q, int64_t pairs,
                  int64_t vocab, int threads);

}  // namespace hydrometer::kernels

#endif  // HYDROMETER_KERNELS_BENCH_BASELINES_H_
