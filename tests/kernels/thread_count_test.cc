// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// The same bits for every thread count, and whatever other rows are in a call.
#include "kernels/parallel_for.h"
#include "tests/kernels/backends.h"
#include "tests/kernels/test_panel.h"

namespace hydrometer::kernels {
namespace {

// All results of all operations on one panel, one after the other.
std::vector<double> Everything(const TestPanel& panel, int threads) {
  SetThreadCount(threads);
  const std::vector<Rows> views = panel.Views();
  const int64_t n = views[0].row_count;
  const int64_t m = static_cast<int64_t>(views.size());
  std::vector<double> out(4 * n + 2 * n * m * m + 2 * m * m);
  double* at = out.data();
  RowStatistics rows;
  rows.lse_nats = at;
  rows.entropy_nats = at += n;
  EXPECT_TRUE(ComputeRowStatistics(views[0], {}, rows).ok());
  PairDivergences pairs;
  pairs.kl_pq_nats = at += n;
  pairs.js_nats = at += n;
  EXPECT_TRUE(ComputePairDivergence(views[0], views[1], {}, pairs).ok());
  CpuBackend cpu(GetCapabilities().cpu_target);
  PanelDivergences panel_out;
  panel_out.js_nats = at += n;
  panel_out.kl_xy_nats = at += n * m * m;
  EXPECT_TRUE(cpu.PanelDivergenceOf(views, nullptr, panel_out).ok());
  const std::vector<int32_t> first = {0}, two = {1, 2};
  const std::vector<WeightSpec> specs = {{first, false}, {two, true}};
  std::vector<int64_t> count(2);
  EXPECT_TRUE(
      cpu.PanelGramOf(views, {specs, nullptr}, {at += n * m * m, count.data()})
          .ok());
  SetThreadCount(1);
  return out;
}

TEST(ThreadCountTest, TheSameBitsForAnyThreadCount) {
  const TestPanel panel(DataType::kBFloat16, 5, 37, 1500);
  const std::vector<double> one = Everything(panel, 1);
  for (int threads : {2, 3, 4}) {
    EXPECT_EQ(one, Everything(panel, threads)) << threads;
  }
}

TEST(ThreadCountTest, ARowDoesNotDependOnTheOthers) {
  const TestPanel panel(DataType::kBFloat16, 2, 9, 700);
  const Rows all = panel.rows[0].View();
  std::vector<double> lse(9), alone(1);
  RowStatistics out;
  out.lse_nats = lse.data();
  ASSERT_TRUE(ComputeRowStatistics(all, {}, out).ok());
  for (int r = 0; r < 9; ++r) {
    Rows one = all;
    one.data = static_cast<const uint16_t*>(all.data) + r * all.row_stride;
    one.row_count = 1;
    out.lse_nats = alone.data();
    ASSERT_TRUE(ComputeRowStatistics(one, {}, out).ok());
    EXPECT_EQ(alone[0], lse[r]);
  }
}

}  // namespace
}  // namespace hydrometer::kernels
