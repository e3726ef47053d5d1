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

struct PlaneMark {
  std::string name, role;
  double z = 0;
  std::optional<double> h;
};

struct Plane {
  std::vector<PlaneMark> marks;
  std::vector<std::string> absent;  // no z: named below the figure
  double h_low = -0.3, h_high = 1.15, z_low = -3, z_high = 6.5;
  bool any_without_h = false, by_words = false;
  std::string short_of_distilled;  // what that verdict lacks; empty: nothing
  std::string no_accusation;       // why no field accuses here; empty: they do
};

// The preconditions of the policy that a panel of this size does not meet.
std::string WhyNoFieldAccuses(const SectionContext& context) {
  if (ByWholeWords(context.report)) return "whole words are compared";
  const Value* rho2 = FindEvidence(context.assessment, "rho2");
  const int controls =
      rho2 == nullptr ? 0 : ValueCount(ListOf(*rho2, "controls"));
  const size_t placebos =
      ListOf(PartOf(context.assessment, "placebos"), "rows").Size();
  const auto want = Threshold(context.report, "min_controls");
  if (want && controls < *want) {
    return absl::StrCat(controls, " controls, and the policy wants ",
                        FormatShort(want));
  }
  const auto rivals = Threshold(context.report, "min_placebos");
  if (rivals && static_cast<double>(placebos) < *rivals) {
    return absl::StrCat(placebos, " placebo references, and the policy wants ",
                        FormatShort(rivals));
  }
  return "";
}

std::string WhatDistilledLacks(const SectionContext& context) {
  const Value* rho2 = FindEvidence(context.assessment, "rho2");
  const int controls =
      rho2 == nullptr ? 0 : ValueCount(ListOf(*rho2, "controls"));
  const auto want = Threshold(context.report, "min_controls_distilled");
  if (!want || controls >= *want) return "";
  return absl::StrCat(" With ", controls,
                      " controls no verdict is better than related: for "
                      "distilled the policy wants ",
                      FormatShort(want), ".");
}

Plane ReadPlane(const SectionContext& context) {
  const std::set<std::string> placebos = PlaceboNames(context.assessment);
  Plane plane;
  plane.by_words = ByWholeWords(context.report);
  plane.short_of_distilled = WhatDistilledLacks(context);
  plane.no_accusation = WhyNoFieldAccuses(context);
  for (const Value& point : ListOf(context.assessment, "plane").GetArray()) {
    PlaneMark mark;
    mark.name = std::string(TextOf(point, "name"));
    mark.role =
        ShownRole(placebos, mark.name, std::string(TextOf(point, "role")));
    mark.h = NumberOf(point, "h");
    const auto z = NumberOf(point, "z_rho2");
    if (!z) {
      plane.absent.push_back(mark.name);
      continue;
    }
    mark.z = *z;
    plane.z_low = std::min(plane.z_low, std::floor(mark.z));
    plane.z_high = std::max(plane.z_high, mark.z);
    if (mark.h) {
      plane.h_low = std::min(plane.h_low, *mark.h - 0.08);
      plane.h_high = std::max(plane.h_high, *mark.h + 0.08);
    } else {
      plane.any_without_h = true;
    }
    plane.marks.push_back(std::move(mark));
  }
  // Far outliers would flatten everything else: they stand at the frame.
  plane.h_low = std::max(plane.h_low, -1.5);
  plane.h_high = std::min(plane.h_high, 2.5);
  plane.z_low = std::max(plane.z_low, -10.0);
  // Room above the highest mark for the names of the fields.
  const double highest = plane.z_high;
  plane.z_high =
      std::ceil(highest + std::max(1.5, 0.09 * (highest - plane.z_low)));
  plane.z_high = std::min(plane.z_high, 40.0);
  // The suspect is drawn last, on top.
  std::stable_sort(plane.marks.begin(), plane.marks.end(),
                   [](const PlaneMark& a, const PlaneMark& b) {
                     return (a.role == "suspect") < (b.role == "suspect");
                   });
  return plane;
}

// Names in the figure: the suspect, siblings, the base, and the one stranger
// that comes nearest. The others say theirs when pointed at.
bool Named(const Plane& plane, const PlaneMark& mark) {
  if (mark.role != "control" && mark.role != "placebo") return true;
  for (const PlaneMark& other : plane.marks) {
    if ((other.role == "control" || other.role == "placebo") &&
        other.z > mark.z) {
      return false;
    }
  }
  return true;
}

