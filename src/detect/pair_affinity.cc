// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/detect/pair_affinity.h"

#include <string>
#include <utility>

#include "src/stats/linkage.h"
#include "src/stats/partial_correlation.h"
#include "src/stats/two_way.h"

namespace hydrometer::detect {
namespace {

constexpr char kOtherView[] = "it needs log-probabilities over one vocabulary";

double Symmetric(const PanelSums& sums, Likeness likeness, int a, int b) {
  switch (likeness) {
    case Likeness::kJs:
      return sums.Pair(a, b, PairMetric::kJs);
    case Likeness::kAgreement:
      return sums.Pair(a, b, PairMetric::kTopOneAgreement);
    case Likeness::kKl:
      return 0.5 * (sums.Kl(a, b) + sums.Kl(b, a));
  }
  return 0;
}

bool Comparable(const Context& context) {
  return context.observations.view == "logits" && !context.sums.empty();
}

std::vector<std::string> Names(const Observations& observations) {
  std::vector<std::string> names;
  for (const Member& member : observations.members) {
    names.push_back(member.name);
  }
  return names;
}

void AddAdjusted(const Context& context, std::string metric,
                 const std::vector<double>& table, double sign,
                 std::vector<AffinityMatrix>& matrices) {
  absl::StatusOr<std::vector<double>> residuals =
      stats::TwoWayResiduals(table, context.sums.member_count);
  if (!residuals.ok()) return;
  for (double& r : *residuals) r *= sign;
  matrices.push_back(
      {std::move(metric), Names(context.observations), *std::move(residuals)});
}

std::vector<double> Table(const Context& context, Likeness likeness) {
  const int n = static_cast<int>(context.sums.member_count);
  std::vector<double> table(static_cast<size_t>(n) * n, 0.0);
  for (int i = 0; i < n; ++i) {
    for (int j = i + 1; j < n; ++j) {
      table[i * n + j] = table[j * n + i] =
          Symmetric(context.sums, likeness, i, j);
    }
  }
  return table;
}

}  // namespace

Value RawLikeness(const Context& context, Likeness likeness, int member) {
  if (!Comparable(context)) return Value::None(kOtherView);
  if (likeness == Likeness::kKl) {
    return Value::Of(context.sums.Kl(context.panel.reference, member));
  }
  return Value::Of(
      Symmetric(context.sums, likeness, context.panel.reference, member));
}

Value AdjustedLikeness(const Context& context, Likeness likeness, int member,
                       const std::vector<int>& controls) {
  if (!Comparable(context)) return Value::None(kOtherView);
  std::vector<int> order = {member, context.panel.reference};
  order.insert(order.end(), controls.begin(), controls.end());
  const size_t n = order.size();
  std::vector<double> table(n * n, 0.0);
  for (size_t i = 0; i < n; ++i) {
    for (size_t j = i + 1; j < n; ++j) {
      table[i * n + j] = Symmetric(context.sums, likeness, order[i], order[j]);
    }
  }
  const absl::StatusOr<std::vector<double>> residuals =
      stats::TwoWayResiduals(table, static_cast<int64_t>(n));
  if (!residuals.ok()) return Value::None(residuals.status());
  return Value::Of((*residuals)[1]);
}

std::vector<AffinityMatrix> Affinities(const Context& context) {
  std::vector<AffinityMatrix> matrices;
  if (context.sums.empty()) return matrices;
  if (Comparable(context)) {
    AddAdjusted(context, "js", Table(context, Likeness::kJs), -1, matrices);
    AddAdjusted(context, "agreement", Table(context, Likeness::kAgreement), 1,
                matrices);
  }
  int weighting = ControlsWeighting(context.observations);
  if (weighting < 0) {
    weighting = WeightingOf(context.observations, context.panel.reference);
  }
  if (weighting < 0) return matrices;
  const absl::StatusOr<std::vector<double>> rho = stats::PartialCorrelations(
      context.sums.Gram(weighting), context.sums.member_count,
      context.policy.ridge);
  if (rho.ok()) AddAdjusted(context, "rho", *rho, 1, matrices);
  return matrices;
}

std::optional<PanelTree> Tree(const Context& context) {
  if (!Comparable(context)) return std::nullopt;
  const absl::StatusOr<std::vector<stats::Join>> joins = stats::AverageLinkage(
      Table(context, Likeness::kJs), context.sums.member_count);
  if (!joins.ok()) return std::nullopt;
  PanelTree tree;
  tree.leaves = Names(context.observations);
  for (const stats::Join& join : *joins) {
    tree.joins.push_back({join.left, join.right, join.height});
  }
  return tree;
}

FamiliarBlock Familiar(const Context& context) {
  const Observations& o = context.observations;
  const Panel& panel = context.panel;
  FamiliarBlock block;
  block.reference = o.members[panel.reference].name;
  if (!Comparable(context)) return block;
  block.kl_mean = context.sums.Kl(panel.reference, panel.suspect);
  block.same_top = context.sums.Pair(panel.reference, panel.suspect,
                                     PairMetric::kTopOneAgreement);
  int64_t row = 0;  // among the references, in members' order
  for (int i = 0; i < panel.reference; ++i) {
    row += o.members[i].role == Role::kReference;
  }
  const size_t place =
      static_cast<size_t>(row * o.member_count() + panel.suspect);
  if (place < o.kl_median.size()) block.kl_median = o.kl_median[place];
  if (place < o.kl_quantile_999.size()) {
    block.kl_quantile_999 = o.kl_quantile_999[place];
  }
  return block;
}

}  // namespace hydrometer::detect
