// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/report/summary_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_split.h"
#include "src/detect/policy.h"
#include "src/report/visible_text.h"
#include "tests/report/report_fixture.h"

namespace hydrometer::report {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string Summary(const fixture::Audit& audit, bool colour = false) {
  const auto json = ReportJson(audit.observations, audit.assessment, audit.run);
  EXPECT_TRUE(json.ok()) << json.status();
  const auto document = io::ParseJson(*json, "report.json");
  const auto text = SummaryText(*document, "out/report.html", colour);
  EXPECT_TRUE(text.ok()) << text.status();
  return *text;
}

void ExpectFits(const std::string& summary) {
  const std::vector<std::string> lines = absl::StrSplit(summary, '\n');
  EXPECT_LE(static_cast<int>(lines.size()) - 1, kSummaryLines) << summary;
  for (const std::string& line : lines) {
    EXPECT_LE(static_cast<int>(DisplayWidth(line)), kSummaryColumns) << line;
  }
}

TEST(SummaryTextTest, FitsTheTerminalForEveryAudit) {
  for (const fixture::Audit& audit :
       {fixture::FullAudit(), fixture::EmptyAudit(), fixture::IdenticalAudit(),
        fixture::HostileAudit(), fixture::TwoReferencesAudit()}) {
    ExpectFits(Summary(audit));
  }
}

TEST(SummaryTextTest, FitsWithManyLongReasons) {
  fixture::Audit audit = fixture::FullAudit();
  std::string text;
  for (int i = 0; i < 60; ++i) text += "a long sentence that goes on and ";
  for (int i = 0; i < 40; ++i) {
    audit.assessment.references[0].verdict.reasons.push_back(
        {detect::Reason::Direction::kMissing, text});
  }
  audit.assessment.references[0].verdict.summary = text;
  const std::string summary = Summary(audit);
  ExpectFits(summary);
  EXPECT_THAT(summary, HasSubstr("more in the report"));
}

TEST(SummaryTextTest, APolicyThatIsNotTheDefaultIsSaid) {
  fixture::Audit audit = fixture::FullAudit();
  audit.assessment.policy = detect::PolicyThresholds(detect::Policy());
  EXPECT_THAT(Summary(audit), Not(HasSubstr("not the default")));
  detect::Policy loose;
  loose.z_accuse = 3;
  audit.assessment.policy = detect::PolicyThresholds(loose);
  const std::string summary = Summary(audit);
  EXPECT_THAT(summary, HasSubstr("not the default"));
  ExpectFits(summary);
}

TEST(SummaryTextTest, SaysWhatMatters) {
  const std::string summary = Summary(fixture::FullAudit());
  EXPECT_THAT(summary, HasSubstr("DISTILLED"));
  EXPECT_THAT(summary, HasSubstr("(floor 0.040)"));
  EXPECT_THAT(summary, HasSubstr("interval [0.82, 0.91]"));
  EXPECT_THAT(summary, HasSubstr("24 controls, 9 placebo references"));
  EXPECT_THAT(summary, HasSubstr("out/report.html"));
  const std::string empty = Summary(fixture::EmptyAudit());
  EXPECT_THAT(empty, HasSubstr("refused: 0 controls, want at least 8"));
  EXPECT_THAT(empty, HasSubstr("Too few controls"));
}

TEST(SummaryTextTest, WhatCarriesTheVerdictComesFirst) {
  fixture::Audit audit = fixture::IdenticalAudit();
  for (int i = 0; i < 9; ++i) {
    auto& reasons = audit.assessment.references[0].verdict.reasons;
    reasons.insert(reasons.begin(),
                   {detect::Reason::Direction::kMissing,
                    "Something long that was missing from this panel and "
                    "takes two lines of the summary to say."});
  }
  EXPECT_THAT(Summary(audit), HasSubstr("The weights are equal up to"));
}

TEST(SummaryTextTest, ColourOnlyWhenAsked) {
  EXPECT_THAT(Summary(fixture::FullAudit()), Not(HasSubstr("\x1B")));
  EXPECT_THAT(Summary(fixture::FullAudit(), true), HasSubstr("\x1B[1;31m"));
}

TEST(SummaryTextTest, HostileTextCannotDriveTheTerminal) {
  const std::string summary = Summary(fixture::HostileAudit());
  for (const char c : summary) {
    EXPECT_TRUE(c == '\n' || static_cast<unsigned char>(c) >= 0x20);
  }
  EXPECT_THAT(summary, Not(HasSubstr("\xE2\x80\xAE")));
}

}  // namespace
}  // namespace hydrometer::report
