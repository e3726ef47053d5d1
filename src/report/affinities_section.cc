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

// Largest matrix that is drawn; beyond, the cells would be dust.
constexpr size_t kMostNames = 80;
constexpr double kCell = 16;
constexpr double kPipStrength = 0.6;  // beyond, a dot: readable without colour

struct Matrix {
  std::string metric;
  std::vector<std::string> names, roles;
  std::vector<std::optional<double>> values;  // [n][n]
  double largest = 0;                         // |value|, off the diagonal
};

Matrix ReadMatrix(const Value& report, const Value& value) {
  Matrix matrix;
  matrix.metric = std::string(TextOf(value, "metric"));
  for (const Value& name : ListOf(value, "names").GetArray()) {
    matrix.names.push_back(
        {name.GetString(), static_cast<size_t>(name.GetStringLength())});
    matrix.roles.push_back(RoleOf(report, matrix.names.back()));
  }
  const size_t n = matrix.names.size();
  matrix.values.resize(n * n);
  const Value& rows = ListOf(value, "values");
  for (size_t i = 0; i < std::min<size_t>(n, rows.Size()); ++i) {
    const Value& row = rows[static_cast<rapidjson::SizeType>(i)];
    for (size_t j = 0; j < std::min<size_t>(n, row.Size()); ++j) {
      const Value& cell = row[static_cast<rapidjson::SizeType>(j)];
      if (i == j || !cell.IsNumber()) continue;
      matrix.values[i * n + j] = cell.GetDouble();
      matrix.largest = std::max(matrix.largest, std::fabs(cell.GetDouble()));
    }
  }
  return matrix;
}

// 0 to 1. The square root keeps small values apart from nothing.
double Strength(const Matrix& matrix, double value) {
  return matrix.largest > 0 ? std::sqrt(std::fabs(value) / matrix.largest) : 0;
}

std::string Opacity(double strength) { return FormatPlain(strength * 0.95); }

const char* Unit(const std::string& metric) {
  if (metric == "js" || metric == "kl") return "nats";
  if (metric == "agreement") return "shares of the positions";
  return "units of a correlation";
}

void AddCell(const Matrix& matrix, size_t i, size_t j, double x, double y,
             HtmlWriter& svg) {
  const size_t n = matrix.names.size();
  const auto value = matrix.values[i * n + j];
  const std::string place = FormatPlain(x), top = FormatPlain(y);
  const std::string size = FormatPlain(kCell - 1);
  if (!value) {
    svg.Empty("rect", {{"class", "cell blank"},
                       {"x", place},
                       {"y", top},
                       {"width", size},
                       {"height", size}});
    return;
  }
  const double strength = Strength(matrix, *value);
  svg.Open("rect", {{"class", *value >= 0 ? "cell nearer" : "cell farther"},
                    {"x", place},
                    {"y", top},
                    {"width", size},
                    {"height", size},
                    {"fill-opacity", Opacity(strength)}});
  svg.Element("title", absl::StrCat(ForeignLabel(matrix.names[i], 50), " × ",
                                    ForeignLabel(matrix.names[j], 50), ": ",
                                    FormatFixed(*value, 4)));
  svg.Close();
  if (*value > 0 && strength > kPipStrength) {
    svg.Empty("circle", {{"class", "pip"},
                         {"cx", FormatPlain(x + (kCell - 1) / 2)},
                         {"cy", FormatPlain(y + (kCell - 1) / 2)},
                         {"r", "2"}});
  }
}

