// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// What a character is, in the words of the official tokenizers wheel. Its
// parts carry tables of different Unicode versions (its regex engine knows
// Unicode 16, its normalizer Unicode 9), and the ids of a text depend on
// them. So the tables come from the wheel itself, not from this machine.
//
// Source: scripts/make_tokenizer_unicode_table.py.
// Tests: tests/text/tokenizer_differential_test.cc.
#ifndef HYDROMETER_SRC_TEXT_UNICODE_TABLE_H_
#define HYDROMETER_SRC_TEXT_UNICODE_TABLE_H_

#include <cstdint>
#include <vector>

#include "absl/strings/string_view.h"

namespace hydrometer::text {

// Bits of CharFlags.
enum CharFlag : uint16_t {
  kLetter = 1 << 0,           // \p{L}
  kNumber = 1 << 1,           // \p{N}
  kSpace = 1 << 2,            // \s, White_Space
  kRegexWord = 1 << 3,        // \w of the regex engine
  kWord = 1 << 4,             // \w of Whitespace and of single_word
  kNumeric = 1 << 5,          // what Digits splits on
  kPunctuationMark = 1 << 6,  // what Punctuation splits on
  kAccentMark = 1 << 7,       // what StripAccents removes
  kCombiningMark = 1 << 8,    // combining class other than 0
  kDecomposes = 1 << 9,       // NFKD changes it (Hangul syllables included)
};

// Flags of every code point, [0x110000]; made at the first call.
const uint16_t* CharFlags();

inline bool HasFlag(uint32_t code_point, uint16_t flags) {
  return (CharFlags()[code_point] & flags) != 0;
}

// Ranges first, last, first, last, ... of the code points of a general
// category ("Lu") or of a group of them ("L"); "Word" is kRegexWord. Empty
// for another name.
std::vector<uint32_t> PropertyRanges(absl::string_view name);

// The lowercase form: one code point, but for U+0130, which has two.
struct Lowercased {
  uint32_t first;
  uint32_t second;  // 0: none
};
Lowercased ToLowercase(uint32_t code_point);

}  // namespace hydrometer::text

#endif  // HYDROMETER_SRC_TEXT_UNICODE_TABLE_H_
