// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
#include "src/text/unicode_table.h"

#include <algorithm>
#include <iterator>

#include "src/text/normalization_table_data.h"
#include "src/text/unicode_table_data.h"

namespace hydrometer::text {
namespace {

constexpr uint32_t kCodePointCount = 0x110000;

// Calls visit(first, last, category name) for every run of assigned code
// points of one general category.
template <typename Visit>
void ForEachCategoryRun(Visit visit) {
  const absl::string_view letters = kCategoryLetters;
  uint32_t position = 0;
  for (const char* s = kCategoryRuns; *s != 0;) {
    const size_t letter = letters.find(*s++);
    uint32_t length = 0;
    for (; *s >= '0' && *s <= '9'; ++s) length = 10 * length + (*s - '0');
    length = std::max<uint32_t>(length, 1);
    if (letter != absl::string_view::npos) {
      visit(position, position + length - 1,
            absl::string_view(kCategoryNames[letter]));
    }
    position += length;
  }
}

template <size_t N>
void Mark(const CodePointRange (&ranges)[N], uint16_t flags,
          std::vector<uint16_t>* table) {
  for (const CodePointRange& range : ranges) {
    for (uint32_t c = range.first; c <= range.last; ++c) (*table)[c] |= flags;
  }
}

std::vector<uint16_t> MakeFlags() {
  std::vector<uint16_t> table(kCodePointCount, 0);
  ForEachCategoryRun(
      [&](uint32_t first, uint32_t last, absl::string_view name) {
        uint16_t flags = 0;
        if (name[0] == 'L') flags = kLetter | kRegexWord | kWord;
        if (name[0] == 'M') flags = kRegexWord | kWord;
        if (name[0] == 'N') flags = kNumber | kNumeric;
        if (name == "Nd" || name == "Nl" || name == "Pc") {
          flags |= kRegexWord | kWord;
        }
        if (name[0] == 'Z') flags = kSpace;
        for (uint32_t c = first; flags != 0 && c <= last; ++c)
          table[c] |= flags;
      });
  for (uint32_t c : {0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x85}) table[c] |= kSpace;
  Mark(kOtherRegexWord, kRegexWord, &table);
  Mark(kOtherWord, kWord, &table);
  Mark(kOtherNumeric, kNumeric, &table);
  Mark(kPunctuation, kPunctuationMark, &table);
  Mark(kAccent, kAccentMark, &table);
  Mark(kCombining, kCombiningMark, &table);
  Mark(kDecomposed, kDecomposes, &table);
  for (uint32_t c = 0xac00; c <= 0xd7a3; ++c) table[c] |= kDecomposes;
  return table;
}

}  // namespace

const uint16_t* CharFlags() {
  static const std::vector<uint16_t>& table =
      *new std::vector<uint16_t>(MakeFlags());
  return table.data();
}

std::vector<uint32_t> PropertyRanges(absl::string_view name) {
  std::vector<uint32_t> ranges;
  const auto add = [&](uint32_t first, uint32_t last) {
    if (!ranges.empty() && ranges.back() + 1 == first) {
      ranges.back() = last;
    } else {
      ranges.push_back(first);
      ranges.push_back(last);
    }
  };
  if (name == "Word") {
    const uint16_t* flags = CharFlags();
    for (uint32_t c = 0; c < kCodePointCount; ++c) {
      if (flags[c] & kRegexWord) add(c, c);
    }
    return ranges;
  }
  ForEachCategoryRun(
      [&](uint32_t first, uint32_t last, absl::string_view category) {
        if (category == name || (name.size() == 1 && category[0] == name[0])) {
          add(first, last);
        }
      });
  return ranges;
}

Lowercased ToLowercase(uint32_t code_point) {
  if (code_point < 0x80) {
    const bool upper = code_point >= 'A' && code_point <= 'Z';
    return {upper ? code_point + 32 : code_point, 0};
  }
  if (code_point == 0x130) return {0x69, 0x307};
  // Runs with a step interleave (upper, lower, upper, ...), but their first
  // members ascend; a run that holds the code point is near the last one
  // that does not begin after it.
  const LowercaseRun* run = std::upper_bound(
      std::begin(kLowercase), std::end(kLowercase), code_point,
      [](uint32_t c, const LowercaseRun& r) { return c < r.first; });
  for (int tries = 0; tries < 8 && run != std::begin(kLowercase); ++tries) {
    --run;
    if (code_point <= run->last && (code_point - run->first) % run->step == 0) {
      return {
          static_cast<uint32_t>(static_cast<int32_t>(code_point) + run->delta),
          0};
    }
  }
  return {code_point, 0};
}

}  // namespace hydrometer::text
