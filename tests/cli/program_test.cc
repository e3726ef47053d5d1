// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// The program as a user runs it: exit codes, streams, files.

#include "tests/cli/program.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "src/io/file.h"
#include "src/io/json.h"
#include "tests/record/zoo_subject.h"

namespace hydrometer::cli {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

TEST_F(ProgramTest, HelpStartsWithExamples) {
  const Outcome help = Run("--help");
  EXPECT_EQ(help.code, 0);
  EXPECT_LT(help.out.find("Examples:"), help.out.find("Commands:"));
  EXPECT_EQ(Run("").code, 2);
  for (const char* command :
       {"audit", "record", "compare", "weigh", "report", "tokenize", "score",
        "inspect", "probes", "doctor", "version"}) {
    const Outcome one = Run(absl::StrCat(command, " --help"));
    EXPECT_EQ(one.code, 0) << command;
    EXPECT_LT(one.out.find("Examples:"), one.out.find("Options:")) << command;
  }
}

TEST_F(ProgramTest, UsageErrors) {
  Expect(Run("odd"), 2, "unknown command \"odd\"");
  Expect(Run("audit x"), 2, "--reference MODEL is missing");
  Expect(Run("audit x --reference y"), 2, "--controls DIR is missing");
  Expect(Run("audit x --reference y --controls z --fail-on guilty"), 2,
         "want one of identical");
  const std::string panel = SmallPanel();
  Expect(Run(panel + " --device cuda:99"), 2, "cuda");
  Expect(Run(panel + " --compute int3"), 2, "want fp32 or bf16");
  Expect(Run(panel + " --probes nothing"), 2, "no such probe set");
}

TEST_F(ProgramTest, VersionAndPolicyAreJson) {
  auto version = io::ParseJson(Run("version --json").out, "version");
  ASSERT_TRUE(version.ok()) << version.status();
  EXPECT_TRUE(io::GetString(*version, "version", "version").ok());
  const Outcome policy = Run("weigh --print-policy");
  ASSERT_TRUE(io::WriteFileAtomically(folder_ / "p.json", policy.out).ok());
  EXPECT_THAT(policy.out, HasSubstr("h_distilled"));
  EXPECT_EQ(Run("weigh --print-policy --policy " + folder_.path() + "/p.json")
                .out,
            policy.out);
  Edit(folder_ / "p.json", "h_distilled", "h_guilty");
  Expect(Run("weigh --print-policy --policy " + folder_.path() + "/p.json"), 4,
         "h_guilty");
}

TEST_F(ProgramTest, TokenizeGivesIdsAndByteOffsets) {
  ASSERT_TRUE(
      io::WriteFileAtomically(folder_ / "t", "The caf\xc3\xa9.").ok());
  const std::string model = ZooPath("references/ref_a");
  const Outcome whole = Run("tokenize " + model + " " + (folder_ / "t"));
  ASSERT_EQ(whole.code, 0) << whole.err;
  auto json = io::ParseJson(whole.out, "out");
  ASSERT_TRUE(json.ok());
  const auto& offsets = (*json)["offsets"];
  EXPECT_EQ((*json)["ids"].Size(), offsets.Size());
  EXPECT_EQ(offsets[offsets.Size() - 1][1].GetInt(), 10);
  ASSERT_TRUE(io::WriteFileAtomically(
                  folder_ / "l", "{\"text\":\"a\"}\n{\"text\":\"b c\"}\n")
                  .ok());
  const Outcome lines =
      Run("tokenize " + model + " " + (folder_ / "l") + " --jsonl");
  EXPECT_EQ(std::count(lines.out.begin(), lines.out.end(), '\n'), 2);
  Expect(Run("tokenize " + model + " -", "printf 'a\\377' |"), 4, "UTF-8");
}

// Held against transformers: see ../shared/models/README.md.
TEST_F(ProgramTest, ScoreAgreesWithTheReferenceValues) {
  const std::string shared =
      std::string(HYDROMETER_SOURCE_DIR) + "/../shared/models";
  if (!io::FileExists(shared + "/reference_values.json")) {
    GTEST_SKIP() << "reference models are not here";
  }
  auto values = io::ReadJsonFile(shared + "/reference_values.json");
  ASSERT_TRUE(values.ok());
  for (const auto& model : (*values)["models"].GetObject()) {
    for (const auto& item : model.value.GetArray()) {
      ASSERT_TRUE(io::WriteFileAtomically(folder_ / "t",
                                          item["text"].GetString())
                      .ok());
      const Outcome score = Run(absl::StrCat(
          "score ", shared, "/", model.name.GetString(), " ", folder_ / "t"));
      ASSERT_EQ(score.code, 0) << score.err;
      const std::vector<std::string> lines = absl::StrSplit(score.out, '\n');
      for (rapidjson::SizeType i = 0; i < item["logprobs"].Size(); ++i) {
        auto line = io::ParseJson(lines[i + 1], "line");
        ASSERT_TRUE(line.ok());
        EXPECT_EQ((*line)["id"].GetInt(), item["ids"][i + 1].GetInt());
        EXPECT_NEAR((*line)["logprob"].GetDouble(),
                    item["logprobs"][i].GetDouble(), 1e-4);
      }
    }
  }
}

TEST_F(ProgramTest, HostileModelsAreRefusedInOneLine) {
  const struct {
    const char* what;
    std::function<void(const std::string&)> spoil;
    const char* message;
  } kCases[] = {
      {"architecture",
       [&](const std::string& m) {
         std::string text = *io::ReadFile(m + "/config.json", 1 << 20);
         const size_t at = text.find("ForCausalLM");
         ASSERT_NE(at, std::string::npos);
         size_t begin = text.rfind('"', at);
         text.replace(begin + 1, at - begin - 1, "Mamba");
         ASSERT_TRUE(
             io::WriteFileAtomically(m + "/config.json", text).ok());
       },
       "MambaForCausalLM"},
      {"cut weights",
       [&](const std::string& m) {
         fs::resize_file(m + "/model.safetensors", 5000);
       },
       "model.safetensors"},
      {"only pickles",
       [&](const std::string& m) {
         fs::rename(m + "/model.safetensors", m + "/pytorch_model.bin");
       },
       "pytorch_model.bin"},
      {"no tokenizer",
       [&](const std::string& m) { fs::remove(m + "/tokenizer.json"); },
       "tokenizer.json"},
      {"unknown tokenizer part",
       [&](const std::string& m) {
         Edit(m + "/tokenizer.json", "\"BPE\"", "\"Unigram\"");
       },
       "Unigram"},
      {"link that leads out",
       [&](const std::string& m) {
         fs::remove(m + "/config.json");
         fs::create_symlink("/etc/passwd", m + "/config.json");
       },
       "config.json"},
  };
  for (const auto& c : kCases) {
    const std::string model = Copy(absl::StrCat("m", &c - kCases));
    c.spoil(model);
    const Outcome outcome = Run("inspect " + model);
    Expect(outcome, 4, c.message);
    EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 1)
        << outcome.err;
    EXPECT_THAT(outcome.out, HasSubstr("refused       ")) << c.what;
  }
}

