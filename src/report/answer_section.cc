// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include <cctype>
#include <utility>

#include "absl/strings/str_cat.h"
#include "src/report/number_format.h"
#include "src/report/sections.h"

namespace hydrometer::report {
namespace {

struct LabelRow {
  const char* label;
  const char* meaning;
};

constexpr LabelRow kLabels[] = {
    {"identical",
     "Both are the same function: the same weights, or a converted or "
     "quantised copy."},
    {"derived",
     "The weights of the two are not independent: one was made from the "
     "other (fine-tuned, merged, pruned, adapted), or both from a common "
     "ancestor or initialisation. Which, is not read here."},
    {"distilled",
     "What was found is what training on the reference’s outputs leaves: its "
     "errors, beyond all controls. A common third teacher outside the panel "
     "is not excluded."},
    {"related",
     "The suspect carries the reference’s errors beyond all controls: "
     "distilled from it, or trained on the same data. Which of the two, this "
     "panel cannot tell."},
    {"shared",
     "The two have something in common, but another reference explains it as "
     "well or better: the same family, recipe or third teacher."},
    {"unrelated", "Nothing beyond the controls was found."},
    {"inconclusive",
     "Preconditions are missing or the evidence does not agree. This is no "
     "finding in either direction."},
};

struct ReasonGroup {
  const char* direction;
  const char* heading;
  const char* mark;
};

constexpr ReasonGroup kGroups[] = {
    {"for", "Speaks for the reference as a source", "+"},
    {"against", "Speaks against the reference as a source", "−"},
    {"missing", "Missing", "?"},
    {"note", "To be kept in mind", "·"},
};

void AddFigure(const std::string& name, const std::string& value,
               const std::string& remark, HtmlWriter& html) {
  html.Open("div").Element("dt", name).Open("dd").Text(value);
  if (!remark.empty()) html.Element("small", remark);
  html.Close().Close();
}

std::string IntervalWords(const Value& evidence, int digits) {
  const Value& interval = PartOf(evidence, "interval");
  if (interval.MemberCount() == 0) return "";
  return absl::StrCat(
      FormatFixed(NumberOf(interval, "low"), digits), " to ",
      FormatFixed(NumberOf(interval, "high"), digits), ": ",
      FormatShort(NumberOf(interval, "level").value_or(0) * 100),
      " % over probes; the curve’s own error is not in it");
}

void AddRho2Figures(const Value& report, const Value* rho2, HtmlWriter& html) {
  if (rho2 == nullptr) return;
  const auto accuse = Threshold(report, "z_accuse");
  const bool refused = !NumberOf(*rho2, "statistic");
  AddFigure("z of rho2, distance from the controls",
            FormatZ(NumberOf(*rho2, "z")),
            refused  ? "refused, see below"
            : accuse ? absl::StrCat("policy: above ", FormatShort(accuse))
                     : "",
            html);
  AddFigure("p of rho2 among the controls", FormatP(NumberOf(*rho2, "p_value")),
            NumberOf(*rho2, "p_floor")
                ? absl::StrCat("cannot fall below ",
                               FormatP(NumberOf(*rho2, "p_floor")))
                : "",
            html);
}

// "24 for rho2, 9 for h": a control can have one and not the other.
void AddControlCounts(const Value& assessment, const Value* rho2,
                      const Value* h, HtmlWriter& html) {
  html.Open("div").Element("dt", "controls with a value").Open("dd");
  bool first = true;
  const std::pair<const char*, const Value*> both[] = {{"rho2", rho2},
                                                       {"h", h}};
  for (const auto& [name, evidence] : both) {
    if (evidence == nullptr) continue;
    if (!first) html.Element("span", {{"class", "unit"}}, ", ");
    first = false;
    html.Open("span", {{"class", "nowrap"}})
        .Text(FormatCount(ValueCount(ListOf(*evidence, "controls"))))
        .Element("span", {{"class", "unit"}}, absl::StrCat(" for ", name))
        .Close();
  }
  html.Element(
      "small",
      absl::StrCat("placebo references: ",
                   ListOf(PartOf(assessment, "placebos"), "rows").Size()));
  html.Close().Close();
}

void AddKeyFigures(const SectionContext& context, HtmlWriter& html) {
  const Value* rho2 = FindEvidence(context.assessment, "rho2");
  const Value* h = FindEvidence(context.assessment, "h");
  html.Open("dl", {{"class", "figures"}});
  AddRho2Figures(context.report, rho2, html);
  if (h != nullptr) {
    AddFigure(
        "h, inherited share of errors",
        FormatFixed(NumberOf(*h, "statistic"), 2),
        NumberOf(*h, "statistic") ? IntervalWords(*h, 2) : "refused, see below",
        html);
  }
  AddControlCounts(context.assessment, rho2, h, html);
  const Value& quality = PartOf(context.assessment, "quality");
  AddFigure(
      absl::StrCat("loss of the suspect, ", LossUnit(context.report)),
      FormatFixed(NumberOf(quality, "suspect_loss_nats"), 3),
      absl::StrCat("of the reference: ",
                   FormatFixed(NumberOf(quality, "reference_loss_nats"), 3)),
      html);
  html.Close();
}

void AddRefusals(const SectionContext& context, HtmlWriter& html) {
  for (const char* name : {"rho2", "h"}) {
    const Value* evidence = FindEvidence(context.assessment, name);
    if (evidence == nullptr || NumberOf(*evidence, "statistic")) continue;
    html.Open("p", {{"class", "note"}})
        .Text(absl::StrCat(StatisticName(name), " is refused: "))
        .Prose(TextOf(*evidence, "reason"), 600)
        .Text(".")
        .Close();
  }
}

void AddSettling(const Value& verdict, HtmlWriter& html) {
  const Value& settle = ListOf(verdict, "would_settle");
  if (!settle.Empty()) {
    html.Element("h3", "What would settle it");
    html.Open("ul", {{"class", "answer-list"}});
    for (const Value& item : settle.GetArray()) {
      html.Open("li").Prose(item.GetString(), 600).Close();
    }
    html.Close();
  }
  if (!TextOf(verdict, "power").empty()) {
    html.Element("h3", "What this panel would have found").Open("p");
    html.Prose(TextOf(verdict, "power"), 600).Close();
  }
}

}  // namespace

absl::string_view LabelMeaning(absl::string_view label) {
  for (const LabelRow& row : kLabels) {
    if (label == row.label) return row.meaning;
  }
  return "";
}

std::string LabelWord(absl::string_view label) {
  std::string word(label);
  if (!word.empty()) word[0] = static_cast<char>(std::toupper(word[0]));
  return word;
}

void AddRefusal(absl::string_view reason, HtmlWriter& html) {
  html.Text(absl::StrCat(kNoNumber, " "));
  html.Open("span", {{"class", "small"}});
  html.Prose(reason.empty() ? "not computed" : reason, 300).Close();
}

void AddReasons(const Value& verdict, HtmlWriter& html) {
  const Value& reasons = ListOf(verdict, "reasons");
  for (const ReasonGroup& group : kGroups) {
    bool any = false;
    for (const Value& reason : reasons.GetArray()) {
      if (TextOf(reason, "direction") != group.direction) continue;
      if (!any) {
        html.Element("h3", group.heading).Open("ul", {{"class", "reasons"}});
      }
      any = true;
      html.Open("li").Element(
          "span", {{"class", "mark"}, {"aria-hidden", "true"}}, group.mark);
      html.Prose(TextOf(reason, "text"), 600).Close();
    }
    if (any) html.Close();
  }
}

void AnswerSection(const SectionContext& context, HtmlWriter& html) {
  const Value& verdict = PartOf(context.assessment, "verdict");
  const absl::string_view label = TextOf(verdict, "label");
  html.Open("div", {{"class", "answer"}});
  html.Element("p", {{"class", "kicker"}}, "Verdict");
  html.Element("p", {{"class", "label"}}, LabelWord(label));
  html.Element("p", {{"class", "meaning"}}, LabelMeaning(label));
  html.Open("p", {{"class", "summary"}});
  html.Prose(TextOf(verdict, "summary"), 800).Close();
  if (ByWholeWords(context.report)) {
    html.Element("p", {{"class", "view"}},
                 "Compared by whole words, because the vocabularies differ; "
                 "this view never accuses.");
  }
  if (OtherPolicy(context.report)) {
    html.Element("p", {{"class", "view"}},
                 "Not by the default policy: Limits names the thresholds that "
                 "differ.");
  }
  html.Open("ul", {{"class", "scale"}, {"aria-label", "The seven verdicts"}});
  for (const LabelRow& row : kLabels) {
    if (label == row.label) {
      html.Element("li", {{"class", "here"}, {"aria-current", "true"}},
                   row.label);
    } else {
      html.Element("li", row.label);
    }
  }
  html.Close().Close();
  AddKeyFigures(context, html);
  AddRefusals(context, html);
  AddReasons(verdict, html);
  AddSettling(verdict, html);
  const absl::string_view better =
      TextOf(PartOf(context.assessment, "quality"), "better_model");
  if (!better.empty()) {
    html.Open("p", {{"class", "note"}})
        .Text("The better model of the two on this text: ")
        .Foreign(better)
        .Text(". Outputs do not tell who taught whom; only dates can.")
        .Close();
  }
}

}  // namespace hydrometer::report
