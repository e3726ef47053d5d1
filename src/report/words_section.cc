// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/report/sections.h"

namespace hydrometer::report {
namespace {

struct Word {
  const char* word;
  const char* meaning;
};

constexpr Word kWords[] = {
    {"suspect, reference",
     "The model under question, and the model that it may have been trained "
     "on the outputs of."},
    {"control",
     "A model that is declared not to have been trained on the reference’s "
     "outputs. Each control takes the suspect’s place once; what happens then "
     "is what chance and common language can do."},
    {"placebo reference",
     "A model as good as the reference and unrelated to it, put in the "
     "reference’s place."},
    {"sibling",
     "A model trained on the reference’s own data from another seed: what "
     "training on the same data can do."},
    {"loss",
     "Mean surprise of a model at real text, in nats; smaller is better."},
    {"nat", "Unit of information with natural logarithms; 1.44 bits."},
    {"ρ, ρ₂",
     "Partial correlation of two models’ log-probabilities given all other "
     "models; ρ₂ is what remains after that with placebo references is "
     "subtracted."},
    {"h",
     "Inherited share: the part of the reference’s own errors that the "
     "suspect repeats, beyond models of the suspect’s quality. 1 for the "
     "reference itself; below 0.3 it is a sign, not a share."},
    {"z",
     "Distance from the controls’ mean in standard deviations of the "
     "controls."},
    {"p and its floor",
     "Share of the controls, the suspect counted among them, that come as "
     "near. With m controls it cannot be smaller than 1/(m + 1)."},
    {"interval",
     "How much a number would move with other probes. It says how well it "
     "was measured, not what it means."},
    {"KL, JS",
     "Kullback–Leibler and Jensen–Shannon divergence: how far apart two "
     "models’ predictions are."},
    {"q",
     "Membership ratio: how well the suspect knows the reference’s training "
     "text, against what h alone would bring."},
};

}  // namespace

void LimitsSection(const SectionContext& context, HtmlWriter& html) {
  const Value& limits = ListOf(context.report, "limits");
  if (limits.Empty()) {
    html.Element("p", {{"class", "note"}}, "No limits were stated.");
    return;
  }
  html.Open("ul");
  for (const Value& limit : limits.GetArray()) {
    html.Open("li").Foreign(limit.GetString(), 800).Close();
  }
  html.Close();
}

void GlossarySection(const SectionContext&, HtmlWriter& html) {
  html.Open("dl", {{"class", "terms"}});
  for (const Word& word : kWords) {
    html.Element("dt", {{"class", "term"}}, word.word);
    html.Element("dd", word.meaning);
  }
  html.Close();
}

}  // namespace hydrometer::report
