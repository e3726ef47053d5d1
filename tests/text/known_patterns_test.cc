// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// The matchers written by hand against the regex engine, on texts from an
// alphabet that reaches every branch, and on every code point by itself.
#include "src/text/known_patterns.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "src/text/regex.h"
#include "src/text/utf8.h"

namespace hydrometer::text {
namespace {

class KnownPatternTest : public testing::TestWithParam<KnownPattern> {
 protected:
  KnownPatternTest()
      : regex_(Regex::Compile(PatternText(GetParam()), "test")) {}

  // Expects the same pieces of `text` from both.
  void Compare(const std::string& text) {
    std::vector<Span> matches;
    ASSERT_TRUE(regex_->FindAll(text, &matches).ok());
    std::vector<uint32_t> want, got;
    uint32_t previous = 0;
    for (const Span& match : matches) {
      ASSERT_EQ(match.start, previous) << "the pattern leaves a gap";
      want.push_back(previous = match.end);
    }
    ASSERT_EQ(previous, text.size());
    SplitByKnownPattern(GetParam(), text, &got);
    ASSERT_EQ(got, want) << testing::PrintToString(text);
  }

  absl::StatusOr<Regex> regex_;
};

TEST_P(KnownPatternTest, RandomTexts) {
  ASSERT_TRUE(regex_.ok()) << regex_.status();
  const std::vector<std::string> alphabet = {
      "'",          "s",          "S",  "t",      "r",      "e",      "v",
      "l",          "L",          "d",  "m",      "M",      "\u017f", " ",
      " ",          "  ",         "\n", "\r",     "\t",     "\u00a0", "\u3000",
      "\u0085",     "1",          "23", "4567",   "\u0664", "\u00bd", "\u216b",
      ".",          "!",          "_",  "\u20ac", "\u00e9", "\u6c34", "\u0301",
      "\U0001f600", "\U00010d4a", "x",  "\ue000"};
  std::mt19937 random(3);
  for (int i = 0; i < 20000; ++i) {
    std::string text;
    for (size_t n = random() % 16; n > 0; --n) {
      text += alphabet[random() % alphabet.size()];
    }
    Compare(text);
    if (HasFatalFailure()) return;
  }
}

TEST_P(KnownPatternTest, EveryCodePoint) {
  ASSERT_TRUE(regex_.ok()) << regex_.status();
  std::string text;
  for (uint32_t c = 0; c < 0x110000; ++c) {
    if (c >= 0xd800 && c <= 0xdfff) continue;
    AppendChar(c, &text);
    text += c % 3 == 0 ? "a" : c % 3 == 1 ? " " : "1";
    if (text.size() < 4000) continue;
    Compare(text);
    if (HasFatalFailure()) return;
    text.clear();
  }
  Compare(text);
}

INSTANTIATE_TEST_SUITE_P(All, KnownPatternTest,
                         testing::Values(KnownPattern::kGpt2,
                                         KnownPattern::kLlama3,
                                         KnownPattern::kQwen2));

TEST(KnownPatterns, AreFoundByTheirText) {
  EXPECT_EQ(FindKnownPattern(PatternText(KnownPattern::kQwen2)),
            KnownPattern::kQwen2);
  EXPECT_EQ(FindKnownPattern("\\p{L}+"), std::nullopt);
}

TEST(Regex, OwnPropertiesReplaceTheEnginesOwn) {
  EXPECT_EQ(WithOwnProperties("[^\\w\\s]\\P{^Lu}\\p{Han}\\\\w\\D"),
            "[^\\p{hydrometerword}\\s]\\p{hydrometerlu}\\p{Han}\\\\w"
            "\\P{hydrometernd}");
  EXPECT_EQ(WithOwnProperties("(?W:\\w)"), "(?W:\\w)");
  // U+1C89 is a letter since Unicode 16 only.
  const auto letter = Regex::Compile("\\p{L}", "test");
  ASSERT_TRUE(letter.ok()) << letter.status();
  std::vector<Span> matches;
  ASSERT_TRUE(letter->FindAll("1\u1c89", &matches).ok());
  EXPECT_EQ(matches, (std::vector<Span>{{1, 4}}));
}

}  // namespace
}  // namespace hydrometer::text
