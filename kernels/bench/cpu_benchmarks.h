// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
#ifndef HYDROMETER_KERNELS_BENCH_CPU_BENCHMARKS_H_
#define HYDROMETER_KERNELS_BENCH_CPU_BENCHMARKS_H_

namespace hydrometer::kernels {

void RegisterCpuBenchmarks();

}  // namespace hydrometer::kernels

#endif  // HYDROMETER_KERNELS_BENCH_CPU_BENCHMARKS_H_
