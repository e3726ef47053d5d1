// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// The sections of the HTML report, one function and one file each. A section
// reads `assessment` for what concerns one reference (the report itself for
// the first, an element of "references" for the others) and `report` for what
// concerns the panel. It writes no heading; a section that has nothing to show
// says why. Ids inside a section start with `id`, unique in the document.
//
// Tests: tests/report/report_html_test.cc, figures_test.cc, sections_test.cc.
#ifndef HYDROMETER_SRC_REPORT_SECTIONS_H_
#define HYDROMETER_SRC_REPORT_SECTIONS_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "src/report/html_writer.h"
#include "src/report/report_view.h"

namespace hydrometer::report {

struct SectionContext {
  const Value& report;
  const Value& assessment;
  std::string id;
};

// Question, verdict, key figures, reasons, what would settle it, power.
void AnswerSection(const SectionContext& context, HtmlWriter& html);
// z of rho2 against h.
void PlaneSection(const SectionContext& context, HtmlWriter& html);
// One strip per overall statistic: the suspect among the controls.
void StripsSection(const SectionContext& context, HtmlWriter& html);
// A over loss.
void CurveSection(const SectionContext& context, HtmlWriter& html);
// rho with the reference and with each placebo reference.
void PlacebosSection(const SectionContext& context, HtmlWriter& html);
// The other references, ranked by h.
void ReferencesSection(const SectionContext& context, HtmlWriter& html);
// Heat maps of two-way affinities.
void AffinitiesSection(const SectionContext& context, HtmlWriter& html);
// The panel's dendrogram.
void TreeSection(const SectionContext& context, HtmlWriter& html);
// Statistics by probe set.
void ProbeSetsSection(const SectionContext& context, HtmlWriter& html);
// The positions that speak most for and most against.
void PositionsSection(const SectionContext& context, HtmlWriter& html);
// Weight comparison.
void WeightsSection(const SectionContext& context, HtmlWriter& html);
// llama.cpp's block and the pair metrics of suspect and reference.
void FamiliarSection(const SectionContext& context, HtmlWriter& html);
// Models with their hashes.
void ModelsSection(const SectionContext& context, HtmlWriter& html);
// Policy, numerics, libraries, the command that repeats it.
void RecordSection(const SectionContext& context, HtmlWriter& html);
// Limits in plain words.
void LimitsSection(const SectionContext& context, HtmlWriter& html);
// A few words explained.
void GlossarySection(const SectionContext& context, HtmlWriter& html);

// What a label means, in one sentence.
absl::string_view LabelMeaning(absl::string_view label);
// "Distilled".
std::string LabelWord(absl::string_view label);
// What a statistic is called in headings: "h_t" -> "h_T".
std::string StatisticName(absl::string_view name);

// "–" with the reason, for a number that is refused.
void AddRefusal(absl::string_view reason, HtmlWriter& html);
// Reasons in groups: for, against, missing, notes.
void AddReasons(const Value& verdict, HtmlWriter& html);

}  // namespace hydrometer::report

#endif  // HYDROMETER_SRC_REPORT_SECTIONS_H_
