// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "src/report/number_format.h"
#include "src/report/sections.h"

namespace hydrometer::report {
namespace {

struct Column {
  const char* statistic;
  int digits;
};

// The statistics that are worth a column by set; all are in report.json.
constexpr Column kColumns[] = {
    {"rho2", 3}, {"h", 2},         {"rho", 3}, {"rho_without_top", 3},
    {"js", 4},   {"agreement", 3}, {"kl", 3}};

void AddHead(std::initializer_list<const char*> texts,
             std::initializer_list<const char*> numbers, HtmlWriter& html) {
  html.Open("thead").Open("tr");
  for (const char* text : texts) {
    html.Element("th", {{"scope", "col"}}, text);
  }
  for (const char* number : numbers) {
    html.Element("th", {{"scope", "col"}, {"class", "number"}}, number);
  }
  html.Close().Close();
}

void AddSets(const Value& sets, HtmlWriter& html) {
  html.OpenScroll("Probe sets").Open("table");
  AddHead({"probe set", "origin", "use"},
          {"probes", "positions", "left out", "cut"}, html);
  html.Open("tbody");
  for (const Value& set : sets.GetArray()) {
    html.Open("tr").Open("th", {{"scope", "row"}});
    html.Foreign(TextOf(set, "name"), 60).Text(" ");
    html.Open("span", {{"class", "small"}})
        .Foreign(TextOf(set, "version"), 20)
        .Close();
    html.Close();
    html.Element("td", TextOf(set, "origin"));
    html.Element("td", BoolOf(set, "primary")   ? "primary pair"
                       : BoolOf(set, "counted") ? "counted"
                                                : "shown only");
    for (const char* key :
         {"probe_count", "position_count", "left_out_count", "cut_count"}) {
      html.Element("td", {{"class", "number"}}, FormatCount(CountOf(set, key)));
    }
    html.Close();
  }
  html.Close().Close().Close();
}

// The value, and its z below it.
void AddCell(const Value* evidence, int digits, HtmlWriter& html) {
  html.Open("td", {{"class", "number"}});
  const auto value =
      evidence == nullptr ? std::nullopt : NumberOf(*evidence, "statistic");
  if (!value) {
    if (evidence != nullptr && !TextOf(*evidence, "reason").empty()) {
      html.Element("span",
                   {{"title", ForeignLabel(TextOf(*evidence, "reason"), 200)}},
                   kNoNumber);
    } else {
      html.Text(kNoNumber);
    }
  } else {
    html.Text(FormatFixed(value, digits)).Empty("br");
    html.Element("span", {{"class", "small"}},
                 absl::StrCat("z ", FormatZ(NumberOf(*evidence, "z"))));
  }
  html.Close();
}

// The columns in which any set has a value.
std::vector<Column> ColumnsOf(const Value& assessment) {
  std::vector<Column> columns;
  for (const Column& column : kColumns) {
    const std::string start = absl::StrCat(column.statistic, "/");
    for (const Value& evidence : ListOf(assessment, "evidence").GetArray()) {
      const absl::string_view name = TextOf(evidence, "name");
      if (NumberOf(evidence, "statistic") &&
          (name == column.statistic || absl::StartsWith(name, start))) {
        columns.push_back(column);
        break;
      }
    }
  }
  return columns;
}

void AddResultRow(const Value& assessment, const std::vector<Column>& columns,
                  absl::string_view scope, HtmlWriter& html) {
  if (scope == "overall") {
    html.Open("tr", {{"class", "emphasis"}});
    html.Element("th", {{"scope", "row"}}, "primary sets together");
  } else {
    html.Open("tr").Open("th", {{"scope", "row"}}).Foreign(scope, 60).Close();
  }
  for (const Column& column : columns) {
    const std::string name = scope == "overall"
                                 ? column.statistic
                                 : absl::StrCat(column.statistic, "/", scope);
    AddCell(FindEvidence(assessment, name), column.digits, html);
  }
  html.Close();
}

}  // namespace

void ProbeSetsSection(const SectionContext& context, HtmlWriter& html) {
  html.Element("p",
               "The primary pair is read on counted sets of real text, which "
               "no model of the panel wrote. The other sets are shown beside "
               "it: a statistic that is high on one set only asks for a look "
               "at that set.");
  const Value& sets = ListOf(context.report, "probe_sets");
  if (sets.Empty()) {
    html.Element("p", {{"class", "note"}}, "No probe set was used.");
    return;
  }
  AddSets(sets, html);
  const std::vector<Column> columns = ColumnsOf(context.assessment);
  if (columns.empty()) return;
  html.Element("h3", "The suspect’s statistics by probe set");
  html.OpenScroll("Statistics by probe set").Open("table");
  html.Open("thead").Open("tr").Element("th", {{"scope", "col"}}, "probe set");
  for (const Column& column : columns) {
    html.Element("th", {{"scope", "col"}, {"class", "number"}},
                 StatisticName(column.statistic));
  }
  html.Close().Close().Open("tbody");
  AddResultRow(context.assessment, columns, "overall", html);
  for (const Value& set : sets.GetArray()) {
    AddResultRow(context.assessment, columns, TextOf(set, "name"), html);
  }
  html.Close().Close().Close();
  html.Element("p", {{"class", "note"}},
               "Below each value its z among the controls. For JS and KL a "
               "negative z is nearer. “–”: not read on this set.");
}

}  // namespace hydrometer::report
