// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/report/report_html.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "src/report/summary_text.h"
#include "tests/report/report_page.h"

namespace hydrometer::report {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

using fixture::Html;
using fixture::Json;

std::vector<std::pair<std::string, fixture::Audit>> AllAudits() {
  return {{"full", fixture::FullAudit()},
          {"empty", fixture::EmptyAudit()},
          {"identical", fixture::IdenticalAudit()},
          {"hostile", fixture::HostileAudit()},
          {"two", fixture::TwoReferencesAudit()}};
}

bool NameChar(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) || c == '-' || c == ':';
}

// A small strict reader of XML without entities of its own: every tag closed
// in order, attributes quoted and unique, no stray "<" or "&". Returns what is
// wrong, "" if nothing is.
class XmlCheck {
 public:
  explicit XmlCheck(absl::string_view text) : text_(text) {}

  std::string Run() {
    if (absl::StartsWith(text_, "<!DOCTYPE html>\n")) at_ = 16;
    while (at_ < text_.size() && problem_.empty()) {
      if (text_[at_] == '<') {
        Tag();
      } else if (text_[at_] == '&') {
        Entity();
      } else {
        Character();
      }
    }
    if (problem_.empty() && !open_.empty()) problem_ = open_.back() + " open";
    return problem_;
  }

 private:
  void Fail(const std::string& what) {
    problem_ = absl::StrCat(what, " near: ", text_.substr(at_, 60));
  }
  void Character() {
    const unsigned char c = text_[at_++];
    if (c < 0x20 && c != '\n' && c != '\t') Fail("control character");
  }
  void Entity() {
    const size_t end = text_.find(';', at_);
    const std::set<std::string> known = {"&amp", "&lt", "&gt", "&quot", "&#39"};
    if (end == absl::string_view::npos ||
        known.count(std::string(text_.substr(at_, end - at_))) == 0) {
      Fail("entity");
      return;
    }
    at_ = end + 1;
  }
  std::string Name() {
    std::string name;
    while (at_ < text_.size() && NameChar(text_[at_])) name += text_[at_++];
    return name;
  }
  void Tag() {
    ++at_;
    if (at_ < text_.size() && text_[at_] == '/') {
      ++at_;
      const std::string name = Name();
      if (open_.empty() || open_.back() != name) return Fail("end tag " + name);
      open_.pop_back();
      if (text_[at_++] != '>') Fail("end tag");
      return;
    }
    const std::string name = Name();
    if (name.empty()) return Fail("tag without a name");
    std::set<std::string> seen;
    while (at_ < text_.size() && text_[at_] == ' ') {
      ++at_;
      if (absl::StartsWith(text_.substr(at_), "/>")) {
        at_ += 2;
        return;
      }
      const std::string attribute = Name();
      if (!seen.insert(attribute).second) return Fail("attribute twice");
      if (attribute == "id" && !absl::StartsWith(text_.substr(at_), "=\"")) {
        return Fail("id");
      }
      if (!absl::StartsWith(text_.substr(at_), "=\"")) return Fail("value");
      at_ += 2;
      const size_t start = at_;
      while (at_ < text_.size() && text_[at_] != '"') {
        if (text_[at_] == '<') return Fail("< in a value");
        if (text_[at_] == '&') {
          Entity();
          if (!problem_.empty()) return;
        } else {
          ++at_;
        }
      }
      if (attribute == "id" &&
          !ids_.insert(std::string(text_.substr(start, at_ - start))).second) {
        return Fail("id twice");
      }
      ++at_;
    }
    if (at_ >= text_.size() || text_[at_] != '>') return Fail("tag " + name);
    ++at_;
    open_.push_back(name);
  }

  absl::string_view text_;
  size_t at_ = 0;
  std::vector<std::string> open_;
  std::set<std::string> ids_;
  std::string problem_;
};

TEST(XmlCheckTest, FindsWhatIsWrong) {
  EXPECT_EQ(XmlCheck("<a><b c=\"d\">e &amp; f</b><g /></a>").Run(), "");
  for (const char* wrong :
       {"<a>", "<a></b>", "<a b=c></a>", "<a b=\"1\" b=\"2\"></a>",
        "<a>&nbsp;</a>", "<a>b < c</a>", "<a>b & c</a>", "<a>\x01</a>",
        "<a id=\"1\"></a><b id=\"1\"></b>", "<a><b></a></b>"}) {
    EXPECT_NE(XmlCheck(wrong).Run(), "") << wrong;
  }
}

TEST(ReportHtmlTest, IsWellFormedForEveryAudit) {
  for (const auto& [name, audit] : AllAudits()) {
    EXPECT_EQ(XmlCheck(Html(audit)).Run(), "") << name;
  }
}

TEST(ReportHtmlTest, HasEverySectionForEveryAudit) {
  for (const auto& [name, audit] : AllAudits()) {
    const std::string html = Html(audit);
    for (const char* id :
         {"answer", "plane", "strips", "curve", "placebos", "references",
          "affinities", "tree", "probe-sets", "positions", "weights",
          "familiar", "models", "record", "limits", "glossary"}) {
      EXPECT_THAT(html, HasSubstr(absl::StrCat("<section id=\"", id, "\">")))
          << name;
    }
  }
}

