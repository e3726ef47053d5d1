// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/model/launches.h"

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <vector>

#include "src/base/errors.h"

namespace hydrometer::model {
namespace {

TEST(Launches, EachPieceRunsOnce) {
  for (int threads : {1, 2, 7, 100}) {
    std::vector<std::atomic<int>> runs(50);
    EXPECT_TRUE(RunLaunches(50, threads, [&](int64_t i) {
                  runs[i].fetch_add(1);
                  return absl::OkStatus();
                }).ok());
    for (auto& count : runs) EXPECT_EQ(count.load(), 1);
  }
  EXPECT_TRUE(
      RunLaunches(0, 4, [](int64_t) { return RefusedError("ran"); }).ok());
}

TEST(Launches, AnErrorEndsTheWorkAndIsReturned) {
  std::atomic<int> runs{0};
  auto status = RunLaunches(10000, 2, [&](int64_t i) {
    runs.fetch_add(1);
    return i == 3 ? RefusedError("piece ", i) : absl::OkStatus();
  });
  EXPECT_EQ(status.message(), "piece 3");
  EXPECT_LT(runs.load(), 10000);
}

}  // namespace
}  // namespace hydrometer::model
