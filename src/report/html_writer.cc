// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/report/html_writer.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "src/report/visible_text.h"

namespace hydrometer::report {
namespace {

// Longest token that is shown whole.
constexpr size_t kTokenCharacters = 32;
// Longest word that is kept on one line.
constexpr size_t kOptionBytes = 32;

// A line feed after these keeps the file readable without adding spaces
// inside a line of text.
bool EndsLine(absl::string_view tag) {
  for (const char* block :
       {"div", "p", "li", "tr", "section", "figure", "table", "h1", "h2", "h3",
        "head", "ul", "ol", "dl", "dd", "svg", "article", "header", "title"}) {
    if (tag == block) return true;
  }
  return false;
}

}  // namespace

void HtmlWriter::Start(const char* tag, Attributes attributes) {
  absl::StrAppend(&markup_, "<", tag);
  for (const auto& [name, value] : attributes) {
    absl::StrAppend(&markup_, " ", name, "=\"", EscapeXml(value), "\"");
  }
}

HtmlWriter& HtmlWriter::Open(const char* tag, Attributes attributes) {
  Start(tag, attributes);
  markup_ += ">";
  open_.push_back(tag);
  return *this;
}

HtmlWriter& HtmlWriter::Close() {
  if (open_.empty()) return *this;
  absl::StrAppend(&markup_, "</", open_.back(), ">");
  if (EndsLine(open_.back())) markup_ += "\n";
  open_.pop_back();
  return *this;
}

HtmlWriter& HtmlWriter::Empty(const char* tag, Attributes attributes) {
  Start(tag, attributes);
  markup_ += " />";
  return *this;
}

HtmlWriter& HtmlWriter::Text(absl::string_view text) {
  markup_ += EscapeXml(text);
  return *this;
}

HtmlWriter& HtmlWriter::Foreign(absl::string_view text, size_t max_characters) {
  return Element("bdi", VisibleText(text, max_characters));
}

HtmlWriter& HtmlWriter::Prose(absl::string_view text, size_t max_characters) {
  Open("bdi");
  bool first = true;
  for (const absl::string_view word :
       absl::StrSplit(VisibleText(text, max_characters), ' ')) {
    if (!first) Text(" ");
    first = false;
    if (absl::StrContains(word, "--") && word.size() < kOptionBytes) {
      Element("span", {{"class", "nowrap"}}, word);
    } else {
      Text(word);
    }
  }
  return Close();
}

HtmlWriter& HtmlWriter::OpenScroll(absl::string_view label) {
  return Open("div", {{"class", "scroll"},
                      {"tabindex", "0"},
                      {"role", "region"},
                      {"aria-label", label}});
}

HtmlWriter& HtmlWriter::ShortName(absl::string_view name, size_t columns) {
  const std::string whole = VisibleText(name, kForeignCharacters);
  const std::string shown = ShortLabel(name, columns);
  if (shown == whole) return Element("bdi", shown);
  return Element("bdi", {{"title", whole}}, shown);
}

HtmlWriter& HtmlWriter::Token(absl::string_view token) {
  Open("bdi", {{"class", "token"}});
  return Text(VisibleText(token, kTokenCharacters, Spaces::kShow)).Close();
}

HtmlWriter& HtmlWriter::Element(const char* tag, Attributes attributes,
                                absl::string_view text) {
  return Open(tag, attributes).Text(text).Close();
}

HtmlWriter& HtmlWriter::Raw(const HtmlWriter& other) {
  if (other.balanced()) markup_ += other.markup();
  return *this;
}

HtmlWriter& HtmlWriter::Style(absl::string_view css) {
  if (absl::StrContains(css, "<") || absl::StrContains(css, "&")) return *this;
  absl::StrAppend(&markup_, "<style>\n", css, "</style>\n");
  return *this;
}

std::string ForeignLabel(absl::string_view text, size_t max_characters) {
  return VisibleText(text, max_characters);
}

std::string ShortLabel(absl::string_view text, size_t columns) {
  return FitWidth(VisibleText(text, 200), columns);
}

}  // namespace hydrometer::report
