// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/detect/weight_finding.h"

#include <cmath>
#include <vector>

#include "absl/status/statusor.h"
#include "src/stats/multiple_testing.h"

namespace hydrometer::detect {
namespace {

void TestLayers(const WeightComparison& comparison, const Policy& policy,
                WeightFinding& finding) {
  std::vector<double> p_values;
  for (const WeightComparison::Layer& layer : comparison.layers) {
    if (static_cast<double>(layer.unit_count) < policy.min_weight_units) {
      continue;
    }
    // An inverse correlation is no descent, however unlikely.
    p_values.push_back(layer.spearman > 0 ? layer.p_value : 1.0);
  }
  const absl::StatusOr<double> p = stats::BonferroniP(p_values);
  if (!p.ok()) {
    finding.reason = p_values.empty() ? "no layer could be matched"
                                      : std::string(p.status().message());
    return;
  }
  finding.corrected_p = *p;
  finding.layer_count = static_cast<int64_t>(p_values.size());
  finding.descend = *p < policy.weight_p ? Answer::kYes : Answer::kNo;
}

}  // namespace

WeightFinding FindWeights(const Observations& observations,
                          const std::string& first, const std::string& second,
                          const Policy& policy) {
  WeightFinding finding;
  finding.reason = "their weights were not compared";
  for (const WeightComparison& comparison : observations.weights) {
    const bool named =
        (comparison.first == first && comparison.second == second) ||
        (comparison.first == second && comparison.second == first);
    if (!named) continue;
    if (!comparison.comparable) {
      finding.reason =
          comparison.reason.empty() ? "not comparable" : comparison.reason;
      return finding;
    }
    finding.reason.clear();
    const double steps = comparison.largest_half_steps;
    if (!(steps >= 0) || !std::isfinite(comparison.relative_distance)) {
      finding.reason = "the comparison of weights holds no number";
      return finding;
    }
    finding.equal =
        steps <= policy.identical_half_steps ? Answer::kYes : Answer::kNo;
    finding.relative_distance = comparison.relative_distance;
    TestLayers(comparison, policy, finding);
    return finding;
  }
  return finding;
}

}  // namespace hydrometer::detect
