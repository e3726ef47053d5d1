// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
#include "src/base/utf8.h"

#include <cstring>

namespace hydrometer {
namespace {

// One step through `text` at `position`.
struct Step {
  bool valid;
  size_t bytes;  // of the character, or of the maximal ill-formed part
};

Step StepAt(absl::string_view text, size_t position) {
  const auto* s = reinterpret_cast<const unsigned char*>(text.data());
  const size_t left = text.size() - position;
  const unsigned char first = s[position];
  if (first < 0x80) return {true, 1};
  if (first < 0xc2 || first > 0xf4) return {false, 1};
  const size_t length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  // The second byte's range excludes overlong forms, surrogates and code
  // points above U+10FFFF.
  unsigned char low = 0x80, high = 0xbf;
  if (first == 0xe0) low = 0xa0;
  if (first == 0xed) high = 0x9f;
  if (first == 0xf0) low = 0x90;
  if (first == 0xf4) high = 0x8f;
  for (size_t i = 1; i < length; ++i) {
    if (i >= left) return {false, i};
    const unsigned char byte = s[position + i];
    if (byte < low || byte > high) return {false, i};
    low = 0x80;
    high = 0xbf;
  }
  return {true, length};
}

}  // namespace

void AppendChar(uint32_t code_point, std::string* out) {
  if (code_point < 0x80) {
    out->push_back(static_cast<char>(code_point));
  } else if (code_point < 0x800) {
    out->push_back(static_cast<char>(0xc0 | code_point >> 6));
    out->push_back(static_cast<char>(0x80 | (code_point & 0x3f)));
  } else if (code_point < 0x10000) {
    out->push_back(static_cast<char>(0xe0 | code_point >> 12));
    out->push_back(static_cast<char>(0x80 | (code_point >> 6 & 0x3f)));
    out->push_back(static_cast<char>(0x80 | (code_point & 0x3f)));
  } else {
    out->push_back(static_cast<char>(0xf0 | code_point >> 18));
    out->push_back(static_cast<char>(0x80 | (code_point >> 12 & 0x3f)));
    out->push_back(static_cast<char>(0x80 | (code_point >> 6 & 0x3f)));
    out->push_back(static_cast<char>(0x80 | (code_point & 0x3f)));
  }
}

size_t ValidUtf8Prefix(absl::string_view text) {
  size_t position = 0;
  while (position < text.size()) {
    uint64_t word;
    if (position + sizeof(word) <= text.size()) {
      std::memcpy(&word, text.data() + position, sizeof(word));
      if ((word & 0x8080808080808080u) == 0) {
        position += sizeof(word);
        continue;
      }
    }
    const Step step = StepAt(text, position);
    if (!step.valid) return position;
    position += step.bytes;
  }
  return position;
}

std::string ReplaceInvalidUtf8(absl::string_view bytes) {
  std::string out;
  out.reserve(bytes.size());
  size_t position = 0;
  while (position < bytes.size()) {
    const Step step = StepAt(bytes, position);
    if (step.valid) {
      out.append(bytes.data() + position, step.bytes);
    } else {
      AppendChar(0xfffd, &out);
    }
    position += step.bytes;
  }
  return out;
}

}  // namespace hydrometer
