// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// UTF-8 by hand: decoding of text that is known to be valid, and the check
// that makes it so. Surrogates, overlong forms and code points above U+10FFFF
// are not valid.
//
// Source: Unicode, table 3-7.
// Tests: tests/base/printable_test.cc, tests/text/tokenizer_parts_test.cc.
#ifndef HYDROMETER_SRC_BASE_UTF8_H_
#define HYDROMETER_SRC_BASE_UTF8_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace hydrometer {

struct DecodedChar {
  uint32_t code_point;
  uint32_t bytes;  // 1 to 4
};

// The character that starts at `position`; `text` is valid UTF-8 and
// `position` the start of a character in it.
inline DecodedChar DecodeChar(absl::string_view text, size_t position) {
  const auto* s =
      reinterpret_cast<const unsigned char*>(text.data()) + position;
  if (s[0] < 0x80) return {s[0], 1};
  if (s[0] < 0xe0) return {(s[0] & 0x1fu) << 6 | (s[1] & 0x3fu), 2};
  if (s[0] < 0xf0) {
    return {(s[0] & 0xfu) << 12 | (s[1] & 0x3fu) << 6 | (s[2] & 0x3fu), 3};
  }
  return {(s[0] & 0x7u) << 18 | (s[1] & 0x3fu) << 12 | (s[2] & 0x3fu) << 6 |
              (s[3] & 0x3fu),
          4};
}

// Whether `byte` is the second, third or fourth of a character.
inline bool IsContinuation(char byte) {
  return (static_cast<unsigned char>(byte) & 0xc0) == 0x80;
}

// Bytes of the character that begins with `byte`.
inline uint32_t CharBytes(char byte) {
  const auto b = static_cast<unsigned char>(byte);
  return b < 0x80 ? 1 : b < 0xe0 ? 2 : b < 0xf0 ? 3 : 4;
}

// Start of the character before `position` (> 0).
inline size_t PreviousChar(absl::string_view text, size_t position) {
  do {
    --position;
  } while (position > 0 && IsContinuation(text[position]));
  return position;
}

// Appends the UTF-8 form of `code_point`.
void AppendChar(uint32_t code_point, std::string* out);

// Length of the longest valid prefix of `text` that ends at a character;
// text.size() when all of it is valid.
size_t ValidUtf8Prefix(absl::string_view text);

// `bytes` with every maximal ill-formed part replaced by U+FFFD, as the
// Unicode standard recommends (and Rust's from_utf8_lossy does).
std::string ReplaceInvalidUtf8(absl::string_view bytes);

}  // namespace hydrometer

#endif  // HYDROMETER_SRC_BASE_UTF8_H_
