// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "src/report/number_format.h"
#include "src/report/sections.h"

namespace hydrometer::report {
namespace {

void AddColumnHeads(std::initializer_list<const char*> heads,
                    HtmlWriter& html) {
  html.Open("thead").Open("tr");
  bool first = true;
  for (const char* head : heads) {
    if (first) {
      html.Element("th", {{"scope", "col"}}, head);
    } else {
      html.Element("th", {{"scope", "col"}, {"class", "number"}}, head);
    }
    first = false;
  }
  html.Close().Close();
}

void AddLayers(const Value& layers, HtmlWriter& html) {
  html.OpenScroll("Layers").Open("table");
  AddColumnHeads({"matrix", "layer", "hidden units", "Spearman", "p-value"},
                 html);
  html.Open("tbody");
  for (const Value& layer : layers.GetArray()) {
    html.Open("tr").Open("th", {{"scope", "row"}});
    html.Foreign(TextOf(layer, "matrix"), 60).Close();
    const auto cell = [&](const std::string& text) {
      html.Element("td", {{"class", "number"}}, text);
    };
    cell(FormatCount(CountOf(layer, "layer_index")));
    cell(FormatCount(CountOf(layer, "unit_count")));
    cell(FormatFixed(NumberOf(layer, "spearman"), 3));
    cell(FormatP(NumberOf(layer, "p_value")));
    html.Close();
  }
  html.Close().Close().Close();
}

// The least p over a comparison's layers, before any correction.
std::optional<double> LeastP(const Value& weights) {
  std::optional<double> least;
  for (const Value& layer : ListOf(weights, "layers").GetArray()) {
    const auto p = NumberOf(layer, "p_value");
    if (p && (!least || *p < *least)) least = p;
  }
  return least;
}

void AddComparisonRow(const Value& report, const Value& weights,
                      HtmlWriter& html) {
  if (RoleOf(report, TextOf(weights, "second")) == "reference") {
    html.Open("tr", {{"class", "emphasis"}});
  } else {
    html.Open("tr");
  }
  html.Open("th", {{"scope", "row"}}).Foreign(TextOf(weights, "second"), 60);
  html.Close();
  if (!BoolOf(weights, "comparable")) {
    html.Open("td", {{"colspan", "3"}}).Text("not comparable: ");
    html.Foreign(TextOf(weights, "reason"), 200).Close().Close();
    return;
  }
  const auto cell = [&](const std::string& text) {
    html.Element("td", {{"class", "number"}}, text);
  };
  cell(FormatFixed(NumberOf(weights, "relative_distance"), 4));
  cell(FormatFixed(NumberOf(weights, "largest_half_steps"), 2));
  cell(FormatP(LeastP(weights)));
  html.Close();
}

void AddComparisons(const Value& report, const Value& all, HtmlWriter& html) {
  html.OpenScroll("Weights").Open("table");
  AddColumnHeads({"the suspect’s weights against", "relative distance",
                  "largest difference, half steps", "least p-value of a layer"},
                 html);
  html.Open("tbody");
  for (const Value& weights : all.GetArray()) {
    // Others are there for the choice of controls.
    if (TextOf(weights, "first") == TextOf(report, "suspect")) {
      AddComparisonRow(report, weights, html);
    }
  }
  html.Close().Close().Close();
  html.Element("p", {{"class", "note"}},
               "Relative distance: Frobenius norm over all tensors. Half "
               "steps: of 8-bit storage; at most 1 would be equal up to 8-bit "
               "storage. p-value before correction for the number of layers.");
  for (const Value& weights : all.GetArray()) {
    if (ListOf(weights, "layers").Empty() ||
        TextOf(weights, "first") != TextOf(report, "suspect") ||
        RoleOf(report, TextOf(weights, "second")) != "reference") {
      continue;
    }
    html.Open("h3").Text("Layer by layer against ");
    html.Foreign(TextOf(weights, "second"), 60).Close();
    AddLayers(ListOf(weights, "layers"), html);
  }
}

struct Metric {
  const char* key;
  const char* shown;
};
constexpr Metric kMetrics[] = {{"kl_pq", "KL(reference ‖ suspect)"},
                               {"kl_qp", "KL(suspect ‖ reference)"},
                               {"js", "JS"},
                               {"total_variation", "total variation"},
                               {"hellinger", "Hellinger"},
                               {"cosine", "cosine"},
                               {"top1_agreement", "same top token"},
                               {"topk_overlap", "top-10 overlap"}};

void AddPairTable(const SectionContext& context, HtmlWriter& html) {
  const Value& rows =
      ListOf(PartOf(context.report, "pairs"), "suspect_reference");
  if (rows.Empty()) {
    html.Element("p", {{"class", "note"}},
                 "The two were not compared by logits.");
    return;
  }
  html.Element("h3", "Means by probe set");
  html.OpenScroll("Means by probe set").Open("table");
  html.Open("thead").Open("tr").Element("th", {{"scope", "col"}}, "probe set");
  for (const Metric& metric : kMetrics) {
    html.Element("th", {{"scope", "col"}, {"class", "number"}}, metric.shown);
  }
  html.Close().Close().Open("tbody");
  for (const Value& row : rows.GetArray()) {
    if (TextOf(row, "reference") != TextOf(context.assessment, "reference")) {
      continue;
    }
    html.Open("tr").Open("th", {{"scope", "row"}});
    if (TextOf(row, "set") == "all") {
      html.Text("all sets together").Close();
    } else {
      html.Foreign(TextOf(row, "set"), 60).Close();
    }
    for (const Metric& metric : kMetrics) {
      html.Element("td", {{"class", "number"}},
                   FormatFixed(NumberOf(row, metric.key), 4));
    }
    html.Close();
  }
  html.Close().Close().Close();
}

// "human": the sets that the primary pair, and this block, are read on.
std::string PrimarySets(const Value& report) {
  std::string names;
  for (const Value& set : ListOf(report, "probe_sets").GetArray()) {
    if (!BoolOf(set, "primary")) continue;
    absl::StrAppend(&names, names.empty() ? "" : ", ",
                    ForeignLabel(TextOf(set, "name"), 40));
  }
  return names.empty() ? "no set" : names;
}

void AddFamiliar(const Value& report, const Value& block, HtmlWriter& html) {
  html.Open("table", {{"class", "compact"}}).Open("caption");
  html.Text("against ").ShortName(TextOf(block, "reference"), 40);
  html.Text(", on human text only (")
      .Element("bdi", PrimarySets(report))
      .Text(")")
      .Close();
  html.Open("tbody");
  const auto row = [&](const char* name, const std::string& value) {
    html.Open("tr").Element("th", {{"scope", "row"}}, name);
    html.Element("td", {{"class", "number"}}, value).Close();
  };
  row("mean KLD, nats", FormatFixed(NumberOf(block, "kl_mean"), 5));
  row("median KLD, nats", FormatFixed(NumberOf(block, "kl_median"), 5));
  row("99.9 % KLD, nats", FormatFixed(NumberOf(block, "kl_quantile_999"), 5));
  const auto same = NumberOf(block, "same_top");
  row("same top token",
      same ? absl::StrCat(FormatFixed(*same * 100, 2), " %") : kNoNumber);
  html.Close().Close();
}

}  // namespace

void WeightsSection(const SectionContext& context, HtmlWriter& html) {
  html.Element("p",
               "Hidden units of both models are matched layer by layer; a "
               "descendant keeps the order of its ancestor’s units. A student "
               "that began from its own initialisation passes as independent "
               "here, however strongly it was distilled.");
  const Value& all = ListOf(context.report, "weights");
  if (all.Empty()) {
    html.Element("p", {{"class", "note"}}, "Weights were not compared.");
    return;
  }
  AddComparisons(context.report, all, html);
}

void FamiliarSection(const SectionContext& context, HtmlWriter& html) {
  if (ByWholeWords(context.report)) {
    html.Element("p", {{"class", "note"}},
                 "None: they need probabilities over one vocabulary, and "
                 "whole words are compared here.");
    return;
  }
  html.Element("p",
               "The numbers that llama.cpp prints, for those who know them: "
               "KLD is KL(reference ‖ suspect). They say how alike two models "
               "are, not why: unrelated models of one language are alike "
               "too.");
  for (const Value& block : ListOf(context.report, "familiar").GetArray()) {
    AddFamiliar(context.report, block, html);
  }
  AddPairTable(context, html);
}

}  // namespace hydrometer::report
