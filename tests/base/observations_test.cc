// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/base/observations.h"

#include <gtest/gtest.h>

namespace hydrometer {
namespace {

TEST(Observations, PairIndexCountsEveryPairOnceInOrder) {
  for (int members : {1, 2, 3, 7, 36}) {
    Observations observations;
    observations.members.resize(members);
    int64_t next = 0;
    for (int a = 0; a < members; ++a) {
      for (int b = a + 1; b < members; ++b) {
        EXPECT_EQ(observations.PairIndex(a, b), next++);
      }
    }
    EXPECT_EQ(observations.pair_count(), next);
  }
}

}  // namespace
}  // namespace hydrometer
