// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "absl/strings/str_cat.h"
#include "src/report/number_format.h"
#include "src/report/sections.h"

namespace hydrometer::report {
namespace {

std::optional<double> EvidenceNumber(const Value& assessment, const char* name,
                                     const char* key) {
  const Value* evidence = FindEvidence(assessment, name);
  return evidence == nullptr ? std::nullopt : NumberOf(*evidence, key);
}

void AddRow(const Value& assessment, bool first, HtmlWriter& html) {
  if (first) {
    html.Open("tr", {{"class", "emphasis"}});
  } else {
    html.Open("tr");
  }
  html.Open("th", {{"scope", "row"}})
      .Foreign(TextOf(assessment, "reference"), 60)
      .Close();
  html.Element("td", TextOf(PartOf(assessment, "verdict"), "label"));
  const auto cell = [&](const std::string& text) {
    html.Element("td", {{"class", "number"}}, text);
  };
  cell(FormatFixed(EvidenceNumber(assessment, "h", "statistic"), 2));
  cell(FormatFixed(EvidenceNumber(assessment, "rho2", "statistic"), 3));
  cell(FormatZ(EvidenceNumber(assessment, "rho2", "z")));
  cell(FormatP(EvidenceNumber(assessment, "rho2", "p_value")));
  html.Close();
}

// Whether a verdict says that the suspect has something from the reference.
bool IsSource(absl::string_view label) {
  for (const char* source : {"identical", "derived", "distilled", "related"}) {
    if (label == source) return true;
  }
  return false;
}

}  // namespace

void ReferencesSection(const SectionContext& context, HtmlWriter& html) {
  const std::vector<const Value*> all = Assessments(context.report);
  if (all.size() == 1) {
    html.Element("p",
                 "One reference was given. Others that could have taught the "
                 "suspect were not weighed; a teacher outside the panel "
                 "cannot be excluded.");
    return;
  }
  html.Element("p",
               "Each reference was weighed on the same panel, with the others "
               "among its placebo references. Strips, curve, placebos and "
               "positions are drawn for the first of them only.");
  html.Element("p",
               IsSource(TextOf(PartOf(*all[0], "verdict"), "label"))
                   ? "The largest h names the likelier source among those "
                     "that were given."
                   : "No verdict here names a source, so the largest h names "
                     "none either.");
  html.OpenScroll("References").Open("table");
  html.Open("thead").Open("tr");
  html.Element("th", {{"scope", "col"}}, "reference");
  html.Element("th", {{"scope", "col"}}, "verdict");
  for (const char* heading : {"h", "rho2", "z of rho2", "p of rho2"}) {
    html.Element("th", {{"scope", "col"}, {"class", "number"}}, heading);
  }
  html.Close().Close().Open("tbody");
  for (size_t i = 0; i < all.size(); ++i) AddRow(*all[i], i == 0, html);
  html.Close().Close().Close();
  for (size_t i = 1; i < all.size(); ++i) {
    const Value& assessment = *all[i];
    const Value& verdict = PartOf(assessment, "verdict");
    html.Open("h3").Text("Against ");
    html.Foreign(TextOf(assessment, "reference"), 60);
    html.Text(absl::StrCat(": ", TextOf(verdict, "label"))).Close();
    html.Open("p").Prose(TextOf(verdict, "summary"), 600).Close();
    AddReasons(verdict, html);
    SectionContext inner{context.report, assessment,
                         absl::StrCat(context.id, "-", i)};
    PlaneSection(inner, html);
  }
}

}  // namespace hydrometer::report
