// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// Panel divergence on every backend, against the textbook formulas.
#include "kernels/panel_divergence.h"

#include "tests/kernels/backends.h"
#include "tests/kernels/test_panel.h"

namespace hydrometer::kernels {
namespace {

constexpr double kRelative = 1e-5;  // the bound for all metrics

struct Results {
  std::vector<double> js, kl_xy, kl_yx, tv, hellinger, cosine;
};

class PanelDivergenceTest : public BackendTest {
 protected:
  Results Run(const TestPanel& panel, bool only_js = false) {
    const std::vector<Rows> views = panel.Views();
    const size_t m = views.size();
    const size_t n = views[0].row_count * (m * (m - 1) / 2);
    Results r{std::vector<double>(n, -7), std::vector<double>(n, -7),
              std::vector<double>(n, -7), std::vector<double>(n, -7),
              std::vector<double>(n, -7), std::vector<double>(n, -7)};
    PanelDivergences out;
    out.js_nats = r.js.data();
    if (!only_js) {
      out.kl_xy_nats = r.kl_xy.data();
      out.kl_yx_nats = r.kl_yx.data();
      out.tv = r.tv.data();
      out.hellinger = r.hellinger.data();
      out.cosine = r.cosine.data();
    }
    const absl::Status s = GetParam()->PanelDivergenceOf(views, nullptr, out);
    EXPECT_TRUE(s.ok()) << s;
    return r;
  }

  void Check(const TestPanel& panel) {
    const Results got = Run(panel);
    const Results js = Run(panel, true);
    const int64_t m = static_cast<int64_t>(panel.rows.size());
    const int64_t positions = panel.Views()[0].row_count;
    for (int64_t n = 0; n < positions; ++n) {
      for (int64_t x = 0; x < m; ++x) {
        for (int64_t y = x + 1; y < m; ++y) {
          SCOPED_TRACE(testing::Message()
                       << "vocabulary " << panel.Views()[0].vocab_count
                       << " position " << n << " pair " << x << ", " << y);
          const PairReference want = ReferencePair(
              panel.rows[x].GetRow(n), panel.rows[x].transform,
              panel.rows[y].GetRow(n), panel.rows[y].transform, 1);
          const size_t i = n * (m * (m - 1) / 2) + PanelPairIndex(x, y, m);
          EXPECT_CLOSE(got.js[i], want.js, kRelative);
          EXPECT_CLOSE(js.js[i], want.js, kRelative);
          EXPECT_CLOSE(got.kl_xy[i], want.kl_pq, kRelative);
          EXPECT_CLOSE(got.kl_yx[i], want.kl_qp, kRelative);
          EXPECT_CLOSE(got.tv[i], want.tv, kRelative);
          EXPECT_CLOSE(got.hellinger[i], want.hellinger, kRelative);
          EXPECT_CLOSE(got.cosine[i], want.cosine, kRelative);
        }
      }
    }
  }
};

TEST_P(PanelDivergenceTest, AgreesOnTheBoundaryGrid) {
  for (DataType type : AllTypes()) {
    for (int64_t vocab : SmallVocabularies()) {
      if (vocab > 1) Check(TestPanel(type, 4, 2, vocab));
    }
  }
}

TEST_P(PanelDivergenceTest, AgreesOnFarApartAndManyMembers) {
  Check(TestPanel(DataType::kFloat32, 3, 2, 1500, 5));
  Check(TestPanel(DataType::kBFloat16, 11, 1, 700));
}

TEST_P(PanelDivergenceTest, AppliesTemperature) {
  TestPanel panel(DataType::kFloat32, 3, 1, 600);
  for (TestRows& r : panel.rows) r.transform.temperature = 0.7f;
  Check(panel);
  panel.rows[1].transform.temperature = 1.4f;
  Check(panel);
}

TEST_P(PanelDivergenceTest, MaskedTokens) {
  TestPanel panel(DataType::kFloat32, 4, 2, 900);
  for (int i = 0; i < 900; i += 11) {
    panel.rows[1].Set(0, i, -INFINITY);
    panel.rows[2].Set(0, i, -INFINITY);
  }
  Check(panel);
}

TEST_P(PanelDivergenceTest, IdenticalRowsAndBadRows) {
  TestPanel panel(DataType::kBFloat16, 3, 1, 800);
  panel.rows[1] = panel.rows[0];
  panel.rows[2].Set(0, 70, NAN);
  const Results got = Run(panel);
  for (const auto* v :
       {&got.js, &got.kl_xy, &got.kl_yx, &got.tv, &got.hellinger}) {
    EXPECT_EQ((*v)[0], 0.0);
    EXPECT_TRUE(std::isnan((*v)[1]));
    EXPECT_TRUE(std::isnan((*v)[2]));
  }
  EXPECT_EQ(got.cosine[0], 1.0);
  EXPECT_TRUE(std::isnan(got.cosine[1]));
  EXPECT_TRUE(std::isnan(got.cosine[2]));
}

HYDROMETER_ON_ALL_BACKENDS(PanelDivergenceTest);

}  // namespace
}  // namespace hydrometer::kernels
