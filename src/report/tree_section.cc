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

constexpr double kRow = 18;
constexpr double kTop = 8, kAxis = 44;

struct Node {
  int left = -1, right = -1;
  double height = 0;
  double row = 0;  // in leaves from the top
};

struct Tree {
  std::vector<std::string> names, roles;
  std::vector<Node> nodes;  // leaves, then joins
  std::vector<int> order;   // leaves from top to bottom
  double highest = 0;
  std::string problem;  // why it is not drawn
};

// Children come before their parents and are used once: no cycles.
Tree ReadTree(const Value& report, const std::set<std::string>& placebos) {
  const Value& value = PartOf(report, "tree");
  Tree tree;
  for (const Value& leaf : ListOf(value, "leaves").GetArray()) {
    tree.names.push_back(
        {leaf.GetString(), static_cast<size_t>(leaf.GetStringLength())});
    tree.roles.push_back(ShownRole(placebos, tree.names.back(),
                                   RoleOf(report, tree.names.back())));
  }
  tree.nodes.resize(tree.names.size());
  std::vector<bool> used(tree.nodes.size() * 2 + 1, false);
  for (const Value& join : ListOf(value, "joins").GetArray()) {
    const int64_t left = CountOf(join, "left"), right = CountOf(join, "right");
    const int64_t next = static_cast<int64_t>(tree.nodes.size());
    if (left >= next || right >= next || left == right || used[left] ||
        used[right] || tree.nodes.size() + 1 > 2 * tree.names.size()) {
      tree.problem = "its joins are not those of a tree";
      return tree;
    }
    used[left] = used[right] = true;
    const double height = NumberOf(join, "height").value_or(0);
    tree.highest = std::max(tree.highest, height);
    tree.nodes.push_back(
        {static_cast<int>(left), static_cast<int>(right), height, 0});
  }
  if (tree.names.size() < 2 || tree.nodes.size() != 2 * tree.names.size() - 1) {
    tree.problem = "it has too few members";
  }
  return tree;
}

// Leaves in drawing order by a walk with an explicit stack; inner nodes lie
// midway between their two.
void Arrange(Tree& tree) {
  const int leaf_count = static_cast<int>(tree.names.size());
  std::vector<int> stack = {static_cast<int>(tree.nodes.size()) - 1};
  while (!stack.empty()) {
    const int node = stack.back();
    stack.pop_back();
    if (node < leaf_count) {
      tree.nodes[node].row = static_cast<double>(tree.order.size());
      tree.order.push_back(node);
      continue;
    }
    stack.push_back(tree.nodes[node].right);
    stack.push_back(tree.nodes[node].left);
  }
  for (size_t i = tree.names.size(); i < tree.nodes.size(); ++i) {
    Node& node = tree.nodes[i];
    node.row = (tree.nodes[node.left].row + tree.nodes[node.right].row) / 2;
  }
}

double RowY(double row) { return kTop + (row + 0.5) * kRow; }

void DrawTree(const Tree& tree, double width, HtmlWriter& svg) {
  const size_t longest = width > 500 ? 30 : 17;
  const double label_width = width > 500 ? 250 : 148;
  const double leaf_x = width - label_width;
  // Distances grow to the left, away from the names.
  const Scale x(0, tree.highest > 0 ? tree.highest * 1.02 : 1, leaf_x - 12, 14);
  const double bottom = RowY(static_cast<double>(tree.names.size()) - 0.5);
  for (const double tick : x.Ticks(width > 500 ? 6 : 3)) {
    AddLine(svg, "grid", x(tick), kTop, x(tick), bottom);
    AddText(svg, "axis", x(tick), bottom + 17, "middle", TickLabel(tick));
  }
  AddText(svg, "soft", (14 + leaf_x) / 2, bottom + 36, "middle",
          "mean JS between groups, nats");
  for (size_t i = tree.names.size(); i < tree.nodes.size(); ++i) {
    const Node& node = tree.nodes[i];
    const double nx = x(node.height);
    for (const int child : {node.left, node.right}) {
      const Node& other = tree.nodes[child];
      AddLine(svg, "branch", nx, RowY(other.row), x(other.height),
              RowY(other.row));
    }
    AddLine(svg, "branch", nx, RowY(tree.nodes[node.left].row), nx,
            RowY(tree.nodes[node.right].row));
  }
  for (const int leaf : tree.order) {
    const double y = RowY(tree.nodes[leaf].row);
    AddMark(svg, tree.roles[leaf], leaf_x, y, 4.2,
            absl::StrCat(ForeignLabel(tree.names[leaf], 80), " (",
                         tree.roles[leaf], ")"));
    AddText(svg, absl::StrCat("name ", tree.roles[leaf]), leaf_x + 12, y + 4,
            "start", ShortLabel(tree.names[leaf], longest));
  }
}

}  // namespace

void TreeSection(const SectionContext& context, HtmlWriter& html) {
  html.Element("p",
               "Average linkage on the raw Jensen–Shannon divergence, for "
               "orientation. All models of one language look alike, and good "
               "models stand together whatever their origin: a tree is no "
               "proof of lineage.");
  if (IsNull(context.report, "tree")) {
    html.Element("p", {{"class", "note"}},
                 "No tree: the members could not be compared by logits.");
    return;
  }
  Tree tree = ReadTree(context.report, PlaceboNames(context.assessment));
  if (!tree.problem.empty()) {
    html.Element("p", {{"class", "note"}},
                 absl::StrCat("The tree is not drawn: ", tree.problem, "."));
    return;
  }
  Arrange(tree);
  html.Open("figure");
  AddLegend(html, {tree.roles.begin(), tree.roles.end()});
  const double height = kTop + tree.names.size() * kRow + kAxis;
  AddDrawing(
      html, context.id, "Tree of the panel",
      absl::StrCat("Dendrogram of ", tree.names.size(), " models."),
      [&](double) { return height; },
      [&](double width, HtmlWriter& svg) { DrawTree(tree, width, svg); });
  html.Close();
}

}  // namespace hydrometer::report
