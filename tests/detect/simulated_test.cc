// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

// Assess on simulated panels: power, calibration, missing pieces, and the
// test over probes that must not be used.

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include "gtest/gtest.h"
#include "src/detect/assess.h"
#include "src/stats/special_functions.h"
#include "tests/detect/simulated_panel.h"

namespace hydrometer::detect {
namespace {

bool Accuses(Label label) {
  return label == Label::kIdentical || label == Label::kDerived ||
         label == Label::kDistilled || label == Label::kRelated;
}

AssessOptions Fast() {
  AssessOptions options;
  options.bootstrap_replicates = 0;
  options.per_set = false;
  return options;
}

const Evidence* Find(const Assessment& assessment, const std::string& name) {
  for (const Evidence& e : assessment.references[0].evidence) {
    if (e.name == name) return &e;
  }
  return nullptr;
}

Observations Panel14(double share, uint64_t seed) {
  SimulationOptions options;
  options.seed = seed;
  return Observe(StandardPanel(14, share), options);
}

Label LabelOf(const Observations& o) {
  const auto assessment = Assess(o, Policy(), Fast());
  EXPECT_TRUE(assessment.ok()) << assessment.status();
  return assessment.ok() ? assessment->verdict().label : Label::kIdentical;
}

TEST(SimulatedTest, PowerGrowsWithTheShare) {
  double last_z = -10, last_h = -10;
  for (const double share : {0.0, 0.3, 0.6, 1.0}) {
    const auto assessment = Assess(Panel14(share, 5), Policy(), Fast());
    ASSERT_TRUE(assessment.ok()) << assessment.status();
    const double z = *Find(*assessment, "rho2")->z;
    const double h = *Find(*assessment, "h")->statistic;
    EXPECT_GT(z, last_z);
    EXPECT_GT(h, last_h);
    // h estimates the share; its null spreads by 0.16 here.
    EXPECT_NEAR(h, share, 0.3);
    last_z = z;
    last_h = h;
  }
  EXPECT_EQ(LabelOf(Panel14(1.0, 5)), Label::kDistilled);
  EXPECT_EQ(LabelOf(Panel14(0.5, 5)), Label::kRelated);
}

// A suspect and controls drawn from one law: what a null promises.
Observations ExchangeablePanel(uint64_t seed) {
  SimulationOptions options;
  options.seed = seed;
  options.probes = 60;
  options.positions = 4;
  options.vocabulary = 16;
  Random random(seed, 1000);
  std::vector<SimulatedModel> models = StandardPanel(14, 0);
  for (SimulatedModel& model : models) {
    if (model.role != Role::kReference) {
      model.error = 0.4 + 0.6 * random.Uniform();
    }
  }
  return Observe(models, options);
}

TEST(SimulatedTest, UnderTheNullPIsUniformAndNobodyIsAccused) {
  constexpr int kTrials = 200;
  int accused = 0, far = 0;
  std::vector<double> p_values[2];
  const char* names[2] = {"rho2", "h"};
  for (int seed = 1000; seed < 1000 + kTrials; ++seed) {
    const auto assessment = Assess(ExchangeablePanel(seed), Policy(), Fast());
    ASSERT_TRUE(assessment.ok()) << assessment.status();
    accused += Accuses(assessment->verdict().label);
    for (int i = 0; i < 2; ++i) {
      const Evidence* evidence = Find(*assessment, names[i]);
      if (evidence->p_value) p_values[i].push_back(*evidence->p_value);
    }
    const auto z = Find(*assessment, "rho2")->z;
    far += z && *z > Policy().z_accuse;
  }
  EXPECT_EQ(accused, 0);
  // A new draw beside 14 others is above 4 with a chance of 0.1 % (Student's
  // t, 13 degrees of freedom): 0.2 of 200 expected.
  EXPECT_LE(far, 2);
  for (int i = 0; i < 2; ++i) {
    const double n = static_cast<double>(p_values[i].size());
    ASSERT_GT(n, 50) << names[i];
    for (const double at : {0.1, 0.2, 0.4, 0.6, 0.8}) {
      // Conformal: P(p <= a) <= a, and within 1/15 of it; four deviations.
      const double share = std::count_if(p_values[i].begin(), p_values[i].end(),
                                         [&](double p) { return p <= at; }) /
                           n;
      const double slack = 4 * std::sqrt(at * (1 - at) / n);
      EXPECT_LE(share, at + slack) << names[i] << " at " << at;
      EXPECT_GE(share, at - 1.0 / 15 - slack) << names[i] << " at " << at;
    }
  }
}

// The bootstrap over probes covers what endless text would give.
TEST(SimulatedTest, IntervalsCoverTheValueOfEndlessText) {
  SimulationOptions options;
  options.probes = 1200;
  const std::vector<SimulatedModel> models = StandardPanel(12, 0.6);
  const auto endless = Assess(Observe(models, options), Policy(), Fast());
  ASSERT_TRUE(endless.ok()) << endless.status();
  options.probes = 80;
  AssessOptions bootstrap;
  bootstrap.bootstrap_replicates = 200;
  bootstrap.per_set = false;
  constexpr int kTrials = 30;
  int covered[2] = {0, 0}, read[2] = {0, 0};
  const char* names[2] = {"rho2", "h"};
  for (int trial = 0; trial < kTrials; ++trial) {
    options.seed = 2000 + trial;
    const auto a = Assess(Observe(models, options), Policy(), bootstrap);
    ASSERT_TRUE(a.ok()) << a.status();
    for (int i = 0; i < 2; ++i) {
      const Evidence* evidence = Find(*a, names[i]);
      if (!evidence->interval) continue;  // h is refused now and then
      ++read[i];
      const double truth = *Find(*endless, names[i])->statistic;
      covered[i] += evidence->interval->low <= truth &&
                    truth <= evidence->interval->high;
    }
  }
  for (int i = 0; i < 2; ++i) {
    EXPECT_GE(read[i], 20) << names[i];
    // 95 % less four binomial deviations.
    const double n = read[i];
    EXPECT_GE(covered[i], 0.95 * n - 4 * std::sqrt(n * 0.95 * 0.05))
        << names[i] << " of " << n;
  }
}

// A paired t-test over probes: is S nearer to T than the controls are, in
// plain divergence? All models of one language differ in how near they are,
// and with enough probes every difference is "significant". It stays here as
// the thing that must fail.
TEST(SimulatedTest, NaiveTestOverProbesRejectsUnrelatedModels) {
  int naive = 0, ours = 0, pairs = 0;
  for (int seed = 200; seed < 203; ++seed) {
    const Observations o = Panel14(0, seed);
    const int t = 0;
    for (int s = 1; s < o.member_count(); ++s) {
      double sum = 0, squares = 0;
      for (int64_t p = 0; p < o.probe_count(); ++p) {
        const auto js = [&](int member) {
          return o.pair_sum[(p * o.pair_count() + o.PairIndex(t, member)) *
                                kPairMetricCount +
                            static_cast<int>(PairMetric::kJs)];
        };
        double others = 0;
        for (int c = 1; c < o.member_count(); ++c) {
          if (c != s)
            others += js(c) / static_cast<double>(o.member_count() - 2);
        }
        sum += js(s) - others;
        squares += (js(s) - others) * (js(s) - others);
      }
      const double n = static_cast<double>(o.probe_count());
      const double sd = std::sqrt((squares - sum * sum / n) / (n - 1));
      const double t_value = std::abs(sum / n) / (sd / std::sqrt(n));
      naive += 2 * stats::StudentTUpperTail(t_value, n - 1) < 0.01;
      ++pairs;
    }
    const auto verdicts = AssessEachControl(o, Policy(), "T");
    ASSERT_TRUE(verdicts.ok()) << verdicts.status();
    EXPECT_EQ(verdicts->size(), 14u);
    for (const ControlVerdict& v : *verdicts) {
      ours += Accuses(v.assessment.verdict.label);
    }
  }
  EXPECT_GT(naive, pairs * 0.7) << "the naive test has become harmless?";
  EXPECT_EQ(ours, 0);
}

// Each piece taken away from a panel that says "distilled".
TEST(SimulatedTest, NoAccusationWhenAPieceIsMissing) {
  const Observations whole = Panel14(1.0, 5);
  ASSERT_EQ(LabelOf(whole), Label::kDistilled);
  const auto drop_weightings =
      [](Observations& o,
         const std::function<bool(const Weighting&)>& dropped) {
        Observations kept = o;
        kept.weightings.clear();
        kept.gram_sum.clear();
        const size_t block = o.gram_sum.size() / o.weightings.size();
        for (size_t k = 0; k < o.weightings.size(); ++k) {
          if (dropped(o.weightings[k])) continue;
          kept.weightings.push_back(o.weightings[k]);
          kept.gram_sum.insert(kept.gram_sum.end(),
                               o.gram_sum.begin() + k * block,
                               o.gram_sum.begin() + (k + 1) * block);
        }
        o = kept;
      };
  const std::vector<std::function<void(Observations&)>> removals = {
      [&](Observations& o) {  // the reference's Gram
        drop_weightings(o, [](const Weighting& w) { return w.name == "T"; });
      },
      [&](Observations& o) {  // all placebos' Grams
        drop_weightings(o, [](const Weighting& w) { return w.name != "T"; });
      },
      [&](Observations& o) {
        drop_weightings(o, [](const Weighting&) { return true; });
      },
      [](Observations& o) { o.sets[0].counted = false; },
      [](Observations& o) { o.sets[0].origin = Origin::kModel; },
      [](Observations& o) { o.view = "whole words"; },
      [](Observations& o) {  // 49 probes with positions
        for (size_t p = 49; p < o.probes.size(); ++p) {
          o.probes[p].position_count = 0;
        }
      },
      [](Observations& o) {  // all but seven controls become strangers
        int left = 7;
        for (Member& m : o.members) {
          if (m.role == Role::kControl && left-- <= 0) m.role = Role::kSibling;
        }
      },
      [](Observations& o) {  // no controls at all
        for (Member& m : o.members) {
          if (m.role == Role::kControl) m.role = Role::kPlacebo;
        }
      },
      [](Observations& o) {  // controls that are one model again and again
        for (Member& m : o.members) {
          if (m.role == Role::kControl) m.weights_sha256 = "ab";
        }
      },
  };
  for (size_t i = 0; i < removals.size(); ++i) {
    Observations o = whole;
    removals[i](o);
    const auto assessment = Assess(o, Policy(), Fast());
    ASSERT_TRUE(assessment.ok()) << i << assessment.status();
    EXPECT_EQ(assessment->verdict().label, Label::kInconclusive) << i;
    const bool says =
        std::any_of(assessment->verdict().reasons.begin(),
                    assessment->verdict().reasons.end(), [](const Reason& r) {
                      return r.direction == Reason::Direction::kMissing;
                    });
    EXPECT_TRUE(says) << i;
  }
}

// Optional pieces may go without changing the verdict.
TEST(SimulatedTest, OptionalPiecesAreOptional) {
  Observations o = Panel14(1.0, 5);
  o.inverse_temperatures.clear();
  o.tempered_loss_sum.clear();
  const auto assessment = Assess(o, Policy(), Fast());
  ASSERT_TRUE(assessment.ok());
  EXPECT_EQ(assessment->verdict().label, Label::kDistilled);
  const Evidence* tau = Find(*assessment, "tau");
  EXPECT_FALSE(tau->statistic.has_value());
  EXPECT_FALSE(tau->reason.empty());
}

TEST(SimulatedTest, RandomRolesNeverAccuseTheUnrelated) {
  Random random(99);
  constexpr Role kRoles[] = {Role::kControl, Role::kControl, Role::kControl,
                             Role::kPlacebo, Role::kSibling, Role::kBase};
  for (int trial = 0; trial < 12; ++trial) {
    std::vector<SimulatedModel> models = StandardPanel(14, 0);
    for (SimulatedModel& m : models) {
      if (m.role != Role::kControl) continue;
      m.role = kRoles[random.Below(6)];
      if (m.role == Role::kSibling) m.sibling_of = "T";
    }
    SimulationOptions options;
    options.probes = 20 + static_cast<int>(random.Below(60));
    options.seed = 1000 + trial;
    EXPECT_FALSE(Accuses(LabelOf(Observe(models, options)))) << trial;
  }
}

TEST(SimulatedTest, NumbersThatAreNotFiniteAreRefused) {
  const Observations whole = Panel14(1.0, 5);
  for (std::vector<double> Observations::*array :
       {&Observations::loss_sum, &Observations::pair_sum,
        &Observations::gram_sum, &Observations::tempered_loss_sum}) {
    for (const double bad :
         {std::nan(""), std::numeric_limits<double>::infinity()}) {
      Observations o = whole;
      (o.*array)[3] = bad;
      EXPECT_FALSE(Assess(o, Policy(), Fast()).ok());
    }
    Observations o = whole;
    (o.*array).pop_back();
    EXPECT_FALSE(Assess(o, Policy(), Fast()).ok());
  }
}

TEST(SimulatedTest, TemperatureOfTheSuspectIsSeenAndDoesNotMatterToRho2) {
  std::vector<SimulatedModel> models = StandardPanel(14, 0.8);
  SimulationOptions options;
  options.seed = 5;
  const auto plain = Assess(Observe(models, options), Policy(), Fast());
  models.back().inverse_temperature = 1 / 0.7;
  const auto cool = Assess(Observe(models, options), Policy(), Fast());
  ASSERT_TRUE(plain.ok() && cool.ok());
  EXPECT_NEAR(*Find(*plain, "rho2")->statistic, *Find(*cool, "rho2")->statistic,
              1e-12);
  // A parabola through grid points 0.1 apart in log b.
  EXPECT_NEAR(*Find(*cool, "tau")->statistic / *Find(*plain, "tau")->statistic,
              0.7, 0.02);
}

}  // namespace
}  // namespace hydrometer::detect
