// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// Every item once, fixed chunks, no two chunks of one worker at once.
#include "kernels/parallel_for.h"

#include <gtest/gtest.h>

#include <atomic>
#include <vector>

namespace hydrometer::kernels {
namespace {

TEST(ParallelForTest, EveryItemOnceInFixedChunks) {
  for (int threads : {1, 2, 5}) {
    SetThreadCount(threads);
    EXPECT_EQ(ThreadCount(), threads);
    std::vector<int> seen(1003, 0);
    std::vector<std::atomic<int>> busy(threads);
    ParallelFor(1003, 10, [&](const Chunk& c) {
      ASSERT_LT(c.worker, threads);
      EXPECT_EQ(busy[c.worker]++, 0);
      EXPECT_EQ(c.begin, c.index * 10);
      EXPECT_EQ(c.end, c.index == 100 ? 1003 : c.begin + 10);
      for (int64_t i = c.begin; i < c.end; ++i) ++seen[i];
      --busy[c.worker];
    });
    EXPECT_EQ(seen, std::vector<int>(1003, 1));
  }
  SetThreadCount(1);
}

TEST(ParallelForTest, NothingToDoCallsNothing) {
  ParallelFor(0, 4, [](const Chunk&) { FAIL(); });
  ParallelFor(-1, 4, [](const Chunk&) { FAIL(); });
}

TEST(ParallelForTest, ACallFromABodyRunsThere) {
  SetThreadCount(3);
  std::atomic<int> total{0};
  ParallelFor(7, 1, [&](const Chunk&) {
    ParallelFor(5, 2, [&](const Chunk& c) {
      total += static_cast<int>(c.end - c.begin);
    });
  });
  EXPECT_EQ(total, 35);
  SetThreadCount(1);
}

TEST(ParallelForTest, ThreadCountIsBroughtInside) {
  SetThreadCount(-3);
  EXPECT_EQ(ThreadCount(), 1);
  SetThreadCount(100000);
  EXPECT_EQ(ThreadCount(), kMaxThreadCount);
  SetThreadCount(1);
}

}  // namespace
}  // namespace hydrometer::kernels
