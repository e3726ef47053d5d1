// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "src/report/chart.h"
#include "src/report/number_format.h"
#include "src/report/sections.h"

namespace hydrometer::report {
namespace {

// In standard deviations of the controls; marks beyond stand at the edge with
// an arrow, so that one far statistic does not flatten the others.
constexpr double kLow = -4, kHigh = 12;
constexpr double kStripHeight = 30;

struct Name {
  const char* name;
  const char* shown;
};
constexpr Name kNames[] = {{"rho2", "ρ₂"},
                           {"h", "h"},
                           {"rho", "ρ"},
                           {"rho_without_top", "ρ without top token"},
                           {"rho_controls_weights", "ρ, controls’ weights"},
                           {"rho_given_base", "ρ given the base"},
                           {"delta_a", "ΔA since the base"},
                           {"h_t", "h (T)"},
                           {"tau", "τ"},
                           {"membership_gap", "membership gap"},
                           {"js", "JS"},
                           {"js_adjusted", "JS, adjusted"},
                           {"agreement", "top-1 agreement"},
                           {"agreement_adjusted", "agreement, adjusted"},
                           {"kl", "KL"},
                           {"kl_adjusted", "KL, adjusted"}};

Scale StripScale(double width) { return Scale(kLow, kHigh, 12, width - 12); }

void AddStripMark(const Scale& x, const std::string& role,
                  const std::string& name, double value, double z, double y,
                  double radius, HtmlWriter& svg) {
  const double place = x.Clamped(z);
  AddMark(svg, role, place, y, radius,
          absl::StrCat(ForeignLabel(name, 80), " (", role,
                       "): ", FormatFixed(value, 4), ", z ", FormatZ(z)));
  if (z > kHigh) AddText(svg, "soft", place + 10, y + 4, "middle", "›");
  if (z < kLow) AddText(svg, "soft", place - 10, y + 4, "middle", "‹");
}

// Marks of one list; rings are moved apart in a fixed pattern, since many
// controls lie close together.
void AddMembers(const Value& members, const std::string& role, double mean,
                double sd, double sign, const Scale& x, HtmlWriter& svg) {
  int index = 0;
  for (const Value& member : members.GetArray()) {
    const auto value = NumberOf(member, "value");
    if (!value) continue;
    constexpr double kOffsets[] = {0, -5, 5, -2.5, 2.5};
    const double y =
        kStripHeight / 2 + (role == "control" ? kOffsets[index++ % 5] : 0);
    AddStripMark(x, role, std::string(TextOf(member, "name")), *value,
                 sign * (*value - mean) / sd, y, role == "control" ? 4 : 4.5,
                 svg);
  }
}

void DrawStrip(const SectionContext& context, const Value& evidence,
               double width, HtmlWriter& svg) {
  const double mean = NumberOf(evidence, "null_mean").value_or(0);
  const double sd = NumberOf(evidence, "null_sd").value_or(0);
  const double sign = BoolOf(evidence, "larger_means_nearer") ? 1 : -1;
  const Scale x = StripScale(width);
  AddLine(svg, "grid", x(kLow), kStripHeight / 2, x(kHigh), kStripHeight / 2);
  AddLine(svg, "frame", x(0), 3, x(0), kStripHeight - 3);
  if (TextOf(evidence, "name") == "rho2") {
    if (const auto z = Threshold(context.report, "z_accuse")) {
      AddLine(svg, "policy", x.Clamped(*z), 1, x.Clamped(*z), kStripHeight - 1);
    }
  }
  AddMembers(ListOf(evidence, "controls"), "control", mean, sd, sign, x, svg);
  AddMembers(ListOf(evidence, "placebos"), "placebo", mean, sd, sign, x, svg);
  AddMembers(ListOf(evidence, "siblings"), "sibling", mean, sd, sign, x, svg);
  if (const auto value = NumberOf(evidence, "statistic")) {
    AddStripMark(x, "suspect", std::string(TextOf(context.report, "suspect")),
                 *value, sign * (*value - mean) / sd, kStripHeight / 2, 5.5,
                 svg);
  }
}

void DrawAxis(double width, HtmlWriter& svg) {
  const Scale x = StripScale(width);
  for (double z = kLow; z <= kHigh; z += width > 500 ? 2 : 4) {
    AddLine(svg, "frame", x(z), 18, x(z), 23);
    AddText(svg, "axis", x(z), 13, "middle", TickLabel(z));
  }
  AddLine(svg, "frame", x(kLow), 23, x(kHigh), 23);
}

void AddAxis(const std::string& id, HtmlWriter& html) {
  AddDrawing(
      html, id, "Axis of the strips",
      "Standard deviations of the controls, from -4 to 12.",
      [](double) { return 26.0; }, DrawAxis);
}

void AddNumbers(const Value& evidence, HtmlWriter& html) {
  html.Open("span", {{"class", "strip-numbers"}});
  if (!NumberOf(evidence, "statistic")) {
    AddRefusal(TextOf(evidence, "reason"), html);
    html.Close();
    return;
  }
  html.Element("b", FormatFixed(NumberOf(evidence, "statistic"), 3));
  const Value& interval = PartOf(evidence, "interval");
  if (interval.MemberCount() > 0) {
    html.Text(absl::StrCat(" [", FormatFixed(NumberOf(interval, "low"), 3),
                           ", ", FormatFixed(NumberOf(interval, "high"), 3),
                           "]"));
  }
  html.Text(" · z ").Element("b", FormatZ(NumberOf(evidence, "z")));
  html.Text(absl::StrCat(" · p ", FormatP(NumberOf(evidence, "p_value")),
                         " (floor ", FormatP(NumberOf(evidence, "p_floor")),
                         ")"));
  html.Close();
}

void AddStrip(const SectionContext& context, const Value& evidence,
              const std::string& id, HtmlWriter& html) {
  const std::string name = StatisticName(TextOf(evidence, "name"));
  html.Open("div", {{"class", "strip"}});
  html.Open("div", {{"class", "strip-head"}});
  html.Open("span", {{"class", "strip-name"}}).Element("b", name).Text("  ");
  html.Foreign(TextOf(evidence, "title"), 200);
  if (!BoolOf(evidence, "larger_means_nearer")) {
    html.Text(" ").Element("span", {{"class", "chip"}}, "smaller is nearer");
  }
  if (BoolOf(evidence, "primary")) {
    html.Text(" ").Element("span", {{"class", "chip"}}, "primary");
  }
  html.Close();
  AddNumbers(evidence, html);
  html.Close();
  const auto sd = NumberOf(evidence, "null_sd");
  if (!sd || *sd <= 0 || !NumberOf(evidence, "null_mean")) {
    if (NumberOf(evidence, "statistic")) {
      html.Element("p", {{"class", "note"}},
                   "No strip: the controls give no spread to measure by.");
    }
  } else {
    AddDrawing(
        html, id, absl::StrCat(name, ": the suspect among the controls"),
        absl::StrCat("The suspect has z ", FormatZ(NumberOf(evidence, "z")),
                     ", p ", FormatP(NumberOf(evidence, "p_value")), "."),
        [](double) { return kStripHeight; },
        [&](double width, HtmlWriter& svg) {
          DrawStrip(context, evidence, width, svg);
        });
  }
  html.Close();
}

// The roles that any strip shows; none when there is no strip.
std::vector<std::string> RolesOf(const Value& assessment) {
  bool strips = false, placebos = false, siblings = false;
  for (const Value& evidence : ListOf(assessment, "evidence").GetArray()) {
    if (TextOf(evidence, "scope") != "overall") continue;
    strips |= NumberOf(evidence, "null_sd").value_or(0) > 0;
    placebos |= !ListOf(evidence, "placebos").Empty();
    siblings |= !ListOf(evidence, "siblings").Empty();
  }
  if (!strips) return {};
  std::vector<std::string> roles = {"suspect", "control"};
  if (placebos) roles.push_back("placebo");
  if (siblings) roles.push_back("sibling");
  return roles;
}

}  // namespace

std::string StatisticName(absl::string_view name) {
  const size_t slash = name.find('/');
  const absl::string_view base = name.substr(0, slash);
  std::string shown = ForeignLabel(base, 40);
  for (const Name& row : kNames) {
    if (base == row.name) shown = row.shown;
  }
  if (slash == absl::string_view::npos) return shown;
  return absl::StrCat(shown, ", ", ForeignLabel(name.substr(slash + 1), 40));
}

void StripsSection(const SectionContext& context, HtmlWriter& html) {
  html.Element("p",
               "Each line is one statistic. Every control (ring) was put in "
               "the suspect’s place and measured in the same way; the scale "
               "is the controls’ own standard deviation, and right is always "
               "nearer to the reference. p is the share of controls, the "
               "suspect among them, that lie as far right; it cannot fall "
               "below its floor, and it is valid only for a suspect that is "
               "exchangeable with the controls.");
  html.Open("figure", {{"class", "long"}});
  const std::vector<std::string> roles = RolesOf(context.assessment);
  if (!roles.empty()) {
    AddLegend(html, roles);
    AddAxis(context.id + "-axis", html);
  }
  int index = 0;
  for (const Value& evidence :
       ListOf(context.assessment, "evidence").GetArray()) {
    if (TextOf(evidence, "scope") != "overall") continue;
    AddStrip(context, evidence, absl::StrCat(context.id, "-", index++), html);
  }
  if (index == 0) {
    html.Element("p", {{"class", "note"}}, "No statistic was computed.");
  }
  html.Open("figcaption")
      .Text(
          "Standard deviations of the controls. In brackets: 95 % interval of "
          "the "
          "measurement over probes; it says nothing about lineage. Marks "
          "beyond "
          "the scale stand at its edge (‹ ›). Dashed, for ρ₂: the policy’s "
          "threshold.");
  html.Close().Close();
}

}  // namespace hydrometer::report
