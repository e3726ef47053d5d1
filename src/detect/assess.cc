// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/detect/assess.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "src/base/errors.h"
#include "src/base/status_macros.h"
#include "src/detect/check_observations.h"
#include "src/detect/evidence_table.h"
#include "src/detect/limits.h"
#include "src/detect/pair_affinity.h"
#include "src/detect/resample.h"
#include "src/detect/weigh_reference.h"

namespace hydrometer::detect {
namespace {

ScopedSums MakeSums(const Observations& observations, bool per_set) {
  ScopedSums sums;
  sums.primary = PrimaryScope(observations);
  sums.primary_sums = SumOver(observations, sums.primary);
  sums.everything = EverythingScope(observations);
  sums.everything_sums = SumOver(observations, sums.everything);
  if (!per_set) return sums;
  for (size_t s = 0; s < observations.sets.size(); ++s) {
    Scope scope = SetScope(observations, static_cast<int>(s));
    if (scope.probe_indices.empty()) continue;
    sums.set_sums.push_back(SumOver(observations, scope));
    sums.sets.push_back(std::move(scope));
  }
  return sums;
}

// All references weighed, each verdict knowing the others' h.
std::vector<WeighedReference> WeighAll(const Observations& observations,
                                       const ScopedSums& sums, int suspect,
                                       const Policy& policy) {
  std::vector<WeighedReference> all;
  for (int i = 0; i < observations.member_count(); ++i) {
    if (observations.members[i].role != Role::kReference) continue;
    all.push_back(WeighReference(observations, sums, suspect, i, policy));
  }
  for (WeighedReference& one : all) {
    const std::vector<int>& others = one.panel.other_references;
    for (const WeighedReference& other : all) {
      if (std::find(others.begin(), others.end(), other.panel.reference) ==
          others.end()) {
        continue;
      }
      one.input.other_references.push_back(
          {other.assessment.reference, other.input.h});
    }
    one.assessment.verdict = MakeVerdict(one.input, policy);
  }
  return all;
}

// Every weighting that some statistic reads.
std::vector<int> WeightingsInUse(const Observations& observations,
                                 const std::vector<WeighedReference>& all) {
  std::set<int> weightings = {ControlsWeighting(observations)};
  for (const WeighedReference& one : all) {
    weightings.insert(WeightingOf(observations, one.panel.reference));
    weightings.insert(WeightingOf(observations, one.panel.reference, true));
    for (const int placebo : one.panel.placebos) {
      weightings.insert(WeightingOf(observations, placebo));
    }
  }
  weightings.erase(-1);
  return std::vector<int>(weightings.begin(), weightings.end());
}

// The intervals of one scope's evidence, whose names end in `suffix`.
void AddScopeIntervals(const Observations& observations, const Scope& scope,
                       const PanelSums& scope_sums, bool real_text,
                       const std::string& suffix, const Policy& policy,
                       const AssessOptions& options,
                       std::vector<WeighedReference>& all) {
  const std::vector<PanelSums> replicates =
      Resample(observations, scope, WeightingsInUse(observations, all),
               options.bootstrap_replicates, options.bootstrap_seed);
  for (WeighedReference& one : all) {
    const Context context{observations, one.panel, policy, scope_sums,
                          real_text};
    for (const auto* table : {&StatisticTable(), &BaseStatisticTable()}) {
      for (const StatisticRow& row : *table) {
        if (!row.interval) continue;
        for (Evidence& evidence : one.assessment.evidence) {
          if (evidence.name != row.name + suffix) continue;
          AddInterval(context, row, replicates, evidence);
        }
      }
    }
  }
}

void AddIntervals(const Observations& observations, const ScopedSums& sums,
                  const Policy& policy, const AssessOptions& options,
                  std::vector<WeighedReference>& all) {
  if (options.bootstrap_replicates <= 0) return;
  AddScopeIntervals(observations, sums.primary, sums.primary_sums,
                    /*real_text=*/true, "", policy, options, all);
  for (size_t s = 0; s < sums.sets.size(); ++s) {
    AddScopeIntervals(observations, sums.sets[s], sums.set_sums[s],
                      sums.sets[s].real_text,
                      absl::StrCat("/", sums.sets[s].name), policy, options,
                      all);
  }
}

// A copy of the suspect or its ancestor first, whatever noise does to h; then
// the largest h; without h last, in members' order.
bool RankedBefore(const WeighedReference& a, const WeighedReference& b) {
  const auto by_weights = [](const WeighedReference& one) {
    return one.assessment.verdict.label == Label::kIdentical ? 2
           : one.assessment.verdict.label == Label::kDerived ? 1
                                                             : 0;
  };
  if (by_weights(a) != by_weights(b)) return by_weights(a) > by_weights(b);
  if (a.input.h && b.input.h) return *a.input.h > *b.input.h;
  return a.input.h.has_value() && !b.input.h.has_value();
}

}  // namespace

absl::StatusOr<Assessment> Assess(const Observations& observations,
                                  const Policy& policy,
                                  const AssessOptions& options) {
  HYDROMETER_RETURN_IF_ERROR(CheckPolicy(policy));
  HYDROMETER_RETURN_IF_ERROR(CheckObservations(observations));
  int suspect = 0;
  while (observations.members[suspect].role != Role::kSuspect) ++suspect;
  const ScopedSums sums = MakeSums(observations, options.per_set);
  std::vector<WeighedReference> all =
      WeighAll(observations, sums, suspect, policy);
  AddIntervals(observations, sums, policy, options, all);
  std::stable_sort(all.begin(), all.end(), RankedBefore);

  Assessment assessment;
  assessment.suspect = observations.members[suspect].name;
  std::vector<Panel> panels;
  for (WeighedReference& one : all) {
    const Context context{observations, one.panel, policy, sums.primary_sums,
                          /*real_text=*/true};
    if (assessment.references.empty()) {
      assessment.affinities = Affinities(context);
      assessment.tree = Tree(context);
    }
    assessment.familiar.push_back(Familiar(context));
    assessment.references.push_back(std::move(one.assessment));
    panels.push_back(one.panel);
  }
  assessment.policy = PolicyThresholds(policy);
  assessment.policy_name = policy.name;
  assessment.limits = Limits(observations, panels, policy);
  for (int i = 0; i < observations.member_count(); ++i) {
    MemberValue loss{observations.members[i].name, std::nullopt, ""};
    if (sums.primary_sums.empty()) {
      loss.reason = "no counted set of real text";
    } else {
      loss.value = sums.primary_sums.Loss(i);
    }
    assessment.losses.push_back(std::move(loss));
  }
  assessment.bootstrap_seed = options.bootstrap_seed;
  assessment.bootstrap_replicates = options.bootstrap_replicates;
  return assessment;
}

absl::StatusOr<std::vector<ControlVerdict>> AssessEachControl(
    const Observations& observations, const Policy& policy,
    absl::string_view reference) {
  HYDROMETER_RETURN_IF_ERROR(CheckPolicy(policy));
  HYDROMETER_RETURN_IF_ERROR(CheckObservations(observations));
  const int index = MemberIndex(observations, std::string(reference));
  if (index < 0 || observations.members[index].role != Role::kReference) {
    return UsageError("\"", reference, "\" is no reference of the panel");
  }
  const ScopedSums sums = MakeSums(observations, /*per_set=*/false);
  std::vector<ControlVerdict> verdicts;
  for (int i = 0; i < observations.member_count(); ++i) {
    if (observations.members[i].role != Role::kControl) continue;
    for (WeighedReference& one : WeighAll(observations, sums, i, policy)) {
      if (one.panel.reference != index) continue;
      verdicts.push_back(
          {observations.members[i].name, std::move(one.assessment)});
    }
  }
  return verdicts;
}

}  // namespace hydrometer::detect
