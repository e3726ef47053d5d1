// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <cmath>
#include <set>

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
  bool nearness = true;  // false: says nothing of how near two models are
};
constexpr Name kNames[] = {{"rho2", "rho2"},
                           {"h", "h"},
                           {"rho", "rho"},
                           {"rho_without_top", "rho without top token"},
                           {"rho_controls_weights", "rho, controls’ weights"},
                           {"rho_given_base", "rho given the base"},
                           {"delta_a", "delta A since the base"},
                           {"h_t", "h_T"},
                           {"tau", "tau", false},
                           {"membership_gap", "membership gap"},
                           {"js", "JS"},
                           {"js_adjusted", "JS, adjusted"},
                           {"agreement", "top-1 agreement"},
                           {"agreement_adjusted", "agreement, adjusted"},
                           {"kl", "KL"},
                           {"kl_adjusted", "KL, adjusted"}};

bool SaysNearness(const Value& evidence) {
  for (const Name& row : kNames) {
    if (TextOf(evidence, "name") == row.name) return row.nearness;
  }
  return true;
}

// Right is nearer, so a distance is drawn from right to left.
bool DrawnReversed(const Value& evidence) {
  return SaysNearness(evidence) && !BoolOf(evidence, "larger_means_nearer");
}

// Whether the controls give a spread to draw by.
bool HasStrip(const Value& evidence) {
  return NumberOf(evidence, "null_sd").value_or(0) > 0 &&
         NumberOf(evidence, "null_mean");
}

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

// Marks of one list; controls are moved apart in a fixed pattern, since many
// lie close together.
void AddMembers(const Value& members, const std::string& role,
                const std::set<std::string>& placebos, double mean, double sd,
                double sign, const Scale& x, HtmlWriter& svg) {
  int index = 0;
  for (const Value& member : members.GetArray()) {
    const auto value = NumberOf(member, "value");
    if (!value) continue;
    constexpr double kOffsets[] = {0, -5, 5, -2.5, 2.5};
    const double y =
        kStripHeight / 2 + (role == "control" ? kOffsets[index++ % 5] : 0);
    const std::string name(TextOf(member, "name"));
    AddStripMark(x, ShownRole(placebos, name, role), name, *value,
                 sign * (*value - mean) / sd, y, role == "control" ? 4 : 4.5,
                 svg);
  }
}

// A control's ring, a placebo's triangle, ...: `key` lists members of `role`.
struct MemberList {
  const char* key;
  const char* role;
};
constexpr MemberList kLists[] = {
    {"controls", "control"}, {"placebos", "placebo"}, {"siblings", "sibling"}};

void DrawStrip(const SectionContext& context, const Value& evidence,
               double width, HtmlWriter& svg) {
  const double mean = NumberOf(evidence, "null_mean").value_or(0);
  const double sd = NumberOf(evidence, "null_sd").value_or(0);
  const double sign = DrawnReversed(evidence) ? -1 : 1;
  const Scale x = StripScale(width);
  const std::set<std::string> placebos = PlaceboNames(context.assessment);
  AddLine(svg, "grid", x(kLow), kStripHeight / 2, x(kHigh), kStripHeight / 2);
  for (double z = kLow; z <= kHigh; z += 2) {
    AddLine(svg, "frame", x(z), kStripHeight - 3, x(z), kStripHeight);
  }
  AddLine(svg, "frame", x(0), 3, x(0), kStripHeight - 3);
  if (TextOf(evidence, "name") == "rho2") {
    if (const auto z = Threshold(context.report, "z_accuse")) {
      AddLine(svg, "policy", x.Clamped(*z), 1, x.Clamped(*z), kStripHeight - 1);
    }
  }
  for (const MemberList& list : kLists) {
    AddMembers(ListOf(evidence, list.key), list.role, placebos, mean, sd, sign,
               x, svg);
  }
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
  const Value& controls = ListOf(evidence, "controls");
  const std::string counts =
      controls.Empty() ? ""
                       : absl::StrCat(" · ", ValueCount(controls), " of ",
                                      controls.Size(), " controls");
  html.Open("span", {{"class", "strip-numbers"}});
  if (!NumberOf(evidence, "statistic")) {
    AddRefusal(TextOf(evidence, "reason"), html);
    html.Text(counts).Close();
    return;
  }
  html.Element("b", FormatFixed(NumberOf(evidence, "statistic"), 3));
  const Value& interval = PartOf(evidence, "interval");
  if (interval.MemberCount() > 0) {
    html.Text(absl::StrCat(" [", FormatFixed(NumberOf(interval, "low"), 3),
                           ", ", FormatFixed(NumberOf(interval, "high"), 3),
                           "]"));
  }
  if (!NumberOf(evidence, "z")) {
    html.Text(controls.Empty()
                  ? " · no z and no p: there is no control to measure by"
                  : " · no z and no p: the controls that have a value give no "
                    "spread to measure by");
  } else {
    html.Text(" · z ").Element("b", FormatZ(NumberOf(evidence, "z")));
    if (DrawnReversed(evidence)) html.Text(" (drawn reversed)");
  }
  if (SaysNearness(evidence) && NumberOf(evidence, "p_value")) {
    html.Text(absl::StrCat(" · p ", FormatP(NumberOf(evidence, "p_value")),
                           " (floor ", FormatP(NumberOf(evidence, "p_floor")),
                           ")"));
  }
  html.Text(counts).Close();
}

