// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/report/report_html.h"

#include "absl/strings/str_cat.h"
#include "src/base/status_macros.h"
#include "src/report/embedded_text.h"
#include "src/report/html_writer.h"
#include "src/report/report_schema.h"
#include "src/report/sections.h"

namespace hydrometer::report {
namespace {

// The order of the page. The answer comes before all of them, without a
// heading of its own.
struct Section {
  const char* id;
  const char* heading;
  void (*write)(const SectionContext&, HtmlWriter&);
};

// Longest name that the question shows whole.
constexpr size_t kTitleName = 120;

constexpr Section kSections[] = {
    {"plane", "The primary pair", PlaneSection},
    {"strips", "The suspect among the controls", StripsSection},
    {"curve", "Inherited error", CurveSection},
    {"placebos", "Placebo references", PlacebosSection},
    {"references", "Other references", ReferencesSection},
    {"affinities", "Affinities within the panel", AffinitiesSection},
    {"tree", "Tree of the panel", TreeSection},
    {"probe-sets", "Results by probe set", ProbeSetsSection},
    {"positions", "Single positions", PositionsSection},
    {"weights", "Weights", WeightsSection},
    {"familiar", "Familiar numbers", FamiliarSection},
    {"models", "Models", ModelsSection},
    {"record", "How it was made", RecordSection},
    {"limits", "Limits", LimitsSection},
    {"glossary", "Glossary", GlossarySection},
};

void WriteHead(const rapidjson::Document& report, HtmlWriter& html) {
  html.Open("head").Empty("meta", {{"charset", "utf-8"}});
  html.Empty("meta", {{"name", "viewport"},
                      {"content", "width=device-width, initial-scale=1"}});
  html.Empty("meta", {{"name", "color-scheme"}, {"content", "light dark"}});
  // Nothing may be loaded or run, even if something slipped in.
  html.Empty("meta",
             {{"http-equiv", "Content-Security-Policy"},
              {"content", "default-src 'none'; style-src 'unsafe-inline'"}});
  html.Element(
      "title",
      absl::StrCat("Hydrometer: ", ForeignLabel(TextOf(report, "suspect"), 60),
                   " and ", ForeignLabel(TextOf(report, "reference"), 60)));
  html.Style(kReportStyleText).Close();
}

// What this is, which version made it, and when.
void WriteKicker(const rapidjson::Document& report, HtmlWriter& html) {
  html.Open("p", {{"class", "kicker"}}).Text("Hydrometer ");
  html.Foreign(TextOf(PartOf(report, "program"), "version"), 40);
  html.Text(" report");
  const absl::string_view finished =
      TextOf(PartOf(report, "timing"), "finished_utc");
  if (!finished.empty()) {
    html.Text(", ").Foreign(finished.substr(0, 10), 10);
  }
  html.Close();
}

void WriteContents(HtmlWriter& html) {
  html.Open("nav", {{"aria-label", "Contents"}}).Open("ol");
  for (const Section& section : kSections) {
    html.Open("li").Element("a", {{"href", absl::StrCat("#", section.id)}},
                            section.heading);
    html.Close();
  }
  html.Close().Close();
}

}  // namespace

absl::StatusOr<std::string> ReportHtml(const rapidjson::Document& report) {
  HYDROMETER_RETURN_IF_ERROR(CheckReport(report));
  HtmlWriter html;
  html.Open("html",
            {{"lang", "en"}, {"xmlns", "http://www.w3.org/1999/xhtml"}});
  WriteHead(report, html);
  html.Open("body").Open("main");
  WriteKicker(report, html);
  html.Open("h1").Text("Was ").Foreign(TextOf(report, "suspect"), kTitleName);
  html.Text(" distilled from ")
      .Foreign(TextOf(report, "reference"), kTitleName);
  html.Text("?").Close();
  html.Open("section", {{"id", "answer"}});
  AnswerSection({report, report, "answer"}, html);
  html.Close();
  WriteContents(html);
  for (const Section& section : kSections) {
    html.Open("section", {{"id", section.id}});
    html.Element("h2", section.heading);
    section.write({report, report, absl::StrCat("figure-", section.id)}, html);
    html.Close();
  }
  html.Open("footer").Text("Made by Hydrometer ");
  html.Foreign(TextOf(PartOf(report, "program"), "version"), 40);
  html.Text(" from report.json alone. Natural logarithms throughout.");
  html.Close().Close().Close().Close();
  return absl::StrCat("<!DOCTYPE html>\n", html.markup(), "\n");
}

}  // namespace hydrometer::report
