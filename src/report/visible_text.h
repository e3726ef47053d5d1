// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// Foreign text made safe to look at. Names, tokens and probe texts come from
// strangers: they may hold control characters that drive a terminal, marks
// that turn the reading direction, bytes that are no UTF-8, or ten thousand
// characters. What a reader sees must be what is there, so all of that is
// shown, never obeyed and never silently dropped.
//
// Tests: tests/report/visible_text_test.cc.
#ifndef HYDROMETER_SRC_REPORT_VISIBLE_TEXT_H_
#define HYDROMETER_SRC_REPORT_VISIBLE_TEXT_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace hydrometer::report {

// The code point that starts at `*offset`, which moves past it. A byte that
// starts no valid UTF-8 sequence is U+FFFD and one byte long.
// Precondition: *offset < text.size().
char32_t NextCodePoint(absl::string_view text, size_t* offset);

// `text` with every byte that is no UTF-8 replaced by U+FFFD.
std::string CleanUtf8(absl::string_view text);

enum class Spaces {
  kKeep,  // running text: spaces stay, line ends become "↵ "
  kShow,  // a token: leading and trailing spaces become "␣"
};

// `text` on one line in valid UTF-8: control characters, bidirectional marks
// and overrides, zero-width and other invisible characters as "⟨U+202E⟩" (the
// pictures of control characters are missing from many fonts). At most
// `max_characters` code points of `text` are shown; a cut reads
// " … (+9,940 characters)".
std::string VisibleText(absl::string_view text, size_t max_characters,
                        Spaces spaces = Spaces::kKeep);

// `text` for XML content and double-quoted attributes: & < > " ' escaped.
// Code points that XML 1.0 forbids become U+FFFD.
std::string EscapeXml(absl::string_view text);

// Columns of a terminal that `text` takes: East Asian wide letters take two.
size_t DisplayWidth(absl::string_view text);

// `text` in at most `width` columns: the middle becomes "…".
std::string FitWidth(absl::string_view text, size_t width);

}  // namespace hydrometer::report

#endif  // HYDROMETER_SRC_REPORT_VISIBLE_TEXT_H_
