// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/base/printable.h"

#include <gtest/gtest.h>

#include "src/base/errors.h"

namespace hydrometer {
namespace {

TEST(Printable, ControlsAndDirectionMarksAreSpelledOut) {
  EXPECT_EQ(Printable(absl::string_view("a\0b\x1b[1m\x7f", 8)),
            "a\\x00b\\x1b[1m\\x7f");
  EXPECT_EQ(Printable("a\nb\tc\r"), "a\\nb\\tc\\r");
  EXPECT_EQ(Printable("\xc2\x9b"), "\\u{9b}");  // C1: CSI
  EXPECT_EQ(Printable("x\xe2\x80\xaey\xef\xbb\xbf"), "x\\u{202e}y\\u{feff}");
  EXPECT_EQ(Printable("\xe2\x80\xa8"), "\\u{2028}");
  EXPECT_EQ(Printable("é€😀 \\ \""), "é€😀 \\ \"");
}

TEST(Printable, WhatIsNoUtf8IsReplaced) {
  EXPECT_EQ(Printable("a\xff"), "a\xef\xbf\xbd");
  EXPECT_EQ(Printable("a\xe2\x82"), "a\xef\xbf\xbd");
}

TEST(Printable, LinesKeepTheirEnds) {
  EXPECT_EQ(PrintableLines("a\tb\n\n\x1b[1m\n"), "a\tb\n\n\\x1b[1m\n");
  EXPECT_EQ(PrintableLines(""), "");
}

TEST(Printable, TwiceIsOnce) {
  const std::string once = Printable("\x1b\n\xff\xe2\x80\xae");
  EXPECT_EQ(Printable(once), once);
}

TEST(Printable, StartIsCutBetweenCharacters) {
  EXPECT_EQ(PrintableStart("abc", 3), "abc");
  EXPECT_EQ(PrintableStart("abcd", 3), "abc...");
  EXPECT_EQ(PrintableStart("éé", 3), "é...");
  EXPECT_EQ(PrintableStart("\x80\x80\x80", 2), "...");
}

TEST(Printable, ColumnsNeverCutACharacter) {
  EXPECT_EQ(FitColumns("abc", 2), "ab");
  EXPECT_EQ(FitColumns("éé", 1), "é");
  EXPECT_EQ(FitColumns("日本", 3), "日");
  EXPECT_EQ(FitColumns("", 3), "");
}

TEST(Printable, AnErrorIsOneLineUnlessItIsAList) {
  EXPECT_EQ(PrintableMessage(RefusedError("a\n  b")), "a\\n  b");
  const absl::Status list =
      ListError("2 models:", {RefusedError("x\ny"), UsageError("z")});
  EXPECT_EQ(PrintableMessage(list), "2 models:\n  x\\ny\n  z");
  EXPECT_EQ(ExitCodeFor(list), kExitRefused);
  // A list inside another error is on one line again.
  EXPECT_EQ(PrintableMessage(Annotate(list, "c")),
            "c: 2 models:\\n  x\\ny\\n  z");
}

}  // namespace
}  // namespace hydrometer
