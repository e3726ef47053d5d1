// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// The alphabet of byte-level tokenizers: one printable character for each of
// the 256 bytes, so that any bytes can be written as text.
//
// Source: GPT-2's bytes_to_unicode. Tests: tests/text/tokenizer_parts_test.cc.
#ifndef HYDROMETER_SRC_TEXT_BYTE_ALPHABET_H_
#define HYDROMETER_SRC_TEXT_BYTE_ALPHABET_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace hydrometer::text {

// The character of a byte; all are below U+0144.
uint32_t CharOfByte(unsigned char byte);

// The byte of a character, or -1.
int ByteOfChar(uint32_t code_point);

// Writes every character of `text` (valid UTF-8) as a byte. False, and `out`
// undefined, when one of them is not in the alphabet.
bool BytesOfChars(absl::string_view text, std::string* out);

}  // namespace hydrometer::text

#endif  // HYDROMETER_SRC_TEXT_BYTE_ALPHABET_H_
