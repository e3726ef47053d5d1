// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/detect/limits.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace hydrometer::detect {
namespace {

constexpr const char* kStanding[] = {
    "A common third teacher that nobody put into the panel cannot be "
    "excluded: two students of one teacher look related.",
    "Training on the reference's own data looks like distillation unless "
    "siblings of the reference or its training text exclude it.",
    "Who taught whom is not read from outputs: what looks like direction only "
    "says which model is better. Direction comes from dates.",
    "A p-value is valid only if the suspect is exchangeable with the "
    "controls; a model of the reference's own recipe or domain is not. No "
    "verdict rests on p alone.",
    "The unit of inference is the independently trained model. Intervals are "
    "of the measurement, over probes; they say nothing about other models.",
    "h is valid only in a domain of the reference's training text. Whether "
    "the counted texts lie in one is for the reader to judge.",
    "Thresholds were chosen on models of 0.2 to 0.7 million parameters; "
    "nothing above 1 million was tried.",
    "Measured errors: on the 48 models of the shipped zoo (0.2 to 0.5 million "
    "parameters) none of 48 audits with an innocent control as the suspect "
    "accused it: with 95 % confidence at most 6 % of such audits would. Of 4 "
    "suspects made of all of a reference's text or of its logits all 4 were "
    "called distilled. On larger models: not measured.",
    "That counted texts were written by people, and by no model of the panel, "
    "is declared by whoever gives them.",
    "That controls and placebo references are not trained on the "
    "reference's outputs is declared by the user, not verified.",
    "What a model says about itself (\"who are you?\") is never counted: a "
    "model that names another has read the web.",
};

}  // namespace

std::vector<std::string> Limits(const Observations& observations,
                                const std::vector<Panel>& panels,
                                const Policy& policy) {
  std::vector<std::string> limits(std::begin(kStanding), std::end(kStanding));
  if (observations.view != "logits") {
    limits.push_back(
        absl::StrCat(
        "Seen through ", observations.view, " at ",
        observations.probe_count(),
        " places, because the vocabularies differ: losses are per word, "
        "divergences between distributions do not exist, and h cannot be "
        "read, without which nothing is called distilled or related."));
  }
  for (const auto& [name, reason] : observations.left_out) {
    limits.push_back(absl::StrCat(name, " was left out: ", reason, "."));
  }
  for (const Panel& panel : panels) {
    const std::string& reference = observations.members[panel.reference].name;
    for (const auto& [index, reason] : panel.set_aside) {
      limits.push_back(absl::StrCat("Against ", reference, ", ",
                                    observations.members[index].name,
                                    " was set aside: ", reason, "."));
    }
    for (const int index : panel.unweighted_rivals) {
      limits.push_back(absl::StrCat(
          "Against ", reference, ", ", observations.members[index].name,
          " could not serve as placebo reference: no Gram matrix with its "
          "weights."));
    }
  }
  if (panels.size() > 1) {
    limits.push_back(absl::StrCat(
        "The suspect was weighed against ", panels.size(),
        " references, and the one with the largest h stands first: each is a "
        "chance of its own to be wrong."));
  }
  const std::vector<NamedThreshold> used = PolicyThresholds(policy);
  const std::vector<NamedThreshold> standard = PolicyThresholds(Policy());
  for (size_t i = 0; i < used.size(); ++i) {
    if (used[i].value == standard[i].value) continue;
    limits.push_back(
        absl::StrCat("The policy is not the default: ", used[i].name, " is ",
                     used[i].value, " instead of ", standard[i].value, "."));
  }
  return limits;
}

}  // namespace hydrometer::detect
