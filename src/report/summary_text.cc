// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/report/summary_text.h"

#include <algorithm>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "src/base/status_macros.h"
#include "src/report/number_format.h"
#include "src/report/report_schema.h"
#include "src/report/report_view.h"
#include "src/report/visible_text.h"

namespace hydrometer::report {
namespace {

constexpr size_t kIndent = 11;  // "reference  "
constexpr size_t kBody = kSummaryColumns - kIndent;
constexpr size_t kReasonLines = 10;
constexpr size_t kLongestText = 600;

// `text` broken at spaces into lines of `width` columns, at most `most`; what
// does not fit ends in "…".
std::vector<std::string> Wrap(absl::string_view text, size_t width,
                              size_t most) {
  std::vector<std::string> lines;
  std::string line;
  for (const absl::string_view word :
       absl::StrSplit(text, ' ', absl::SkipEmpty())) {
    const size_t gap = line.empty() ? 0 : 1;
    if (!line.empty() &&
        DisplayWidth(line) + gap + DisplayWidth(word) > width) {
      lines.push_back(line);
      line.clear();
    }
    absl::StrAppend(&line, line.empty() ? "" : " ", word);
    line = FitWidth(line, width);
  }
  if (!line.empty()) lines.push_back(line);
  if (lines.size() > most) {
    lines.resize(most);
    lines.back() = absl::StrCat(FitWidth(lines.back(), width - 2), " …");
  }
  return lines;
}

class Summary {
 public:
  Summary(const Value& report, bool colour)
      : report_(report), colour_(colour) {}

  std::string Make(absl::string_view path) {
    Answer();
    Blank();
    Panel();
    Blank();
    Primary();
    Blank();
    Reasons();
    if (!path.empty()) {
      Blank();
      Row("report", FitWidth(VisibleText(path, kLongestText), kBody));
    }
    return absl::StrCat(text_);
  }

 private:
  void Line(absl::string_view line) {
    absl::StrAppend(&text_, absl::StripTrailingAsciiWhitespace(line), "\n");
  }
  void Blank() { text_ += "\n"; }
  void Row(absl::string_view head, absl::string_view body) {
    std::string padded(head);
    padded.resize(kIndent, ' ');
    Line(absl::StrCat(padded, body));
  }
  std::string Coloured(absl::string_view text, absl::string_view code) const {
    if (!colour_) return std::string(text);
    return absl::StrCat("\x1B[", code, "m", text, "\x1B[0m");
  }

  void Answer() {
    const Value& verdict = PartOf(report_, "verdict");
    const absl::string_view label = TextOf(verdict, "label");
    // Bold; red where something was found, yellow where nothing can be said.
    const bool found = label == "identical" || label == "derived" ||
                       label == "distilled" || label == "related";
    const std::string word = absl::AsciiStrToUpper(label);
    Row("verdict", Coloured(word, found                     ? "1;31"
                                  : label == "inconclusive" ? "1;33"
                                                            : "1"));
    for (const std::string& line : Wrap(
             VisibleText(TextOf(verdict, "summary"), kLongestText), kBody, 3)) {
      Row("", line);
    }
  }

  void Model(const char* head, absl::string_view name, const char* loss_key) {
    const auto loss = NumberOf(PartOf(report_, "quality"), loss_key);
    const std::string tail =
        absl::StrCat("  (loss ", FormatFixed(loss, 3), " nats)");
    Row(head, absl::StrCat(
                  FitWidth(VisibleText(name, 200), kBody - DisplayWidth(tail)),
                  tail));
  }

  int CountRole(absl::string_view role) const {
    int count = 0;
    for (const Value& model : ListOf(report_, "models").GetArray()) {
      if (TextOf(model, "role") == role) ++count;
    }
    return count;
  }