TEST_F(ProgramTest, AuditWritesReportAndSaysWhatIsMissing) {
  const Outcome audit = Run(SmallPanel() + " -o " + (folder_ / "r"));
  EXPECT_EQ(audit.code, 3) << audit.err;
  EXPECT_LE(std::count(audit.out.begin(), audit.out.end(), '\n'), 25);
  EXPECT_THAT(audit.out, HasSubstr("Too few controls"));
  auto report = io::ReadJsonFile(folder_ / "r/report.json");
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_STREQ((*report)["verdict"]["label"].GetString(), "inconclusive");
  EXPECT_EQ((*report)["exit_code"].GetInt(), 3);
  EXPECT_TRUE(io::FileExists(folder_ / "r/report.html"));
  // Weighing the observations again, by another policy's name, agrees.
  const Outcome again = Run("weigh " + (folder_ / "r/observations.safetensors") +
                            " -o " + (folder_ / "r2"));
  EXPECT_EQ(again.code, 3) << again.err;
  const Outcome triggered =
      Run("weigh " + (folder_ / "r/observations.safetensors") +
          " --fail-on distilled,inconclusive -o " + (folder_ / "r3"));
  EXPECT_EQ(triggered.code, 1);
  EXPECT_EQ(Run("report " + (folder_ / "r/report.json") + " -o " +
                (folder_ / "x.html"))
                .code,
            0);
  EXPECT_EQ(*io::ReadFile(folder_ / "x.html", 1 << 28),
            *io::ReadFile(folder_ / "r/report.html", 1 << 28));
}

