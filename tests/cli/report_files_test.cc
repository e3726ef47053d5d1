// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/cli/report_files.h"

#include <gtest/gtest.h>

namespace hydrometer::cli {
namespace {

TEST(StopwatchTest, CountsRecordingsMadeAndTakenFromTheStore) {
  Stopwatch stopwatch;
  EXPECT_EQ(stopwatch.Timing().recordings_made_count, 0);
  for (const bool reused : {false, true, false, true, true}) {
    stopwatch.CountRecording(reused);
  }
  stopwatch.Mark("record");
  const report::RunRecord::Timing timing = stopwatch.Timing();
  EXPECT_EQ(timing.recordings_made_count, 2);
  EXPECT_EQ(timing.recordings_reused_count, 3);
  ASSERT_EQ(timing.stage_seconds.size(), 1u);
  EXPECT_EQ(timing.stage_seconds[0].first, "record");
}

}  // namespace
}  // namespace hydrometer::cli
