// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// Pair divergence on every backend, against the textbook formulas.
#include "kernels/pair_divergence.h"

#include "tests/kernels/backends.h"
#include "tests/kernels/random_rows.h"

namespace hydrometer::kernels {
namespace {

constexpr double kRelative = 1e-5;  // the bound for all metrics
constexpr int kTop = 10;

struct Results {
  std::vector<double> real[6];
  std::vector<int32_t> count[4];
};

class PairDivergenceTest : public BackendTest {
 protected:
  Results Run(const Rows& p, const Rows& q, PairDivergenceRequest request) {
    Results r;
    const size_t n = request.p_index ? request.pair_count : p.row_count;
    for (auto& v : r.real) v.assign(n, -7);
    for (auto& v : r.count) v.assign(n, -7);
    PairDivergences out;
    out.kl_pq_nats = r.real[0].data();
    out.kl_qp_nats = r.real[1].data();
    out.js_nats = r.real[2].data();
    out.tv = r.real[3].data();
    out.hellinger = r.real[4].data();
    out.cosine = r.real[5].data();
    out.top1_agrees = r.count[0].data();
    out.p_rank_of_q_top1 = r.count[1].data();
    out.q_rank_of_p_top1 = r.count[2].data();
    out.topk_overlap_count = r.count[3].data();
    request.k = kTop;
    const absl::Status s = GetParam()->PairDivergenceOf(p, q, request, out);
    EXPECT_TRUE(s.ok()) << s;
    return r;
  }

  static void Compare(const Results& got, size_t i, const PairReference& want,
                      double relative) {
    EXPECT_CLOSE(got.real[0][i], want.kl_pq, relative);
    EXPECT_CLOSE(got.real[1][i], want.kl_qp, relative);
    EXPECT_CLOSE(got.real[2][i], want.js, relative);
    EXPECT_CLOSE(got.real[3][i], want.tv, relative);
    EXPECT_CLOSE(got.real[4][i], want.hellinger, relative);
    EXPECT_CLOSE(got.real[5][i], want.cosine, relative);
    EXPECT_EQ(got.count[0][i], want.top1_agrees);
    EXPECT_EQ(got.count[1][i], want.p_rank_of_q_top1);
    EXPECT_EQ(got.count[2][i], want.q_rank_of_p_top1);
    EXPECT_EQ(got.count[3][i], want.topk_overlap);
  }