TEST_F(ProgramTest, InterruptedAuditEndsWithTheSameBytes) {
  const std::string panel = SmallPanel();
  // The same command line in two folders: paths are part of the report.
  fs::create_directories(folder_ / "one");
  fs::create_directories(folder_ / "two");
  const std::string one = absl::StrCat("cd ", folder_ / "one", " &&");
  const std::string two = absl::StrCat("cd ", folder_ / "two", " &&");
  EXPECT_EQ(Run(panel + " -o r", one).code, 3);
  // Ended as soon as something is recorded; a machine that is busy just then
  // may let the whole audit pass, so there are some tries.
  Outcome outcome;
  for (int attempt = 0; attempt < 5 && outcome.code != 143; ++attempt) {
    fs::remove_all(folder_ / "two/r");
    outcome = Run(panel + " -o r", two,
                  absl::StrCat(" & pid=$!; while kill -0 $pid && ! find ",
                               folder_ / "two",
                               " -name 'part-*.safetensors' | grep -q .; do "
                               "sleep 0.01; done; kill $pid; wait $pid"));
  }
  EXPECT_EQ(outcome.code, 143) << outcome.err;
  EXPECT_FALSE(io::FileExists(folder_ / "two/r/report.json"));
  EXPECT_EQ(Run(panel + " -o r", two).code, 3);
  EXPECT_EQ(WithoutTiming(folder_ / "one/r/report.json"),
            WithoutTiming(folder_ / "two/r/report.json"));
}

TEST_F(ProgramTest, BadControlStopsTheAuditBeforeAnyWork) {
  const std::string panel = SmallPanel();
  fs::create_directory(folder_ / "controls/bad");
  ASSERT_TRUE(
      io::WriteFileAtomically(folder_ / "controls/bad/config.json", "{").ok());
  Expect(Run(panel + " -o " + (folder_ / "r")), 4, "controls/bad");
  EXPECT_FALSE(io::FolderExists(folder_ / "r"));
  const Outcome skipped =
      Run(panel + " --skip-bad-controls -o " + (folder_ / "r"));
  EXPECT_EQ(skipped.code, 3) << skipped.err;
  EXPECT_THAT(*io::ReadFile(folder_ / "r/report.json", 1 << 28),
              HasSubstr("controls/bad"));
}

TEST_F(ProgramTest, OutputThatCannotBeWrittenIsExitFiveBeforeAnyWork) {
  const std::string panel = SmallPanel();
  const std::string store = " --store " + (folder_ / "s");
  Expect(Run(panel + " -o /proc/nowhere" + store), 5, "/proc/nowhere");
  Expect(Run(panel + " -o /proc" + store), 5, "/proc: cannot be written");
  std::string compare = panel;
  compare.replace(0, 5, "compare");
  Expect(Run(compare + " -o /proc/x" + store), 5, "/proc: cannot be written");
  Expect(Run(compare + " -o " + (folder_ / "no/x") + store), 5,
         "/no: cannot be written");
  Expect(Run(compare + " -o " + folder_.path() + store), 2, "is a folder");
  EXPECT_FALSE(io::FolderExists(folder_ / "s"));
}

TEST_F(ProgramTest, FullDiskIsExitFiveWhateverIsPrinted) {
  std::string text;
  for (int i = 0; i < 3000; ++i) absl::StrAppend(&text, "word ", i, " ");
  ASSERT_TRUE(io::WriteFileAtomically(folder_ / "long", text).ok());
  ASSERT_TRUE(io::WriteFileAtomically(folder_ / "short", "a b").ok());
  const std::string model = ZooPath("controls/control_16") + " ";
  Run("version");
  for (const std::string& command : std::vector<std::string>{
           "version", "--help", "help", "audit --help", "probes show facts",
           "tokenize " + model + (folder_ / "short"),
           "tokenize " + model + (folder_ / "long"),
           "score " + model + (folder_ / "short"),
           "score " + model + (folder_ / "long")}) {
    EXPECT_EQ(Run(command + " > /dev/full #").code, 5) << command;
  }
}

}  // namespace
}  // namespace hydrometer::cli
