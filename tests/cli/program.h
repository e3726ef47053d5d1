// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// The program as a user runs it, for tests: exit codes, streams, files.
#ifndef HYDROMETER_TESTS_CLI_PROGRAM_H_
#define HYDROMETER_TESTS_CLI_PROGRAM_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "absl/strings/str_cat.h"
#include "src/io/file.h"
#include "tests/record/zoo_subject.h"
#include "tests/temporary_folder.h"

namespace hydrometer::cli {

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
    EXPECT_THAT(outcome.err, ::testing::HasSubstr(message));
    EXPECT_THAT(outcome.err, ::testing::Not(::testing::HasSubstr("terminate")));
  }
  // A copy of a small model that a test may spoil.
  std::string Copy(const std::string& name = "copy") {
    const std::string path = folder_ / name;
    std::filesystem::copy(ZooPath("controls/control_16"), path);
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
  // Three controls, the probes `spec`.
  std::string Panel(const std::string& spec) {
    std::filesystem::create_directory(folder_ / "controls");
    for (const char* name : {"control_16", "control_18", "control_19"}) {
      std::filesystem::create_directory_symlink(
          ZooPath(absl::StrCat("controls/", name)),
          folder_ / absl::StrCat("controls/", name));
    }
    return absl::StrCat("audit ", ZooPath("suspects/a_text100"),
                        " --reference ", ZooPath("references/ref_a"),
                        " --controls ", folder_ / "controls", " --probes ",
                        spec);
  }
  std::string SmallPanel() {
    std::string text;
    for (const probe::Probe& probe : SmallSet(90).probes) {
      absl::StrAppend(&text, probe.text, "\n\n");
    }
    EXPECT_TRUE(io::WriteFileAtomically(folder_ / "t.txt", text).ok());
    return Panel("text:" + (folder_ / "t.txt"));
  }
  TemporaryFolder folder_;
};

// report.json without its last member, "timing".
inline std::string WithoutTiming(const std::string& path) {
  const std::string text = *io::ReadFile(path, 1 << 28);
  const size_t at = text.rfind("\"timing\"");
  EXPECT_NE(at, std::string::npos);
  return text.substr(0, at);
}

}  // namespace hydrometer::cli

#endif  // HYDROMETER_TESTS_CLI_PROGRAM_H_