  void Panel() {
    if (OtherPolicy(report_)) {
      Row("policy", "not the default: the report's limits say in what");
    }
    Model("suspect", TextOf(report_, "suspect"), "suspect_loss_nats");
    Model("reference", TextOf(report_, "reference"), "reference_loss_nats");
    const size_t placebos = ListOf(PartOf(report_, "placebos"), "rows").Size();
    const size_t further = ListOf(report_, "references").Size();
    std::string panel = absl::StrCat(CountRole("control"), " controls, ",
                                     placebos, " placebo references, ",
                                     CountRole("sibling"), " siblings");
    if (further > 0) {
      absl::StrAppend(&panel, ", ", further, " other reference",
                      further > 1 ? "s" : "");
    }
    Row("panel", panel);
  }

  void Refused(const char* head, const Value* evidence) {
    const absl::string_view reason =
        evidence == nullptr ? "not computed" : TextOf(*evidence, "reason");
    Row(head,
        FitWidth(absl::StrCat("refused: ", VisibleText(reason, 200)), kBody));
  }

  void Primary() {
    const Value* rho2 = FindEvidence(report_, "rho2");
    if (rho2 == nullptr || !NumberOf(*rho2, "statistic")) {
      Refused("rho2", rho2);
    } else {
      Row("rho2", absl::StrCat(FormatFixed(NumberOf(*rho2, "statistic"), 3),
                               "   z ", FormatZ(NumberOf(*rho2, "z")), "   p ",
                               FormatP(NumberOf(*rho2, "p_value")), " (floor ",
                               FormatP(NumberOf(*rho2, "p_floor")), ")",
                               Interval(*rho2, 3)));
    }
    const Value* h = FindEvidence(report_, "h");
    if (h == nullptr || !NumberOf(*h, "statistic")) {
      Refused("h", h);
    } else {
      Row("h", absl::StrCat(FormatFixed(NumberOf(*h, "statistic"), 2), "    z ",
                            FormatZ(NumberOf(*h, "z")), Interval(*h, 2)));
    }
  }

  std::string Interval(const Value& evidence, int digits) {
    const Value& interval = PartOf(evidence, "interval");
    if (interval.MemberCount() == 0) return "";
    return absl::StrCat("   interval [",
                        FormatFixed(NumberOf(interval, "low"), digits), ", ",
                        FormatFixed(NumberOf(interval, "high"), digits), "]");
  }

  // What carries the verdict comes first.
  std::vector<const char*> ReasonOrder() const {
    const absl::string_view label = TextOf(PartOf(report_, "verdict"), "label");
    if (label == "inconclusive") return {"missing", "for", "against"};
    if (label == "unrelated") return {"against", "missing", "for"};
    return {"for", "against", "missing"};
  }

  void Reasons() {
    size_t left = kReasonLines, hidden = 0;
    for (const char* direction : ReasonOrder()) {
      bool first = true;
      for (const Value& reason :
           ListOf(PartOf(report_, "verdict"), "reasons").GetArray()) {
        if (TextOf(reason, "direction") != direction) continue;
        const std::vector<std::string> lines = Wrap(
            VisibleText(TextOf(reason, "text"), kLongestText), kBody - 2, 2);
        // The last line is kept for the count of what was left out.
        if (hidden > 0 || lines.size() + 1 > left) {
          ++hidden;
          continue;
        }
        for (size_t i = 0; i < lines.size(); ++i) {
          Row(first && i == 0 ? direction : "",
              absl::StrCat(i == 0 ? "- " : "  ", lines[i]));
        }
        first = false;
        left -= lines.size();
      }
    }
    if (hidden > 0) {
      Row("", absl::StrCat("… and ", hidden, " more in the report"));
    }
  }

  const Value& report_;
  const bool colour_;
  std::string text_;
};

}  // namespace

absl::StatusOr<std::string> SummaryText(const rapidjson::Document& report,
                                        absl::string_view report_path,
                                        bool colour) {
  HYDROMETER_RETURN_IF_ERROR(CheckReport(report));
  return Summary(report, colour).Make(report_path);
}

}  // namespace hydrometer::report
