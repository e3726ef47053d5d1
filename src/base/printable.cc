// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/base/printable.h"

#include <cstdint>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "src/base/errors.h"
#include "src/base/utf8.h"

namespace hydrometer {
namespace {

// Marks a status whose line ends are its own.
constexpr char kListUrl[] = "hydrometer/list";

struct Range {
  uint32_t first, last;
};
// C1 controls, and characters that have no glyph or move their neighbours.
constexpr Range kSpelledOut[] = {
    {0x80, 0x9f},     {0xad, 0xad},      {0x61c, 0x61c},   {0x180e, 0x180e},
    {0x200b, 0x200f}, {0x2028, 0x202e},  {0x2060, 0x206f}, {0xfeff, 0xfeff},
    {0xfff9, 0xfffb}, {0xe0000, 0xe007f}};

bool IsSpelledOut(uint32_t c) {
  for (const Range& range : kSpelledOut) {
    if (c >= range.first && c <= range.last) return true;
  }
  return false;
}

}  // namespace

std::string Printable(absl::string_view text) {
  const std::string valid = ReplaceInvalidUtf8(text);
  std::string out;
  out.reserve(valid.size());
  for (size_t i = 0; i < valid.size();) {
    const DecodedChar c = DecodeChar(valid, i);
    if (c.code_point == '\n') {
      out += "\\n";
    } else if (c.code_point == '\r') {
      out += "\\r";
    } else if (c.code_point == '\t') {
      out += "\\t";
    } else if (c.code_point < 0x20 || c.code_point == 0x7f) {
      absl::StrAppendFormat(&out, "\\x%02x", c.code_point);
    } else if (IsSpelledOut(c.code_point)) {
      absl::StrAppendFormat(&out, "\\u{%x}", c.code_point);
    } else {
      out.append(valid, i, c.bytes);
    }
    i += c.bytes;
  }
  return out;
}

std::string PrintableLines(absl::string_view text) {
  std::string out;
  size_t begin = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\n' && text[i] != '\t') continue;
    absl::StrAppend(&out, Printable(text.substr(begin, i - begin)),
                    text.substr(i, 1));
    begin = i + 1;
  }
  return out + Printable(text.substr(begin));
}

std::string PrintableStart(absl::string_view text, size_t max_bytes) {
  if (text.size() <= max_bytes) return Printable(text);
  while (max_bytes > 0 && IsContinuation(text[max_bytes])) --max_bytes;
  return absl::StrCat(Printable(text.substr(0, max_bytes)), "...");
}

std::string FitColumns(absl::string_view text, size_t columns) {
  size_t end = 0;
  for (size_t used = 0; end < text.size();) {
    const DecodedChar c = DecodeChar(text, end);
    used += c.code_point >= 0x1100 ? 2 : 1;
    if (used > columns) break;
    end += c.bytes;
  }
  return std::string(text.substr(0, end));
}

absl::Status ListError(absl::string_view first,
                       const std::vector<absl::Status>& problems) {
  std::string message = Printable(first);
  for (const absl::Status& problem : problems) {
    absl::StrAppend(&message, "\n  ", Printable(problem.message()));
  }
  absl::Status status = RefusedError(message);
  status.SetPayload(kListUrl, absl::Cord());
  return status;
}

std::string PrintableMessage(const absl::Status& status) {
  if (status.GetPayload(kListUrl).has_value()) {
    return std::string(status.message());
  }
  return Printable(status.message());
}

}  // namespace hydrometer
