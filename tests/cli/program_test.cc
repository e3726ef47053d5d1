// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// The program as a user runs it: exit codes, streams, files.

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
#include "tests/temporary_folder.h"

namespace hydrometer::cli {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;

struct Outcome {
  int code = -1;
  std::string out, err;
};

class ProgramTest : public ::testing::Test {
 protected:
  Outcome Run(const std::string& arguments, const std::string& before = "",
              const std::string& after = "") {
    const std::string command =
        absl::StrCat(before, " ", HYDROMETER_BINARY, " ", arguments, " > ",
                     folder_ / "out", " 2> ", folder_ / "err", after);
    const int status = std::system(command.c_str());
    Outcome outcome;
    outcome.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    outcome.out = *io::ReadFile(folder_ / "out", 1 << 28);
    outcome.err = *io::ReadFile(folder_ / "err", 1 << 28);
    return outcome;
  }
  void Expect(const Outcome& outcome, int code, const char* message) {
    EXPECT_EQ(outcome.code, code) << outcome.err;
    EXPECT_THAT(outcome.err, HasSubstr(message));
    EXPECT_THAT(outcome.err, Not(HasSubstr("terminate")));
  }
  // A copy of a small model that a test may spoil.
  std::string Copy(const std::string& name = "copy") {
    const std::string path = folder_ / name;
    fs::copy(ZooPath("controls/control_16"), path);
    return path;
  }
  void Edit(const std::string& path, const std::string& from,
            const std::string& to) {
    std::string text = *io::ReadFile(path, 1 << 28);
    const size_t at = text.find(from);
    ASSERT_NE(at, std::string::npos) << from;
    text.replace(at, from.size(), to);
    ASSERT_TRUE(io::WriteFileAtomically(path, text).ok());
  }
  std::string SmallPanel() {
    fs::create_directory(folder_ / "controls");
    for (const char* name : {"control_16", "control_18", "control_19"}) {
      fs::create_directory_symlink(ZooPath(absl::StrCat("controls/", name)),
                                   folder_ / absl::StrCat("controls/", name));
    }
    std::string text;
    for (const probe::Probe& probe : SmallSet(90).probes) {
      absl::StrAppend(&text, probe.text, "\n\n");
    }
    EXPECT_TRUE(io::WriteFileAtomically(folder_ / "t.txt", text).ok());
    return absl::StrCat("audit ", ZooPath("suspects/a_text100"),
                        " --reference ", ZooPath("references/ref_a"),
                        " --controls ", folder_ / "controls",
                        " --probes text:", folder_ / "t.txt");
  }
  TemporaryFolder folder_;
};

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
    EXPECT_EQ(outcome.out, "") << c.what;
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

// report.json without its last member, "timing".
std::string WithoutTiming(const std::string& path) {
  const std::string text = *io::ReadFile(path, 1 << 28);
  const size_t at = text.rfind("\"timing\"");
  EXPECT_NE(at, std::string::npos);
  return text.substr(0, at);
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

TEST_F(ProgramTest, OutputThatCannotBeWrittenIsExitFive) {
  Expect(Run(SmallPanel() + " -o /proc/nowhere"), 5, "/proc/nowhere");
  EXPECT_EQ(Run("version > /dev/full #").code, 5);
}

}  // namespace
}  // namespace hydrometer::cli
