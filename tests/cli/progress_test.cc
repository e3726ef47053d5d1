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

TEST(Progress, NamesAreShownAndNotObeyed) {
  std::string out;
  double now = 0;
  Progress plain(
      false, [&] { return now; },
      [&](absl::string_view text) { out.append(text.data(), text.size()); });
  plain.Start("recording", 1, "tokens");
  plain.Finish(0, "a\n\x1b[31mb", 0, "recorded");
  EXPECT_EQ(out, "recording 1/1 a\\n\\x1b[31mb: recorded\n");
  out.clear();
  Progress terminal(
      true, [&] { return now; },
      [&](absl::string_view text) { out.append(text.data(), text.size()); });
  terminal.Start("recording", 1, "tokens");
  std::string name;
  for (int i = 0; i < 100; ++i) name += "\xc3\xa9";
  terminal.Update(0, name, 1, 2);
  // "\r\x1b[K", 14 letters of "recording 1/1 ", 64 of two bytes.
  EXPECT_EQ(out.size(), 4u + 14 + 2 * 64);
  EXPECT_THAT(out, ::testing::EndsWith("\xc3\xa9"));
}

TEST(Progress, TerminalShowsWhyAModelIsRecordedAgain) {
  std::string out;
  Progress progress(
      true, [] { return 0.0; },
      [&](absl::string_view text) { out.append(text.data(), text.size()); });
  progress.Start("recording", 1, "tokens");
  progress.Finish(0, "a", 0, "recorded");
  EXPECT_EQ(out, "");
  progress.Finish(0, "a", 0, "recorded again: part is cut");
  EXPECT_EQ(out, "recording 1/1 a: recorded again: part is cut\n");
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
