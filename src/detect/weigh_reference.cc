// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/detect/weigh_reference.h"

#include <algorithm>
#include <cmath>

#include "src/detect/correlation.h"
#include "src/detect/evidence_table.h"
#include "src/detect/inherited_share.h"
#include "src/detect/membership.h"

namespace hydrometer::detect {
namespace {

const Evidence* FindEvidence(const ReferenceAssessment& assessment,
                             absl::string_view name) {
  for (const Evidence& evidence : assessment.evidence) {
    if (evidence.name == name) return &evidence;
  }
  return nullptr;
}

std::optional<double> ValueOf(const std::vector<MemberValue>& values,
                              const std::string& name) {
  for (const MemberValue& value : values) {
    if (value.name == name) return value.value;
  }
  return std::nullopt;
}

void AddEvidence(const Context& context, const ScopedSums& sums,
                 ReferenceAssessment& assessment) {
  for (const StatisticRow& row : StatisticTable()) {
    assessment.evidence.push_back(
        Weigh(context, row, "overall", context.panel.controls));
  }
  if (!context.panel.bases.empty()) {
    for (const StatisticRow& row : BaseStatisticTable()) {
      assessment.evidence.push_back(
          Weigh(context, row, "overall", context.panel.fine_tunes));
    }
  }
  for (size_t s = 0; s < sums.sets.size(); ++s) {
    const Context set{context.observations, context.panel, context.policy,
                      sums.set_sums[s], sums.sets[s].real_text};
    for (const StatisticRow& row : StatisticTable()) {
      if (row.overall_only) continue;
      assessment.evidence.push_back(
          Weigh(set, row, sums.sets[s].name, context.panel.controls));
    }
  }
}

// "Better" only where the difference is clear of the probes' own scatter.
std::string BetterModel(const Observations& observations, const Scope& scope,
                        const Panel& panel) {
  const int64_t m = observations.member_count();
  double sum = 0, positions = 0;
  for (const int probe : scope.probe_indices) {
    sum += observations.loss_sum[probe * m + panel.suspect] -
           observations.loss_sum[probe * m + panel.reference];
    positions += static_cast<double>(observations.probes[probe].position_count);
  }
  if (!(positions > 0)) return "neither";
  const double mean = sum / positions;
  double squares = 0;
  for (const int probe : scope.probe_indices) {
    const double residual =
        observations.loss_sum[probe * m + panel.suspect] -
        observations.loss_sum[probe * m + panel.reference] -
        mean * static_cast<double>(observations.probes[probe].position_count);
    squares += residual * residual;
  }
  const double standard_error = std::sqrt(squares) / positions;
  if (std::abs(mean) <= 2 * standard_error) return "neither";
  return mean > 0 ? "the reference" : "the suspect";
}

void AddPlane(const Context& context, ReferenceAssessment& assessment) {
  const Evidence* rho2 = FindEvidence(assessment, "rho2");
  const Evidence* h = FindEvidence(assessment, "h");
  const auto z = [&](std::optional<double> value) -> std::optional<double> {
    if (!value || !rho2->null_mean || !rho2->z) return std::nullopt;
    return (*value - *rho2->null_mean) / *rho2->null_sd;
  };
  const auto& members = context.observations.members;
  assessment.plane.push_back({members[context.panel.suspect].name,
                              Role::kSuspect, z(rho2->statistic),
                              h->statistic});
  for (const auto values :
       {&Evidence::controls, &Evidence::siblings, &Evidence::placebos}) {
    for (const MemberValue& value : rho2->*values) {
      const int index = MemberIndex(context.observations, value.name);
      assessment.plane.push_back({value.name, members[index].role,
                                  z(value.value),
                                  ValueOf(h->*values, value.name)});
    }
  }
}

void FillWeights(const Context& context, const ScopedSums& sums,
                 VerdictInput& in) {
  const Observations& o = context.observations;
  const Panel& panel = context.panel;
  const Member& suspect = o.members[panel.suspect];
  const Member& reference = o.members[panel.reference];
  in.weights = FindWeights(o, suspect.name, reference.name, context.policy);
  in.same_bytes = !suspect.weights_sha256.empty() &&
                  suspect.weights_sha256 == reference.weights_sha256;
  in.numerics_noise_nats = o.numerics_noise_nats;
  in.position_count = sums.everything_sums.position_count;
  if (o.view == "logits") {
    in.mean_kl = sums.everything_sums.Kl(panel.reference, panel.suspect);
  }
  size_t row = 0;
  for (int i = 0; i < panel.reference; ++i) {
    row += o.members[i].role == Role::kReference;
  }
  // It was measured for the suspect, not for a control in its place.
  if (suspect.role == Role::kSuspect && row < o.largest_position_kl.size()) {
    in.largest_kl = o.largest_position_kl[row];
  }
  for (int i = 0; i < o.member_count(); ++i) {
    if (i == panel.suspect || i == panel.reference) continue;
    if (std::any_of(panel.set_aside.begin(), panel.set_aside.end(),
                    [&](const auto& aside) { return aside.first == i; }) &&
        std::find(panel.bases.begin(), panel.bases.end(), i) ==
            panel.bases.end()) {
      continue;  // a copy of the reference is no other explanation
    }
    const WeightFinding other =
        FindWeights(o, suspect.name, o.members[i].name, context.policy);
    // Two fine-tunes of one base are nearer to each other than to it as soon
    // as both drift the same way, so "nearer" is not enough.
    if ((other.equal == Answer::kYes || other.descend == Answer::kYes) &&
        in.weights.relative_distance >=
            context.policy.weight_distance_ratio * other.relative_distance) {
      in.weights_nearer_to = o.members[i].name;
    }
  }
}

void FillPrimary(const Context& context, const ReferenceAssessment& assessment,
                 VerdictInput& in) {
  const Panel& panel = context.panel;
  const Evidence* rho2 = FindEvidence(assessment, "rho2");
  const Evidence* h = FindEvidence(assessment, "h");
  in.control_count = std::count_if(
      rho2->controls.begin(), rho2->controls.end(),
      [](const MemberValue& value) { return value.value.has_value(); });
  // Where rho2 cannot be read at all the controls are still counted: it is
  // not they that are missing.
  if (!rho2->statistic) {
    in.control_count = static_cast<int64_t>(panel.controls.size());
  }
  in.placebo_count = static_cast<int64_t>(panel.placebos.size());
  in.real_probe_count = context.sums.probe_count;
  in.rho2 = rho2->statistic;
  in.z_rho2 = rho2->z;
  in.rho2_reason = rho2->reason;
  in.h = h->statistic;
  in.h_reason = h->reason;
  in.rho = assessment.rho_suspect_reference;
  for (const int rival : panel.rivals) {
    in.rivals.push_back(
        {context.observations.members[rival].name,
         RhoWith(context, rival, panel.suspect, panel.controls).value});
  }
  for (const int rival : panel.unweighted_rivals) {
    // A control without a Gram of its own was not chosen as candidate; a
    // given placebo or another reference must not be passed over.
    if (context.observations.members[rival].role != Role::kControl) {
      in.rivals.push_back(
          {context.observations.members[rival].name, std::nullopt});
    }
  }
  if (context.sums.empty()) return;
  const double tolerance = context.policy.bracket_tolerance;
  in.suspect_bracketed =
      Bracketed(context.sums, context.sums.Loss(panel.suspect), panel.controls,
                tolerance);
  in.reference_bracketed =
      Bracketed(context.sums, context.sums.Loss(panel.reference),
                panel.controls, tolerance);
  for (const MemberValue& sibling : h->siblings) {
    const int index = MemberIndex(context.observations, sibling.name);
    const double worse =
        context.sums.Loss(index) - context.sums.Loss(panel.suspect);
    SiblingValue value{sibling.name,
                       worse <= context.policy.sibling_distance_nats,
                       sibling.value, ValueOf(rho2->siblings, sibling.name)};
    if (value.rho2 && rho2->null_mean && rho2->null_sd && *rho2->null_sd > 0) {
      value.z = (*value.rho2 - *rho2->null_mean) / *rho2->null_sd;
    }
    if (!value.h) {
      value.h_reason = ShareH(context, index, panel.controls).reason;
    }
    in.siblings.push_back(std::move(value));
  }
  in.is_sibling = panel.suspect_is_sibling;
  for (const MemberValue& control : rho2->controls) {
    if (control.value && rho2->statistic &&
        *control.value >= *rho2->statistic) {
      in.controls_as_high.push_back(control.name);
    }
  }
}

void FillBase(const Context& context, const ReferenceAssessment& assessment,
              VerdictInput& in) {
  const Panel& panel = context.panel;
  if (panel.bases.empty()) return;
  in.has_base = true;
  in.base = context.observations.members[panel.bases[0]].name;
  in.base_h = ShareH(context, panel.bases[0], panel.controls).value;
  in.fine_tune_count = static_cast<int64_t>(panel.fine_tunes.size());
  bool known = true, exceeds = true;
  for (const char* name : {"rho_given_base", "delta_a"}) {
    const Evidence* evidence = FindEvidence(assessment, name);
    for (const MemberValue& other : evidence->controls) {
      if (!other.value || !evidence->statistic) {
        known = false;
      } else {
        exceeds = exceeds && *evidence->statistic > *other.value;
      }
    }
  }
  if (known && in.fine_tune_count > 0) in.exceeds_fine_tunes = exceeds;
  in.z_fine_tunes = FindEvidence(assessment, "rho_given_base")->z;
}

}  // namespace

WeighedReference WeighReference(const Observations& observations,
                                const ScopedSums& sums, int suspect,
                                int reference, const Policy& policy) {
  WeighedReference weighed;
  const PanelSums& quality =
      sums.primary_sums.empty() ? sums.everything_sums : sums.primary_sums;
  weighed.panel = MakePanel(observations, quality, suspect, reference, policy);
  const Context context{observations, weighed.panel, policy, sums.primary_sums,
                        /*real_text=*/true};
  ReferenceAssessment& assessment = weighed.assessment;
  assessment.reference = observations.members[reference].name;
  AddEvidence(context, sums, assessment);
  AddPlane(context, assessment);
  assessment.rho_suspect_reference =
      Rho(context, suspect, weighed.panel.controls).value;
  assessment.better_model =
      BetterModel(observations, sums.primary, weighed.panel);
  if (!sums.primary_sums.empty()) {
    assessment.curve = DrawErrorCurve(context);
    assessment.suspect_loss_nats = sums.primary_sums.Loss(suspect);
    assessment.reference_loss_nats = sums.primary_sums.Loss(reference);
    for (const int placebo : weighed.panel.rivals) {
      const Value rho =
          RhoWith(context, placebo, suspect, weighed.panel.controls);
      if (!rho.value) continue;
      assessment.placebos.push_back({observations.members[placebo].name,
                                     sums.primary_sums.Loss(placebo),
                                     *rho.value});
    }
  }
  const Value q = MembershipRatio(context, suspect, weighed.panel.controls);
  assessment.membership_ratio_q = q.value;
  assessment.q_reason = q.reason;

  VerdictInput& in = weighed.input;
  in.suspect = observations.members[suspect].name;
  in.reference = assessment.reference;
  in.q = q.value;
  in.q_reason = q.reason;
  in.q_error = MembershipRatioError(context, suspect, weighed.panel.controls);
  FillWeights(context, sums, in);
  FillPrimary(context, assessment, in);
  FillBase(context, assessment, in);
  return weighed;
}

}  // namespace hydrometer::detect
