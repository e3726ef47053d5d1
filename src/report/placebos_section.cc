// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "src/report/chart.h"
#include "src/report/number_format.h"
#include "src/report/sections.h"

namespace hydrometer::report {
namespace {

struct Rival {
  std::string name, role;
  std::optional<double> loss, rho;
};

std::vector<Rival> ReadRivals(const SectionContext& context) {
  const Value& placebos = PartOf(context.assessment, "placebos");
  std::vector<Rival> rivals;
  rivals.push_back(
      {std::string(TextOf(context.assessment, "reference")), "reference",
       NumberOf(PartOf(context.assessment, "quality"), "reference_loss_nats"),
       NumberOf(placebos, "rho_suspect_reference")});
  for (const Value& row : ListOf(placebos, "rows").GetArray()) {
    rivals.push_back({std::string(TextOf(row, "name")), "placebo",
                      NumberOf(row, "loss_nats"),
                      NumberOf(row, "rho_suspect")});
  }
  std::stable_sort(rivals.begin(), rivals.end(),
                   [](const Rival& a, const Rival& b) {
                     return a.rho.value_or(-2) > b.rho.value_or(-2);
                   });
  return rivals;
}

// A dot on the scale of all rivals, small enough for a table's cell.
void AddDot(const Rival& rival, const Scale& x, HtmlWriter& html) {
  html.Open("svg", {{"xmlns", "http://www.w3.org/2000/svg"},
                    {"viewBox", "0 0 240 18"},
                    {"class", "dot"},
                    {"aria-hidden", "true"}});
  AddLine(html, "grid", 8, 9, 232, 9);
  if (x.low() < 0) AddLine(html, "frame", x(0), 2, x(0), 16);
  if (rival.rho) AddMark(html, rival.role, x(*rival.rho), 9, 5);
  html.Close();
}

void AddRow(const Rival& rival, const Scale& x, HtmlWriter& html) {
  if (rival.role == "reference") {
    html.Open("tr", {{"class", "emphasis"}});
  } else {
    html.Open("tr");
  }
  html.Open("th", {{"scope", "row"}}).Foreign(rival.name, 60).Close();
  html.Element("td", {{"class", "number"}}, FormatFixed(rival.rho, 3));
  html.Open("td", {{"class", "wide"}});
  AddDot(rival, x, html);
  html.Close();
  html.Element("td", {{"class", "number"}}, FormatFixed(rival.loss, 3));
  html.Close();
}

}  // namespace

void PlacebosSection(const SectionContext& context, HtmlWriter& html) {
  html.Element("p",
               "Models as good as the reference but unrelated to it, put in "
               "the reference’s place. If the suspect shared as much with one "
               "of them as with the reference, the reference would explain "
               "nothing in particular.");
  const std::vector<Rival> rivals = ReadRivals(context);
  if (rivals.size() < 2) {
    html.Element("p", {{"class", "note"}},
                 "There is no placebo reference in this panel.");
  }
  double low = 0, high = 0;
  for (const Rival& rival : rivals) {
    low = std::min(low, rival.rho.value_or(0));
    high = std::max(high, rival.rho.value_or(0));
  }
  const Scale x(low, high, 10, 230);
  html.OpenScroll("Placebo references").Open("table");
  html.Open("thead").Open("tr");
  html.Element("th", {{"scope", "col"}}, "in the reference’s place");
  html.Element("th", {{"scope", "col"}, {"class", "number"}},
               "rho with suspect");
  html.Element("th", {{"scope", "col"}}, "on one scale");
  html.Element("th", {{"scope", "col"}, {"class", "number"}},
               absl::StrCat("loss, ", LossUnit(context.report)));
  html.Close().Close().Open("tbody");
  for (const Rival& rival : rivals) AddRow(rival, x, html);
  html.Close().Close().Close();

  const Value& membership = PartOf(context.assessment, "membership");
  html.Open("p", {{"class", "note"}})
      .Text("Membership ratio (training on the reference’s own data): ");
  if (NumberOf(membership, "q")) {
    html.Element("b", FormatFixed(NumberOf(membership, "q"), 2)).Text(".");
  } else {
    AddRefusal(TextOf(membership, "reason"), html);
  }
  html.Close();
}

}  // namespace hydrometer::report