struct Frame {
  double left, top, right, bottom;
  double gutter, gutter_half;  // x of marks without h, and room beside them
};

double PlaneHeight(double width) { return width > 500 ? 460 : 400; }

Frame MakeFrame(double width, const Plane& plane) {
  Frame frame{44,         26,
              width - 12, PlaneHeight(width) - 46,
              0,          width > 500 ? 28.0 : 22.0};
  if (plane.any_without_h) {
    frame.gutter = frame.left + frame.gutter_half;
    frame.left += 2 * frame.gutter_half + 8;
  }
  return frame;
}

void DrawAxes(const Frame& f, const Scale& x, const Scale& y, double width,
              const Plane& plane, HtmlWriter& svg) {
  for (const double tick : x.Ticks(width > 500 ? 8 : 4)) {
    AddLine(svg, "grid", x(tick), f.top, x(tick), f.bottom);
    AddText(svg, "axis", x(tick), f.bottom + 18, "middle", TickLabel(tick));
  }
  for (const double tick : y.Ticks(6)) {
    AddLine(svg, "grid", f.left, y(tick), f.right, y(tick));
    AddText(svg, "axis",
            (plane.any_without_h ? f.gutter - f.gutter_half : f.left) - 8,
            y(tick) + 4, "end", TickLabel(tick));
  }
  if (plane.any_without_h) {
    AddLine(svg, "frame", f.gutter - f.gutter_half, f.bottom,
            f.gutter + f.gutter_half, f.bottom);
    for (const double tick : y.Ticks(6)) {
      AddLine(svg, "grid", f.gutter - f.gutter_half, y(tick),
              f.gutter + f.gutter_half, y(tick));
    }
    AddText(svg, "axis", f.gutter, f.bottom + 18, "middle", "no h");
  }
  AddLine(svg, "frame", f.left, f.bottom, f.right, f.bottom);
  const bool wide = width > 500;
  AddText(svg, "soft", wide ? (f.left + f.right) / 2 : f.right, f.bottom + 40,
          wide ? "middle" : "end",
          "h, inherited share of the reference’s errors →");
  AddText(svg, "soft", 0, 14, "start",
          "↑ z of rho2, standard deviations of the controls");
}

// Lines of the policy, and what the fields between them are called.
void DrawPolicy(const Value& report, const Plane& plane, const Frame& f,
                const Scale& x, const Scale& y, LabelPlacer& labels,
                HtmlWriter& svg) {
  const auto z4 = Threshold(report, "z_accuse");
  const auto z3 = Threshold(report, "z_unrelated");
  const auto h1 = Threshold(report, "h_related");
  const auto h2 = Threshold(report, "h_distilled");
  // The label stands `below` the line, by so much on its baseline.
  const auto horizontal = [&](std::optional<double> z, double below) {
    if (z && *z > y.low() && *z < y.high()) {
      AddLine(svg, "policy", f.left, y(*z), f.right, y(*z));
      labels.AddRule(f.left, y(*z), f.right, y(*z));
      const std::string text = absl::StrCat("z = ", FormatShort(z));
      AddText(svg, "faint halo", f.right - 4, y(*z) + below, "end", text);
      labels.AddText(f.right - 4 - TextWidth(text) / 2, y(*z) + below, text);
    }
  };
  const auto vertical = [&](std::optional<double> h) {
    if (h && *h > x.low() && *h < x.high()) {
      AddLine(svg, "policy", x(*h), f.top, x(*h), f.bottom);
      labels.AddRule(x(*h), f.top, x(*h), f.bottom);
      const std::string text = absl::StrCat("h = ", FormatShort(h));
      AddText(svg, "faint halo", x(*h) + 4, f.bottom - 6, "start", text);
      labels.AddText(x(*h) + 4 + TextWidth(text) / 2, f.bottom - 6, text);
    }
  };
  horizontal(z4, -4);
  horizontal(z3, 13);
  vertical(h1);
  vertical(h2);
  if (!z4 || !z3 || !h1 || !h2 || *z4 > y.high()) return;
  if (!plane.no_accusation.empty()) return;
  const double left = x.Clamped(*h1), right = x.Clamped(*h2);
  const double above = f.top + 14;
  const auto field = [&](double from, double to, double baseline,
                         const char* name) {
    const double middle = (from + to) / 2;
    if (to - from < 0.8 * TextWidth(name)) return;  // it is set smaller
    AddText(svg, "faint halo", middle, baseline, "middle", name);
    labels.AddText(middle, baseline, name);
  };
  field(right, f.right, above, "distilled*");
  field(left, right, above, "related");
  field(f.left, left, above, "shared");
  field(f.left, left, y.Clamped(*z3) + 15, "unrelated");
}

