// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// The words of a verdict: lines for and against, what is missing, and what
// would settle it.

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "src/detect/verdict.h"

namespace hydrometer::detect {
namespace {

using Direction = Reason::Direction;

constexpr char kPower[] =
    "What could have been found: 50 % of the text and more, on small models; "
    "smaller shares are often missed. Not measured on this panel.";

constexpr char kNoPower[] =
    "What could have been found: on this panel no share, however large, would "
    "have been called distilled; what is missing says why.";

class Words {
 public:
  Words(const VerdictInput& in, const Policy& policy)
      : in_(in), policy_(policy), facts_(FindFacts(in, policy)) {}

  Verdict Make() {
    verdict_.label = Decide(facts_);
    Weights();
    Preconditions();
    Primary();
    References();
    SameData();
    Base();
    Alternatives();
    Summary();
    return std::move(verdict_);
  }

 private:
  bool Is(Fact fact) const { return facts_[fact] == Answer::kYes; }
  void Add(Direction direction, std::string text) {
    verdict_.reasons.push_back({direction, std::move(text)});
  }
  void Missing(std::string text, std::string would_settle) {
    Add(Direction::kMissing, std::move(text));
    verdict_.would_settle.push_back(std::move(would_settle));
  }

  void Weights();
  void Preconditions();
  void Primary();
  void References();
  void Sibling(const SiblingValue& sibling);
  void Membership();
  void SameData();
  void Base();
  void Alternatives();
  void Summary();

