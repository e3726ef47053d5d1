// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "src/report/number_format.h"
#include "src/report/sections.h"

namespace hydrometer::report {
namespace {

constexpr const char* kRoles[] = {"suspect", "reference", "base",
                                  "sibling", "placebo",   "control"};

void AddModelRow(const Value& model, HtmlWriter& html) {
  html.Open("tr").Open("th", {{"scope", "row"}});
  html.ShortName(TextOf(model, "name"), 44);
  if (!TextOf(model, "link_target").empty()) {
    html.Empty("br").Open("span", {{"class", "small"}}).Text("→ ");
    html.Foreign(TextOf(model, "link_target"), 120).Close();
  }
  html.Close();
  html.Open("td").Text(TextOf(model, "role"));
  for (const char* key : {"sibling_of", "fine_tuned_from"}) {
    if (TextOf(model, key).empty()) continue;
    html.Text(absl::StrCat(
        ", ", key == std::string("sibling_of") ? "of " : "fine-tuned from "));
    html.Foreign(TextOf(model, key), 60);
  }
  html.Close();
  html.Open("td").Foreign(TextOf(model, "architecture"), 30).Close();
  html.Element("td", {{"class", "number"}},
               FormatCount(CountOf(model, "parameter_count")));
  html.Element("td", {{"class", "number"}},
               FormatFixed(NumberOf(model, "loss_nats"), 3));
  html.Open("td", {{"class", "hash"}}).Open("code");
  html.Foreign(TextOf(model, "sha256"), 80).Close().Close();
  html.Close();
}

// Two columns: a word and what it is.
void AddTerm(const std::string& term, absl::string_view text,
             HtmlWriter& html) {
  html.Element("dt", {{"class", "term"}}, term);
  html.Open("dd").Foreign(text, 2000).Close();
}

void AddPairList(const Value& list, const char* heading, const char* first,
                 const char* second, HtmlWriter& html) {
  if (list.Empty()) return;
  html.Element("h3", heading).Open("ul");
  for (const Value& row : list.GetArray()) {
    html.Open("li").Foreign(TextOf(row, first), 120).Text(": ");
    html.Foreign(TextOf(row, second), 300).Close();
  }
  html.Close();
}

void AddPolicy(const Value& policy, HtmlWriter& html) {
  html.Open("h3").Text("Policy: ");
  html.Foreign(TextOf(policy, "name"), 80).Close();
  html.OpenScroll("Policy").Open("table").Open("thead");
  html.Open("tr").Element("th", {{"scope", "col"}}, "threshold");
  html.Element("th", {{"scope", "col"}, {"class", "number"}}, "value");
  html.Element("th", {{"scope", "col"}}, "meaning").Close().Close();
  html.Open("tbody");
  for (const Value& row : ListOf(policy, "thresholds").GetArray()) {
    html.Open("tr").Open("th", {{"scope", "row"}}).Open("code");
    html.Foreign(TextOf(row, "name"), 60).Close().Close();
    html.Element("td", {{"class", "number"}},
                 FormatShort(NumberOf(row, "value")));
    html.Open("td").Foreign(TextOf(row, "meaning"), 200).Close().Close();
  }
  html.Close().Close().Close();
}

void AddNumerics(const Value& report, HtmlWriter& html) {
  const Value& numerics = PartOf(report, "numerics");
  const Value& program = PartOf(report, "program");
  html.Element("h3", "Numerics").Open("dl", {{"class", "terms"}});
  AddTerm("program",
          absl::StrCat(TextOf(program, "name"), " ", TextOf(program, "version"),
                       ", ", TextOf(program, "build")),
          html);
  AddTerm("device", TextOf(numerics, "device"), html);
  AddTerm("arithmetic", TextOf(numerics, "compute"), html);
  AddTerm("recording", TextOf(numerics, "recording"), html);
  AddTerm("view", TextOf(report, "view"), html);
  AddTerm("noise between runs",
          absl::StrCat(FormatShort(NumberOf(numerics, "noise_nats")),
                       " nats of KL"),
          html);
  for (const Value& row : ListOf(numerics, "largest_position_kl").GetArray()) {
    AddTerm("largest KL at a position",
            absl::StrCat(FormatShort(NumberOf(row, "kl_nats")),
                         " nats, against ", TextOf(row, "reference")),
            html);
  }
  for (const Value& row : ListOf(numerics, "seeds").GetArray()) {
    AddTerm(absl::StrCat("seed, ", ForeignLabel(TextOf(row, "name"), 40)),
            TextOf(row, "seed"), html);
  }
  AddTerm("bootstrap replicates",
          FormatCount(CountOf(numerics, "bootstrap_replicates")), html);
  AddTerm("recordings kept in", TextOf(PartOf(report, "run"), "store"), html);
  html.Close();
}

// Word by word, so that a line never breaks within "--controls".
void AddCommand(absl::string_view command, HtmlWriter& html) {
  const std::string visible = ForeignLabel(command, 4000);
  bool first = true;
  for (const absl::string_view word :
       absl::StrSplit(visible, ' ', absl::SkipEmpty())) {
    if (!first) html.Text(" ");
    first = false;
    html.Element("span", {{"class", "word"}}, word);
  }
}

void AddTiming(const Value& timing, HtmlWriter& html) {
  html.Element("h3", "Time").Open("dl", {{"class", "terms"}});
  AddTerm("started", TextOf(timing, "started_utc"), html);
  AddTerm("finished", TextOf(timing, "finished_utc"), html);
  for (const Value& stage : ListOf(timing, "stages").GetArray()) {
    AddTerm(ForeignLabel(TextOf(stage, "name"), 40),
            absl::StrCat(FormatFixed(NumberOf(stage, "seconds"), 1), " s"),
            html);
  }
  AddTerm("recordings",
          absl::StrCat(FormatCount(CountOf(timing, "recordings_made_count")),
                       " made, ",
                       FormatCount(CountOf(timing, "recordings_reused_count")),
                       " taken from the store"),
          html);
  html.Close();
}

// Which texts were read: the bytes of the sets, and the tokenizers.
void AddTexts(const Value& report, HtmlWriter& html) {
  html.Element("h3", "Texts and tokenizers").OpenScroll("Texts and tokenizers");
  html.Open("table").Open("thead").Open("tr");
  html.Element("th", {{"scope", "col"}}, "probe set");
  html.Element("th", {{"scope", "col"}}, "SHA-256");
  html.Close().Close().Open("tbody");
  const auto row = [&](const char* kind, absl::string_view name,
                       absl::string_view hash) {
    html.Open("tr").Open("th", {{"scope", "row"}}).Text(kind);
    html.Foreign(name, 60).Close();
    html.Open("td", {{"class", "hash"}}).Open("code");
    html.Foreign(hash, 80).Close().Close().Close();
  };
  for (const Value& set : ListOf(report, "probe_sets").GetArray()) {
    row("", absl::StrCat(TextOf(set, "name"), " ", TextOf(set, "version")),
        TextOf(set, "sha256"));
  }
  std::set<std::string> seen;
  for (const Value& model : ListOf(report, "models").GetArray()) {
    const std::string hash(TextOf(model, "tokenizer_sha256"));
    if (hash.empty() || !seen.insert(hash).second) continue;
    row("tokenizer of ", TextOf(model, "name"), hash);
  }
  html.Close().Close().Close();
  html.Element("p", {{"class", "note"}},
               seen.size() == 1
                   ? "One tokenizer for all: its file is the same in every "
                     "model."
                   : "Each tokenizer is named by the first model that has "
                     "it.");
}

}  // namespace

void ModelsSection(const SectionContext& context, HtmlWriter& html) {
  html.OpenScroll("Models").Open("table").Open("thead");
  html.Open("tr");
  for (const char* head : {"model", "role", "architecture"}) {
    html.Element("th", {{"scope", "col"}}, head);
  }
  html.Element("th", {{"scope", "col"}, {"class", "number"}}, "parameters");
  html.Element("th", {{"scope", "col"}, {"class", "number"}},
               absl::StrCat("loss, ", LossUnit(context.report)));
  html.Element("th", {{"scope", "col"}}, "SHA-256 of the weights");
  html.Close().Close().Open("tbody");
  for (const char* role : kRoles) {
    for (const Value& model : ListOf(context.report, "models").GetArray()) {
      if (TextOf(model, "role") == role) AddModelRow(model, html);
    }
  }
  html.Close().Close().Close();
  AddPairList(ListOf(PartOf(context.report, "run"), "left_out_controls"),
              "Controls that were left out", "path", "reason", html);
  AddPairList(ListOf(context.report, "left_out"),
              "Models that this view leaves out", "name", "reason", html);
}

void RecordSection(const SectionContext& context, HtmlWriter& html) {
  const Value& run = PartOf(context.report, "run");
  html.Element("p", "The command that repeats this audit:");
  html.Open("div", {{"class", "command"}}).Open("code");
  AddCommand(TextOf(run, "command_line"), html);
  html.Close().Close();
  const Value& warnings = ListOf(run, "warnings");
  if (!warnings.Empty()) {
    html.Element("h3", "Warnings").Open("ul");
    for (const Value& warning : warnings.GetArray()) {
      html.Open("li").Prose(warning.GetString(), 400).Close();
    }
    html.Close();
  }
  AddTexts(context.report, html);
  AddNumerics(context.report, html);
  AddPairList(ListOf(PartOf(context.report, "program"), "libraries"),
              "Libraries", "name", "version", html);
  AddPolicy(PartOf(context.report, "policy"), html);
  AddTiming(PartOf(context.report, "timing"), html);
}

}  // namespace hydrometer::report
