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
constexpr size_t kContextAfter = 110;
constexpr size_t kMostCandidates = 5;
constexpr size_t kNameColumns = 20;

// Nearest the token: the end of what stands before it.
std::string LastCharacters(absl::string_view text, size_t most) {
  size_t count = 0, start = text.size();
  while (start > 0 && count < most) {
    --start;
    if ((static_cast<unsigned char>(text[start]) & 0xC0) != 0x80) ++count;
  }
  return absl::StrCat(start > 0 ? "…" : "", text.substr(start));
}

// The beginning of what stands after it.
std::string FirstCharacters(absl::string_view text, size_t most) {
  size_t count = 0, end = 0;
  while (end < text.size()) {
    if ((static_cast<unsigned char>(text[end]) & 0xC0) != 0x80 &&
        count++ == most) {
      break;
    }
    ++end;
  }
  return absl::StrCat(text.substr(0, end), end < text.size() ? "…" : "");
}

void AddAnswer(const Value& answer, HtmlWriter& html) {
  html.Open("tr");
  html.Open("th", {{"scope", "row"}})
      .ShortName(TextOf(answer, "member"), kNameColumns)
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
  html.Foreign(FirstCharacters(TextOf(position, "after"), kContextAfter),
               kContextAfter + 1);
  html.Close();
  html.Open("table").Open("colgroup");
  html.Empty("col", {{"class", "who"}}).Empty("col", {{"class", "said"}});
  html.Empty("col").Close();
  html.Open("thead").Open("tr");
  html.Element("th", {{"scope", "col"}}, "model");
  html.Element("th", {{"scope", "col"}}, "would have said");
  html.Element("th", {{"scope", "col"}, {"class", "number"}}, "probability");
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
  html.Element(
      "p",
      "Places in the probe texts where the reference errs: it gives the token "
      "that really follows less than the controls do, by the mean of their "
      "log-probabilities. “For”: the "
      "suspect errs there too, and its whole prediction is nearer to the "
      "reference’s than those of the controls are (KL(reference ‖ suspect) "
      "below the controls’ mean). “Against”: the suspect does as well as the "
      "controls there, and its prediction is farther from the reference’s "
      "than theirs are. The score adds, in nats, how far suspect or "
      "reference, whichever gives the token more, falls short of the "
      "controls, and how much nearer the suspect’s prediction is. Shown are "
      "the largest scores, at most two of a token and one of a probe in each "
      "direction. An unrelated model has such places too; they are pictures, "
      "not evidence.");
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
    html.Element("p", {{"class", "note"}},
                 ByWholeWords(context.report)
                     ? "None: they are chosen by token, and whole words are "
                       "compared here."
                     : "There is no such place in these probes.");
    return;
  }
  html.Element(
      "p", {{"class", "note"}},
      "Underlined: the token that really follows. Its probability under each "
      "model stands in the last column. “␣” is a space at the edge of a "
      "token, “↵” a line end, “⇥” a tab, “⟨U+…⟩” a character that cannot be "
      "seen, “�” a part of a character. Tokens such as “<s>” or “<|end|>” are "
      "the tokenizer’s own marks, for instance of a text’s end. For the "
      "controls, means of probabilities are shown, which the most confident "
      "of them dominate; a token that is not among a control’s 20 "
      "likeliest counts as 0 in them, so what they “would have said” are "
      "lower bounds.");
  AddGroup(most_for, "Speak most for", html);
  AddGroup(most_against, "Speak most against", html);
}

}  // namespace hydrometer::report
