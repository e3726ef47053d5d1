// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/cli/arguments.h"

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "src/base/errors.h"

namespace hydrometer::cli {
namespace {

const Option* FindOption(const std::vector<Option>& options,
                         absl::string_view word) {
  for (const Option& option : options) {
    if (word == option.name) return &option;
    if (option.short_name != nullptr && word == option.short_name) {
      return &option;
    }
  }
  return nullptr;
}

// "2", "at least 1", "0 to 1".
std::string CountText(int low, int high) {
  if (high < 0) return absl::StrCat("at least ", low);
  return low == high ? absl::StrCat(low) : absl::StrCat(low, " to ", high);
}

}  // namespace

bool Arguments::Has(absl::string_view name) const {
  return values_.count(std::string(name)) > 0;
}

std::string Arguments::Get(absl::string_view name,
                           absl::string_view otherwise) const {
  auto it = values_.find(std::string(name));
  return it == values_.end() ? std::string(otherwise) : it->second.back();
}

std::vector<std::string> Arguments::All(absl::string_view name) const {
  auto it = values_.find(std::string(name));
  return it == values_.end() ? std::vector<std::string>() : it->second;
}

absl::StatusOr<int64_t> Arguments::GetInt(absl::string_view name,
                                          int64_t otherwise, int64_t low,
                                          int64_t high) const {
  if (!Has(name)) return otherwise;
  int64_t value;
  if (!absl::SimpleAtoi(Get(name), &value) || value < low || value > high) {
    return UsageError(name, " ", Get(name), ": want a whole number from ",
                      low, " to ", high);
  }
  return value;
}

absl::StatusOr<Arguments> ParseArguments(
    absl::string_view command, const std::vector<Option>& options,
    int min_positional, int max_positional,
    const std::vector<std::string>& words) {
  Arguments arguments;
  const std::string hint =
      absl::StrCat("; see hydrometer ", command, " --help");
  bool options_ended = false;
  for (size_t i = 0; i < words.size(); ++i) {
    absl::string_view word = words[i];
    if (word == "--" && !options_ended) {
      options_ended = true;
      continue;
    }
    // A lone "-" is standard input.
    if (options_ended || word == "-" || !absl::StartsWith(word, "-")) {
      if (word.empty()) return UsageError("an argument is empty", hint);
      arguments.positional_.emplace_back(word);
      continue;
    }
    std::pair<absl::string_view, absl::string_view> halves =
        absl::StrSplit(word, absl::MaxSplits('=', 1));
    const bool has_value = absl::StrContains(word, "=");
    const Option* option = FindOption(options, halves.first);
    if (option == nullptr) {
      return UsageError("unknown option ", halves.first, hint);
    }
    auto& values = arguments.values_[option->name];
    if (!values.empty() && !option->repeated && option->argument != nullptr) {
      return UsageError(option->name, " is given twice", hint);
    }
    if (option->argument == nullptr) {
      if (has_value) return UsageError(option->name, " takes no value", hint);
      values.emplace_back();
    } else if (has_value) {
      values.emplace_back(halves.second);
    } else if (i + 1 < words.size()) {
      values.push_back(words[++i]);
    } else {
      return UsageError(option->name, " wants ", option->argument, hint);
    }
    if (option->argument != nullptr && values.back().empty()) {
      return UsageError(option->name, " is empty, want ", option->argument,
                        hint);
    }
  }
  const int count = static_cast<int>(arguments.positional_.size());
  if (!arguments.Has("--help") &&
      (count < min_positional ||
       (max_positional >= 0 && count > max_positional))) {
    return UsageError("hydrometer ", command, " got ", count,
                      " arguments, want ",
                      CountText(min_positional, max_positional), hint);
  }
  return arguments;
}

std::string OptionsHelp(const std::vector<Option>& options) {
  constexpr size_t kColumn = 24;
  constexpr size_t kWidth = 80;
  std::string help;
  for (const Option& option : options) {
    std::string left = "  ";
    if (option.short_name != nullptr) {
      absl::StrAppend(&left, option.short_name, ", ");
    }
    absl::StrAppend(&left, option.name);
    if (option.argument != nullptr) {
      absl::StrAppend(&left, " ", option.argument, option.repeated ? "..." : "");
    }
    std::string line = left;
    if (line.size() + 2 > kColumn) {
      absl::StrAppend(&help, line, "\n");
      line.clear();
    }
    line.resize(kColumn, ' ');
    for (absl::string_view word : absl::StrSplit(option.help, ' ')) {
      if (line.size() + 1 + word.size() > kWidth && line.size() > kColumn) {
        absl::StrAppend(&help, line, "\n");
        line.assign(kColumn, ' ');
      }
      if (line.size() > kColumn) line += ' ';
      absl::StrAppend(&line, word);
    }
    absl::StrAppend(&help, line, "\n");
  }
  return help;
}

}  // namespace hydrometer::cli
