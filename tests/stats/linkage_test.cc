// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/stats/linkage.h"

#include <limits>

#include "tests/stats/fixture.h"

namespace hydrometer::stats {
namespace {

TEST(LinkageTest, AgreesWithScipy) {
  const auto& c = Fixture()["linkage"];
  const auto joins = AverageLinkage(Doubles(c["distance"]), c["n"].GetInt());
  ASSERT_TRUE(joins.ok()) << joins.status();
  ASSERT_EQ(joins->size(), c["height"].Size());
  for (rapidjson::SizeType i = 0; i < c["height"].Size(); ++i) {
    EXPECT_EQ((*joins)[i].left, c["left"][i].GetInt());
    EXPECT_EQ((*joins)[i].right, c["right"][i].GetInt());
    EXPECT_NEAR((*joins)[i].height, c["height"][i].GetDouble(), 1e-12);
  }
}

TEST(LinkageTest, SmallAndBad) {
  EXPECT_TRUE(AverageLinkage({0}, 1)->empty());
  EXPECT_FALSE(AverageLinkage({}, 0).ok());
  EXPECT_FALSE(
      AverageLinkage({0, std::numeric_limits<double>::quiet_NaN(), 0, 0}, 2)
          .ok());
}

}  // namespace
}  // namespace hydrometer::stats
