// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// Collects the medians of a benchmark run and writes them as the Markdown table
// of kernels/BENCHMARKS.md: ratios against the goals.
#ifndef HYDROMETER_KERNELS_BENCH_RATIO_TABLE_H_
#define HYDROMETER_KERNELS_BENCH_RATIO_TABLE_H_

#include <benchmark/benchmark.h>

#include <map>
#include <string>
#include <vector>

namespace hydrometer::kernels {

// A console reporter that also keeps every repetition's time per item.
class RatioReporter : public benchmark::ConsoleReporter {
 public:
  void ReportRuns(const std::vector<Run>& runs) override;
  // Median of seconds per item; 0 when the benchmark did not run.
  double Median(const std::string& name) const;
  std::vector<std::string> Names() const;

 private:
  std::map<std::string, std::vector<double>> seconds_;
};

// The table; "not measured" where one of the two benchmarks did not run.
std::string RatioTable(const RatioReporter& reporter);

}  // namespace hydrometer::kernels

#endif  // HYDROMETER_KERNELS_BENCH_RATIO_TABLE_H_
