// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// The program on input that was made, or happened, to break it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "src/io/file.h"
#include "src/io/json.h"
#include "tests/cli/program.h"
#include "tests/record/overflowing_model.h"

namespace hydrometer::cli {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;

using HostileInputTest = ProgramTest;

// Lines of `text`, and that nothing in it drives a terminal.
int64_t PlainLines(const std::string& text) {
  EXPECT_EQ(text.find('\x1b'), std::string::npos) << text;
  return std::count(text.begin(), text.end(), '\n');
}

TEST_F(HostileInputTest, ShownSetAloneIsInconclusive) {
  const Outcome audit = Run(Panel("prose") + " -o " + (folder_ / "r"));
  EXPECT_EQ(audit.code, 3) << audit.err;
  auto report = io::ReadJsonFile(folder_ / "r/report.json");
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_STREQ((*report)["verdict"]["label"].GetString(), "inconclusive");
}

TEST_F(HostileInputTest, NamesThatAreNoUtf8ReachTheReport) {
  const std::string panel = SmallPanel();
  fs::rename(folder_ / "controls/control_16", folder_ / "controls/c\xff");
  fs::create_symlink("nowhere\xfe", folder_ / "controls/bad\xfe");
  const std::string out = folder_ / "out\xff";
  const Outcome audit = Run(panel + " --skip-bad-controls -o " + out);
  EXPECT_EQ(audit.code, 3) << audit.err;
  // Strict JSON is UTF-8.
  auto report = io::ReadJsonFile(out + "/report.json");
  ASSERT_TRUE(report.ok()) << report.status();
  const std::string text = *io::ReadFile(out + "/report.json", 1 << 28);
  EXPECT_THAT(text, HasSubstr("c\xef\xbf\xbd"));
  EXPECT_THAT(text, HasSubstr("bad\xef\xbf\xbd"));
  EXPECT_EQ(
      Run("weigh " + out + "/observations.safetensors -o " + (folder_ / "r2"))
          .code,
      3);
}

TEST_F(HostileInputTest, OneErrorIsOneLineWithoutEscapes) {
  const std::string name = "m\n\x1b[31mred";
  const std::string model = Copy(name);
  const std::string quoted = absl::StrCat("'", model, "'");
  EXPECT_EQ(PlainLines(Run("inspect " + quoted).err), 0);
  Edit(model + "/config.json", "\"LlamaForCausalLM\"", "\"A\\nB\\u001b[2J\"");
  Outcome outcome = Run("inspect " + quoted);
  Expect(outcome, 4, "m\\n\\x1b[31mred/config.json");
  EXPECT_EQ(PlainLines(outcome.err), 1);
  PlainLines(outcome.out);
  Edit(model + "/config.json", "\"hidden_size\": 64",
       "\"hidden_size\": \"\\n\\u001b[2J\"");
  EXPECT_EQ(PlainLines(Run("inspect " + quoted).err), 1);
  EXPECT_EQ(PlainLines(Run("'odd\n\x1b[2J'").err), 1);
  EXPECT_EQ(PlainLines(Run("audit --'a\n\x1b[2J'").err), 1);
  // Two bad controls are two lines, whatever they are called.
  const std::string panel = SmallPanel();
  fs::rename(model, folder_ / "controls/" + name);
  fs::create_directory(folder_ / "controls/other");
  outcome = Run(panel + " -o " + (folder_ / "r"));
  EXPECT_EQ(outcome.code, 4);
  EXPECT_EQ(PlainLines(outcome.err), 3) << outcome.err;
  outcome = Run(panel + " --skip-bad-controls -o " + (folder_ / "r"));
  EXPECT_EQ(outcome.code, 3) << outcome.err;
  EXPECT_THAT(outcome.err, HasSubstr("left out: "));
  PlainLines(outcome.err);
  PlainLines(outcome.out);
}

TEST_F(HostileInputTest, ControlsThatAreNoModelsDoNotVanish) {
  const std::string panel = SmallPanel();
  fs::create_directory(folder_ / "controls/empty");
  fs::create_symlink("nowhere", folder_ / "controls/dangling");
  const Outcome refused = Run(panel + " -o " + (folder_ / "r"));
  Expect(refused, 4, "controls/empty");
  EXPECT_THAT(refused.err, HasSubstr("controls/dangling"));
  const Outcome skipped =
      Run(panel + " --skip-bad-controls -o " + (folder_ / "r"));
  EXPECT_EQ(skipped.code, 3) << skipped.err;
  EXPECT_THAT(skipped.err, HasSubstr("left out: "));
  const std::string report = *io::ReadFile(folder_ / "r/report.json", 1 << 28);
  EXPECT_THAT(report, HasSubstr("controls/empty"));
  EXPECT_THAT(report, HasSubstr("controls/dangling"));
}

TEST_F(HostileInputTest, DamagedStoreIsRecordedAgainAndSaysSo) {
  const std::string panel =
      SmallPanel() + " --store " + (folder_ / "s") + " -o " + (folder_ / "r");
  ASSERT_EQ(Run(panel).code, 3);
  const std::string before = WithoutTiming(folder_ / "r/report.json");
  int damaged = 0;
  for (const auto& entry : fs::recursive_directory_iterator(folder_ / "s")) {
    if (entry.path().filename() != "part-00000.safetensors") continue;
    std::string bytes = *io::ReadFile(entry.path().string(), 1 << 28);
    bytes[bytes.size() / 2] ^= 0x40;
    ASSERT_TRUE(io::WriteFileAtomically(entry.path().string(), bytes).ok());
    ++damaged;
  }
  ASSERT_EQ(damaged, 5);
  const Outcome again = Run(panel);
  EXPECT_EQ(again.code, 3) << again.err;
  EXPECT_THAT(again.err, HasSubstr("recorded again: "));
  EXPECT_EQ(WithoutTiming(folder_ / "r/report.json"), before);
  EXPECT_THAT(Run(panel).err, Not(HasSubstr("recorded again")));
}

TEST_F(HostileInputTest, ModelsThatOverflowAreRefused) {
  MakeOverflowingModel(folder_ / "loud");
  ASSERT_TRUE(io::WriteFileAtomically(folder_ / "t", "a text of words").ok());
  const Outcome score =
      Run("score " + (folder_ / "loud") + " " + (folder_ / "t"));
  Expect(score, 4, "want finite numbers");
  EXPECT_EQ(score.out, "");
  const std::string panel = SmallPanel();
  fs::rename(folder_ / "loud", folder_ / "controls/loud");
  const Outcome audit = Run(panel + " -o " + (folder_ / "r"));
  Expect(audit, 4, "controls/loud: answers probe text-1 of set text:t.txt");
}

TEST_F(HostileInputTest, ScoreEndsWithTheSignal) {
  const std::string pipe = folder_ / "pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  // Nobody writes: without the signal it would wait for ever.
  const Outcome outcome = Run(
      absl::StrCat("score ", ZooPath("controls/control_16"), " - 0<>", pipe),
      "",
      " & pid=$!; sleep 1; kill $pid; sleep 2; kill -9 $pid 2> /dev/null; "
      "wait $pid");
  EXPECT_EQ(outcome.code, 143);
}

TEST_F(HostileInputTest, ScoreStatesItsLimitAndItsFile) {
  const std::string model = Copy("m");
  Edit(model + "/config.json", "\"max_position_embeddings\": 128",
       "\"max_position_embeddings\": 1000000");
  std::string text;
  for (int i = 0; i < 5000; ++i) absl::StrAppend(&text, "x ");
  ASSERT_TRUE(io::WriteFileAtomically(folder_ / "long", text).ok());
  Expect(Run("score " + model + " " + (folder_ / "long")), 4,
         "tokens, want at most 4096");
  ASSERT_TRUE(io::WriteFileAtomically(folder_ / "inv.txt", "a\xff").ok());
  Expect(Run("score " + model + " " + (folder_ / "inv.txt")), 4, "/inv.txt: ");
}

TEST_F(HostileInputTest, EmptyNamesAreUsageErrors) {
  const std::string panel = SmallPanel();
  Expect(Run(panel + " -o ''"), 2, "--output is empty");
  Expect(Run(panel + " --store="), 2, "--store is empty");
  Expect(Run(panel.substr(0, panel.find("text:")) + "text:"), 2,
         "--probes text: names no file");
  Expect(Run("inspect ''"), 2, "an argument is empty");
  Expect(Run("weigh a b"), 2, "want 0 to 1");
}

TEST_F(HostileInputTest, InspectShowsWhatCanBeReadOfABadModel) {
  const std::string model = Copy("m");
  fs::remove(model + "/tokenizer.json");
  ASSERT_TRUE(io::WriteFileAtomically(model + "/x.py", "print()").ok());
  const Outcome outcome = Run("inspect " + model);
  Expect(outcome, 4, "tokenizer.json");
  EXPECT_THAT(outcome.out, HasSubstr("architecture  "));
  EXPECT_THAT(outcome.out, HasSubstr("x.py: program text"));
  EXPECT_THAT(outcome.out, HasSubstr("refused       " + model));
}

}  // namespace
}  // namespace hydrometer::cli
