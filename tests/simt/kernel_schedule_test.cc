// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// The kernels' results do not depend on the order in which threads run: the
// same bits under every schedule of the interpreter. A missing barrier or a
// reduction by arrival would show here.
#include <gtest/gtest.h>

#include <cstring>

#include "tests/kernels/backends.h"
#include "tests/kernels/random_rows.h"
#include "tests/simt/simt.h"

namespace hydrometer::kernels {
namespace {

Backend& Cuda() {
  for (Backend* b : AllBackends()) {
    if (b->Name() == "cuda") return *b;
  }
  return *AllBackends()[0];
}

// Runs `operation`, which fills the vector, under every schedule.
template <class Operation>
void ExpectSameBits(Operation operation) {
  std::vector<double> first;
  for (const auto schedule : {simt::Schedule::kForward,
                              simt::Schedule::kReverse,
                              simt::Schedule::kShuffled}) {
    simt::Machine::Get().options.schedule = schedule;
    const std::vector<double> got = operation();
    if (first.empty()) first = got;
    ASSERT_EQ(first.size(), got.size());
    EXPECT_EQ(0, std::memcmp(first.data(), got.data(),
                             first.size() * sizeof(double)));
  }
  simt::Machine::Get().options = {};
}

TEST(KernelScheduleTest, PairDivergence) {
  TestRows p(DataType::kBFloat16, 2, 5003), q(DataType::kBFloat16, 2, 5003);
  p.FillNormal(1, 3);
  q.FillNormal(2, 1, &p);
  ExpectSameBits([&] {
    std::vector<double> r(12);
    std::vector<int32_t> rank(2), overlap(2);
    PairDivergences out;
    out.kl_pq_nats = &r[0];
    out.kl_qp_nats = &r[2];
    out.js_nats = &r[4];
    out.cosine = &r[6];
    out.p_rank_of_q_top1 = rank.data();
    out.topk_overlap_count = overlap.data();
    PairDivergenceRequest request;
    request.k = 20;
    EXPECT_TRUE(
        Cuda().PairDivergenceOf(p.View(), q.View(), request, out).ok());
    r[8] = rank[0];
    r[9] = rank[1];
    r[10] = overlap[0];
    r[11] = overlap[1];
    return r;
  });
}

TEST(KernelScheduleTest, RowStatisticsWithTies) {
  TestRows rows(DataType::kFloat16, 2, 4100);
  for (int r = 0; r < 2; ++r) {
    for (int i = 0; i < 4100; ++i) rows.Set(r, i, i * 7 % 5);
  }
  ExpectSameBits([&] {
    std::vector<double> lse(2), log_prob(128);
    std::vector<int32_t> ids(128);
    RowStatistics out;
    out.lse_nats = lse.data();
    out.topk_id = ids.data();
    out.topk_log_prob = log_prob.data();
    EXPECT_TRUE(Cuda().RowStatisticsOf(rows.View(), {nullptr, 64}, out).ok());
    std::vector<double> all = lse;
    all.insert(all.end(), log_prob.begin(), log_prob.end());
    all.insert(all.end(), ids.begin(), ids.end());
    return all;
  });
}

TEST(KernelScheduleTest, Panels) {
  std::vector<TestRows> members;
  std::vector<Rows> views;
  for (int m = 0; m < 6; ++m) {
    members.emplace_back(DataType::kBFloat16, 3, 1037);
    members[m].FillNormal(m + 1, 2);
  }
  for (const TestRows& m : members) views.push_back(m.View());
  ExpectSameBits([&] {
    std::vector<double> r(3 * 15 + 2 * 36);
    PanelDivergences out;
    out.js_nats = r.data();
    EXPECT_TRUE(Cuda().PanelDivergenceOf(views, nullptr, out).ok());
    const std::vector<int32_t> all = {0, 1, 2, 3, 4, 5}, two = {1, 4};
    const std::vector<WeightSpec> specs = {{all, false}, {two, true}};
    PanelGramRequest request;
    request.weights = specs;
    std::vector<int64_t> count(2);
    EXPECT_TRUE(
        Cuda().PanelGramOf(views, request, {&r[45], count.data()}).ok());
    return r;
  });
}

}  // namespace
}  // namespace hydrometer::kernels