void DrawMatrix(const Matrix& matrix, const std::string& id, HtmlWriter& html) {
  const size_t n = matrix.names.size();
  const double left = 200, top = 26;
  const double width = left + n * kCell + 4, height = top + n * kCell + 2;
  const std::string shown_width = FormatPlain(width);
  html.Open(
      "svg",
      {{"xmlns", "http://www.w3.org/2000/svg"},
       {"class", "fixed"},
       {"role", "img"},
       {"width", shown_width},
       {"height", FormatPlain(height)},
       {"viewBox", absl::StrCat("0 0 ", shown_width, " ", FormatPlain(height))},
       {"aria-labelledby", absl::StrCat(id, "-t ", id, "-d")}});
  html.Element("title", {{"id", id + "-t"}},
               absl::StrCat("Two-way affinities of the panel, ",
                            ForeignLabel(matrix.metric, 20)));
  html.Element("desc", {{"id", id + "-d"}},
               absl::StrCat(n, " by ", n,
                            " cells; warm and dotted: nearer than the two "
                            "models' nearness to everybody explains."));
  for (size_t i = 0; i < n; ++i) {
    const double y = top + i * kCell;
    const double middle = left + i * kCell + (kCell - 1) / 2;
    AddText(html, absl::StrCat("name ", matrix.roles[i]), left - 30, y + 12,
            "end", ShortLabel(matrix.names[i], 22));
    AddText(html, "axis", left - 6, y + 12, "end", absl::StrCat(i + 1));
    AddText(html, "axis tiny", middle, top - 6, "middle", absl::StrCat(i + 1));
    for (size_t j = 0; j < n; ++j) {
      AddCell(matrix, i, j, left + j * kCell, y, html);
    }
  }
  html.Close();
}

// Five steps of colour with their numbers.
void DrawKey(const Matrix& matrix, HtmlWriter& html) {
  constexpr double kSteps[] = {-1, -0.25, 0, 0.25, 1};  // of the largest
  html.Open("ul", {{"class", "legend key"}});
  for (const double step : kSteps) {
    const double value = step * matrix.largest;
    const double strength = Strength(matrix, value);
    html.Open("li").Open("svg", {{"xmlns", "http://www.w3.org/2000/svg"},
                                 {"class", "icon"},
                                 {"viewBox", "0 0 16 16"},
                                 {"aria-hidden", "true"}});
    html.Empty("rect", {{"class", "key-frame"},
                        {"x", "0.5"},
                        {"y", "0.5"},
                        {"width", "15"},
                        {"height", "15"}});
    html.Empty("rect", {{"class", step >= 0 ? "nearer" : "farther"},
                        {"x", "0.5"},
                        {"y", "0.5"},
                        {"width", "15"},
                        {"height", "15"},
                        {"fill-opacity", Opacity(strength)}});
    if (value > 0 && strength > kPipStrength) {
      html.Empty("circle",
                 {{"class", "pip"}, {"cx", "8"}, {"cy", "8"}, {"r", "2"}});
    }
    html.Close().Text(absl::StrCat(step > 0 ? "+" : "", FormatFixed(value, 3)));
    html.Close();
  }
  html.Close();
}

}  // namespace

void AffinitiesSection(const SectionContext& context, HtmlWriter& html) {
  html.Element("p",
               "Who is near to whom, after what every model shares with "
               "everybody has been taken away. JS and agreement show blocks "
               "of like quality; read rho first. Warm, the strongest with a "
               "dot: nearer than expected; cool: farther. Columns are "
               "numbered like rows; the diagonal is blank. The numbers are in "
               "report.json.");
  std::vector<const Value*> matrices;
  for (const Value& value : ListOf(context.report, "affinities").GetArray()) {
    matrices.push_back(&value);
  }
  std::stable_partition(
      matrices.begin(), matrices.end(),
      [](const Value* value) { return TextOf(*value, "metric") == "rho"; });
  int index = 0;
  for (const Value* value : matrices) {
    const Matrix matrix = ReadMatrix(context.report, *value);
    html.Open("h3").Text(StatisticName(matrix.metric)).Close();
    if (matrix.names.empty() || matrix.names.size() > kMostNames) {
      html.Element("p", {{"class", "note"}},
                   absl::StrCat("Not drawn: ", matrix.names.size(),
                                " models. The numbers are in report.json."));
      continue;
    }
    html.Open("figure").OpenScroll("Matrix of affinities");
    DrawMatrix(matrix, absl::StrCat(context.id, "-", index++), html);
    html.Close();
    DrawKey(matrix, html);
    html.Element("figcaption",
                 absl::StrCat("In ", Unit(matrix.metric),
                              "; the depth of the colour follows the square "
                              "root of the size."));
    html.Close();
  }
  if (index == 0) {
    html.Element("p", {{"class", "note"}},
                 "No matrix: the members could not be compared by logits, or "
                 "there are fewer than four.");
  }
}

}  // namespace hydrometer::report
