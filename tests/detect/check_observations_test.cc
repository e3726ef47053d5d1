// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/detect/check_observations.h"

#include <functional>
#include <vector>

#include "gtest/gtest.h"
#include "tests/detect/simulated_panel.h"

namespace hydrometer::detect {
namespace {

TEST(CheckObservationsTest, RefusesWhatIsNoPanel) {
  SimulationOptions options;
  options.probes = 3;
  options.positions = 2;
  const Observations whole = Observe(StandardPanel(3, 0), options);
  ASSERT_TRUE(CheckObservations(whole).ok()) << CheckObservations(whole);
  const std::vector<std::function<void(Observations&)>> spoils = {
      [](Observations& o) { o.members[1].role = Role::kSuspect; },
      [](Observations& o) { o.members[0].role = Role::kControl; },
      [](Observations& o) { o.members.back().role = Role::kControl; },
      [](Observations& o) { o.members[1].name = o.members[2].name; },
      [](Observations& o) { o.members[1].name = ""; },
      [](Observations& o) { o.probes[0].set_index = 2; },
      [](Observations& o) { o.probes[0].set_index = -1; },
      [](Observations& o) { o.probes[0].position_count = -1; },
      [](Observations& o) {
        for (ProbeSummary& p : o.probes) p.position_count = 0;
      },
      [](Observations& o) { o.sets[1].name = o.sets[0].name; },
      [](Observations& o) { o.weightings[0].member_indices = {99}; },
      [](Observations& o) { o.weightings[0].member_indices.clear(); },
      [](Observations& o) { o.loss_sum[0] = -5; },
      [](Observations& o) { o.gram_sum[1] += 1e6; },  // not symmetric
      [](Observations& o) {                           // a correlation above one
        o.gram_sum[1] = o.gram_sum[o.members.size()] = 1e6;
      },
      [](Observations& o) { o.gram_sum.clear(); },
      [](Observations& o) {
        o.kl_median = {1, 2};
      },
      [](Observations& o) {
        o.largest_position_kl = {1, 2};
      },
      [](Observations& o) { o.reference_text_loss = {1}; },
      [](Observations& o) { o.numerics_noise_nats = -1; },
      [](Observations& o) { o = Observations(); },
  };
  for (size_t i = 0; i < spoils.size(); ++i) {
    Observations o = whole;
    spoils[i](o);
    EXPECT_FALSE(CheckObservations(o).ok()) << i;
  }
}

}  // namespace
}  // namespace hydrometer::detect
