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
    {"rho, rho2",
     "rho: partial correlation of two models’ log-probabilities given all "
     "other models. rho2: what remains of it when the mean of those with "
     "the placebo references is subtracted."},
    {"A",
     "Inherited error, in nats: how much of the reference’s deviation from "
     "the world a model repeats. 0 for the reference itself, lower for "
     "others."},
    {"h",
     "Inherited share: the part of the way from the controls’ curve of A to "
     "A = 0, at the suspect’s own loss; the part of the reference’s own "
     "errors that it repeats beyond models of its quality. Below 0.3 it is a "
     "sign, not a share. Its interval is 95 % over probes; the curve’s own "
     "error is not in it."},
    {"h_T",
     "The same distance from the curve in units of what the reference has to "
     "give, at its own loss."},
    {"delta A",
     "How much A the suspect has gained since the base from which it was "
     "fine-tuned."},
    {"tau",
     "Sharpness: the inverse temperature at which a model fits real text "
     "best, over the controls’ median. Below 1: over-confident, as after "
     "training on text that was sampled cool. It says how a text was "
     "sampled, not whose it was."},
    {"top-1 agreement",
     "Share of the positions where both models hold the same token "
     "likeliest."},
    {"membership ratio, q",
     "How well the suspect knows the reference’s training text, against what "
     "h alone would bring."},
    {"z",
     "Distance from the controls’ mean in standard deviations of the "
     "controls."},
    {"p, p-value",
     "Share of the controls, the suspect counted among them, that come as "
     "near. With m controls it cannot be smaller than 1/(m + 1), its floor."},
    {"exchangeable",
     "A suspect is exchangeable with the controls if, were it unrelated, it "
     "could as well have been one of them: of like data, size and quality. "
     "Only then is a p-value what it says."},
    {"interval",
     "How much a number would move with other probes. It says how well it "
     "was measured, not what it means."},
    {"KL, JS",
     "Kullback–Leibler and Jensen–Shannon divergence, in nats: how far apart "
     "two models’ predictions are. KL(reference ‖ suspect) takes the mean "
     "under the reference’s probabilities."},
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
    html.Open("li").Prose(limit.GetString(), 800).Close();
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
