// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/detect/correlation.h"

#include "absl/strings/str_cat.h"
#include "src/stats/partial_correlation.h"

namespace hydrometer::detect {
namespace {

// Under weighting `weighting` (-1: none was computed).
Value Partial(const Context& context, int weighting, int target, int member,
              const std::vector<int>& controls) {
  const auto& members = context.observations.members;
  if (weighting < 0) {
    return Value::None(absl::StrCat("no Gram matrix with the weights of ",
                                    members[target].name));
  }
  if (context.sums.empty()) return Value::None("no positions");
  if (member == target) {
    return Value::None(absl::StrCat(members[target].name, " with itself"));
  }
  // Without anybody to condition on this would be a raw correlation, which
  // is high for all models of one language.
  if (controls.size() < 2) return Value::None("fewer than two controls");
  std::vector<int> given = controls;
  given.insert(given.end(), context.panel.bases.begin(),
               context.panel.bases.end());
  const absl::StatusOr<double> rho = stats::PartialCorrelation(
      context.sums.Gram(weighting), context.sums.member_count, member, target,
      given, context.policy.ridge);
  if (!rho.ok()) return Value::None(rho.status());
  return Value::Of(*rho);
}

}  // namespace

Value RhoWith(const Context& context, int target, int member,
              const std::vector<int>& controls) {
  return Partial(context, WeightingOf(context.observations, target), target,
                 member, controls);
}

Value Rho(const Context& context, int member,
          const std::vector<int>& controls) {
  return RhoWith(context, context.panel.reference, member, controls);
}

Value Rho2(const Context& context, int member,
           const std::vector<int>& controls) {
  const Value rho = Rho(context, member, controls);
  if (!rho.value) return rho;
  double sum = 0;
  int count = 0;
  for (const int placebo : context.panel.placebos) {
    if (placebo == member) continue;
    const Value other = RhoWith(context, placebo, member, controls);
    if (!other.value) return other;
    sum += *other.value;
    ++count;
  }
  if (count == 0) {
    return Value::None("no placebo reference as good as the reference");
  }
  return Value::Of(*rho.value - sum / count);
}

Value RhoWithoutTop(const Context& context, int member,
                    const std::vector<int>& controls) {
  if (context.observations.view != "logits") {
    return Value::None("it needs log-probabilities over one vocabulary");
  }
  const int reference = context.panel.reference;
  return Partial(context, WeightingOf(context.observations, reference, true),
                 reference, member, controls);
}

Value RhoControlsWeights(const Context& context, int member,
                         const std::vector<int>& controls) {
  const int weighting = ControlsWeighting(context.observations);
  if (weighting < 0) {
    return Value::None("no Gram matrix with the controls' weights");
  }
  return Partial(context, weighting, context.panel.reference, member, controls);
}

}  // namespace hydrometer::detect