  void Check(const TestRows& p, const TestRows& q,
             double relative = kRelative) {
    const Rows pv = p.View(), qv = q.View();
    std::vector<double> p_lse, q_lse;
    for (int64_t r = 0; r < pv.row_count; ++r) {
      p_lse.push_back(ReferenceRow(p.GetRow(r), pv.transform).lse);
      q_lse.push_back(ReferenceRow(q.GetRow(r), qv.transform).lse);
    }
    for (bool given : {false, true}) {
      PairDivergenceRequest request;
      if (given) {
        request.p_lse_nats = p_lse.data();
        request.q_lse_nats = q_lse.data();
      }
      const Results got = Run(pv, qv, request);
      for (int64_t r = 0; r < pv.row_count; ++r) {
        SCOPED_TRACE(testing::Message()
                     << "vocabulary " << pv.vocab_count << " type "
                     << static_cast<int>(pv.type) << " row " << r
                     << " lse given " << given);
        Compare(got, r,
                ReferencePair(p.GetRow(r), pv.transform, q.GetRow(r),
                              qv.transform, kTop),
                relative);
      }
    }
  }
};

TEST_P(PairDivergenceTest, AgreesOnTheBoundaryGrid) {
  for (DataType type : AllTypes()) {
    for (int64_t vocab : SmallVocabularies()) {
      TestRows p(type, 7, vocab, vocab + 5, 1);
      TestRows q(type, 7, vocab);
      p.FillNormal(vocab, 3);
      q.FillNormal(vocab + 1, 1, &p);
      if (vocab > 1) Check(p, q);
    }
  }
}

TEST_P(PairDivergenceTest, AVocabularyOfOneIsExactlyEqual) {
  TestRows p(DataType::kFloat32, 1, 1);
  TestRows q(DataType::kFloat32, 1, 1);
  p.Set(0, 0, 3.3);
  q.Set(0, 0, -8.1);
  const Results got = Run(p.View(), q.View(), {});
  for (int i = 0; i < 5; ++i) EXPECT_LT(got.real[i][0], 1e-6) << i;
  EXPECT_EQ(got.real[5][0], 1.0);
  EXPECT_EQ(got.count[1][0], 1);
}

TEST_P(PairDivergenceTest, AgreesOnLargeVocabularies) {
  for (int64_t vocab : LargeVocabularies()) {
    if (TooLarge(vocab)) continue;
    TestRows p(DataType::kBFloat16, 1, vocab);
    TestRows q(DataType::kBFloat16, 1, vocab);
    p.FillNormal(vocab, 3);
    q.FillNormal(vocab + 1, 1, &p);
    Check(p, q);
  }
}

TEST_P(PairDivergenceTest, AgreesOnUnrelatedRows) {
  TestRows p(DataType::kFloat32, 3, 2000);
  TestRows q(DataType::kFloat32, 3, 2000);
  p.FillNormal(1, 6);
  q.FillNormal(2, 6);
  Check(p, q);
}

TEST_P(PairDivergenceTest, AppliesTemperatureAndCap) {
  TestRows p(DataType::kFloat32, 3, 999);
  TestRows q(DataType::kFloat32, 3, 999);
  p.FillNormal(1, 5);
  q.FillNormal(2, 1, &p);
  p.transform = q.transform = {0, 0.7f};
  Check(p, q);
  q.transform = {0, 1.3f};
  Check(p, q);
  p.transform = q.transform = {20, 1};
  Check(p, q);
}

// A copy rounded to 8 bits, and a perturbation of 1e-4: four digits of KL.
TEST_P(PairDivergenceTest, NearlyEqualRowsKeepFourDigits) {
  TestRows p(DataType::kFloat32, 4, 3000);
  TestRows q(DataType::kFloat32, 4, 3000);
  p.FillNormal(1, 3);
  TestRandom random(9);
  for (int r = 0; r < 4; ++r) {
    for (int i = 0; i < 3000; ++i) {
      const float z = static_cast<float>(p.Get(r, i));
      q.Set(r, i,
            r % 2 ? FromBFloat16(ToBFloat16(z)) : z + 1e-4 * random.Normal());
    }
  }
  const Results got = Run(p.View(), q.View(), {});
  for (int r = 0; r < 4; ++r) {
    const PairReference want =
        ReferencePair(p.GetRow(r), {}, q.GetRow(r), {}, kTop);
    EXPECT_CLOSE(got.real[0][r], want.kl_pq, 1e-4);
    EXPECT_CLOSE(got.real[1][r], want.kl_qp, 1e-4);
    EXPECT_CLOSE(got.real[4][r], want.hellinger, 1e-4);
  }
}

TEST_P(PairDivergenceTest, IdenticalRowsAreExactlyEqual) {
  for (DataType type : AllTypes()) {
    TestRows p(type, 2, 1333);
    p.FillNormal(1, 3);
    for (int i = 0; i < 1333; i += 3) p.Set(1, i, -INFINITY);
    const Results got = Run(p.View(), p.View(), {});
    for (int r = 0; r < 2; ++r) {
      for (int i = 0; i < 5; ++i) EXPECT_EQ(got.real[i][r], 0.0) << i;
      EXPECT_EQ(got.real[5][r], 1.0);
      EXPECT_EQ(got.count[0][r], 1);
      EXPECT_EQ(got.count[3][r], kTop);
    }
  }
}

TEST_P(PairDivergenceTest, ExchangingTheRowsExchangesTheResults) {
  TestRows p(DataType::kFloat32, 3, 1111);
  TestRows q(DataType::kFloat32, 3, 1111);
  p.FillNormal(1, 3);
  q.FillNormal(2, 2, &p);
  const Results a = Run(p.View(), q.View(), {});
  const Results b = Run(q.View(), p.View(), {});
  for (int r = 0; r < 3; ++r) {
    EXPECT_EQ(a.real[0][r], b.real[1][r]);
    EXPECT_EQ(a.real[1][r], b.real[0][r]);
    for (int i = 2; i < 6; ++i) EXPECT_EQ(a.real[i][r], b.real[i][r]) << i;
    EXPECT_EQ(a.count[1][r], b.count[2][r]);
    EXPECT_LE(a.real[2][r], std::log(2.0));
    EXPECT_LE(a.real[3][r], 1.0);
  }
}

TEST_P(PairDivergenceTest, MaskedTokens) {
  for (DataType type : AllTypes()) {
    TestRows p(type, 3, 1600);
    TestRows q(type, 3, 1600);
    p.FillNormal(1, 3);
    q.FillNormal(2, 1, &p);
    for (int i = 0; i < 1600; i += 7) {
      p.Set(0, i, -INFINITY);  // kl_qp infinite
      q.Set(1, i, -INFINITY);  // kl_pq infinite
      p.Set(2, i, -INFINITY);
      q.Set(2, i, -INFINITY);  // both finite
    }
    Check(p, q);
  }
}

TEST_P(PairDivergenceTest, DisjointRows) {
  TestRows p(DataType::kFloat32, 1, 100);
  TestRows q(DataType::kFloat32, 1, 100);
  for (int i = 0; i < 100; ++i) {
    p.Set(0, i, i < 50 ? 0.01 * i : -INFINITY);
    q.Set(0, i, i < 50 ? -INFINITY : 0.02 * i);
  }
  const Results got = Run(p.View(), q.View(), {});
  EXPECT_EQ(got.real[0][0], INFINITY);
  EXPECT_CLOSE(got.real[2][0], std::log(2.0), 1e-6);
  EXPECT_LE(got.real[2][0], std::log(2.0));
  EXPECT_CLOSE(got.real[3][0], 1.0, 1e-6);
  EXPECT_CLOSE(got.real[4][0], 1.0, 1e-6);
  EXPECT_EQ(got.real[5][0], 0.0);
}

TEST_P(PairDivergenceTest, RowsThatAreNoDistribution) {
  TestRows p(DataType::kFloat32, 3, 640);
  TestRows q(DataType::kFloat32, 3, 640);
  p.FillNormal(1, 3);
  q.FillNormal(2, 3);
  p.Set(0, 600, NAN);
  q.Set(1, 0, INFINITY);
  for (int i = 0; i < 640; ++i) p.Set(2, i, -INFINITY);
  const Results got = Run(p.View(), q.View(), {});
  for (int r = 0; r < 3; ++r) {
    for (int i = 0; i < 6; ++i) EXPECT_TRUE(std::isnan(got.real[i][r])) << i;
    for (int i = 0; i < 4; ++i) EXPECT_EQ(got.count[i][r], -1) << i;
  }
}

TEST_P(PairDivergenceTest, PairListsNameRows) {
  TestRows p(DataType::kBFloat16, 5, 300);
  p.FillNormal(1, 3);
  const std::vector<int32_t> a = {0, 4, 2, 2}, b = {1, 1, 2, 3};
  PairDivergenceRequest request;
  request.p_index = a.data();
  request.q_index = b.data();
  request.pair_count = 4;
  const Results got = Run(p.View(), p.View(), request);
  for (int i = 0; i < 4; ++i) {
    SCOPED_TRACE(i);
    Compare(got, i, ReferencePair(p.GetRow(a[i]), {}, p.GetRow(b[i]), {}, kTop),
            kRelative);
  }
}

HYDROMETER_ON_ALL_BACKENDS(PairDivergenceTest);

}  // namespace
}  // namespace hydrometer::kernels
