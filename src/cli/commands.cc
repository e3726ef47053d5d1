// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/cli/commands.h"

#include <cstdio>
#include <new>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "src/base/errors.h"
#include "src/base/interrupt.h"
#include "src/base/printable.h"
#include "src/base/status_macros.h"
#include "src/base/utf8.h"
#include "src/io/mapped_file.h"

namespace hydrometer::cli {
namespace {

std::string g_command_line;

std::string QuoteForShell(const std::string& word) {
  const bool plain =
      !word.empty() &&
      word.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUV"
                             "WXYZ0123456789_-./:=,@+") == std::string::npos;
  if (plain) return word;
  std::string quoted = "'";
  for (char c : word) {
    if (c == '\'') {
      quoted += "'\\''";
    } else {
      quoted += c;
    }
  }
  return quoted + "'";
}

std::string ProgramHelp() {
  std::string help =
      "Was this language model distilled from that one? Evidence with "
      "measured error\nrates, its limits, and \"inconclusive\" where that is "
      "the truth.\n\nExamples:\n";
  absl::StrAppend(&help, Commands()[0].examples, "\nCommands:\n");
  for (const Command& command : Commands()) {
    absl::StrAppendFormat(&help, "  %-9s %s\n", command.name, command.summary);
  }
  absl::StrAppend(&help,
                  "\nhydrometer COMMAND --help says more about each.\n");
  return help;
}

std::string CommandHelp(const Command& command) {
  return absl::StrCat("hydrometer ", command.name, ": ", command.summary,
                      "\n\nExamples:\n", command.examples,
                      "\nUsage: hydrometer ", command.name, " ",
                      command.usage, "\n\n", command.details,
                      command.details[0] != '\0' ? "\n" : "", "Options:\n",
                      OptionsHelp(command.options));
}

int Finish(const absl::StatusOr<int>& result) {
  if (result.ok()) return *result;
  std::fprintf(stderr, "hydrometer: %s\n",
               PrintableMessage(result.status()).c_str());
  const ExitCode code = ExitCodeFor(result.status());
  if (code == kExitInterrupted) return 128 + (InterruptSignal() ?: 2);
  return code;
}

void PrintToStandardOutput(const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
}

absl::StatusOr<int> RunWords(const std::vector<std::string>& words) {
  if (words.empty()) {
    std::fputs(ProgramHelp().c_str(), stderr);
    return kExitUsage;
  }
  if (words[0] == "--help" || words[0] == "-h" || words[0] == "help") {
    PrintToStandardOutput(ProgramHelp());
    return kExitFinished;
  }
  const std::string name = words[0] == "--version" ? "version" : words[0];
  for (const Command& command : Commands()) {
    if (name != command.name) continue;
    HYDROMETER_ASSIGN_OR_RETURN(
        Arguments arguments,
        ParseArguments(command.name, command.options, command.min_positional,
                       command.max_positional,
                       {words.begin() + 1, words.end()}));
    if (arguments.Has("--help")) {
      PrintToStandardOutput(CommandHelp(command));
      return kExitFinished;
    }
    return RunCommand(command, arguments);
  }
  return UsageError("unknown command \"", words[0],
                    "\"; see hydrometer --help");
}

}  // namespace

const std::string& CommandLine() { return g_command_line; }

absl::StatusOr<int> RunCommand(const Command& command,
                               const Arguments& arguments) {
  if (command.resumable) CatchInterrupts();
  // One of the program's two catches; the other is model::TorchCall.
  try {
    return command.run(arguments);
  } catch (const std::bad_alloc&) {
    return ExhaustedError(command.name, ": out of memory");
  }
}

int Main(const std::vector<std::string>& words) {
  io::ExplainLostPages("hydrometer", kExitRefused);
  g_command_line = "hydrometer";
  for (const std::string& word : words) {
    absl::StrAppend(&g_command_line, " ",
                    QuoteForShell(ReplaceInvalidUtf8(word)));
  }
  const absl::StatusOr<int> result = RunWords(words);
  // A full disk shows only when the buffer is written, or showed before.
  const bool lost = std::fflush(stdout) != 0 || std::ferror(stdout) != 0;
  if (lost && result.ok()) {
    return Finish(ExhaustedError("standard output: cannot be written"));
  }
  return Finish(result);
}

}  // namespace hydrometer::cli
