// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "src/report/number_format.h"
#include "src/report/sections.h"

namespace hydrometer::report {
namespace {

constexpr size_t kMostPositions = 20;  // of each direction
constexpr size_t kContextCharacters = 220;
constexpr size_t kMostCandidates = 5;

// Nearest the token: the end of what stands before it.
std::string LastCharacters(absl::string_view text, size_t most) {
  size_t count = 0, start = text.size();
  while (start > 0 && count < most) {
    --start;
    if ((static_cast<unsigned char>(text[start]) & 0xC0) != 0x80) ++count;
  }
  return absl::StrCat(start > 0 ? "… " : "", text.substr(start));
}

void AddAnswer(const Value& answer, HtmlWriter& html) {
  html.Open("tr");
  html.Open("th", {{"scope", "row"}})
      .Foreign(TextOf(answer, "member"), 40)
      .Close();
  html.Open("td");
  size_t shown = 0;
  for (const Value& candidate : ListOf(answer, "top").GetArray()) {
    if (shown++ == kMostCandidates) break;
    html.Open("span", {{"class", "candidate"}});
    html.Token(TextOf(candidate, "token")).Text(" ");
    html.Element("span", {{"class", "small"}},
                 FormatProbability(NumberOf(candidate, "probability")));
    html.Close().Text(" ");
  }
  html.Close();
  html.Element("td", {{"class", "number"}},
               FormatP(NumberOf(answer, "token_probability")));
  html.Close();
}

void AddPosition(const Value& position, HtmlWriter& html) {
  html.Open("article", {{"class", "position"}});
  html.Open("header").Open("span").Foreign(TextOf(position, "probe_set"), 40);
  html.Text(" / ").Foreign(TextOf(position, "probe_id"), 40);
  html.Text(absl::StrCat(", position ",
                         FormatCount(CountOf(position, "position_index"))));
  html.Close();
  const auto score = NumberOf(position, "score_nats");
  html.Element("span", {{"class", "score"}},
               absl::StrCat(score && *score > 0 ? "+" : "",
                            FormatFixed(score, 2), " nats"));
  html.Close();
  html.Open("blockquote");
  html.Foreign(LastCharacters(TextOf(position, "before"), kContextCharacters),
               kContextCharacters + 2);
  html.Open("mark").Token(TextOf(position, "token")).Close();
  html.Foreign(TextOf(position, "after"), kContextCharacters / 2);
  html.Close();
  html.Open("table").Open("colgroup");
  html.Empty("col", {{"class", "who"}}).Empty("col", {{"class", "said"}});
  html.Empty("col").Close();
  html.Open("thead").Open("tr");
  html.Element("th", {{"scope", "col"}}, "model");
  html.Element("th", {{"scope", "col"}}, "would have said");
  html.Element("th", {{"scope", "col"}, {"class", "number"}}, "p");
  html.Close().Close().Open("tbody");
  for (const Value& answer : ListOf(position, "answers").GetArray()) {
    AddAnswer(answer, html);
  }
  html.Close().Close().Close();
}

void AddGroup(const std::vector<const Value*>& positions, const char* heading,
              HtmlWriter& html) {
  if (positions.empty()) return;
  html.Element("h3", heading).Open("div", {{"class", "positions"}});
  for (size_t i = 0; i < std::min(positions.size(), kMostPositions); ++i) {
    AddPosition(*positions[i], html);
  }
  html.Close();
}

}  // namespace

void PositionsSection(const SectionContext& context, HtmlWriter& html) {
  html.Element("p",
               "Single places in the probe texts, for the reader’s eye. The "
               "score says how much more the suspect repeats the reference’s "
               "error there than the controls do. A handful of places proves "
               "nothing; the statistics rest on all of them.");
  std::vector<const Value*> most_for, most_against;
  for (const Value& position : ListOf(context.report, "positions").GetArray()) {
    if (TextOf(position, "reference") !=
        TextOf(context.assessment, "reference")) {
      continue;
    }
    const double score = NumberOf(position, "score_nats").value_or(0);
    (score >= 0 ? most_for : most_against).push_back(&position);
  }
  const auto size = [](const Value* position) {
    return std::abs(NumberOf(*position, "score_nats").value_or(0));
  };
  for (auto* group : {&most_for, &most_against}) {
    std::stable_sort(
        group->begin(), group->end(),
        [&](const Value* a, const Value* b) { return size(a) > size(b); });
  }
  if (most_for.empty() && most_against.empty()) {
    html.Element("p", {{"class", "note"}}, "No position was kept.");
    return;
  }
  html.Element("p", {{"class", "note"}},
               "Underlined: the token that really follows. “␣” is a space at "
               "the edge of a token, “↵” a line end. p: the probability "
               "that each model gave the underlined token.");
  AddGroup(most_for, "Speak most for", html);
  AddGroup(most_against, "Speak most against", html);
}

}  // namespace hydrometer::report
