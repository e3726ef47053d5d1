// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// Row statistics on every backend, against the textbook formulas.
#include "kernels/row_statistics.h"

#include "tests/kernels/backends.h"
#include "tests/kernels/random_rows.h"

namespace hydrometer::kernels {
namespace {

// The bound for all metrics of fp32 rows; 16-bit rows are exact inputs.
constexpr double kRelative = 1e-5;

struct Results {
  std::vector<double> lse, entropy, token, topk_log_prob;
  std::vector<int32_t> top1, topk;
};

class RowStatisticsTest : public BackendTest {
 protected:
  Results Run(const Rows& rows, const std::vector<int32_t>& ids, int k) {
    Results r;
    const size_t n = rows.row_count;
    r.lse.assign(n, -7);
    r.entropy.assign(n, -7);
    r.token.assign(n, -7);
    r.top1.assign(n, -7);
    r.topk.assign(n * k, -7);
    r.topk_log_prob.assign(n * k, -7);
    RowStatistics out;
    out.lse_nats = r.lse.data();
    out.entropy_nats = r.entropy.data();
    out.token_log_prob = r.token.data();
    out.top1_id = r.top1.data();
    out.topk_id = r.topk.data();
    out.topk_log_prob = r.topk_log_prob.data();
    const absl::Status s =
        GetParam()->RowStatisticsOf(rows, {ids.data(), k}, out);
    EXPECT_TRUE(s.ok()) << s;
    return r;
  }

  void Check(const TestRows& rows, int k) {
    const Rows view = rows.View();
    std::vector<int32_t> ids;
    for (int64_t r = 0; r < view.row_count; ++r) {
      ids.push_back(static_cast<int32_t>(r * 7 % view.vocab_count));
    }
    const Results got = Run(view, ids, k);
    for (int64_t r = 0; r < view.row_count; ++r) {
      SCOPED_TRACE(testing::Message()
                   << "vocabulary " << view.vocab_count << " type "
                   << static_cast<int>(view.type) << " row " << r);
      const RowReference want = ReferenceRow(rows.GetRow(r), view.transform);
      EXPECT_CLOSE(got.lse[r], want.lse, kRelative);
      EXPECT_CLOSE(got.entropy[r], want.entropy, kRelative);
      EXPECT_CLOSE(got.token[r], want.log_prob[ids[r]], kRelative);
      EXPECT_EQ(got.top1[r], want.order[0]);
      for (int j = 0; j < k; ++j) {
        const bool there = j < static_cast<int>(want.order.size());
        const int id = there ? want.order[j] : -1;
        EXPECT_EQ(got.topk[r * k + j], id) << "place " << j;
        EXPECT_CLOSE(got.topk_log_prob[r * k + j],
                     there ? want.log_prob[id] : -INFINITY, kRelative);
      }
    }
  }
};

TEST_P(RowStatisticsTest, AgreesOnTheBoundaryGrid) {
  for (DataType type : AllTypes()) {
    for (int64_t vocab : SmallVocabularies()) {
      TestRows rows(type, 7, vocab, vocab + 3, 1);
      rows.FillNormal(vocab, 4);
      Check(rows, vocab % 2 ? 10 : 64);
    }
  }
}

TEST_P(RowStatisticsTest, AgreesOnLargeVocabularies) {
  for (int64_t vocab : LargeVocabularies()) {
    if (TooLarge(vocab)) continue;
    TestRows rows(DataType::kBFloat16, 1, vocab);
    rows.FillNormal(vocab, 3);
    Check(rows, 10);
  }
}

TEST_P(RowStatisticsTest, AppliesCapAndTemperature) {
  for (float cap : {0.0f, 30.0f}) {
    for (float t : {0.5f, 1.0f, 1.7f}) {
      TestRows rows(DataType::kFloat32, 3, 777);
      rows.FillNormal(11, 8);
      rows.transform = {cap, t};
      Check(rows, 5);
    }
  }
}

TEST_P(RowStatisticsTest, KeepsTheDigitsOfAPeakedRow) {
  TestRows rows(DataType::kFloat32, 1, 600);
  rows.FillNormal(3, 1);
  rows.Set(0, 411, 25);  // entropy about 1e-7
  Check(rows, 3);
}

TEST_P(RowStatisticsTest, TiesGoToTheLowerId) {
  TestRows rows(DataType::kFloat32, 1, 1500);
  for (int i = 0; i < 1500; ++i) rows.Set(0, i, i % 5 == 3 ? 2.0 : 1.0);
  Check(rows, 64);
  for (int i = 0; i < 1500; ++i) rows.Set(0, i, 0.25);
  Check(rows, 64);
}

TEST_P(RowStatisticsTest, MaskedTokensHaveProbabilityZero) {
  for (DataType type : AllTypes()) {
    TestRows rows(type, 3, 1100);
    rows.FillNormal(5, 2);
    for (int i = 0; i < 1100; ++i) {
      rows.Set(1, i, i % 3 ? -INFINITY : i * 1e-3);
      if (i != 700) rows.Set(2, i, -INFINITY);
    }
    Check(rows, 20);
  }
}

TEST_P(RowStatisticsTest, RowsThatAreNoDistribution) {
  for (DataType type : AllTypes()) {
    TestRows rows(type, 4, 700);
    rows.FillNormal(5, 2);
    rows.Set(0, 650, NAN);
    rows.Set(1, 3, INFINITY);
    for (int i = 0; i < 700; ++i) rows.Set(2, i, -INFINITY);
    const Results got = Run(rows.View(), {0, 0, 0, 0}, 2);
    EXPECT_TRUE(std::isnan(got.lse[0]));
    EXPECT_TRUE(std::isnan(got.lse[1]));
    EXPECT_EQ(got.lse[2], -INFINITY);
    for (int r = 0; r < 3; ++r) {
      EXPECT_TRUE(std::isnan(got.entropy[r])) << r;
      EXPECT_TRUE(std::isnan(got.token[r])) << r;
      EXPECT_TRUE(std::isnan(got.topk_log_prob[2 * r])) << r;
      EXPECT_EQ(got.top1[r], -1) << r;
      EXPECT_EQ(got.topk[2 * r + 1], -1) << r;
    }
    EXPECT_CLOSE(got.lse[3], ReferenceRow(rows.GetRow(3), {}).lse, kRelative);
  }
}

TEST_P(RowStatisticsTest, AConstantChangesNothingButTheLse) {
  TestRows a(DataType::kFloat32, 1, 900);
  TestRows b(DataType::kFloat32, 1, 900);
  TestRandom random(8);
  for (int i = 0; i < 900; ++i) {
    const double z = static_cast<int>(random.Next() % 4096) / 256.0;
    a.Set(0, i, z);
    b.Set(0, i, z + 16);  // exact in fp32
  }
  const Results ra = Run(a.View(), {5}, 3);
  const Results rb = Run(b.View(), {5}, 3);
  EXPECT_EQ(ra.entropy[0], rb.entropy[0]);
  EXPECT_EQ(ra.token[0], rb.token[0]);
  EXPECT_NEAR(ra.lse[0] + 16, rb.lse[0], 1e-12);
}

HYDROMETER_ON_ALL_BACKENDS(RowStatisticsTest);

}  // namespace
}  // namespace hydrometer::kernels
