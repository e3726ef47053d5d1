// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/cli/arguments.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_split.h"
#include "src/base/errors.h"
#include "src/cli/commands.h"

namespace hydrometer::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

const std::vector<Option> kOptions = {
    {"--reference", "MODEL", "h", true},
    {"--output", "DIR", "h", false, "-o"},
    {"--threads", "N", "h"},
    {"--quiet", nullptr, "h"},
    {"--help", nullptr, "h"}};

absl::StatusOr<Arguments> Parse(std::vector<std::string> words) {
  return ParseArguments("audit", kOptions, 1, 1, words);
}

TEST(Arguments, EveryForm) {
  auto a = Parse({"x", "--reference", "a", "--reference=b", "-o", "d",
                  "--quiet"});
  ASSERT_TRUE(a.ok()) << a.status();
  EXPECT_THAT(a->positional(), ElementsAre("x"));
  EXPECT_THAT(a->All("--reference"), ElementsAre("a", "b"));
  EXPECT_EQ(a->Get("--output"), "d");
  EXPECT_TRUE(a->Has("--quiet"));
  EXPECT_EQ(*a->GetInt("--threads", 7, 1, 9), 7);
  EXPECT_THAT(Parse({"--", "--odd"})->positional(), ElementsAre("--odd"));
  EXPECT_THAT(Parse({"-"})->positional(), ElementsAre("-"));
}

TEST(Arguments, MistakesAreUsageErrorsThatNameTheArgument) {
  const struct {
    std::vector<std::string> words;
    const char* message;
  } kCases[] = {{{"x", "--nope"}, "unknown option --nope"},
                {{"x", "-o", "a", "-o", "b"}, "--output is given twice"},
                {{"x", "--output"}, "--output wants DIR"},
                {{"x", "--quiet=1"}, "--quiet takes no value"},
                {{}, "got 0 arguments, want 1"},
                {{"x", "y"}, "got 2 arguments, want 1;"},
                {{"x", "--output", ""}, "--output is empty, want DIR"},
                {{"x", "-o="}, "--output is empty, want DIR"},
                {{"x", "--reference="}, "--reference is empty, want MODEL"},
                {{""}, "an argument is empty"}};
  for (const auto& c : kCases) {
    auto a = Parse(c.words);
    EXPECT_EQ(ExitCodeFor(a.status()), kExitUsage);
    EXPECT_THAT(std::string(a.status().message()), HasSubstr(c.message));
  }
  EXPECT_EQ(ExitCodeFor(Parse({"x", "--threads", "0"})
                            ->GetInt("--threads", 1, 1, 9)
                            .status()),
            kExitUsage);
}

TEST(Arguments, WantedCountsAreNamed) {
  const struct {
    int low, high;
    const char* message;
  } kCases[] = {{0, 1, "got 2 arguments, want 0 to 1;"},
                {3, -1, "got 2 arguments, want at least 3;"}};
  for (const auto& c : kCases) {
    EXPECT_THAT(
        std::string(ParseArguments("weigh", kOptions, c.low, c.high, {"x", "y"})
                        .status()
                        .message()),
        HasSubstr(c.message));
  }
}

TEST(Arguments, HelpFitsATerminal) {
  for (const Command& command : Commands()) {
    for (absl::string_view line :
         absl::StrSplit(OptionsHelp(command.options), '\n')) {
      EXPECT_LE(line.size(), 80u) << line;
    }
    for (absl::string_view line : absl::StrSplit(command.details, '\n')) {
      EXPECT_LE(line.size(), 80u) << line;
    }
  }
}

}  // namespace
}  // namespace hydrometer::cli
