// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/detect/panel.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "src/detect/statistic.h"
#include "src/detect/weight_finding.h"

namespace hydrometer::detect {
namespace {

class PanelMaker {
 public:
  PanelMaker(const Observations& observations, const PanelSums& sums,
             const Policy& policy)
      : observations_(observations), sums_(sums), policy_(policy) {}

  Panel Make(int suspect, int reference) {
    panel_.suspect = suspect;
    panel_.reference = reference;
    FindMedianJs();
    SortByRole();
    ChoosePlacebos();
    return panel_;
  }

 private:
  const Member& At(int index) const { return observations_.members[index]; }

  // One model twice: the same bytes, or outputs nearer than two independent
  // trainings ever come.
  bool Same(int a, int b) const {
    if (!At(a).weights_sha256.empty() &&
        At(a).weights_sha256 == At(b).weights_sha256) {
      return true;
    }
    if (observations_.view != "logits" || sums_.empty()) return false;
    const bool controls =
        At(a).role == Role::kControl && At(b).role == Role::kControl;
    const double near = std::max(
        policy_.duplicate_js_nats,
        controls ? policy_.duplicate_js_share * median_js_ : 0);
    return sums_.Pair(a, b, PairMetric::kJs) <= near;
  }

  // Over all pairs of controls.
  void FindMedianJs() {
    if (observations_.view != "logits" || sums_.empty()) return;
    std::vector<double> values;
    for (int a = 0; a < observations_.member_count(); ++a) {
      for (int b = 0; b < a && At(a).role == Role::kControl; ++b) {
        if (At(b).role != Role::kControl) continue;
        values.push_back(sums_.Pair(a, b, PairMetric::kJs));
      }
    }
    if (values.empty()) return;
    const auto middle = values.begin() + values.size() / 2;
    std::nth_element(values.begin(), middle, values.end());
    median_js_ = *middle;
  }

  // Sets `index` aside if it is the reference, the suspect or one of `kept`.
  bool SetAside(int index, const std::vector<int>& kept) {
    std::vector<int> others = {panel_.reference};
    if (At(index).role != Role::kBase) others.push_back(panel_.suspect);
    others.insert(others.end(), kept.begin(), kept.end());
    for (const int other : others) {
      if (other == index || !Same(index, other)) continue;
      panel_.set_aside.emplace_back(
          index, absl::StrCat("it is the same model as ", At(other).name,
                              ", or nearly so"));
      return true;
    }
    return false;
  }

  bool SharesWeights(const std::string& first,
                     const std::string& second) const {
    const WeightFinding finding =
        FindWeights(observations_, first, second, policy_);
    return finding.equal == Answer::kYes || finding.descend == Answer::kYes;
  }

  // The suspect's base is no base of a control that takes its place.
  bool IsBase(int index) const {
    return At(panel_.suspect).role == Role::kSuspect ||
           At(panel_.suspect).fine_tuned_from == At(index).name;
  }

  void SortByRole() {
    const std::string& suspect = At(panel_.suspect).name;
    std::string base_name;
    for (int i = 0; i < observations_.member_count(); ++i) {
      if (At(i).role != Role::kBase || !IsBase(i)) continue;
      if (SetAside(i, panel_.bases)) continue;
      panel_.bases.push_back(i);
      base_name = At(i).name;
    }
    for (int i = 0; i < observations_.member_count(); ++i) {
      if (i == panel_.suspect || i == panel_.reference) continue;
      switch (At(i).role) {
        case Role::kControl:
          AddControl(i, suspect, base_name);
          break;
        case Role::kSibling:
          if (At(i).sibling_of != At(panel_.reference).name) break;
          panel_.suspect_is_sibling |= Same(i, panel_.suspect);
          if (!SetAside(i, panel_.siblings)) panel_.siblings.push_back(i);
          break;
        case Role::kReference:
          if (!SetAside(i, panel_.other_references)) {
            panel_.other_references.push_back(i);
          }
          break;
        default:
          break;
      }
    }
  }

  void AddControl(int index, const std::string& suspect,
                  const std::string& base_name) {
    std::vector<int> kept = panel_.controls;
    kept.insert(kept.end(), panel_.bases.begin(), panel_.bases.end());
    if (SetAside(index, kept)) return;
    if (SharesWeights(At(panel_.reference).name, At(index).name)) {
      panel_.set_aside.emplace_back(
          index, "its weights are not independent of the reference's");
      return;
    }
    // Only for the suspect itself: a control in its place has no matching.
    if (SharesWeights(suspect, At(index).name)) {
      panel_.bases.push_back(index);
      panel_.set_aside.emplace_back(
          index,
          "the suspect shares its weights: it joins as the suspect's base");
      return;
    }
    panel_.controls.push_back(index);
    if (!base_name.empty() && At(index).fine_tuned_from == base_name) {
      panel_.fine_tunes.push_back(index);
    }
  }

  // Controls as good as the reference, given placebos, other references;
  // never a base nor a fine-tune of it, whose closeness to the suspect has
  // another reason.
  void ChoosePlacebos() {
    if (sums_.empty()) return;
    const double loss = sums_.Loss(panel_.reference);
    for (int i = 0; i < observations_.member_count(); ++i) {
      const bool control =
          std::find(panel_.controls.begin(), panel_.controls.end(), i) !=
          panel_.controls.end();
      const bool fine_tune =
          std::find(panel_.fine_tunes.begin(), panel_.fine_tunes.end(), i) !=
          panel_.fine_tunes.end();
      const bool other = std::find(panel_.other_references.begin(),
                                   panel_.other_references.end(),
                                   i) != panel_.other_references.end();
      const bool given = At(i).role == Role::kPlacebo;
      if (i == panel_.suspect || fine_tune || !(control || other || given)) {
        continue;
      }
      if (given && SetAside(i, panel_.rivals)) continue;
      if (given && SharesWeights(At(panel_.suspect).name, At(i).name)) {
        panel_.set_aside.emplace_back(
            i, "the suspect shares its weights: it is no placebo");
        continue;
      }
      const bool good =
          std::abs(sums_.Loss(i) - loss) <= policy_.placebo_distance_nats;
      if (control && !good) continue;
      if (WeightingOf(observations_, i) < 0) {
        panel_.unweighted_rivals.push_back(i);
        continue;
      }
      panel_.rivals.push_back(i);
      if (good) panel_.placebos.push_back(i);
    }
  }

  const Observations& observations_;
  const PanelSums& sums_;
  const Policy& policy_;
  double median_js_ = 0;
  Panel panel_;
};

}  // namespace

std::vector<int> Without(const std::vector<int>& members, int member) {
  std::vector<int> rest;
  for (const int m : members) {
    if (m != member) rest.push_back(m);
  }
  return rest;
}

int MemberIndex(const Observations& observations, const std::string& name) {
  for (int i = 0; i < observations.member_count(); ++i) {
    if (observations.members[i].name == name) return i;
  }
  return -1;
}

Panel MakePanel(const Observations& observations, const PanelSums& sums,
                int suspect, int reference, const Policy& policy) {
  return PanelMaker(observations, sums, policy).Make(suspect, reference);
}

}  // namespace hydrometer::detect
