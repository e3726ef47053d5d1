// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

// Sums, replicates, parts, refusals and plain likeness on small panels.

#include "src/detect/panel.h"

#include <algorithm>
#include <cmath>

#include "gtest/gtest.h"
#include "src/detect/inherited_share.h"
#include "src/detect/pair_affinity.h"
#include "src/detect/resample.h"
#include "src/stats/bootstrap.h"
#include "tests/detect/simulated_panel.h"

namespace hydrometer::detect {
namespace {

Observations Small() {
  SimulationOptions options;
  options.probes = 12;
  options.positions = 5;
  options.generated_probes = 4;
  return Observe(StandardPanel(6, 0.5), options);
}

TEST(PanelSumsTest, PairsReadEitherWay) {
  const Observations o = Small();
  const PanelSums sums = SumOver(o, PrimaryScope(o));
  EXPECT_EQ(sums.probe_count, 12);
  EXPECT_EQ(sums.position_count, 60);
  const int64_t pair = o.PairIndex(0, 3);
  double pq = 0, qp = 0;
  for (int p = 0; p < 12; ++p) {
    const double* at =
        &o.pair_sum[(p * o.pair_count() + pair) * kPairMetricCount];
    pq += at[static_cast<int>(PairMetric::kKlPq)] / 60;
    qp += at[static_cast<int>(PairMetric::kKlQp)] / 60;
  }
  EXPECT_NEAR(sums.Kl(0, 3), pq, 1e-14);
  EXPECT_NEAR(sums.Kl(3, 0), qp, 1e-14);
  EXPECT_NE(sums.Kl(0, 3), sums.Kl(3, 0));
  EXPECT_EQ(sums.Kl(2, 2), 0);
  EXPECT_EQ(sums.Pair(2, 2, PairMetric::kTopOneAgreement), 1);
}

TEST(PanelSumsTest, ScopesKeepOriginsApart) {
  const Observations o = Small();
  EXPECT_EQ(PrimaryScope(o).probe_indices.size(), 12u);
  EXPECT_EQ(SetScope(o, 1).probe_indices.size(), 4u);
  EXPECT_FALSE(SetScope(o, 1).real_text);
  EXPECT_EQ(EverythingScope(o).probe_indices.size(), 16u);
}

// A replicate is what adding the drawn probes one by one gives.
TEST(ResampleTest, ReplicateIsTheSumOfItsProbes) {
  const Observations o = Small();
  const Scope scope = PrimaryScope(o);
  const int weighting = WeightingOf(o, 0);
  ASSERT_GE(weighting, 0);
  const auto replicates = Resample(o, scope, {weighting}, 5, 77);
  ASSERT_EQ(replicates.size(), 5u);
  const auto counts = stats::BootstrapCounts(5, 12, 77);
  const int64_t m = o.member_count();
  for (int b = 0; b < 5; ++b) {
    Scope drawn;
    for (int c = 0; c < 12; ++c) {
      for (int k = 0; k < counts[b * 12 + c]; ++k) {
        drawn.probe_indices.push_back(scope.probe_indices[c]);
      }
    }
    const PanelSums want = SumOver(o, drawn);
    EXPECT_EQ(replicates[b].position_count, want.position_count);
    for (int64_t i = 0; i < m; ++i) {
      EXPECT_NEAR(replicates[b].loss[i], want.loss[i], 1e-9);
      if (i > 0) {
        EXPECT_NEAR(replicates[b].Kl(0, static_cast<int>(i)),
                    want.Kl(0, static_cast<int>(i)), 1e-12);
      }
    }
    for (int64_t e = 0; e < m * m; ++e) {
      EXPECT_NEAR(replicates[b].Gram(weighting)[e], want.Gram(weighting)[e],
                  1e-9);
    }
  }
  EXPECT_TRUE(Resample(o, scope, {weighting}, 0, 77).empty());
}

TEST(PanelTest, PlacebosAreAsGoodAndNeverABase) {
  Observations o = Small();
  const PanelSums sums = SumOver(o, PrimaryScope(o));
  const int suspect = MemberIndex(o, "S");
  Policy policy;
  policy.placebo_distance_nats = 0.05;
  const Panel panel = MakePanel(o, sums, suspect, 0, policy);
  EXPECT_EQ(panel.controls.size(), 6u);
  ASSERT_FALSE(panel.placebos.empty());
  for (const int placebo : panel.placebos) {
    EXPECT_LE(std::abs(sums.Loss(placebo) - sums.Loss(0)), 0.05);
  }
  // The same model as base: gone from controls and placebos.
  const int base = panel.placebos[0];
  o.members[base].role = Role::kBase;
  const Panel with_base = MakePanel(o, sums, suspect, 0, policy);
  EXPECT_EQ(with_base.bases, std::vector<int>{base});
  EXPECT_EQ(with_base.controls.size(), 5u);
  for (const auto& list : {with_base.placebos, with_base.rivals}) {
    EXPECT_EQ(std::count(list.begin(), list.end(), base), 0);
  }
  // A declared fine-tune of it is no placebo either.
  const int tune = panel.placebos.back() == base ? panel.controls.back()
                                                 : panel.placebos.back();
  o.members[tune].fine_tuned_from = o.members[base].name;
  const Panel tuned = MakePanel(o, sums, suspect, 0, policy);
  EXPECT_EQ(tuned.fine_tunes, std::vector<int>{tune});
  EXPECT_EQ(std::count(tuned.placebos.begin(), tuned.placebos.end(), tune), 0);
}

TEST(PanelTest, OneModelTwiceIsOneModel) {
  Observations o = Small();
  const PanelSums sums = SumOver(o, PrimaryScope(o));
  o.members[2].weights_sha256 = o.members[4].weights_sha256 = "aa";
  o.members[3].weights_sha256 = o.members[0].weights_sha256 = "bb";
  const Panel panel = MakePanel(o, sums, MemberIndex(o, "S"), 0, Policy());
  EXPECT_EQ(panel.controls.size(), 4u);
  EXPECT_EQ(panel.set_aside.size(), 2u);
}

// Checkpoints of one training are no models of their own: they would make the
// null look tighter than models are.
TEST(PanelTest, NearCopiesAmongTheControlsCountOnce) {
  Observations o = Small();
  const int a = MemberIndex(o, "C1"), b = MemberIndex(o, "C2");
  ASSERT_GT(a, 0);
  ASSERT_GT(b, 0);
  const PanelSums before = SumOver(o, PrimaryScope(o));
  const int suspect = MemberIndex(o, "S");
  EXPECT_EQ(MakePanel(o, before, suspect, 0, Policy()).controls.size(), 6u);
  for (int64_t p = 0; p < o.probe_count(); ++p) {
    o.pair_sum[(p * o.pair_count() + o.PairIndex(a, b)) * kPairMetricCount +
               static_cast<int>(PairMetric::kJs)] *= 0.1;
  }
  const PanelSums after = SumOver(o, PrimaryScope(o));
  const Panel panel = MakePanel(o, after, suspect, 0, Policy());
  EXPECT_EQ(panel.controls.size(), 5u);
  ASSERT_EQ(panel.set_aside.size(), 1u);
  EXPECT_EQ(panel.set_aside[0].first, b);
}

// A control that descends from the reference is no control.
TEST(PanelTest, ControlsThatShareTheReferencesWeightsAreSetAside) {
  Observations o = Small();
  WeightComparison comparison;
  comparison.first = o.members[0].name;
  comparison.second = "C2";
  comparison.comparable = true;
  comparison.largest_half_steps = 99;
  comparison.relative_distance = 0.1;
  comparison.layers = {{0, "mlp", 172, 0.9, 1e-40}};
  o.weights.push_back(comparison);
  const PanelSums sums = SumOver(o, PrimaryScope(o));
  const Panel panel = MakePanel(o, sums, MemberIndex(o, "S"), 0, Policy());
  EXPECT_EQ(panel.controls.size(), 5u);
  EXPECT_TRUE(panel.bases.empty());
  ASSERT_EQ(panel.set_aside.size(), 1u);
}

TEST(InheritedShareTest, RefusesOutsideTheControlsRange) {
  const Observations o = Small();
  PanelSums sums = SumOver(o, PrimaryScope(o));
  EXPECT_TRUE(Bracketed(sums, sums.Loss(2), {1, 2, 3}, 0));
  const double least = std::min({sums.Loss(1), sums.Loss(2), sums.Loss(3)});
  const double most = std::max({sums.Loss(1), sums.Loss(2), sums.Loss(3)});
  EXPECT_TRUE(Bracketed(sums, most + 0.099 * (most - least), {1, 2, 3}, 0.1));
  EXPECT_FALSE(Bracketed(sums, most + 0.101 * (most - least), {1, 2, 3}, 0.1));
  EXPECT_FALSE(Bracketed(sums, least - 0.101 * (most - least), {1, 2, 3}, 0.1));
  EXPECT_FALSE(Bracketed(sums, least, {1}, 0.1));
  const int suspect = MemberIndex(o, "S");
  const Policy policy;
  const Panel panel = MakePanel(o, sums, suspect, 0, policy);
  sums.loss[suspect] += 60 * 2;  // two nats worse than everybody
  const Context context{o, panel, policy, sums, true};
  const Value h = ShareH(context, suspect, panel.controls);
  EXPECT_FALSE(h.value.has_value());
  EXPECT_NE(h.reason.find("range"), std::string::npos);
  const Context not_text{o, panel, policy, sums, false};
  EXPECT_FALSE(ShareH(not_text, suspect, panel.controls).value.has_value());
}

TEST(PairAffinityTest, AdjustedLikenessStandsOutForTheStudent) {
  SimulationOptions options;
  options.seed = 5;
  const Observations o = Observe(StandardPanel(10, 1), options);
  const PanelSums sums = SumOver(o, PrimaryScope(o));
  const Policy policy;
  const Panel panel = MakePanel(o, sums, MemberIndex(o, "S"), 0, policy);
  const Context context{o, panel, policy, sums, true};
  const double suspect =
      *AdjustedLikeness(context, Likeness::kJs, panel.suspect, panel.controls)
           .value;
  for (const int c : panel.controls) {
    EXPECT_LT(suspect, *AdjustedLikeness(context, Likeness::kJs, c,
                                         Without(panel.controls, c))
                            .value);
  }
  for (const AffinityMatrix& matrix : Affinities(context)) {
    EXPECT_EQ(matrix.values.size(), 144u);
    // Reference is first, suspect last: the largest entry of its row.
    const auto row = matrix.values.end() - 12;
    EXPECT_EQ(std::max_element(row, matrix.values.end()) - row, 0)
        << matrix.metric;
  }
  const auto tree = Tree(context);
  ASSERT_TRUE(tree.has_value());
  EXPECT_EQ(tree->joins.size(), 11u);
}

}  // namespace
}  // namespace hydrometer::detect
