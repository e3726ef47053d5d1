// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/detect/exchangeable.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "src/stats/bootstrap.h"
#include "src/stats/conformal.h"

namespace hydrometer::detect {
namespace {

// A statistic that is not finite is none.
Value Finite(Value value) {
  if (value.value && !std::isfinite(*value.value)) {
    return Value::None("the statistic is not finite");
  }
  return value;
}

MemberValue Place(const Context& context, const StatisticRow& row, int member) {
  const Value value = Finite(
      row.statistic(context, member, Without(context.panel.controls, member)));
  return {context.observations.members[member].name, value.value, value.reason};
}

}  // namespace

Evidence Weigh(const Context& context, const StatisticRow& row,
               const std::string& scope, const std::vector<int>& null_members) {
  const Panel& panel = context.panel;
  Evidence evidence;
  evidence.name =
      scope == "overall" ? row.name : absl::StrCat(row.name, "/", scope);
  evidence.title = row.title;
  evidence.scope = scope;
  evidence.source = row.source;
  evidence.primary = row.primary && scope == "overall";
  evidence.counted = evidence.primary;
  evidence.larger_means_nearer = row.larger_means_nearer;

  const Value suspect =
      Finite(row.statistic(context, panel.suspect, panel.controls));
  evidence.statistic = suspect.value;
  evidence.reason = suspect.reason;
  std::vector<double> null;
  for (const int control : null_members) {
    evidence.controls.push_back(Place(context, row, control));
    const MemberValue& value = evidence.controls.back();
    if (value.value) null.push_back(*value.value);
  }
  for (const int sibling : panel.siblings) {
    evidence.siblings.push_back(Place(context, row, sibling));
  }
  for (const int rival : panel.rivals) {
    if (std::find(panel.controls.begin(), panel.controls.end(), rival) ==
        panel.controls.end()) {
      evidence.placebos.push_back(Place(context, row, rival));
    }
  }
  if (!suspect.value) return evidence;
  const stats::NullSummary summary =
      stats::AgainstNull(*suspect.value, null, row.larger_means_nearer);
  evidence.null_mean = summary.mean;
  evidence.null_sd = summary.sd;
  if (!null.empty()) {
    evidence.p_value = summary.p_value;
    evidence.p_floor = summary.p_floor;
  }
  if (null.size() >= 3) evidence.z = summary.z;
  return evidence;
}

void AddInterval(const Context& context, const StatisticRow& row,
                 absl::Span<const PanelSums> replicates, Evidence& evidence) {
  if (!evidence.statistic || replicates.empty()) return;
  std::vector<double> values;
  for (const PanelSums& sums : replicates) {
    const Context replicate{context.observations, context.panel, context.policy,
                            sums, context.real_text};
    const Value value = Finite(row.statistic(replicate, context.panel.suspect,
                                             context.panel.controls));
    if (value.value) values.push_back(*value.value);
  }
  if (values.size() * 10 < replicates.size() * 9) return;
  constexpr double kLevel = 0.95;
  const auto interval = stats::PercentileInterval(std::move(values), kLevel);
  if (interval) {
    evidence.interval = Interval{interval->first, interval->second, kLevel};
  }
}

}  // namespace hydrometer::detect