TEST(ReportHtmlTest, QuestionAndAnswerComeFirst) {
  const std::string html = Html(fixture::FullAudit());
  const size_t question = html.find("<h1>Was <bdi>student-of-tern-text-all");
  const size_t answer = html.find(">Distilled</p>");
  ASSERT_NE(question, std::string::npos);
  ASSERT_NE(answer, std::string::npos);
  EXPECT_LT(question, answer);
  EXPECT_LT(answer, html.find("<h2>"));
}

TEST(ReportHtmlTest, LoadsAndRunsNothing) {
  for (const auto& [name, audit] : AllAudits()) {
    const std::string html = Html(audit);
    for (const char* wrong : {"<script", "src=\"", "@import", "url(", "<link",
                              "<iframe", "onload", "onclick", "javascript:"}) {
      EXPECT_THAT(html, Not(HasSubstr(wrong))) << name;
    }
    // The name space of SVG and of XHTML is all that looks like an address.
    const std::string rest =
        absl::StrReplaceAll(html, {{"http://www.w3.org/2000/svg", ""},
                                   {"http://www.w3.org/1999/xhtml", ""}});
    EXPECT_THAT(rest, Not(HasSubstr("://"))) << name;
  }
}

TEST(ReportHtmlTest, HostileTextIsShownAndNotObeyed) {
  const std::string html = Html(fixture::HostileAudit());
  EXPECT_THAT(html, HasSubstr("&lt;script&gt;"));
  EXPECT_THAT(html, HasSubstr("⟨U+202E⟩"));
  EXPECT_THAT(html, HasSubstr("⟨U+001B⟩[31m"));
  EXPECT_THAT(html, HasSubstr("⟨U+0000⟩"));
  EXPECT_THAT(html, Not(HasSubstr("\xE2\x80\xAE")));
  EXPECT_THAT(html, Not(HasSubstr("]]>")));
  EXPECT_THAT(html, Not(HasSubstr("<!--")));
  // The 10 kB token is cut, and the cut is counted.
  EXPECT_THAT(html, Not(HasSubstr(std::string(200, 'x'))));
  EXPECT_THAT(html, Not(HasSubstr(std::string(200, 'y'))));
  EXPECT_THAT(html, HasSubstr("characters)"));
}

TEST(ReportHtmlTest, ShowsTheNumbersOfThePrimaryPair) {
  const std::string html = Html(fixture::FullAudit());
  EXPECT_THAT(html, HasSubstr("cannot fall below 0.040"));
  EXPECT_THAT(html,
              HasSubstr("0.82 to 0.91: 95 % over probes; the curve’s own error "
                        "is not in it"));
  EXPECT_THAT(html, HasSubstr("membership gap"));
  EXPECT_THAT(html, HasSubstr("--reference-text</span> was given"));
}

TEST(ReportHtmlTest, FurtherReferencesHaveTheirOwnPart) {
  const std::string html = Html(fixture::TwoReferencesAudit());
  EXPECT_THAT(html, HasSubstr("Against <bdi>gull</bdi>: unrelated"));
  EXPECT_THAT(html, HasSubstr("id=\"figure-references-1-w-t\""));
}

TEST(ReportHtmlTest, SameReportSameBytes) {
  EXPECT_EQ(Html(fixture::FullAudit()), Html(fixture::FullAudit()));
}

TEST(ReportHtmlTest, RefusesWhatIsNoReport) {
  auto no_report = io::ParseJson("{\"verdict\": 1}", "x.json");
  const auto html = ReportHtml(*no_report);
  ASSERT_FALSE(html.ok());
  EXPECT_EQ(html.status().code(), absl::StatusCode::kFailedPrecondition);

  rapidjson::Document report = Json(fixture::FullAudit());
  report["verdict"].RemoveMember("label");
  EXPECT_THAT(std::string(ReportHtml(report).status().message()),
              HasSubstr("\"verdict.label\" is missing"));
}

TEST(ReportHtmlTest, SurvivesATreeThatIsNone) {
  rapidjson::Document report = Json(fixture::FullAudit());
  for (auto& join : report["tree"]["joins"].GetArray()) {
    join["left"].SetInt64(999999);
  }
  const auto html = ReportHtml(report);
  ASSERT_TRUE(html.ok());
  EXPECT_THAT(*html, HasSubstr("The tree is not drawn"));
}

// For the eye: with HYDROMETER_REPORT_SAMPLES=DIR the audits are written there.
TEST(ReportHtmlTest, WritesSamplesOnRequest) {
  const char* folder = std::getenv("HYDROMETER_REPORT_SAMPLES");
  if (folder == nullptr) GTEST_SKIP() << "HYDROMETER_REPORT_SAMPLES not set";
  for (const auto& [name, audit] : AllAudits()) {
    const std::string base = absl::StrCat(folder, "/", name);
    std::ofstream(base + ".html") << Html(audit);
    std::ofstream(base + ".json")
        << *ReportJson(audit.observations, audit.assessment, audit.run);
    std::ofstream(base + ".txt")
        << *SummaryText(Json(audit), "out/report.html", false);
  }
}

}  // namespace
}  // namespace hydrometer::report
