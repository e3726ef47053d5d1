// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// Regular expressions of tokenizer files, through Oniguruma (the engine of
// the official library). \w, \d and the general categories mean what they
// mean in the official wheel, whatever Unicode version this machine's
// Oniguruma has. Backtracking is bounded: a pattern that explodes is an
// error, not a hang.
//
// Source: Oniguruma 6.9, syntax "Oniguruma". Tests:
// tests/text/known_patterns_test.cc.
#ifndef HYDROMETER_SRC_TEXT_REGEX_H_
#define HYDROMETER_SRC_TEXT_REGEX_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "src/text/aligned_text.h"

struct re_pattern_buffer;  // OnigRegexType

namespace hydrometer::text {

// Immutable after Compile; may be used from several threads.
class Regex {
 public:
  // RefusedError when Oniguruma does not accept `pattern`; `where` names the
  // file and the component.
  static absl::StatusOr<Regex> Compile(absl::string_view pattern,
                                       absl::string_view where);

  // Appends all matches in `text`, ascending and disjoint. An empty match
  // right behind another match does not count. RefusedError when the search
  // gives up.
  absl::Status FindAll(absl::string_view text, std::vector<Span>* out) const;

  const std::string& pattern() const { return pattern_; }

 private:
  struct Free {
    void operator()(re_pattern_buffer* regex) const;
  };
  std::string pattern_;
  std::unique_ptr<re_pattern_buffer, Free> compiled_;
};

// `pattern` with \w, \d, \p{L} and their like replaced by properties that
// carry the wheel's tables.
std::string WithOwnProperties(absl::string_view pattern);

}  // namespace hydrometer::text

#endif  // HYDROMETER_SRC_TEXT_REGEX_H_
