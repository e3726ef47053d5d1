// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "src/report/chart.h"
#include "src/report/number_format.h"
#include "src/report/sections.h"

namespace hydrometer::report {
namespace {

struct Point {
  std::string name, role;
  double loss = 0, a = 0;
  std::optional<double> h;
};

struct Curve {
  std::vector<Point> points;
  std::vector<std::pair<double, double>> line;
  double loss_low = 1e300, loss_high = -1e300, a_low = 0, a_high = 0;
};

void Widen(double loss, double a, Curve& curve) {
  curve.loss_low = std::min(curve.loss_low, loss);
  curve.loss_high = std::max(curve.loss_high, loss);
  curve.a_low = std::min(curve.a_low, a);
  curve.a_high = std::max(curve.a_high, a);
}

Curve ReadCurve(const SectionContext& context) {
  std::set<std::string> placebos;
  for (const Value& row :
       ListOf(PartOf(context.assessment, "placebos"), "rows").GetArray()) {
    placebos.insert(std::string(TextOf(row, "name")));
  }
  const Value& value = PartOf(context.assessment, "curve");
  Curve curve;
  for (const Value& row : ListOf(value, "points").GetArray()) {
    const auto loss = NumberOf(row, "loss_nats"), a = NumberOf(row, "a_nats");
    if (!loss || !a) continue;
    Point point{std::string(TextOf(row, "name")),
                std::string(TextOf(row, "role")), *loss, *a,
                NumberOf(row, "h")};
    if (point.role == "control" && placebos.count(point.name) > 0) {
      point.role = "placebo";
    }
    Widen(point.loss, point.a, curve);
    curve.points.push_back(std::move(point));
  }
  for (const Value& pair : ListOf(value, "line").GetArray()) {
    if (!pair.IsArray() || pair.Size() != 2 || !pair[0].IsNumber() ||
        !pair[1].IsNumber()) {
      continue;
    }
    curve.line.emplace_back(pair[0].GetDouble(), pair[1].GetDouble());
    Widen(curve.line.back().first, curve.line.back().second, curve);
  }
  std::stable_sort(curve.points.begin(), curve.points.end(),
                   [](const Point& a, const Point& b) {
                     return (a.role == "suspect") < (b.role == "suspect");
                   });
  return curve;
}

// A_0 at `loss` on the drawn line.
std::optional<double> OnLine(const Curve& curve, double loss) {
  for (size_t i = 1; i < curve.line.size(); ++i) {
    const auto& [x0, y0] = curve.line[i - 1];
    const auto& [x1, y1] = curve.line[i];
    if (loss < x0 || loss > x1 || x1 <= x0) continue;
    return y0 + (loss - x0) / (x1 - x0) * (y1 - y0);
  }
  return std::nullopt;
}

double CurveHeight(double width) { return width > 500 ? 400 : 360; }

void DrawAxes(const Scale& x, const Scale& y, double left, double top,
              double right, double bottom, double width, HtmlWriter& svg) {
  for (const double tick : x.Ticks(width > 500 ? 7 : 4)) {
    AddLine(svg, "grid", x(tick), top, x(tick), bottom);
    AddText(svg, "axis", x(tick), bottom + 18, "middle", TickLabel(tick));
  }
  for (const double tick : y.Ticks(5)) {
    AddLine(svg, "grid", left, y(tick), right, y(tick));
    AddText(svg, "axis", left - 8, y(tick) + 4, "end", TickLabel(tick));
  }
  AddLine(svg, "frame", left, bottom, right, bottom);
  AddText(svg, "soft", (left + right) / 2, bottom + 40, "middle",
          "loss on real text, nats (better models to the left)");
  AddText(svg, "soft", 0, 14, "start", "↑ A, nats: nearer to the reference");
}

void DrawGuide(const Curve& curve, const Scale& x, const Scale& y,
               HtmlWriter& svg) {
  for (const Point& point : curve.points) {
    if (point.role != "suspect") continue;
    const auto foot = OnLine(curve, point.loss);
    if (!foot) continue;
    AddLine(svg, "guide", x(point.loss), y(*foot), x(point.loss), y(0));
  }
}

void DrawCurve(const Curve& curve, double width, HtmlWriter& svg) {
  const double left = 52, top = 28, right = width - 12;
  const double bottom = CurveHeight(width) - 46;
  const double loss_room = 0.05 * (curve.loss_high - curve.loss_low) + 1e-3;
  const double a_room = 0.08 * (curve.a_high - curve.a_low) + 1e-3;
  const Scale x(curve.loss_low - loss_room, curve.loss_high + loss_room, left,
                right);
  const Scale y(curve.a_low - a_room, curve.a_high + a_room, bottom, top);
  DrawAxes(x, y, left, top, right, bottom, width, svg);
  AddLine(svg, "policy", left, y(0), right, y(0));
  constexpr char kTopLine[] = "h = 1: every error repeated";
  AddText(svg, "faint halo", right - 4, y(0) - 4, "end", kTopLine);
  std::string path;
  for (const auto& [loss, a] : curve.line) {
    absl::StrAppend(&path, path.empty() ? "M" : "L", FormatPlain(x(loss)), " ",
                    FormatPlain(y(a)));
  }
  if (!path.empty()) svg.Empty("path", {{"class", "line"}, {"d", path}});
  DrawGuide(curve, x, y, svg);
  LabelPlacer labels(left, top, right, bottom);
  labels.AddText(right - 4 - TextWidth(kTopLine) / 2, y(0) - 4, kTopLine);
  for (const Point& point : curve.points) {
    const double radius = point.role == "suspect" ? 6 : 4.5;
    AddMark(
        svg, point.role, x(point.loss), y(point.a), radius,
        absl::StrCat(ForeignLabel(point.name, 80), " (", point.role, "): loss ",
                     FormatFixed(point.loss, 3), ", A ",
                     FormatFixed(point.a, 3), ", h ", FormatFixed(point.h, 2)));
    labels.AddObstacle(x(point.loss), y(point.a), radius);
  }
  for (size_t i = 1; i < curve.line.size(); ++i) {
    labels.AddObstacle(x(curve.line[i].first), y(curve.line[i].second), 3);
  }
  for (auto point = curve.points.rbegin(); point != curve.points.rend();
       ++point) {
    if (point->role == "control" || point->role == "placebo") continue;
    labels.Place(svg, point->role, x(point->loss), y(point->a),
                 ShortLabel(point->name, width > 500 ? 34 : 22),
                 point->role == "suspect" || point->role == "reference");
  }
}

}  // namespace

void CurveSection(const SectionContext& context, HtmlWriter& html) {
  html.Element("p",
               "A says how much of the reference’s deviation from the world "
               "a model repeats: 0 for the reference itself and for a perfect "
               "student, lower for strangers. How much lower depends on the "
               "stranger’s quality, so the suspect is read against the curve "
               "through the controls, at its own loss: h is the part of the "
               "way from the curve (h = 0) to the line A = 0 (h = 1).");
  if (IsNull(context.assessment, "curve")) {
    const Value* h = FindEvidence(context.assessment, "h");
    html.Open("p", {{"class", "note"}}).Text("There is no curve: ");
    html.Foreign(h == nullptr || TextOf(*h, "reason").empty()
                     ? "it was not computed"
                     : TextOf(*h, "reason"),
                 300);
    html.Text(".").Close();
    return;
  }
  const Curve curve = ReadCurve(context);
  if (curve.points.empty()) {
    html.Element("p", {{"class", "note"}}, "The curve has no points.");
    return;
  }
  const Value& value = PartOf(context.assessment, "curve");
  html.Open("figure");
  AddLegend(html, {"suspect", "reference", "control", "placebo", "sibling"});
  AddDrawing(html, context.id, "Inherited error A over loss",
             absl::StrCat("The curve of the controls and ", curve.points.size(),
                          " models."),
             CurveHeight, [&](double width, HtmlWriter& svg) {
               DrawCurve(curve, width, svg);
             });
  html.Open("figcaption").Text("Form of the curve: ");
  html.Foreign(TextOf(value, "form"));
  html.Text(
      absl::StrCat(", least leave-one-out error of those tried: ",
                   FormatFixed(NumberOf(value, "leave_one_out_error_nats"), 3),
                   " nats. Dotted: the way on which h is read."));
  html.Close().Close();
}

}  // namespace hydrometer::report
