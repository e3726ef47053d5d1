// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/detect/verdict.h"

#include <algorithm>

namespace hydrometer::detect {
namespace {

Answer YesIf(bool condition) { return condition ? Answer::kYes : Answer::kNo; }

// `value` compared, or unknown where there is none.
template <typename Condition>
Answer If(const std::optional<double>& value, Condition condition) {
  return value ? YesIf(condition(*value)) : Answer::kUnknown;
}

void WeightFacts(const VerdictInput& in, const Policy& policy, Facts& facts) {
  const bool equal = in.same_bytes || in.weights.equal == Answer::kYes;
  const Answer outputs_agree = If(in.mean_kl, [&](double kl) {
    return kl <= policy.identical_max_kl_nats;
  });
  facts[Fact::kWeightsContradicted] =
      YesIf(equal && outputs_agree == Answer::kNo);
  facts[Fact::kWeightsEqual] = equal ? outputs_agree : in.weights.equal;
  // The measured noise is believed only as far as two trainings stay apart.
  const double noise =
      std::min(in.numerics_noise_nats, policy.duplicate_js_nats);
  if (in.mean_kl && in.largest_kl &&
      in.position_count >= policy.min_identical_positions) {
    facts[Fact::kSameFunction] =
        YesIf(*in.largest_kl <= noise && *in.mean_kl <= noise);
  }
  facts[Fact::kWeightsDescend] = in.weights.descend;
  facts[Fact::kWeightsNearerElsewhere] = YesIf(!in.weights_nearer_to.empty());
}

Answer Order(const VerdictInput& in) {
  if (!in.rho || in.rivals.empty()) return Answer::kUnknown;
  Answer order = Answer::kYes;
  for (const NamedValue& rival : in.rivals) {
    if (!rival.value) {
      order = Answer::kUnknown;
    } else if (!(*in.rho > *rival.value)) {
      return Answer::kNo;
    }
  }
  return order;
}

void SameDataFacts(const VerdictInput& in, const Policy& policy, Facts& facts) {
  bool any = false, all_exceeded = true, reached = in.is_sibling;
  for (const SiblingValue& sibling : in.siblings) {
    reached = reached || (sibling.h && in.h && *sibling.h >= *in.h);
    if (!sibling.as_good) continue;
    any = any || IsKin(sibling, policy);
    all_exceeded = all_exceeded && sibling.h && sibling.rho2 && in.h &&
                   in.rho2 && *in.h > *sibling.h && *in.rho2 > *sibling.rho2;
  }
  const bool by_siblings = any && all_exceeded;
  const bool by_text = in.q && *in.q + 2 * in.q_error <= policy.q_distilled;
  facts[Fact::kSameDataExcluded] = YesIf(by_siblings || by_text);
  facts[Fact::kSiblingNotExceeded] = YesIf(!all_exceeded);
  facts[Fact::kSameDataLikely] =
      YesIf(reached || (in.q && *in.q >= policy.q_same_data));
}

void BaseFacts(const VerdictInput& in, const Policy& policy, Facts& facts) {
  if (!in.has_base) {
    facts[Fact::kBaseExplains] = Answer::kNo;
    facts[Fact::kBaseNullPassed] = Answer::kYes;
    facts[Fact::kBaseNullSuspicious] = Answer::kNo;
    return;
  }
  // h of the base counts only as far as it is above nothing.
  if (in.h && in.base_h) {
    facts[Fact::kBaseExplains] =
        YesIf(*in.h - std::max(0.0, *in.base_h) < policy.h_related);
  }
  if (static_cast<double>(in.fine_tune_count) >= policy.min_fine_tunes) {
    if (in.exceeds_fine_tunes) {
      facts[Fact::kBaseNullPassed] = YesIf(*in.exceeds_fine_tunes);
      if (!*in.exceeds_fine_tunes) facts[Fact::kBaseExplains] = Answer::kYes;
    }
    facts[Fact::kBaseNullSuspicious] =
        YesIf(in.z_fine_tunes && *in.z_fine_tunes > policy.z_unrelated);
  } else {
    facts[Fact::kBaseNullPassed] = Answer::kNo;
    facts[Fact::kBaseNullSuspicious] = Answer::kNo;
  }
}

struct Condition {
  Fact fact;
  Answer wanted;
};
struct Row {
  Label label;
  std::vector<Condition> conditions;
};

constexpr Answer kYes = Answer::kYes;
constexpr Answer kNo = Answer::kNo;
constexpr Answer kUnknown = Answer::kUnknown;

const std::vector<Row>& Table() {
  static const auto* const kTable = new std::vector<Row>{
      {Label::kInconclusive, {{Fact::kWeightsContradicted, kYes}}},
      {Label::kIdentical, {{Fact::kWeightsEqual, kYes}}},
      {Label::kIdentical, {{Fact::kSameFunction, kYes}}},
      {Label::kDerived,
       {{Fact::kWeightsDescend, kYes}, {Fact::kWeightsNearerElsewhere, kNo}}},
      {Label::kInconclusive, {{Fact::kPreconditions, kNo}}},
      {Label::kInconclusive, {{Fact::kPreconditions, kUnknown}}},
      {Label::kShared, {{Fact::kZHigh, kYes}, {Fact::kOrder, kNo}}},
      {Label::kShared, {{Fact::kZHigh, kYes}, {Fact::kHLow, kYes}}},
      {Label::kShared,
       {{Fact::kZHigh, kYes},
        {Fact::kHSome, kYes},
        {Fact::kOtherReferenceLargerH, kYes}}},
      {Label::kInconclusive,
       {{Fact::kZHigh, kYes}, {Fact::kBaseExplains, kYes}}},
      {Label::kInconclusive,
       {{Fact::kZHigh, kYes}, {Fact::kBaseExplains, kUnknown}}},
      {Label::kDistilled,
       {{Fact::kZHigh, kYes},
        {Fact::kBeyondControls, kYes},
        {Fact::kOrder, kYes},
        {Fact::kHHigh, kYes},
        {Fact::kSameDataLikely, kNo},
        {Fact::kSiblingNotExceeded, kNo},
        {Fact::kOtherReferenceLargerH, kNo},
        {Fact::kEnoughForDistilled, kYes},
        {Fact::kBaseNullPassed, kYes}}},
      {Label::kDistilled,
       {{Fact::kZHigh, kYes},
        {Fact::kBeyondControls, kYes},
        {Fact::kOrder, kYes},
        {Fact::kHSome, kYes},
        {Fact::kSameDataExcluded, kYes},
        {Fact::kSameDataLikely, kNo},
        {Fact::kOtherReferenceLargerH, kNo},
        {Fact::kEnoughForDistilled, kYes},
        {Fact::kBaseNullPassed, kYes}}},
      {Label::kRelated,
       {{Fact::kZHigh, kYes},
        {Fact::kBeyondControls, kYes},
        {Fact::kOrder, kYes},
        {Fact::kHSome, kYes}}},
      // Shared weights are something, and so is a suspect nearer to the
      // reference than other fine-tunes of its base.
      {Label::kInconclusive, {{Fact::kWeightsDescend, kYes}}},
      {Label::kInconclusive, {{Fact::kBaseNullSuspicious, kYes}}},
      {Label::kUnrelated, {{Fact::kZLow, kYes}, {Fact::kHLow, kYes}}},
      {Label::kInconclusive, {}},
  };
  return *kTable;
}

}  // namespace

bool IsKin(const SiblingValue& sibling, const Policy& policy) {
  return sibling.z && *sibling.z > policy.z_unrelated && sibling.h &&
         *sibling.h >= policy.h_related;
}

Facts FindFacts(const VerdictInput& in, const Policy& policy) {
  Facts facts;
  WeightFacts(in, policy, facts);
  const double controls = static_cast<double>(in.control_count);
  facts[Fact::kPreconditions] = YesIf(
      controls >= policy.min_controls &&
      static_cast<double>(in.placebo_count) >= policy.min_placebos &&
      static_cast<double>(in.real_probe_count) >= policy.min_real_text_probes &&
      in.suspect_bracketed && in.reference_bracketed);
  facts[Fact::kEnoughForDistilled] =
      YesIf(controls >= policy.min_controls_distilled);
  facts[Fact::kZHigh] =
      If(in.z_rho2, [&](double z) { return z > policy.z_accuse; });
  facts[Fact::kZLow] =
      If(in.z_rho2, [&](double z) { return z <= policy.z_unrelated; });
  if (in.z_rho2) facts[Fact::kBeyondControls] = YesIf(in.controls_as_high.empty());
  facts[Fact::kOrder] = Order(in);
  facts[Fact::kHHigh] =
      If(in.h, [&](double h) { return h >= policy.h_distilled; });
  facts[Fact::kHSome] =
      If(in.h, [&](double h) { return h >= policy.h_related; });
  facts[Fact::kHLow] = If(in.h, [&](double h) { return h < policy.h_related; });
  Answer larger = Answer::kNo;
  for (const NamedValue& other : in.other_references) {
    if (!in.h || !other.value) {
      if (larger == Answer::kNo) larger = Answer::kUnknown;
    } else if (*other.value > *in.h) {
      larger = Answer::kYes;
    }
  }
  facts[Fact::kOtherReferenceLargerH] = larger;
  SameDataFacts(in, policy, facts);
  BaseFacts(in, policy, facts);
  return facts;
}

Label Decide(const Facts& facts) {
  for (const Row& row : Table()) {
    const bool holds = std::all_of(
        row.conditions.begin(), row.conditions.end(),
        [&](const Condition& c) { return facts[c.fact] == c.wanted; });
    if (holds) return row.label;
  }
  return Label::kInconclusive;
}

}  // namespace hydrometer::detect