  const VerdictInput& in_;
  const Policy& policy_;
  const Facts facts_;
  Verdict verdict_;
};

void Words::Weights() {
  if (Is(Fact::kWeightsContradicted)) {
    Add(Direction::kMissing,
        absl::StrFormat("The weights are equal and the outputs are not (mean "
                        "KL %.3g nats): one of the two was not read right.",
                        in_.mean_kl.value_or(0)));
    verdict_.would_settle.push_back(
        "Record both models again and compare their tokenizers.");
    return;
  }
  if (Is(Fact::kWeightsEqual)) {
    Add(Direction::kFor,
        in_.same_bytes
            ? "The weights are the same, byte for byte."
            : "The weights are equal up to the rounding of 8-bit storage.");
  }
  if (Is(Fact::kSameFunction)) {
    Add(Direction::kFor,
        absl::StrFormat("The outputs are the same at every position: the "
                        "largest KL is %.3g nats (allowed: %.3g).",
                        *in_.largest_kl, in_.numerics_noise_nats));
  }
  if (in_.weights.descend == Answer::kUnknown && !in_.same_bytes) {
    Add(Direction::kNote,
        absl::StrCat("Weights could not be tested for descent: ",
                     in_.weights.reason, "."));
  } else if (Is(Fact::kWeightsDescend)) {
    Add(Is(Fact::kWeightsNearerElsewhere) ? Direction::kNote : Direction::kFor,
        absl::StrFormat(
            "Hidden units match layer by layer (p = %.3g over %d layers, "
            "corrected): one model's weights descend from the other's, or "
            "both from a common ancestor or initialisation.",
            in_.weights.corrected_p.value_or(0), in_.weights.layer_count));
    if (Is(Fact::kWeightsNearerElsewhere)) {
      Add(Direction::kAgainst,
          absl::StrCat("The weights of ", in_.weights_nearer_to,
                       " match the suspect's too, and the reference's are not "
                       "clearly nearer: a common origin explains the match."));
    }
  } else if (in_.weights.descend == Answer::kNo) {
    Add(Direction::kAgainst,
        absl::StrFormat("Hidden units do not match (p = %.3g over %d layers): "
                        "no descent from the reference's weights was found. A "
                        "student from its own initialisation looks the same.",
                        in_.weights.corrected_p.value_or(1),
                        in_.weights.layer_count));
  }
}

void Words::Preconditions() {
  if (static_cast<double>(in_.control_count) < policy_.min_controls) {
    Missing(absl::StrFormat("Too few controls: %d, want at least %g. Whether "
                            "the suspect was distilled was not weighed.",
                            in_.control_count, policy_.min_controls),
            absl::StrFormat("At least %g controls, independently trained "
                            "models that are declared not to be trained on "
                            "the reference's outputs.",
                            policy_.min_controls_distilled));
  } else if (!Is(Fact::kEnoughForDistilled)) {
    Missing(absl::StrFormat("Only %d controls: below %g the verdict is never "
                            "better than related.",
                            in_.control_count, policy_.min_controls_distilled),
            absl::StrFormat("At least %g controls.",
                            policy_.min_controls_distilled));
  }
  if (static_cast<double>(in_.placebo_count) < policy_.min_placebos) {
    Missing(absl::StrFormat(
                "Too few placebo references: %d models within %g nats of the "
                "reference's loss, want %g.",
                in_.placebo_count, policy_.placebo_distance_nats,
                policy_.min_placebos),
            "Unrelated models as good as the reference, among the controls "
            "or with --placebos.");
  }
  if (static_cast<double>(in_.real_probe_count) <
      policy_.min_real_text_probes) {
    Missing(absl::StrFormat("Too little real text: %d probes of counted sets "
                            "that people wrote, want %g.",
                            in_.real_probe_count, policy_.min_real_text_probes),
            "More real text from a domain of the reference's training, for "
            "example with --probes text:FILE.");
    return;  // without text there are no losses to bracket
  }
  for (const auto& [bracketed, name] :
       {std::pair<bool, const std::string&>{in_.suspect_bracketed, in_.suspect},
        std::pair<bool, const std::string&>{in_.reference_bracketed,
                                            in_.reference}}) {
    if (bracketed) continue;
    Missing(absl::StrFormat("The loss of %s lies outside the controls' range "
                            "by more than %g of it: no model of its quality "
                            "to compare with.",
                            name, policy_.bracket_tolerance),
            absl::StrCat("Controls better and worse than ", name, "."));
  }
}

void Words::Primary() {
  if (!in_.z_rho2) {
    Missing(absl::StrCat("rho2 could not be read: ",
                         in_.rho2_reason.empty() ? "no null to hold it against"
                                                 : in_.rho2_reason,
                         "."),
            "A panel in which rho2 can be read.");
  } else if (Is(Fact::kZHigh)) {
    Add(Direction::kFor,
        absl::StrFormat("The suspect shares more with the reference beyond "
                        "everybody else than controls do on average: z(rho2) "
                        "= %.2f (above %g).",
                        *in_.z_rho2, policy_.z_accuse));
  } else if (*in_.z_rho2 > policy_.z_unrelated) {
    Add(Direction::kNote,
        absl::StrFormat("z(rho2) = %.2f: above %g, which leaves doubt, and "
                        "not above %g, which would count.",
                        *in_.z_rho2, policy_.z_unrelated, policy_.z_accuse));
  } else {
    Add(Direction::kAgainst,
        absl::StrFormat("The suspect shares no more with the reference than "
                        "controls do: z(rho2) = %.2f, at most %g.",
                        *in_.z_rho2, policy_.z_unrelated));
  }
  if (Is(Fact::kZHigh) && !in_.controls_as_high.empty()) {
    Add(Direction::kAgainst,
        absl::StrCat("Not beyond all controls: rho2 of ",
                     absl::StrJoin(in_.controls_as_high, ", "),
                     " is as high or higher."));
  }
  if (!in_.h) {
    Missing(
        absl::StrCat("The inherited share h could not be read: ",
                     in_.h_reason.empty() ? "not computed" : in_.h_reason, "."),
        "Real text in the domain of the reference's training, and "
        "controls that fix the curve of inherited error there.");
  } else {
    Add(Is(Fact::kHSome) ? Direction::kFor : Direction::kAgainst,
        absl::StrFormat(
            "Inherited share h = %.2f (%s %g%s).", *in_.h,
            Is(Fact::kHSome) ? "at least" : "below",
            Is(Fact::kHHigh) ? policy_.h_distilled : policy_.h_related,
            Is(Fact::kHSome) && !Is(Fact::kHHigh)
                ? absl::StrFormat(", below %g", policy_.h_distilled)
                : ""));
  }
}

void Words::References() {
  std::string nearer, unread;
  for (const NamedValue& rival : in_.rivals) {
    if (!rival.value || !in_.rho) {
      absl::StrAppend(&unread, unread.empty() ? "" : ", ", rival.name);
    } else if (!(*in_.rho > *rival.value)) {
      absl::StrAppend(&nearer, nearer.empty() ? "" : ", ", rival.name);
    }
  }
  if (!nearer.empty()) {
    Add(Direction::kAgainst,
        absl::StrCat("As near to the suspect as the reference, or nearer: ",
                     nearer, "."));
  } else if (!unread.empty()) {
    Missing(absl::StrCat("Nearness could not be compared with: ", unread, "."),
            "Gram matrices weighted by these models.");
  } else if (Is(Fact::kOrder)) {
    Add(Direction::kFor,
        absl::StrFormat("rho with the reference, %.3f, is above that with "
                        "each of %d placebo references.",
                        *in_.rho, in_.rivals.size()));
  }
  for (const NamedValue& other : in_.other_references) {
    if (!other.value) {
      Missing(absl::StrCat("h against the other reference ", other.name,
                           " could not be read: it is not excluded as the "
                           "source."),
              absl::StrCat("Controls that bracket ", other.name, "."));
    } else if (in_.h && *other.value > *in_.h) {
      Add(Direction::kAgainst,
          absl::StrFormat("The other reference %s explains more: h = %.2f "
                          "against %.2f.",
                          other.name, *other.value, *in_.h));
    }
  }
}

void Words::Sibling(const SiblingValue& sibling) {
  const bool read = sibling.h && sibling.rho2 && in_.rho2;
  if (!read) {
    Add(Direction::kMissing,
        absl::StrCat("The sibling ", sibling.name,
                     " could not be held against the suspect: ",
                     sibling.h_reason.empty() ? "rho2 is missing"
                                              : sibling.h_reason,
                     "."));
    return;
  }
  const bool exceeded =
      *in_.h > *sibling.h && *in_.rho2 > *sibling.rho2;
  if (exceeded && !IsKin(sibling, policy_)) {
    Add(Direction::kMissing,
        absl::StrFormat("%s, declared to be trained on the reference's own "
                        "data, shows nothing of it (h %.2f, rho2 %.3f): to "
                        "exceed it excludes nothing.",
                        sibling.name, *sibling.h, *sibling.rho2));
    return;
  }
  Add(exceeded ? Direction::kFor : Direction::kAgainst,
      absl::StrFormat("%s, declared to be trained on the reference's own "
                      "data, %s (h %.2f, rho2 %.3f).",
                      sibling.name,
                      exceeded ? "stays below the suspect" : "comes as near",
                      *sibling.h, *sibling.rho2));
}

void Words::Membership() {
  if (!in_.q) return;
  const Direction direction =
      *in_.q + 2 * in_.q_error <= policy_.q_distilled ? Direction::kFor
      : *in_.q >= policy_.q_same_data                 ? Direction::kAgainst
                                                      : Direction::kNote;
  Add(direction,
      absl::StrFormat("Membership ratio q = %.2f, give or take %.2f (two "
                      "errors above it and at most %g speaks against the same "
                      "training data, from %g for it).",
                      *in_.q, in_.q_error, policy_.q_distilled,
                      policy_.q_same_data));
}

void Words::SameData() {
  if (!Is(Fact::kHSome) || verdict_.label == Label::kIdentical ||
      verdict_.label == Label::kDerived) {
    return;
  }
  if (in_.is_sibling) {
    Add(Direction::kAgainst,
        "The suspect is one of the siblings: it was declared to be trained on "
        "the reference's own data.");
  }
  int counted = 0;
  for (const SiblingValue& sibling : in_.siblings) {
    if (!sibling.as_good) continue;
    ++counted;
    Sibling(sibling);
  }
  Membership();
  if (Is(Fact::kSameDataExcluded) || Is(Fact::kSameDataLikely)) return;
  std::string why =
      counted == 0 ? "no sibling as good as the suspect is in the panel"
                   : "the siblings do not exclude it";
  absl::StrAppend(&why, "; ",
                  in_.q_reason.empty() ? "q does not decide" : in_.q_reason);
  // A high h alone speaks against the same data: no model of the same data
  // that the policy was chosen on came near its threshold.
  const bool by_h = in_.h && *in_.h >= policy_.h_distilled;
  Missing(absl::StrCat(by_h ? "Against training on the reference's own data "
                              "speaks the size of h alone: "
                            : "Training on the reference's own data is not "
                              "excluded by siblings or by its training text: ",
                       why, "."),
          "Siblings of the reference (its data, another seed) as good as the "
          "suspect, or a part of its training text (--reference-text).");
}

void Words::Base() {
  if (!in_.has_base) return;
  if (static_cast<double>(in_.fine_tune_count) < policy_.min_fine_tunes) {
    Missing(
        absl::StrFormat("No null for a suspect with a known base: %d "
                        "other fine-tunes of %s among the controls, want "
                        "%g; the verdict is never better than related.",
                        in_.fine_tune_count, in_.base, policy_.min_fine_tunes),
        absl::StrCat("Other fine-tunes of ", in_.base,
                     " among the controls, declared as such."));
  } else if (!in_.exceeds_fine_tunes) {
    Missing(
        "Other fine-tunes of the base could not be held against the "
        "suspect.",
        "Observations in which they can.");
  } else {
    Add(*in_.exceeds_fine_tunes ? Direction::kFor : Direction::kAgainst,
        absl::StrFormat("%s all %d other fine-tunes of %s in rho given the "
                        "base and in inherited error gained.",
                        *in_.exceeds_fine_tunes ? "The suspect exceeds"
                                                : "The suspect does not exceed",
                        in_.fine_tune_count, in_.base));
  }
  if (in_.h && !in_.base_h) {
    Missing(absl::StrCat("h of the base ", in_.base,
                         " could not be read: whether the suspect had the "
                         "reference's errors from it is open."),
            absl::StrCat("Controls that bracket ", in_.base, "."));
  } else if (in_.h && *in_.h - std::max(0.0, *in_.base_h) < policy_.h_related &&
             Is(Fact::kHSome)) {
    Add(Direction::kAgainst,
        absl::StrFormat("The base %s repeats the reference's errors about as "
                        "much (h = %.2f).",
                        in_.base, *in_.base_h));
  }
}

void Words::Alternatives() {
  const Label label = verdict_.label;
  if (label == Label::kDistilled || label == Label::kRelated) {
    Add(Direction::kNote,
        "A common third teacher that is not in the panel would look the "
        "same and cannot be excluded.");
    verdict_.would_settle.push_back(
        "Other possible teachers as further references.");
  }
  if (label == Label::kShared) {
    verdict_.would_settle.push_back(
        "The models that explain it as well, as references of their own.");
  }
  if (label == Label::kUnrelated || label == Label::kInconclusive) {
    const bool could_accuse = Is(Fact::kPreconditions) && in_.z_rho2 && in_.h &&
                              Is(Fact::kEnoughForDistilled);
    verdict_.power = could_accuse ? kPower : kNoPower;
    verdict_.would_settle.push_back(
        "Probes in the register in which a teacher's text would have been "
        "used (answers, in chat format), and more real text.");
  }
}

void Words::Summary() {
  const std::string& s = in_.suspect;
  const std::string& t = in_.reference;
  switch (verdict_.label) {
    case Label::kIdentical:
      verdict_.summary = absl::StrCat(
          s, " and ", t,
          " are the same model: the same weights, or a converted or "
          "quantised copy.");
      break;
    case Label::kDerived:
      verdict_.summary =
          absl::StrCat("The weights of ", s, " and of ", t,
                       " are not independent: one was made from the other, "
                       "or both from a common ancestor.");
      break;
    case Label::kDistilled:
      verdict_.summary = absl::StrCat(
          s, " carries the errors of ", t,
          " as a model trained on its outputs does; no control does.",
          Is(Fact::kSameDataExcluded)
              ? ""
              : " Against training on the same data speaks the size of the "
                "inherited share alone.");
      break;
    case Label::kRelated:
      verdict_.summary = absl::StrCat(
          s, " carries errors of ", t,
          " beyond all controls: trained on its outputs, or on the same "
          "data; this panel cannot tell which.");
      break;
    case Label::kShared:
      verdict_.summary = absl::StrCat(
          s, " and ", t,
          " have something in common, but not so that it points to ", t,
          ": another model explains it as well, or too little of it is "
          "inherited error.");
      break;
    case Label::kUnrelated:
      verdict_.summary = absl::StrCat("Nothing in ", s, " points to ", t,
                                      " beyond what unrelated models share.");
      break;
    case Label::kInconclusive:
      verdict_.summary = absl::StrCat("Whether ", s, " was made from ", t,
                                      " cannot be said from this panel.");
      break;
  }
}

}  // namespace

Verdict MakeVerdict(const VerdictInput& input, const Policy& policy) {
  return Words(input, policy).Make();
}

}  // namespace hydrometer::detect