std::string Description(const Value& evidence) {
  std::string text =
      absl::StrCat("The suspect has z ", FormatZ(NumberOf(evidence, "z")));
  if (DrawnReversed(evidence)) absl::StrAppend(&text, " (drawn reversed)");
  if (SaysNearness(evidence)) {
    absl::StrAppend(&text, ", p ", FormatP(NumberOf(evidence, "p_value")));
  }
  return text + ".";
}

void AddStrip(const SectionContext& context, const Value& evidence,
              const std::string& id, HtmlWriter& html) {
  const std::string name = StatisticName(TextOf(evidence, "name"));
  html.Open("div", {{"class", "strip"}});
  html.Open("div", {{"class", "strip-head"}});
  html.Open("span", {{"class", "strip-name"}}).Element("b", name).Text("  ");
  html.Foreign(TextOf(evidence, "title"), 200);
  if (DrawnReversed(evidence)) {
    html.Text(" ").Element("span", {{"class", "chip"}}, "smaller is nearer");
  }
  if (BoolOf(evidence, "primary")) {
    html.Text(" ").Element("span", {{"class", "chip"}}, "primary");
  }
  html.Close();
  AddNumbers(evidence, html);
  html.Close();
  if (HasStrip(evidence)) {
    AddDrawing(
        html, id, absl::StrCat(name, ": the suspect among the controls"),
        Description(evidence), [](double) { return kStripHeight; },
        [&](double width, HtmlWriter& svg) {
          DrawStrip(context, evidence, width, svg);
        });
  }
  html.Close();
}

// One paragraph for each reason why statistics have neither value nor strip.
void AddRefused(const std::vector<const Value*>& refused, HtmlWriter& html) {
  std::vector<std::string> reasons;
  for (const Value* evidence : refused) {
    const std::string reason(TextOf(*evidence, "reason"));
    if (std::find(reasons.begin(), reasons.end(), reason) == reasons.end()) {
      reasons.push_back(reason);
    }
  }
  for (const std::string& reason : reasons) {
    html.Open("p", {{"class", "note"}}).Text("Not read: ");
    bool first = true;
    for (const Value* evidence : refused) {
      if (TextOf(*evidence, "reason") != reason) continue;
      if (!first) html.Text("; ");
      first = false;
      html.Text(StatisticName(TextOf(*evidence, "name")));
    }
    html.Text(". Reason: ").Prose(reason, 300).Text(".").Close();
  }
}

// The roles that any strip shows; none when there is no strip.
std::set<std::string> RolesOf(const Value& assessment) {
  const std::set<std::string> placebos = PlaceboNames(assessment);
  std::set<std::string> roles;
  for (const Value& evidence : ListOf(assessment, "evidence").GetArray()) {
    if (TextOf(evidence, "scope") != "overall" || !HasStrip(evidence)) continue;
    if (NumberOf(evidence, "statistic")) roles.insert("suspect");
    for (const MemberList& list : kLists) {
      for (const Value& member : ListOf(evidence, list.key).GetArray()) {
        if (!NumberOf(member, "value")) continue;
        roles.insert(ShownRole(placebos, std::string(TextOf(member, "name")),
                               list.role));
      }
    }
  }
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
               "Each line is one statistic. Every control was put in the "
               "suspect’s place and measured in the same way; the scale is "
               "the controls’ own standard deviation, and right is nearer to "
               "the reference. A distance, of which less is nearer, is drawn "
               "reversed. Tau is no nearness but a sharpness: right is "
               "flatter, and it has no p. A p is the share of controls, the "
               "suspect among them, that lie as far right; it cannot fall "
               "below its floor, and it is valid only for a suspect that is "
               "exchangeable with the controls.");
  html.Open("figure", {{"class", "long"}});
  const std::set<std::string> roles = RolesOf(context.assessment);
  if (!roles.empty()) {
    AddLegend(html, roles);
    AddAxis(context.id + "-axis", html);
  }
  int index = 0;
  std::vector<const Value*> refused;
  for (const Value& evidence :
       ListOf(context.assessment, "evidence").GetArray()) {
    if (TextOf(evidence, "scope") != "overall") continue;
    if (!NumberOf(evidence, "statistic") && !HasStrip(evidence)) {
      refused.push_back(&evidence);
      continue;
    }
    AddStrip(context, evidence, absl::StrCat(context.id, "-", index++), html);
  }
  if (!roles.empty()) AddAxis(context.id + "-axis-below", html);
  AddRefused(refused, html);
  if (index == 0 && refused.empty()) {
    html.Element("p", {{"class", "note"}}, "No statistic was computed.");
  }
  html.Element("figcaption",
               "Standard deviations of the controls, a tick every 2. In "
               "brackets: 95 % interval of the measurement over probes; it "
               "says nothing about lineage. Marks beyond the scale stand at "
               "its edge (‹ ›). Dashed, for rho2: the policy’s threshold.");
  html.Close();
}

}  // namespace hydrometer::report