void DrawPlane(const Value& report, const Plane& plane, double width,
               HtmlWriter& svg) {
  const Frame f = MakeFrame(width, plane);
  const Scale x(plane.h_low, plane.h_high, f.left, f.right);
  const Scale y(plane.z_low, plane.z_high, f.bottom, f.top);
  DrawAxes(f, x, y, width, plane, svg);
  LabelPlacer labels(f.gutter > 0 ? f.gutter - f.gutter_half : f.left, f.top,
                     f.right, f.bottom);
  DrawPolicy(report, plane, f, x, y, labels, svg);
  const auto x_of = [&](const PlaneMark& mark) {
    return mark.h ? x.Clamped(*mark.h) : f.gutter;
  };
  for (const PlaneMark& mark : plane.marks) {
    const double radius = mark.role == "suspect" ? 6 : 4.5;
    AddMark(svg, mark.role, x_of(mark), y.Clamped(mark.z), radius,
            absl::StrCat(ForeignLabel(mark.name, 80), " (", mark.role, "): h ",
                         FormatFixed(mark.h, 2), ", z ", FormatZ(mark.z)));
    labels.AddObstacle(x_of(mark), y.Clamped(mark.z), radius);
  }
  const size_t longest = width > 500 ? 34 : 22;
  for (auto mark = plane.marks.rbegin(); mark != plane.marks.rend(); ++mark) {
    if (!Named(plane, *mark)) continue;
    labels.Place(svg, mark->role, x_of(*mark), y.Clamped(mark->z),
                 ShortLabel(mark->name, longest), mark->role == "suspect");
  }
}

void AddCaption(const Plane& plane, HtmlWriter& html) {
  html.Open("figcaption").Text("Dashed: the thresholds of the policy. ");
  if (plane.no_accusation.empty()) {
    html.Text(
        "Elsewhere than in the named fields: inconclusive. * Distilled asks "
        "for more than its place here: rho with the reference above that with "
        "every placebo reference; below the right line also that siblings are "
        "exceeded or training on the same data is excluded.");
    html.Text(plane.short_of_distilled);
  } else {
    html.Text(absl::StrCat(
        "No field accuses in this panel: ", plane.no_accusation, "."));
  }
  if (plane.any_without_h) {
    html.Text(plane.by_words
                  ? " No h: whole words have no curve of inherited error."
                  : " No h: too near the flat part of the curve, or outside "
                    "it.");
  }
  if (!plane.absent.empty()) {
    html.Text(" Without a z of rho2 and not drawn: ");
    for (size_t i = 0; i < plane.absent.size(); ++i) {
      if (i > 0) html.Text(", ");
      html.ShortName(plane.absent[i], 40);
    }
    html.Text(".");
  }
  html.Close();
}

}  // namespace

void PlaneSection(const SectionContext& context, HtmlWriter& html) {
  const Plane plane = ReadPlane(context);
  html.Element("p",
               "Two questions at once. Upwards: how much more does a model "
               "share with the reference than the controls do, in standard "
               "deviations of the controls (z of rho2)? To the right: which "
               "share of the reference’s own errors does it repeat (h)? Every "
               "control was treated as if it were the suspect.");
  if (plane.marks.empty()) {
    html.Element("p", {{"class", "note"}},
                 "No model has a z of rho2: there is no null to hold it "
                 "against, so there is nothing to draw.");
    return;
  }
  html.Open("figure");
  std::set<std::string> roles;
  for (const PlaneMark& mark : plane.marks) roles.insert(mark.role);
  AddLegend(html, roles);
  std::string suspect = "The suspect is not on it.";
  for (const PlaneMark& mark : plane.marks) {
    if (mark.role != "suspect") continue;
    suspect = absl::StrCat("The suspect stands at h ", FormatFixed(mark.h, 2),
                           " and z ", FormatZ(mark.z), ".");
  }
  AddDrawing(html, context.id, "z of rho2 against the inherited share h",
             absl::StrCat(suspect, " ", plane.marks.size(),
                          " models are drawn; dashed lines are the "
                          "thresholds of the policy."),
             PlaneHeight, [&](double width, HtmlWriter& svg) {
               DrawPlane(context.report, plane, width, svg);
             });
  AddCaption(plane, html);
  html.Close();
}

}  // namespace hydrometer::report
