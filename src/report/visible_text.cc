// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/report/visible_text.h"

#include <cstdint>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "src/report/number_format.h"

namespace hydrometer::report {
namespace {

constexpr char32_t kReplacement = 0xFFFD;

struct Range {
  char32_t first, last;
};

// Characters without a glyph of their own, or that move their neighbours:
// soft hyphen, bidirectional controls, zero-width characters, fillers,
// variation selectors, separators, tags, non-characters.
constexpr Range kInvisible[] = {
    {0x00AD, 0x00AD},   {0x034F, 0x034F},   {0x061C, 0x061C},
    {0x115F, 0x1160},   {0x17B4, 0x17B5},   {0x180B, 0x180F},
    {0x200B, 0x200F},   {0x2028, 0x202E},   {0x2060, 0x206F},
    {0x3164, 0x3164},   {0xFE00, 0xFE0F},   {0xFEFF, 0xFEFF},
    {0xFFA0, 0xFFA0},   {0xFFF0, 0xFFFB},   {0xFFFE, 0xFFFF},
    {0xE000, 0xF8FF},   {0x1BCA0, 0x1BCA3}, {0x1D173, 0x1D17A},
    {0xE0000, 0xE0FFF}, {0xF0000, 0x10FFFF}};

// Wide in a terminal, after Unicode's EastAsianWidth W and F.
constexpr Range kWide[] = {
    {0x1100, 0x115F}, {0x2E80, 0x303E},   {0x3041, 0xA4CF},  {0xA960, 0xA97C},
    {0xAC00, 0xD7A3}, {0xF900, 0xFAFF},   {0xFE30, 0xFE6F},  {0xFF00, 0xFF60},
    {0xFFE0, 0xFFE6}, {0x1F300, 0x1FAFF}, {0x20000, 0x3FFFD}};

template <size_t n>
bool InRanges(char32_t c, const Range (&ranges)[n]) {
  for (const Range& range : ranges) {
    if (c >= range.first && c <= range.last) return true;
  }
  return false;
}

void AppendUtf8(char32_t c, std::string* out) {
  if (c < 0x80) {
    out->push_back(static_cast<char>(c));
  } else if (c < 0x800) {
    out->push_back(static_cast<char>(0xC0 | (c >> 6)));
    out->push_back(static_cast<char>(0x80 | (c & 0x3F)));
  } else if (c < 0x10000) {
    out->push_back(static_cast<char>(0xE0 | (c >> 12)));
    out->push_back(static_cast<char>(0x80 | ((c >> 6) & 0x3F)));
    out->push_back(static_cast<char>(0x80 | (c & 0x3F)));
  } else {
    out->push_back(static_cast<char>(0xF0 | (c >> 18)));
    out->push_back(static_cast<char>(0x80 | ((c >> 12) & 0x3F)));
    out->push_back(static_cast<char>(0x80 | ((c >> 6) & 0x3F)));
    out->push_back(static_cast<char>(0x80 | (c & 0x3F)));
  }
}

void AppendVisible(char32_t c, Spaces spaces, std::string* out) {
  if (c == '\n') {
    out->append(spaces == Spaces::kKeep ? "↵ " : "↵");
  } else if (c == '\t') {
    out->append(spaces == Spaces::kKeep ? "⇥ " : "⇥");
  } else if (c < 0x20 || (c >= 0x7F && c < 0xA0) || InRanges(c, kInvisible) ||
             (c & 0xFFFE) == 0xFFFE) {
    absl::StrAppendFormat(out, "⟨U+%04X⟩", static_cast<uint32_t>(c));
  } else {
    AppendUtf8(c, out);
  }
}

}  // namespace

char32_t NextCodePoint(absl::string_view text, size_t* offset) {
  const auto byte = [&](size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u;
  };
  const size_t start = (*offset)++;
  const unsigned lead = byte(start);
  if (lead < 0x80) return lead;
  int length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4) return kReplacement;
  char32_t c = lead & (0xFFu >> (length + 1));
  for (int i = 1; i < length; ++i) {
    const unsigned next = byte(start + i);
    if ((next & 0xC0) != 0x80) return kReplacement;
    c = (c << 6) | (next & 0x3F);
  }
  const bool overlong =
      (length == 3 && c < 0x800) || (length == 4 && c < 0x10000);
  if (overlong || c > 0x10FFFF || (c >= 0xD800 && c < 0xE000)) {
    return kReplacement;
  }
  *offset = start + length;
  return c;
}

std::string CleanUtf8(absl::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size();)
    AppendUtf8(NextCodePoint(text, &i), &out);
  return out;
}

std::string VisibleText(absl::string_view text, size_t max_characters,
                        Spaces spaces) {
  std::vector<char32_t> points;
  size_t count = 0;
  for (size_t i = 0; i < text.size(); ++count) {
    const char32_t c = NextCodePoint(text, &i);
    if (count < max_characters) points.push_back(c);
  }
  std::string out;
  size_t lead = 0, tail = points.size();
  if (spaces == Spaces::kShow) {
    while (lead < points.size() && points[lead] == ' ') ++lead;
    while (tail > lead && points[tail - 1] == ' ') --tail;
  }
  for (size_t i = 0; i < points.size(); ++i) {
    const bool edge = spaces == Spaces::kShow && (i < lead || i >= tail);
    if (edge) {
      out.append("␣");
    } else {
      AppendVisible(points[i], spaces, &out);
    }
  }
  if (count > points.size()) {
    absl::StrAppend(&out, " … (+", FormatCount(count - points.size()),
                    " characters)");
  }
  return out;
}

std::string EscapeXml(absl::string_view text) {
  std::string out;
  out.reserve(text.size() + text.size() / 8);
  for (size_t i = 0; i < text.size();) {
    const char32_t c = NextCodePoint(text, &i);
    const bool forbidden =
        (c < 0x20 && c != '\n' && c != '\t') || (c & 0xFFFE) == 0xFFFE;
    switch (forbidden ? kReplacement : c) {
      case '&':
        out.append("&amp;");
        break;
      case '<':
        out.append("&lt;");
        break;
      case '>':
        out.append("&gt;");
        break;
      case '"':
        out.append("&quot;");
        break;
      case '\'':
        out.append("&#39;");
        break;
      default:
        AppendUtf8(forbidden ? kReplacement : c, &out);
    }
  }
  return out;
}

size_t DisplayWidth(absl::string_view text) {
  size_t width = 0;
  for (size_t i = 0; i < text.size();) {
    width += InRanges(NextCodePoint(text, &i), kWide) ? 2 : 1;
  }
  return width;
}

std::string FitWidth(absl::string_view text, size_t width) {
  if (DisplayWidth(text) <= width) return std::string(text);
  if (width == 0) return "";
  std::vector<std::pair<std::string, size_t>> cells;
  for (size_t i = 0; i < text.size();) {
    const size_t start = i;
    NextCodePoint(text, &i);
    const absl::string_view piece = text.substr(start, i - start);
    cells.emplace_back(std::string(piece), DisplayWidth(piece));
  }
  // The tail of a name tells as much as its head: "student-…-seed3".
  const size_t tail_width = (width - 1) * 2 / 5;
  size_t first = cells.size(), used = 0;
  while (first > 0 && used + cells[first - 1].second <= tail_width) {
    used += cells[--first].second;
  }
  std::string out, tail;
  for (size_t i = first; i < cells.size(); ++i) tail += cells[i].first;
  for (const auto& [piece, piece_width] : cells) {
    if (used + piece_width + 1 > width) break;
    used += piece_width;
    out += piece;
  }
  return absl::StrCat(out, "…", tail);
}

}  // namespace hydrometer::report
