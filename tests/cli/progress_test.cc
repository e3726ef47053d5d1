// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/cli/progress.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hydrometer::cli {
namespace {

using ::testing::HasSubstr;

TEST(Progress, PlainLinesWithoutATerminal) {
  std::string out;
  double now = 0;
  Progress progress(
      false, [&] { return now; },
      [&](absl::string_view text) { out.append(text.data(), text.size()); });
  progress.Start("recording", 2, "tokens");
  now = 1;
  progress.Update(0, "a", 50, 100);
  now = 2;
  progress.Finish(0, "a", 100, "recorded");
  EXPECT_EQ(out, "recording 1/2 a: recorded, 100 tokens, 50/s\n");
}

TEST(Progress, TerminalShowsRateAndTimeLeftOnOneLine) {
  std::string out;
  double now = 0;
  Progress progress(
      true, [&] { return now; },
      [&](absl::string_view text) { out = std::string(text); });
  progress.Start("recording", 4, "tokens");
  now = 10;
  progress.Update(0, "model", 50, 100);
  EXPECT_THAT(out, HasSubstr("recording 1/4 model  5 tokens/s"));
  // Half of one of four items in 10 s: 3.5 items are left, 70 s.
  EXPECT_THAT(out, HasSubstr("1 min 10 s left"));
  EXPECT_EQ(out.find('\n'), std::string::npos);
  out.clear();
  now = 10.01;  // redrawn at most ten times a second
  progress.Update(0, "model", 51, 100);
  EXPECT_EQ(out, "");
}

}  // namespace
}  // namespace hydrometer::cli
