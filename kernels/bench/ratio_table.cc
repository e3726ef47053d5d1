// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
#include "kernels/bench/ratio_table.h"

#include <algorithm>
#include <cstdio>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace hydrometer::kernels {
namespace {

// ratio = time(slow) / time(fast), or its inverse meaning for "within" rows.
struct Goal {
  const char* what;
  const char* numerator;
  const char* denominator;
  const char* must;
  const char* aim;
};

constexpr Goal kGoals[] = {
    {"CPU, all pair metrics, V = 128,256, bf16, lse given: scalar loop / "
     "kernel",
     "pair/scalar_loop", "pair/kernel_lse_given", "10", "20"},
    {"the same, lse not given", "pair/scalar_loop", "pair/kernel_raw", "", ""},
    {"the same, lse given: LibTorch operations / kernel", "pair/libtorch",
     "pair/kernel_lse_given", "5", "10"},
    {"the same, lse not given: LibTorch operations / kernel", "pair/libtorch",
     "pair/kernel_raw", "", ""},
    {"the same, lse given: kernel / reading both rows", "pair/kernel_lse_given",
     "pair/read_both_rows", "at most 4", "2"},
    {"CPU panel, M = 20, JS of all pairs: pair by pair / panel kernel",
     "panel/pair_by_pair", "panel/js", "2.5", "4"},
    {"the same, JS, KL both ways, TV, Hellinger and cosine", "panel/pair_by_pair",
     "panel/six_metrics", "", ""},
    {"row statistics, all, bf16, V = 128,256: kernel / reading the row",
     "row/kernel", "row/read_row", "", ""},
    {"GPU, all pair metrics, bf16, lse given: achieved / read bandwidth",
     "gpu/read_both_rows", "gpu/pair_lse_given", "0.75", "0.9"},
    {"GPU, raw logits", "gpu/read_both_rows", "gpu/pair_raw", "0.6", "0.8"},
    {"GPU against eager LibTorch", "gpu/libtorch", "gpu/pair_raw", "50", "100"},
    {"GPU, hidden states to all metrics / two bare cuBLASLt products",
     "gpu/hidden_to_metrics", "gpu/two_products", "at most 1.3", "1.1"},
};

std::string Ratio(double a, double b) {
  return a > 0 && b > 0 ? absl::StrFormat("%.2f", a / b) : "not measured";
}

std::string SweepRows(const RatioReporter& reporter) {
  double best = 0, worst = 0;
  std::string rows;
  for (const std::string& name : reporter.Names()) {
    if (!absl::StartsWith(name, "sweep/")) continue;
    const double t = reporter.Median(name);
    best = best == 0 ? t : std::min(best, t);
    worst = std::max(worst, t);
    absl::StrAppendFormat(&rows, "| %s | %.4f |\n", name.substr(6), t * 1e9);
  }
  if (rows.empty()) return "";
  return absl::StrCat("\nTime per pair and token, by vocabulary (worst / best ",
                      absl::StrFormat("%.2f", worst / best),
                      "; must 1.20, aim 1.10):\n\n| V | ns |\n|---|---|\n",
                      rows);
}

}  // namespace

void RatioReporter::ReportRuns(const std::vector<Run>& runs) {
  ConsoleReporter::ReportRuns(runs);
  for (const Run& run : runs) {
    if (run.run_type != Run::RT_Iteration || run.error_occurred) continue;
    const auto items = run.counters.find("items_per_second");
    if (items == run.counters.end()) continue;
    seconds_[run.run_name.function_name].push_back(1.0 / items->second.value);
  }
}

double RatioReporter::Median(const std::string& name) const {
  const auto at = seconds_.find(name);
  if (at == seconds_.end()) return 0;
  std::vector<double> v = at->second;
  std::sort(v.begin(), v.end());
  return v[v.size() / 2];
}

std::vector<std::string> RatioReporter::Names() const {
  std::vector<std::string> names;
  for (const auto& entry : seconds_) names.push_back(entry.first);
  return names;
}

std::string RatioTable(const RatioReporter& reporter) {
  std::string out = "| ratio | measured | must | aim |\n|---|---|---|---|\n";
  for (const Goal& g : kGoals) {
    absl::StrAppend(
        &out, "| ", g.what, " | ",
        Ratio(reporter.Median(g.numerator), reporter.Median(g.denominator)),
        " | ", g.must, " | ", g.aim, " |\n");
  }
  absl::StrAppend(&out, SweepRows(reporter));
  absl::StrAppend(&out,
                  "\nMedians of one item:\n\n| benchmark | microseconds |",
                  "\n|---|---|\n");
  for (const std::string& name : reporter.Names()) {
    if (absl::StartsWith(name, "sweep/")) continue;
    absl::StrAppendFormat(&out, "| %s | %.3f |\n", name,
                          reporter.Median(name) * 1e6);
  }
  return out;
}

}  // namespace hydrometer::kernels
