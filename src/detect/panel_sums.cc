// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/detect/panel_sums.h"

#include <limits>
#include <utility>

namespace hydrometer::detect {
namespace {

template <typename Wanted>
Scope ScopeOf(const Observations& observations, std::string name,
              bool real_text, Wanted wanted) {
  Scope scope;
  scope.name = std::move(name);
  scope.real_text = real_text;
  for (int i = 0; i < observations.probe_count(); ++i) {
    const ProbeSummary& probe = observations.probes[i];
    if (probe.position_count > 0 && wanted(probe.set_index)) {
      scope.probe_indices.push_back(i);
    }
  }
  return scope;
}

void Add(const double* from, int64_t count, double* to) {
  for (int64_t i = 0; i < count; ++i) to[i] += from[i];
}

}  // namespace

double PanelSums::Pair(int first, int second, PairMetric metric) const {
  if (pair.empty()) return std::numeric_limits<double>::quiet_NaN();
  if (first == second) {
    const bool similarity = metric == PairMetric::kCosine ||
                            metric == PairMetric::kTopOneAgreement ||
                            metric == PairMetric::kTopKOverlap;
    return similarity ? 1 : 0;
  }
  int64_t a = first, b = second;
  if (a > b) {
    std::swap(a, b);
    if (metric == PairMetric::kKlPq) {
      metric = PairMetric::kKlQp;
    } else if (metric == PairMetric::kKlQp) {
      metric = PairMetric::kKlPq;
    }
  }
  const int64_t index = a * (2 * member_count - a - 1) / 2 + (b - a - 1);
  return pair[index * kPairMetricCount + static_cast<int>(metric)] /
         position_count;
}

Scope PrimaryScope(const Observations& observations) {
  return ScopeOf(observations, "overall", true, [&](int set) {
    return observations.sets[set].counted &&
           observations.sets[set].origin == Origin::kHuman;
  });
}

Scope SetScope(const Observations& observations, int set_index) {
  const ProbeSetSummary& set = observations.sets[set_index];
  return ScopeOf(observations, set.name, set.origin == Origin::kHuman,
                 [&](int index) { return index == set_index; });
}

Scope EverythingScope(const Observations& observations) {
  return ScopeOf(observations, "everything", false, [](int) { return true; });
}

PanelSums SumOver(const Observations& observations, const Scope& scope) {
  const int64_t members = observations.member_count();
  const int64_t probes = observations.probe_count();
  const int64_t square = members * members;
  const int64_t pairs = observations.pair_count() * kPairMetricCount;
  const int64_t weightings =
      static_cast<int64_t>(observations.weightings.size());
  PanelSums sums;
  sums.member_count = members;
  sums.probe_count = static_cast<int64_t>(scope.probe_indices.size());
  sums.loss.assign(members, 0.0);
  sums.gram.assign(weightings * square, 0.0);
  if (!observations.pair_sum.empty()) sums.pair.assign(pairs, 0.0);
  for (const int probe : scope.probe_indices) {
    sums.position_count +=
        static_cast<double>(observations.probes[probe].position_count);
    Add(&observations.loss_sum[probe * members], members, sums.loss.data());
    if (!sums.pair.empty()) {
      Add(observations.pair_sum.data() + probe * pairs, pairs,
          sums.pair.data());
    }
    for (int64_t k = 0; k < weightings; ++k) {
      Add(&observations.gram_sum[(k * probes + probe) * square], square,
          &sums.gram[k * square]);
    }
  }
  return sums;
}

int WeightingOf(const Observations& observations, int member,
                bool without_top) {
  for (size_t k = 0; k < observations.weightings.size(); ++k) {
    const Weighting& weighting = observations.weightings[k];
    if (weighting.without_top == without_top && weighting.name != "controls" &&
        weighting.member_indices.size() == 1 &&
        weighting.member_indices[0] == member) {
      return static_cast<int>(k);
    }
  }
  return -1;
}

int ControlsWeighting(const Observations& observations) {
  for (size_t k = 0; k < observations.weightings.size(); ++k) {
    if (observations.weightings[k].name == "controls" &&
        !observations.weightings[k].without_top) {
      return static_cast<int>(k);
    }
  }
  return -1;
}

}  // namespace hydrometer::detect
