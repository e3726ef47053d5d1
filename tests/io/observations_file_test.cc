// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/io/observations_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "src/base/errors.h"
#include "src/io/file.h"
#include "tests/temporary_folder.h"

namespace hydrometer::io {
namespace {

Observations Example() {
  Observations x;
  x.members.resize(3);
  x.members[0].name = "s\"\n<é>";
  x.members[0].role = Role::kSuspect;
  x.members[1].role = Role::kReference;
  x.members[2].role = Role::kSibling;
  x.members[2].sibling_of = "t";
  x.sets.resize(1);
  x.sets[0].origin = Origin::kGenerated;
  x.probes = {{0, "a", 3}, {0, "b", 0}};
  x.weightings = {{"t", {1}, true}};
  x.left_out = {{"z", "other tokens"}};
  x.loss_sum = {1, 2, 3, 4, 5, 1.0 / 3};
  x.entropy_sum.assign(6, 0.25);
  x.gram_sum.assign(18, 1e-300);
  x.pair_sum.assign(2 * 3 * kPairMetricCount, 7);
  x.inverse_temperatures = {0.5, 1};
  x.tempered_loss_sum.assign(6, 2);
  x.kl_median = {0, 1, 2};
  x.kl_quantile_999 = {3, 4, 5};
  x.largest_position_kl = {INFINITY};
  x.weights.resize(1);
  x.weights[0].layers = {{1, "mlp", 64, 0.5, 1e-9}};
  x.exhibits.resize(1);
  x.exhibits[0].answers = {{"m", {{"tok", 0.5}}, 0.1}};
  return x;
}

TEST(ObservationsFile, RoundTrip) {
  TemporaryFolder folder;
  const Observations x = Example();
  ASSERT_TRUE(WriteObservations(folder / "a", x).ok());
  auto y = ReadObservations(folder / "a");
  ASSERT_TRUE(y.ok()) << y.status();
  EXPECT_EQ(y->members[0].name, x.members[0].name);
  EXPECT_EQ(y->members[2].role, Role::kSibling);
  EXPECT_EQ(y->sets[0].origin, Origin::kGenerated);
  EXPECT_EQ(y->probes[0].position_count, 3);
  EXPECT_EQ(y->weightings[0].without_top, true);
  EXPECT_EQ(y->left_out, x.left_out);
  EXPECT_EQ(y->loss_sum, x.loss_sum);
  EXPECT_EQ(y->gram_sum, x.gram_sum);
  EXPECT_EQ(y->largest_position_kl, x.largest_position_kl);
  EXPECT_EQ(y->weights[0].layers[0].p_value, 1e-9);
  EXPECT_EQ(y->exhibits[0].answers[0].top[0].first, "tok");
  // Writing again gives the same bytes.
  ASSERT_TRUE(WriteObservations(folder / "b", *y).ok());
  EXPECT_EQ(*ReadFile(folder / "a", 1 << 20), *ReadFile(folder / "b", 1 << 20));
}

TEST(ObservationsFile, WrongShapesAndIndicesAreRefused) {
  TemporaryFolder folder;
  for (int fault = 0; fault < 4; ++fault) {
    Observations x = Example();
    if (fault == 0) x.loss_sum.pop_back();
    if (fault == 1) x.probes[0].set_index = 5;
    if (fault == 2) x.weightings[0].member_indices = {3};
    if (fault == 3) x.members.pop_back();
    ASSERT_TRUE(WriteObservations(folder / "a", x).ok());
    auto y = ReadObservations(folder / "a");
    EXPECT_EQ(ExitCodeFor(y.status()), kExitRefused) << fault;
  }
}

}  // namespace
}  // namespace hydrometer::io
