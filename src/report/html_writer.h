// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// Writes markup that is HTML to a browser and well-formed XML to a parser.
// All text and all attribute values go through one place that escapes them:
// there is no way to write markup from a string, but Raw, which takes only
// what another HtmlWriter wrote.
//
// Tests: tests/report/visible_text_test.cc, tests/report/sections_test.cc.
#ifndef HYDROMETER_SRC_REPORT_HTML_WRITER_H_
#define HYDROMETER_SRC_REPORT_HTML_WRITER_H_

#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"

namespace hydrometer::report {

class HtmlWriter {
 public:
  // Attribute names are literals; values are escaped.
  using Attributes =
      std::initializer_list<std::pair<absl::string_view, absl::string_view>>;

  // Longest foreign text that is shown whole, in characters.
  static constexpr size_t kForeignCharacters = 160;

  HtmlWriter& Open(const char* tag, Attributes attributes = {});
  // Ends the element that was opened last.
  HtmlWriter& Close();
  // An element without content: <br />, <circle ... />.
  HtmlWriter& Empty(const char* tag, Attributes attributes = {});

  // The program's own words.
  HtmlWriter& Text(absl::string_view text);
  // Words of strangers: made visible (visible_text.h), cut, and kept from
  // turning the reading direction of what surrounds them.
  HtmlWriter& Foreign(absl::string_view text,
                      size_t max_characters = kForeignCharacters);
  // The same for a sentence: an option such as "--reference-text" stays on one
  // line.
  HtmlWriter& Prose(absl::string_view text,
                    size_t max_characters = kForeignCharacters);
  // A box that scrolls sideways where it is too wide, with the keyboard too;
  // `label` (own words) says what is in it.
  HtmlWriter& OpenScroll(absl::string_view label);
  // A name in at most `columns` columns, its middle cut; whole when pointed at.
  HtmlWriter& ShortName(absl::string_view name, size_t columns);
  // A model's token: its outer spaces are shown.
  HtmlWriter& Token(absl::string_view token);

  // Open, Text, Close.
  HtmlWriter& Element(const char* tag, absl::string_view text) {
    return Element(tag, {}, text);
  }
  HtmlWriter& Element(const char* tag, Attributes attributes,
                      absl::string_view text);

  HtmlWriter& Raw(const HtmlWriter& other);
  // A style sheet: own text that must not be escaped. It may hold neither
  // "<" nor "&"; one that does is dropped.
  HtmlWriter& Style(absl::string_view css);

  const std::string& markup() const { return markup_; }
  bool balanced() const { return open_.empty(); }

 private:
  void Start(const char* tag, Attributes attributes);

  std::string markup_;
  std::vector<const char*> open_;
};

// VisibleText for attributes and SVG, where no <bdi> can stand.
std::string ForeignLabel(absl::string_view text, size_t max_characters);
// The same in at most `columns`, its middle cut: "student-of-…-seed3".
std::string ShortLabel(absl::string_view text, size_t columns);

}  // namespace hydrometer::report

#endif  // HYDROMETER_SRC_REPORT_HTML_WRITER_H_
