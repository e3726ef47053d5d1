// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// Foreign text for a terminal. Names, paths and strings of files may hold
// line ends, escape sequences that drive a terminal, and marks that turn the
// reading direction: all of that is spelled out, so that one message is one
// line of valid UTF-8 and nothing in it is obeyed.
//
// Tests: tests/base/printable_test.cc.
#ifndef HYDROMETER_SRC_BASE_PRINTABLE_H_
#define HYDROMETER_SRC_BASE_PRINTABLE_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace hydrometer {

// `text` with "\n", "\r" and "\t" as two characters, other control characters
// as "\x1b", C1 controls, bidirectional controls, invisible characters and
// line separators as "\u{202e}", and what is no UTF-8 as U+FFFD. The result
// goes through unchanged.
std::string Printable(absl::string_view text);

// The same line by line: line ends and tabs stay.
std::string PrintableLines(absl::string_view text);

// Printable of at most the first `max_bytes` bytes, cut between characters;
// "..." follows where something was cut.
std::string PrintableStart(absl::string_view text, size_t max_bytes);

// As much of `text`, which is valid UTF-8, as fits `columns` of a terminal;
// characters from U+1100 on count as two columns.
std::string FitColumns(absl::string_view text, size_t columns);

// One error of several lines: `first`, then a line for each problem, indented
// by two spaces and each made printable. The code is kFailedPrecondition.
absl::Status ListError(absl::string_view first,
                       const std::vector<absl::Status>& problems);

// The message of `status` for a terminal: one line, unless ListError made it.
std::string PrintableMessage(const absl::Status& status);

}  // namespace hydrometer

#endif  // HYDROMETER_SRC_BASE_PRINTABLE_H_
