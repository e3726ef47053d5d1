// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
#include "src/text/byte_alphabet.h"

#include <algorithm>
#include <array>

#include "src/text/utf8.h"

namespace hydrometer::text {
namespace {

constexpr uint32_t kCharCount = 0x144;

struct Alphabet {
  std::array<uint16_t, 256> char_of_byte{};
  std::array<int16_t, kCharCount> byte_of_char{};
};

constexpr Alphabet MakeAlphabet() {
  Alphabet alphabet;
  for (int16_t& byte : alphabet.byte_of_char) byte = -1;
  uint16_t next = 0x100;  // characters of the bytes that do not print
  for (int byte = 0; byte < 256; ++byte) {
    const bool prints = (byte >= '!' && byte <= '~') ||
                        (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
    const auto c = prints ? static_cast<uint16_t>(byte) : next++;
    alphabet.char_of_byte[static_cast<size_t>(byte)] = c;
    alphabet.byte_of_char[c] = static_cast<int16_t>(byte);
  }
  return alphabet;
}

constexpr Alphabet kAlphabet = MakeAlphabet();

}  // namespace

uint32_t CharOfByte(unsigned char byte) { return kAlphabet.char_of_byte[byte]; }

int ByteOfChar(uint32_t code_point) {
  return code_point < kCharCount ? kAlphabet.byte_of_char[code_point] : -1;
}

bool BytesOfChars(absl::string_view text, std::string* out) {
  out->clear();
  for (size_t i = 0; i < text.size();) {
    const DecodedChar c = DecodeChar(text, i);
    i += c.bytes;
    const int byte = ByteOfChar(c.code_point);
    if (byte < 0) return false;
    out->push_back(static_cast<char>(byte));
  }
  return true;
}

}  // namespace hydrometer::text
