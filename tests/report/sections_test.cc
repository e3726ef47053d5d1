// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// What the tables and paragraphs of the page say.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "tests/report/report_page.h"

namespace hydrometer::report {
namespace {

using fixture::CountOf;
using fixture::Html;
using fixture::Section;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(PageTest, OneNameForOneThing) {
  for (const auto& audit : {fixture::FullAudit(), fixture::EmptyAudit(),
                            fixture::TwoReferencesAudit()}) {
    const std::string html = Html(audit);
    for (const char* other : {"ρ", "τ", "Δ", "KL(p", "the suspect q"}) {
      EXPECT_THAT(html, Not(HasSubstr(other)));
    }
  }
  const std::string glossary = Section(Html(fixture::FullAudit()), "glossary");
  for (const char* word : {"rho, rho2", "A", "h", "h_T", "delta A", "tau",
                           "top-1 agreement", "exchangeable"}) {
    EXPECT_THAT(glossary, HasSubstr(absl::StrCat(">", word, "</dt>")));
  }
}

TEST(PageTest, FirstPageHasVersionAndDate) {
  EXPECT_THAT(Html(fixture::FullAudit()),
              HasSubstr("Hydrometer <bdi>0.1.0</bdi> report, "
                        "<bdi>2026-01-31</bdi></p>"));
}

TEST(PageTest, LongNamesAreWholeInTheQuestion) {
  fixture::Audit audit = fixture::FullAudit();
  const std::string name(118, 'n');
  audit.assessment.suspect = name;
  const std::string html = Html(audit);
  EXPECT_THAT(html, HasSubstr(absl::StrCat("<h1>Was <bdi>", name, "</bdi>")));
}

TEST(PageTest, WhatScrollsCanBeScrolledWithTheKeyboard) {
  const std::string html = Html(fixture::FullAudit());
  EXPECT_EQ(CountOf(html, "class=\"scroll\""),
            CountOf(html,
                    "class=\"scroll\" tabindex=\"0\" role=\"region\" "
                    "aria-label="));
}

TEST(PageTest, OptionsStayOnOneLine) {
  EXPECT_THAT(Html(fixture::FullAudit()),
              HasSubstr("no <span class=\"nowrap\">--reference-text</span>"));
}

TEST(WholeWordsTest, TheFirstPageSaysSo) {
  fixture::Audit audit = fixture::FullAudit();
  std::string answer = Section(Html(audit), "answer");
  EXPECT_THAT(answer, Not(HasSubstr("whole words")));
  EXPECT_THAT(answer, HasSubstr("loss of the suspect, nats<"));
  audit.observations.view = "whole words";
  const std::string html = Html(audit);
  answer = Section(html, "answer");
  EXPECT_THAT(answer, HasSubstr("Compared by whole words, because the "
                                "vocabularies differ; this view never "
                                "accuses."));
  EXPECT_THAT(answer, HasSubstr("loss of the suspect, nats per word<"));
  EXPECT_THAT(Section(html, "models"), HasSubstr("loss, nats per word"));
  EXPECT_THAT(Section(html, "placebos"), HasSubstr("loss, nats per word"));
  EXPECT_THAT(Section(html, "plane"), HasSubstr("No field accuses"));
  EXPECT_THAT(Section(html, "familiar"), Not(HasSubstr("<table")));
}

TEST(WholeWordsTest, EmptyColumnsAndStripsAreLeftOut) {
  fixture::Audit audit = fixture::FullAudit();
  audit.observations.view = "whole words";
  for (detect::Evidence& e : audit.assessment.references[0].evidence) {
    if (e.name.find("rho2") == 0) continue;
    e.statistic = e.z = e.p_value = e.p_floor = std::nullopt;
    e.null_mean = e.null_sd = std::nullopt;
    e.interval = std::nullopt;
    e.reason = "one vocabulary only";
  }
  const std::string html = Html(audit);
  const std::string sets = Section(html, "probe-sets");
  EXPECT_THAT(sets, HasSubstr(">rho2</th>"));
  EXPECT_THAT(sets, Not(HasSubstr(">JS</th>")));
  const std::string strips = Section(html, "strips");
  EXPECT_EQ(CountOf(strips, "class=\"strip\""), 1);
  EXPECT_EQ(CountOf(strips, "one vocabulary only"), 1);
  EXPECT_THAT(strips, HasSubstr("Not read: h; rho; "));
}

TEST(ReferencesTest, TheLargestHNamesASourceOnlyUnderAVerdict) {
  fixture::Audit audit = fixture::TwoReferencesAudit();
  const std::string names = "The largest h names the likelier source";
  const std::string found = Section(Html(audit), "references");
  EXPECT_THAT(found, HasSubstr(names));
  EXPECT_THAT(found, HasSubstr("Strips, curve, placebos and positions are "
                               "drawn for the first of them only."));
  for (const detect::Label label :
       {detect::Label::kUnrelated, detect::Label::kShared,
        detect::Label::kInconclusive}) {
    audit.assessment.references[0].verdict.label = label;
    EXPECT_THAT(Section(Html(audit), "references"), Not(HasSubstr(names)));
  }
}

TEST(PositionsTest, SaysWhatIsShownAndThatItIsNoEvidence) {
  const std::string positions =
      Section(Html(fixture::FullAudit()), "positions");
  EXPECT_THAT(positions, HasSubstr("where the reference errs"));
  EXPECT_THAT(positions, HasSubstr("An unrelated model has such places too; "
                                   "they are pictures, not evidence."));
  EXPECT_THAT(positions, HasSubstr(">probability</th>"));
  EXPECT_THAT(positions, HasSubstr("lower bounds"));
}

TEST(PositionsTest, CutsAndLongNamesAreMarked) {
  fixture::Audit audit = fixture::FullAudit();
  TextExhibit& exhibit = audit.observations.exhibits[0];
  exhibit.before = std::string(300, 'b');
  exhibit.after = std::string(300, 'a');
  exhibit.answers[0].member = std::string(60, 'm');
  const std::string positions = Section(Html(audit), "positions");
  EXPECT_THAT(positions, HasSubstr(absl::StrCat("<bdi>…", std::string(220, 'b'),
                                                "</bdi><mark>")));
  EXPECT_THAT(positions,
              HasSubstr(absl::StrCat("</mark><bdi>", std::string(110, 'a'),
                                     "…</bdi>")));
  EXPECT_THAT(positions, HasSubstr("mmm…mmm"));
  EXPECT_THAT(positions,
              HasSubstr(absl::StrCat("title=\"", std::string(60, 'm'))));
}

TEST(RecordTest, TextsAndTokenizersHaveTheirHashes) {
  const fixture::Audit audit = fixture::FullAudit();
  const std::string record = Section(Html(audit), "record");
  for (const ProbeSetSummary& set : audit.observations.sets) {
    EXPECT_THAT(record, HasSubstr(set.sha256));
  }
  EXPECT_THAT(record,
              HasSubstr(audit.observations.members[0].tokenizer_sha256));
  EXPECT_THAT(record, HasSubstr("26 made, 2 taken from the store"));
}

TEST(FamiliarTest, SaysOnWhichTextItIsRead) {
  const std::string familiar = Section(Html(fixture::FullAudit()), "familiar");
  EXPECT_THAT(familiar, HasSubstr("on human text only (<bdi>human, prose"));
  EXPECT_THAT(familiar, HasSubstr("all sets together"));
  EXPECT_THAT(familiar, HasSubstr("KL(reference ‖ suspect)"));
}

TEST(AnswerTest, WhatSpeaksAgainstSaysAgainstWhat) {
  EXPECT_THAT(Section(Html(fixture::FullAudit()), "answer"),
              HasSubstr("<h3>Speaks against the reference as a source</h3>"));
}

}  // namespace
}  // namespace hydrometer::report
