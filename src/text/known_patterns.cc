// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
#include "src/text/known_patterns.h"

#include "src/text/unicode_table.h"
#include "src/text/utf8.h"

namespace hydrometer::text {
namespace {

constexpr absl::string_view kGpt2Text =
    R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)";
constexpr absl::string_view kLlama3Text =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
constexpr absl::string_view kQwen2Text =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";

constexpr uint16_t kTyped = kLetter | kNumber | kSpace;

class Cursor {
 public:
  explicit Cursor(absl::string_view text)
      : text_(text), flags_(CharFlags()), size_(text.size()) {}

  size_t size() const { return size_; }
  char byte(size_t i) const { return text_[i]; }
  // Flags of the character at i; `bytes` gets its length. At the end: 0, 0.
  uint16_t At(size_t i, size_t* bytes) const {
    if (i >= size_) {
      *bytes = 0;
      return 0;
    }
    const auto c = static_cast<unsigned char>(text_[i]);
    if (c < 0x80) {
      *bytes = 1;
      return flags_[c] & kTyped;
    }
    const DecodedChar decoded = DecodeChar(text_, i);
    *bytes = decoded.bytes;
    return flags_[decoded.code_point] & kTyped;
  }
  // End of the run from i of characters whose type is exactly `type`
  // (0: neither letter, number nor space).
  size_t RunEnd(size_t i, uint16_t type) const {
    size_t bytes;
    while (i < size_ && At(i, &bytes) == type) i += bytes;
    return i;
  }
  // `\s+(?!\S)|\s+` over the white space [i, end).
  size_t SpaceEnd(size_t i, size_t end) const {
    if (end == size_) return end;
    const size_t last = PreviousChar(text_, end);
    return last > i ? last : end;
  }
  // After an apostrophe at i: end of the contraction, or i.
  size_t ContractionEnd(size_t i, bool any_case) const {
    if (i + 1 >= size_) return i;
    const int fold = any_case ? 0x20 : 0;
    const char a = Fold(text_[i + 1], fold);
    if (a == 's' || a == 't' || a == 'm' || a == 'd') return i + 2;
    if (i + 2 >= size_) return i;
    const char b = Fold(text_[i + 2], fold);
    if ((a == 'r' && b == 'e') || (a == 'v' && b == 'e') ||
        (a == 'l' && b == 'l')) {
      return i + 3;
    }
    // U+017F is an s when case does not count.
    if (any_case && text_[i + 1] == '\xc5' && text_[i + 2] == '\xbf') {
      return i + 3;
    }
    return i;
  }

 private:
  static char Fold(char c, int bit) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c | bit) : c;
  }

  absl::string_view text_;
  const uint16_t* flags_;
  size_t size_;
};

size_t Gpt2End(const Cursor& cursor, size_t i) {
  if (cursor.byte(i) == '\'') {
    const size_t end = cursor.ContractionEnd(i, /*any_case=*/false);
    if (end > i) return end;
  }
  size_t bytes;
  uint16_t type = cursor.At(i, &bytes);
  size_t start = i;
  if (cursor.byte(i) == ' ') {
    size_t next_bytes;
    const uint16_t next = cursor.At(i + 1, &next_bytes);
    if (next_bytes > 0 && !(next & kSpace)) {
      start = i + 1;
      type = next;
      bytes = next_bytes;
    }
  }
  if (!(type & kSpace)) return cursor.RunEnd(start + bytes, type);
  return cursor.SpaceEnd(i, cursor.RunEnd(i, kSpace));
}

size_t Cl100kEnd(const Cursor& cursor, size_t i, int max_digits) {
  const char byte = cursor.byte(i);
  if (byte == '\'') {
    const size_t end = cursor.ContractionEnd(i, /*any_case=*/true);
    if (end > i) return end;
  }
  size_t bytes;
  const uint16_t type = cursor.At(i, &bytes);
  if (type & kLetter) return cursor.RunEnd(i + bytes, kLetter);
  if (type & kNumber) {
    size_t end = i + bytes;
    for (int digits = 1; digits < max_digits; ++digits) {
      if (!(cursor.At(end, &bytes) & kNumber)) break;
      end += bytes;
    }
    return end;
  }
  const bool newline = byte == '\r' || byte == '\n';
  size_t next_bytes;
  const uint16_t next = cursor.At(i + bytes, &next_bytes);
  if (!newline && (next & kLetter)) {
    return cursor.RunEnd(i + bytes + next_bytes, kLetter);
  }
  const bool other_follows = byte == ' ' && next_bytes > 0 && next == 0;
  if (type == 0 || other_follows) {
    size_t end = cursor.RunEnd(i + bytes, 0);
    while (end < cursor.size() &&
           (cursor.byte(end) == '\r' || cursor.byte(end) == '\n')) {
      ++end;
    }
    return end;
  }
  // White space: up to the last line break of the run, if it has one.
  const size_t end = cursor.RunEnd(i, kSpace);
  for (size_t k = end; k > i; --k) {
    if (cursor.byte(k - 1) == '\n' || cursor.byte(k - 1) == '\r') return k;
  }
  return cursor.SpaceEnd(i, end);
}

}  // namespace

absl::string_view PatternText(KnownPattern pattern) {
  switch (pattern) {
    case KnownPattern::kGpt2:
      return kGpt2Text;
    case KnownPattern::kLlama3:
      return kLlama3Text;
    case KnownPattern::kQwen2:
      return kQwen2Text;
  }
  return "";
}

std::optional<KnownPattern> FindKnownPattern(absl::string_view regex) {
  for (KnownPattern pattern :
       {KnownPattern::kGpt2, KnownPattern::kLlama3, KnownPattern::kQwen2}) {
    if (regex == PatternText(pattern)) return pattern;
  }
  return std::nullopt;
}

void SplitByKnownPattern(KnownPattern pattern, absl::string_view text,
                         std::vector<uint32_t>* ends) {
  const Cursor cursor(text);
  for (size_t i = 0; i < text.size();) {
    switch (pattern) {
      case KnownPattern::kGpt2:
        i = Gpt2End(cursor, i);
        break;
      case KnownPattern::kLlama3:
        i = Cl100kEnd(cursor, i, 3);
        break;
      case KnownPattern::kQwen2:
        i = Cl100kEnd(cursor, i, 1);
        break;
    }
    ends->push_back(static_cast<uint32_t>(i));
  }
}

}  // namespace hydrometer::text
