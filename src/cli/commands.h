// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// The commands, as a table: name, what it does, its options, examples and
// the function that runs it. Data goes to stdout, everything else to stderr.
//
// Tests: tests/cli/commands_test.cc.
#ifndef HYDROMETER_SRC_CLI_COMMANDS_H_
#define HYDROMETER_SRC_CLI_COMMANDS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "src/cli/arguments.h"

namespace hydrometer::cli {

inline constexpr char kVersion[] = "0.1.0";

struct Command {
  const char* name;
  const char* usage;     // after "hydrometer NAME "
  const char* summary;   // one line
  const char* examples;  // lines, each indented by two spaces
  const char* details;   // paragraphs; may be empty
  std::vector<Option> options;
  int min_positional;
  int max_positional;  // -1: no limit
  // The exit code, or a status from which it follows.
  absl::StatusOr<int> (*run)(const Arguments& arguments);
  // SIGINT and SIGTERM end it at a safe point, after which the same command
  // goes on; others have nothing to keep and are ended by the signal itself.
  bool resumable = false;
};

absl::Span<const Command> Commands();

// Runs a command; memory that gives out is an ExhaustedError.
absl::StatusOr<int> RunCommand(const Command& command,
                               const Arguments& arguments);

// The whole program: the words after its name to an exit code.
int Main(const std::vector<std::string>& words);

// The command line for the report: "hydrometer audit ...", as given but for
// bytes that are no UTF-8.
const std::string& CommandLine();

// One function per command, each in the file of its name.
absl::StatusOr<int> RunAudit(const Arguments& arguments);
absl::StatusOr<int> RunRecord(const Arguments& arguments);
absl::StatusOr<int> RunCompare(const Arguments& arguments);
absl::StatusOr<int> RunWeigh(const Arguments& arguments);
absl::StatusOr<int> RunReport(const Arguments& arguments);
absl::StatusOr<int> RunTokenize(const Arguments& arguments);
absl::StatusOr<int> RunScore(const Arguments& arguments);
absl::StatusOr<int> RunInspect(const Arguments& arguments);
absl::StatusOr<int> RunProbes(const Arguments& arguments);
absl::StatusOr<int> RunDoctor(const Arguments& arguments);
absl::StatusOr<int> RunVersion(const Arguments& arguments);

}  // namespace hydrometer::cli

#endif  // HYDROMETER_SRC_CLI_COMMANDS_H_
