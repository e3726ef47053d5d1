// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// Matchers written by hand for the three patterns that most byte-level
// tokenizers use; several times as fast as the regex engine. Each pattern's
// matches cover the whole text, so a matcher gives the pieces' ends.
//
// Tests: tests/text/known_patterns_test.cc holds them against Regex.
#ifndef HYDROMETER_SRC_TEXT_KNOWN_PATTERNS_H_
#define HYDROMETER_SRC_TEXT_KNOWN_PATTERNS_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/strings/string_view.h"

namespace hydrometer::text {

enum class KnownPattern {
  kGpt2,    // the pattern of ByteLevel
  kLlama3,  // numbers in groups of up to three
  kQwen2,   // numbers digit by digit
};

// The regular expression of a known pattern.
absl::string_view PatternText(KnownPattern pattern);

// Which known pattern `regex` is, if any.
std::optional<KnownPattern> FindKnownPattern(absl::string_view regex);

// Appends the end of every match in `text` (valid UTF-8).
void SplitByKnownPattern(KnownPattern pattern, absl::string_view text,
                         std::vector<uint32_t>* ends);

}  // namespace hydrometer::text

#endif  // HYDROMETER_SRC_TEXT_KNOWN_PATTERNS_H_
