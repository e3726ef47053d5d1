// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// The weighted panel Gram on every backend, against the textbook formulas.
#include "kernels/panel_gram.h"

#include "tests/kernels/backends.h"
#include "tests/kernels/test_panel.h"

namespace hydrometer::kernels {
namespace {

using Specs = std::vector<std::pair<std::vector<int32_t>, bool>>;

struct Results {
  std::vector<double> gram;
  std::vector<int64_t> count;
};

class PanelGramTest : public BackendTest {
 protected:
  Results Run(const TestPanel& panel, const Specs& specs) {
    const std::vector<Rows> views = panel.Views();
    std::vector<WeightSpec> weights;
    for (const auto& s : specs) weights.push_back({s.first, s.second});
    // += : starts from a value that must still be there afterwards.
    Results r{
        std::vector<double>(specs.size() * views.size() * views.size(), kStart),
        std::vector<int64_t>(specs.size(), 5)};
    const absl::Status s = GetParam()->PanelGramOf(
        views, {weights, nullptr}, {r.gram.data(), r.count.data()});
    EXPECT_TRUE(s.ok()) << s;
    for (double& g : r.gram) g -= kStart;
    for (int64_t& c : r.count) c -= 5;
    return r;
  }

  // |G_XY| error bound: 1e-5 of sqrt(G_XX G_YY), as products of two centred
  // rows can cancel to any smaller value.
  void Check(const TestPanel& panel, const Specs& specs) {
    const Results got = Run(panel, specs);
    const size_t m = panel.rows.size();
    const int64_t positions = panel.Views()[0].row_count;
    for (size_t s = 0; s < specs.size(); ++s) {
      std::vector<double> want(m * m, 0.0), one;
      int64_t counted = 0;
      for (int64_t n = 0; n < positions; ++n) {
        if (!ReferenceGram(panel.Position(n), panel.Transforms(),
                           specs[s].first, specs[s].second, &one)) {
          continue;
        }
        ++counted;
        for (size_t i = 0; i < m * m; ++i) want[i] += one[i];
      }
      EXPECT_EQ(got.count[s], counted);
      for (size_t x = 0; x < m; ++x) {
        for (size_t y = 0; y < m; ++y) {
          const double scale = std::sqrt(want[x * m + x] * want[y * m + y]);
          EXPECT_NEAR(got.gram[s * m * m + x * m + y], want[x * m + y],
                      1e-5 * scale + 1e-12)
              << "vocabulary " << panel.Views()[0].vocab_count << " spec " << s
              << " at " << x << ", " << y;
        }
      }
    }
  }

  static constexpr double kStart = 0.125;
};

TEST_P(PanelGramTest, AgreesOnTheBoundaryGrid) {
  for (DataType type : AllTypes()) {
    for (int64_t vocab : SmallVocabularies()) {
      Check(TestPanel(type, 5, 3, vocab),
            {{{0}, false}, {{1, 3}, false}, {{2}, true}, {{0, 4}, true}});
    }
  }
}

TEST_P(PanelGramTest, AgreesOnManyMembers) {
  for (int members : {1, 3, 4, 7, 36}) {
    Check(TestPanel(DataType::kFloat32, members, 2, 1024), {{{0}, false}});
  }
}

TEST_P(PanelGramTest, AppliesTemperatureAndCap) {
  TestPanel panel(DataType::kFloat32, 4, 2, 500);
  for (TestRows& r : panel.rows) r.transform.temperature = 2.0f;
  Check(panel, {{{1}, false}, {{0, 1}, true}});
  panel.rows[2].transform = {25, 1};
  Check(panel, {{{2}, false}, {{0, 1}, true}});
}

TEST_P(PanelGramTest, AlmostAllWeightOnOneToken) {
  TestPanel panel(DataType::kFloat32, 4, 1, 700);
  for (TestRows& r : panel.rows) r.Set(0, 123, 22);
  Check(panel, {{{0}, true}, {{1, 2}, true}});
}

TEST_P(PanelGramTest, TokensMaskedInAnyRowAreLeftOut) {
  TestPanel panel(DataType::kFloat32, 4, 2, 1300);
  for (int i = 0; i < 1300; i += 3) panel.rows[i % 4].Set(0, i, -INFINITY);
  Check(panel, {{{0}, false}, {{1, 2}, true}});
}

TEST_P(PanelGramTest, PositionsThatDoNotCount) {
  TestPanel panel(DataType::kBFloat16, 3, 4, 400);
  panel.rows[1].Set(0, 7, NAN);
  panel.rows[2].Set(1, 0, INFINITY);
  for (int i = 0; i < 400; ++i) panel.rows[0].Set(2, i, -INFINITY);
  Check(panel, {{{0}, false}, {{1}, true}});
}

HYDROMETER_ON_ALL_BACKENDS(PanelGramTest);

}  // namespace
}  // namespace hydrometer::kernels
