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
  // The controls' losses: outside them the line is only drawn on.
  double control_low = 1e300, control_high = -1e300;
  std::string refusal;  // why the suspect's h is not read; empty: it is
};

void Widen(double loss, double a, Curve& curve) {
  curve.loss_low = std::min(curve.loss_low, loss);
  curve.loss_high = std::max(curve.loss_high, loss);
  curve.a_low = std::min(curve.a_low, a);
  curve.a_high = std::max(curve.a_high, a);
}

Curve ReadCurve(const SectionContext& context) {
  const std::set<std::string> placebos = PlaceboNames(context.assessment);
  const Value& value = PartOf(context.assessment, "curve");
  Curve curve;
  for (const Value& row : ListOf(value, "points").GetArray()) {
    const auto loss = NumberOf(row, "loss_nats"), a = NumberOf(row, "a_nats");
    if (!loss || !a) continue;
    Point point{std::string(TextOf(row, "name")),
                std::string(TextOf(row, "role")), *loss, *a,
                NumberOf(row, "h")};
    if (point.role == "control") {
      curve.control_low = std::min(curve.control_low, *loss);
      curve.control_high = std::max(curve.control_high, *loss);
    }
    point.role = ShownRole(placebos, point.name, point.role);
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
  // What matters most is drawn last, on top, and named first.
  const auto rank = [](const Point& point) {
    return point.role == "suspect" ? 2 : point.role == "reference" ? 1 : 0;
  };
  std::stable_sort(
      curve.points.begin(), curve.points.end(),
      [&](const Point& a, const Point& b) { return rank(a) < rank(b); });
  const Value* h = FindEvidence(context.assessment, "h");
  if (h == nullptr || !NumberOf(*h, "statistic")) {
    curve.refusal = h == nullptr || TextOf(*h, "reason").empty()
                        ? "not computed"
                        : std::string(TextOf(*h, "reason"));
  }
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

// The part of the curve between two losses.
void DrawPart(const Curve& curve, double from, double to, const char* css_class,
              const Scale& x, const Scale& y, HtmlWriter& svg) {
  std::string path;
  const auto add = [&](double loss, double a) {
    absl::StrAppend(&path, path.empty() ? "M" : "L", FormatPlain(x(loss)), " ",
                    FormatPlain(y(a)));
  };
  const auto begin = OnLine(curve, from), end = OnLine(curve, to);
  if (begin) add(from, *begin);
  for (const auto& [loss, a] : curve.line) {
    if (loss > from && loss < to) add(loss, a);
  }
  if (end && to > from) add(to, *end);
  if (!path.empty()) svg.Empty("path", {{"class", css_class}, {"d", path}});
}

bool LeavesControls(const Curve& curve) {
  return !curve.line.empty() && (curve.line.front().first < curve.control_low ||
                                 curve.line.back().first > curve.control_high);
}

void DrawLine(const Curve& curve, const Scale& x, const Scale& y,
              HtmlWriter& svg) {
  if (curve.line.empty()) return;
  const double first = curve.line.front().first;
  const double last = curve.line.back().first;
  const double low = std::clamp(curve.control_low, first, last);
  const double high = std::clamp(curve.control_high, low, last);
  if (first < low) DrawPart(curve, first, low, "line beyond", x, y, svg);
  DrawPart(curve, low, high, "line", x, y, svg);
  if (high < last) DrawPart(curve, high, last, "line beyond", x, y, svg);
}

// The way on which h is read, where it is.
void DrawGuide(const Curve& curve, const Scale& x, const Scale& y,
               HtmlWriter& svg) {
  if (!curve.refusal.empty()) return;
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
  const Scale y(curve.a_low - a_room, curve.a_high + 1.3 * a_room, bottom, top);
  DrawAxes(x, y, left, top, right, bottom, width, svg);
  AddLine(svg, "policy", left, y(0), right, y(0));
  constexpr char kTopLine[] = "h = 1: every error repeated";
  const double above = y(0) - 11;  // clear of marks on the line
  AddText(svg, "faint halo", right - 4, above, "end", kTopLine);
  DrawLine(curve, x, y, svg);
  DrawGuide(curve, x, y, svg);
  LabelPlacer labels(left, top, right, bottom);
  labels.AddRule(left, y(0), right, y(0));
  labels.AddText(right - 4 - TextWidth(kTopLine) / 2, above, kTopLine);
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

void AddCaption(const Value& value, const Curve& curve, HtmlWriter& html) {
  html.Open("figcaption").Text("Form of the curve: ");
  html.Foreign(TextOf(value, "form"));
  html.Text(absl::StrCat(
      ", least leave-one-out error of those tried: ",
      FormatFixed(NumberOf(value, "leave_one_out_error_nats"), 3), " nats. "));
  if (LeavesControls(curve)) {
    html.Text(
        "Dashed: beyond the controls’ losses, where nothing supports "
        "it. ");
  }
  if (curve.refusal.empty()) {
    html.Text("Dotted: the way on which h is read.");
  } else {
    html.Text("h is not read here: ").Prose(curve.refusal, 300).Text(".");
  }
  html.Close();
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
  std::set<std::string> roles;
  for (const Point& point : curve.points) roles.insert(point.role);
  AddLegend(html, roles);
  AddDrawing(html, context.id, "Inherited error A over loss",
             absl::StrCat("The curve of the controls and ", curve.points.size(),
                          " models."),
             CurveHeight, [&](double width, HtmlWriter& svg) {
               DrawCurve(curve, width, svg);
             });
  AddCaption(value, curve, html);
  html.Close();
}

}  // namespace hydrometer::report
