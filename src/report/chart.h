// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// The parts of every figure: a drawing in two widths (one for the page, one
// for a telephone, so that text has its true size on both), linear scales
// with round ticks, a mark per role (shape and colour both), and labels that
// do not cover one another.
//
// Units: CSS pixels of the drawing's viewBox.
// Tests: tests/report/visible_text_test.cc, tests/report/figures_test.cc.
#ifndef HYDROMETER_SRC_REPORT_CHART_H_
#define HYDROMETER_SRC_REPORT_CHART_H_

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "src/report/html_writer.h"

namespace hydrometer::report {

inline constexpr double kWideWidth = 744;
inline constexpr double kNarrowWidth = 360;

// Maps [low, high] to [from, to]; `to` may be less than `from`.
class Scale {
 public:
  Scale(double low, double high, double from, double to);
  double operator()(double value) const;
  // Clamped to the range.
  double Clamped(double value) const;
  // Round numbers within [low, high], about `count` of them.
  std::vector<double> Ticks(int count) const;
  double low() const { return low_; }
  double high() const { return high_; }

 private:
  double low_, high_, from_, to_;
};

// A tick's number without needless digits.
std::string TickLabel(double tick);

// Draws a figure twice with draw(width, svg) inside <svg role="img"> with a
// title and a description for those who cannot see it. `id` is unique in the
// document.
void AddDrawing(HtmlWriter& html, absl::string_view id, absl::string_view title,
                absl::string_view description,
                const std::function<double(double)>& height,
                const std::function<void(double, HtmlWriter&)>& draw);

// The mark of a role, centred: suspect diamond, reference square, control
// ring, placebo triangle, sibling filled triangle downwards, base cross. An
// unknown role is a ring. `tooltip` (foreign text, visible form) may be empty.
void AddMark(HtmlWriter& svg, absl::string_view role, double x, double y,
             double radius, absl::string_view tooltip = "");
void AddLine(HtmlWriter& svg, absl::string_view css_class, double x1, double y1,
             double x2, double y2);
// anchor: "start", "middle", "end".
void AddText(HtmlWriter& svg, absl::string_view css_class, double x, double y,
             absl::string_view anchor, absl::string_view text);

// A row with the mark and the name of each of the roles that are drawn.
void AddLegend(HtmlWriter& html, const std::set<std::string>& roles);
// "control as good as the reference (placebo)", ...
std::string RoleWords(absl::string_view role);

// Places labels beside points so that none covers another or leaves the
// frame; a label that finds no place is dropped, unless it must stand.
class LabelPlacer {
 public:
  LabelPlacer(double left, double top, double right, double bottom)
      : left_(left), top_(top), right_(right), bottom_(bottom) {}
  // A point that labels must not cover.
  void AddObstacle(double x, double y, double radius);
  // A horizontal or vertical line, its lesser end first.
  void AddRule(double x1, double y1, double x2, double y2);
  // Text that is there already: centred at x, on the baseline y.
  void AddText(double x, double y, absl::string_view text);
  // Writes <text class="name halo ROLE">; false when it was dropped.
  bool Place(HtmlWriter& svg, absl::string_view role, double x, double y,
             absl::string_view text, bool must_stand);

 private:
  struct Box {
    double left, top, right, bottom;
  };
  double Overlap(const Box& box) const;
  double left_, top_, right_, bottom_;
  std::vector<Box> taken_;
};

// Rough width of `text` in the figures' 12 px face.
double TextWidth(absl::string_view text);

}  // namespace hydrometer::report

#endif  // HYDROMETER_SRC_REPORT_CHART_H_
