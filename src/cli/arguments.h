// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// Command lines, walked by tables: a command lists its options as data, and
// this file parses them and prints the help. Accepted: --name VALUE,
// --name=VALUE, -o VALUE, "--" to end the options.
//
// Errors: UsageError that names the argument.
// Tests: tests/cli/arguments_test.cc.
#ifndef HYDROMETER_SRC_CLI_ARGUMENTS_H_
#define HYDROMETER_SRC_CLI_ARGUMENTS_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace hydrometer::cli {

struct Option {
  const char* name;      // "--controls"
  const char* argument;  // "DIR"; nullptr: a switch
  const char* help;
  bool repeated = false;
  const char* short_name = nullptr;  // "-o"
};

class Arguments {
 public:
  bool Has(absl::string_view name) const;
  // The last value, or `otherwise`.
  std::string Get(absl::string_view name,
                  absl::string_view otherwise = "") const;
  std::vector<std::string> All(absl::string_view name) const;
  // A whole number from `low` to `high`.
  absl::StatusOr<int64_t> GetInt(absl::string_view name, int64_t otherwise,
                                 int64_t low, int64_t high) const;
  const std::vector<std::string>& positional() const { return positional_; }

 private:
  friend absl::StatusOr<Arguments> ParseArguments(
      absl::string_view command, const std::vector<Option>& options,
      int min_positional, int max_positional,
      const std::vector<std::string>& words);
  std::map<std::string, std::vector<std::string>> values_;
  std::vector<std::string> positional_;
};

// Parses the words after the command's name. `max_positional` -1: no limit.
absl::StatusOr<Arguments> ParseArguments(
    absl::string_view command, const std::vector<Option>& options,
    int min_positional, int max_positional,
    const std::vector<std::string>& words);

// The options as aligned lines of at most 80 columns.
std::string OptionsHelp(const std::vector<Option>& options);

}  // namespace hydrometer::cli

#endif  // HYDROMETER_SRC_CLI_ARGUMENTS_H_
