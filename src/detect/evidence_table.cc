// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/detect/evidence_table.h"

#include "src/detect/correlation.h"
#include "src/detect/inherited_share.h"
#include "src/detect/membership.h"
#include "src/detect/pair_affinity.h"
#include "src/detect/temperature.h"

namespace hydrometer::detect {
namespace {

constexpr char kGramSource[] =
    "partial correlation: Lauritzen, Graphical Models (1996)";
constexpr char kShareSource[] =
    "inherited error against the world, read against the controls' curve";
constexpr char kLikenessSource[] =
    "Zhu et al., Independence Tests for Language Models (2025)";
constexpr char kSharedErrors[] = "Kim et al., Correlated Errors in LLMs (2025)";

Statistic Raw(Likeness likeness) {
  return
      [likeness](const Context& context, int member, const std::vector<int>&) {
        return RawLikeness(context, likeness, member);
      };
}

Statistic Adjusted(Likeness likeness) {
  return [likeness](const Context& context, int member,
                    const std::vector<int>& controls) {
    return AdjustedLikeness(context, likeness, member, controls);
  };
}

Value DeltaA(const Context& context, int member, const std::vector<int>&) {
  if (context.panel.bases.empty()) return Value::None("no base was given");
  if (!context.real_text || context.sums.empty() ||
      context.observations.view != "logits") {
    return Value::None("it needs real text and one vocabulary");
  }
  const int reference = context.panel.reference;
  return Value::Of(
      InheritedError(context.sums, reference, member) -
      InheritedError(context.sums, reference, context.panel.bases[0]));
}

std::vector<StatisticRow> MakeTable() {
  return {
      {.name = "rho2",
       .title = "what the suspect shares with the reference beyond everybody "
                "else and beyond placebo references",
       .source = kGramSource,
       .statistic = Rho2,
       .primary = true},
      {.name = "h",
       .title = "share of the reference's own errors that the suspect repeats",
       .source = kShareSource,
       .statistic = ShareH,
       .primary = true},
      {.name = "rho",
       .title = "what the suspect shares with the reference beyond everybody "
                "else",
       .source = kGramSource,
       .statistic = Rho},
      {.name = "rho_without_top",
       .title = "the same without each position's likeliest token (dark "
                "knowledge)",
       .source = kGramSource,
       .statistic = RhoWithoutTop},
      {.name = "rho_controls_weights",
       .title = "the same, weighted by the controls' mean instead of the "
                "reference",
       .source = kGramSource,
       .statistic = RhoControlsWeights},
      {.name = "h_t",
       .title = "inherited error beyond the curve, in units of what the "
                "reference has to give",
       .source = kShareSource,
       .statistic = ShareHT},
      {.name = "tau",
       .title = "sharpness against the controls: the sampling temperature of "
                "copied text",
       .source = "best inverse temperature of each model on real text",
       .statistic = Temperature,
       .larger_means_nearer = false,
       .overall_only = true,
       .interval = false},
      {.name = "membership_gap",
       .title = "how much better the suspect knows the reference's training "
                "text than its loss explains, nats",
       .source = "loss on held-out text less loss on training text",
       .statistic = MembershipGap,
       .overall_only = true,
       .interval = false},
      {.name = "js",
       .title = "Jensen-Shannon divergence from the reference, nats",
       .source = kLikenessSource,
       .statistic = Raw(Likeness::kJs),
       .larger_means_nearer = false},
      {.name = "js_adjusted",
       .title = "the same beyond how far both are from everybody",
       .source = kLikenessSource,
       .statistic = Adjusted(Likeness::kJs),
       .larger_means_nearer = false},
      {.name = "agreement",
       .title = "positions where both hold the same token likeliest",
       .source = kSharedErrors,
       .statistic = Raw(Likeness::kAgreement)},
      {.name = "agreement_adjusted",
       .title = "the same beyond how much both agree with everybody",
       .source = kSharedErrors,
       .statistic = Adjusted(Likeness::kAgreement)},
      {.name = "kl",
       .title = "KL(reference || suspect), nats",
       .source = kLikenessSource,
       .statistic = Raw(Likeness::kKl),
       .larger_means_nearer = false},
      {.name = "kl_adjusted",
       .title = "KL, mean of both directions, beyond how far both are from "
                "everybody",
       .source = kLikenessSource,
       .statistic = Adjusted(Likeness::kKl),
       .larger_means_nearer = false},
  };
}

}  // namespace

const std::vector<StatisticRow>& StatisticTable() {
  static const auto* const kTable = new std::vector<StatisticRow>(MakeTable());
  return *kTable;
}

const std::vector<StatisticRow>& BaseStatisticTable() {
  static const auto* const kTable = new std::vector<StatisticRow>{
      {.name = "rho_given_base",
       .title = "what the suspect shares with the reference beyond its base "
                "and everybody else, against other fine-tunes of that base",
       .source = kGramSource,
       .statistic = Rho,
       .overall_only = true},
      {.name = "delta_a",
       .title = "inherited error gained since the base, nats, against other "
                "fine-tunes of that base",
       .source = kShareSource,
       .statistic = DeltaA,
       .overall_only = true},
  };
  return *kTable;
}

}  // namespace hydrometer::detect
