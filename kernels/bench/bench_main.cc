// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// hydrometer_bench: the kernels and their baselines in one run. Takes Google
// Benchmark's flags; HYDROMETER_BENCH_TABLE names a file for the ratio table.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <fstream>
#include <iostream>

#include "kernels/bench/cpu_benchmarks.h"
#include "kernels/bench/ratio_table.h"

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  hydrometer::kernels::RegisterCpuBenchmarks();
  hydrometer::kernels::RatioReporter reporter;
  benchmark::RunSpecifiedBenchmarks(&reporter);
  benchmark::Shutdown();
  const std::string table = hydrometer::kernels::RatioTable(reporter);
  if (const char* path = std::getenv("HYDROMETER_BENCH_TABLE")) {
    std::ofstream file(path);
    file << table;
    file.close();
    if (!file) {
      std::cerr << path << ": cannot be written\n";
      return 5;
    }
  } else {
    std::cout << table;
  }
  return 0;
}
