// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/report/chart.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "src/report/number_format.h"
#include "src/report/visible_text.h"

namespace hydrometer::report {
namespace {

std::string Points(std::initializer_list<std::pair<double, double>> corners) {
  std::string points;
  for (const auto& [x, y] : corners) {
    absl::StrAppend(&points, points.empty() ? "" : " ", FormatPlain(x), ",",
                    FormatPlain(y));
  }
  return points;
}

void AddShape(HtmlWriter& svg, absl::string_view role, double x, double y,
              double r) {
  const auto polygon = [&](const std::string& points) {
    svg.Empty("polygon", {{"class", role}, {"points", points}});
  };
  if (role == "suspect") {
    const double d = r * 1.3;
    polygon(Points({{x, y - d}, {x + d, y}, {x, y + d}, {x - d, y}}));
  } else if (role == "reference") {
    polygon(Points(
        {{x - r, y - r}, {x + r, y - r}, {x + r, y + r}, {x - r, y + r}}));
  } else if (role == "placebo") {
    polygon(Points({{x, y - r * 1.15},
                    {x + r * 1.1, y + r * .85},
                    {x - r * 1.1, y + r * .85}}));
  } else if (role == "sibling") {
    polygon(Points({{x, y + r * 1.15},
                    {x + r * 1.1, y - r * .85},
                    {x - r * 1.1, y - r * .85}}));
  } else if (role == "base") {
    AddLine(svg, "base", x - r, y - r, x + r, y + r);
    AddLine(svg, "base", x - r, y + r, x + r, y - r);
  } else {
    svg.Empty("circle", {{"class", "control"},
                         {"cx", FormatPlain(x)},
                         {"cy", FormatPlain(y)},
                         {"r", FormatPlain(r * .9)}});
  }
}

}  // namespace

Scale::Scale(double low, double high, double from, double to)
    : low_(low), high_(high), from_(from), to_(to) {
  if (!(high_ > low_)) {
    low_ -= 0.5;
    high_ = low_ + 1;
  }
}

double Scale::operator()(double value) const {
  return from_ + (value - low_) / (high_ - low_) * (to_ - from_);
}

double Scale::Clamped(double value) const {
  return (*this)(std::clamp(value, low_, high_));
}

std::vector<double> Scale::Ticks(int count) const {
  const double rough = (high_ - low_) / std::max(count, 1);
  const double power = std::pow(10, std::floor(std::log10(rough)));
  double step = power * 10;
  for (const double factor : {1.0, 2.0, 2.5, 5.0}) {
    if (factor * power >= rough * 0.999) {
      step = factor * power;
      break;
    }
  }
  std::vector<double> ticks;
  const double first = std::ceil(low_ / step - 1e-9);
  for (int i = 0; i < 100; ++i) {
    const double tick = (first + i) * step;
    if (tick > high_ + 1e-9 * step) break;
    ticks.push_back(std::fabs(tick) < 1e-9 * step ? 0.0 : tick);
  }
  return ticks;
}

std::string TickLabel(double tick) { return FormatShort(tick); }

void AddDrawing(HtmlWriter& html, absl::string_view id, absl::string_view title,
                absl::string_view description,
                const std::function<double(double)>& height,
                const std::function<void(double, HtmlWriter&)>& draw) {
  for (const bool wide : {true, false}) {
    const double width = wide ? kWideWidth : kNarrowWidth;
    const std::string name = absl::StrCat(id, wide ? "-w" : "-n");
    html.Open("svg",
              {{"xmlns", "http://www.w3.org/2000/svg"},
               {"class", wide ? "wide" : "narrow"},
               {"role", "img"},
               {"viewBox", absl::StrCat("0 0 ", FormatPlain(width), " ",
                                        FormatPlain(height(width)))},
               {"aria-labelledby", absl::StrCat(name, "-t ", name, "-d")}});
    html.Element("title", {{"id", name + "-t"}}, title);
    html.Element("desc", {{"id", name + "-d"}}, description);
    draw(width, html);
    html.Close();
  }
}

void AddMark(HtmlWriter& svg, absl::string_view role, double x, double y,
             double radius, absl::string_view tooltip) {
  if (tooltip.empty()) {
    AddShape(svg, role, x, y, radius);
    return;
  }
  svg.Open("g").Element("title", tooltip);
  // A ring is hard to hit with a pointer: an invisible disc takes the hover.
  svg.Empty("circle", {{"class", "hit"},
                       {"cx", FormatPlain(x)},
                       {"cy", FormatPlain(y)},
                       {"r", FormatPlain(radius + 3)}});
  AddShape(svg, role, x, y, radius);
  svg.Close();
}

void AddLine(HtmlWriter& svg, absl::string_view css_class, double x1, double y1,
             double x2, double y2) {
  svg.Empty("line", {{"class", css_class},
                     {"x1", FormatPlain(x1)},
                     {"y1", FormatPlain(y1)},
                     {"x2", FormatPlain(x2)},
                     {"y2", FormatPlain(y2)}});
}

void AddText(HtmlWriter& svg, absl::string_view css_class, double x, double y,
             absl::string_view anchor, absl::string_view text) {
  svg.Element("text",
              {{"class", css_class},
               {"x", FormatPlain(x)},
               {"y", FormatPlain(y)},
               {"text-anchor", anchor}},
              text);
}

std::string RoleWords(absl::string_view role) {
  if (role == "placebo") return "placebo reference (unrelated, as good)";
  if (role == "sibling") return "sibling of the reference (same data)";
  if (role == "base") return "base of the suspect";
  return std::string(role);
}

void AddLegend(HtmlWriter& html, const std::set<std::string>& roles) {
  html.Open("ul", {{"class", "legend"}});
  for (const char* role :
       {"suspect", "reference", "control", "placebo", "sibling", "base"}) {
    if (roles.count(role) == 0) continue;
    html.Open("li");
    html.Open("svg", {{"xmlns", "http://www.w3.org/2000/svg"},
                      {"class", "icon"},
                      {"viewBox", "0 0 14 14"},
                      {"aria-hidden", "true"}});
    AddShape(html, role, 7, 7, 4.5);
    html.Close().Text(RoleWords(role)).Close();
  }
  html.Close();
}

double TextWidth(absl::string_view text) {
  return 7.0 * static_cast<double>(DisplayWidth(text));
}

void LabelPlacer::AddObstacle(double x, double y, double radius) {
  taken_.push_back({x - radius, y - radius, x + radius, y + radius});
}

void LabelPlacer::AddRule(double x1, double y1, double x2, double y2) {
  taken_.push_back({x1 - 1, y1 - 1, x2 + 1, y2 + 1});
}

void LabelPlacer::AddText(double x, double y, absl::string_view text) {
  const double half = TextWidth(text) / 2;
  taken_.push_back({x - half, y - 11, x + half, y + 3});
}

double LabelPlacer::Overlap(const Box& box) const {
  double area = 0;
  for (const Box& other : taken_) {
    const double width =
        std::min(box.right, other.right) - std::max(box.left, other.left);
    const double height =
        std::min(box.bottom, other.bottom) - std::max(box.top, other.top);
    if (width > 0 && height > 0) area += width * height;
  }
  const double outside =
      std::max(0.0, left_ - box.left) + std::max(0.0, box.right - right_) +
      std::max(0.0, top_ - box.top) + std::max(0.0, box.bottom - bottom_);
  return area + 1000 * outside;
}

bool LabelPlacer::Place(HtmlWriter& svg, absl::string_view role, double x,
                        double y, absl::string_view text, bool must_stand) {
  const double width = TextWidth(text), gap = 9;
  struct Candidate {
    double x, y;  // of the text's anchor, on its baseline
    const char* anchor;
  };
  const Candidate candidates[] = {
      {x + gap, y + 4, "start"},       {x - gap, y + 4, "end"},
      {x, y - gap, "middle"},          {x, y + gap + 10, "middle"},
      {x + gap, y - gap, "start"},     {x - gap, y - gap, "end"},
      {x + gap, y + gap + 8, "start"}, {x - gap, y + gap + 8, "end"}};
  const Candidate* best = nullptr;
  Box best_box{};
  double least = 0;
  for (const Candidate& c : candidates) {
    const absl::string_view anchor = c.anchor;
    const double left = anchor == "start" ? c.x
                        : anchor == "end" ? c.x - width
                                          : c.x - width / 2;
    const Box box{left, c.y - 11, left + width, c.y + 3};
    const double overlap = Overlap(box);
    if (best == nullptr || overlap < least) {
      best = &c;
      best_box = box;
      least = overlap;
    }
    if (overlap == 0) break;
  }
  if (least > 0 && !must_stand) return false;
  taken_.push_back(best_box);
  report::AddText(svg, absl::StrCat("name halo ", role), best->x, best->y,
                  best->anchor, text);
  return true;
}

}  // namespace hydrometer::report
