// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// Audits across vocabularies: a student of the reference, and the reference
// itself, with their tokens renamed. They are seen through whole words, and
// that view alone accuses nobody; weights need no common vocabulary.

#include <gtest/gtest.h>

#include <algorithm>

#include "src/audit/audit.h"
#include "src/base/errors.h"
#include "src/detect/assess.h"
#include "src/io/file.h"
#include "tests/compare/renamed_model.h"
#include "tests/record/zoo_subject.h"
#include "tests/temporary_folder.h"

namespace hydrometer::audit {
namespace {

using detect::Evidence;
using detect::Label;

// With the first of the controls only, to save time.
PanelPlan PlanWithSuspect(const std::string& suspect, int member_count) {
  PanelPaths paths;
  paths.suspect = suspect;
  paths.references = {ZooPath("references/ref_a")};
  paths.controls = ZooPath("controls");
  auto plan = PlanPanel(paths);
  EXPECT_TRUE(plan.ok()) << plan.status();
  plan->subjects.erase(plan->subjects.begin() + member_count,
                       plan->subjects.end());
  return *std::move(plan);
}

// The licence's first lines: some hundred places.
RunOptions Options(const TemporaryFolder& folder) {
  auto text = io::ReadFile(HYDROMETER_SOURCE_DIR "/LICENSE", 1 << 20);
  EXPECT_TRUE(text.ok()) << text.status();
  EXPECT_TRUE(
      io::WriteFileAtomically(folder / "text", text->substr(0, 2000)).ok());
  RunOptions options;
  options.store = folder / "store";
  options.probe_specs = {"text:" + (folder / "text")};
  return options;
}

bool Accuses(Label label) {
  return label != Label::kInconclusive && label != Label::kShared &&
         label != Label::kUnrelated;
}

TEST(WholeWordAudit, OtherVocabulariesAreSeenThroughWholeWords) {
  TemporaryFolder folder;
  RenameTokens(ZooPath("suspects/a_logits"), folder / "renamed");
  const PanelPlan plan = PlanWithSuspect(folder / "renamed", 12);
  const RunOptions options = Options(folder);
  auto seen = Observe(plan, options);
  ASSERT_TRUE(seen.ok()) << seen.status();
  EXPECT_EQ(seen->view, "whole words");
  EXPECT_EQ(seen->member_count(), 12);
  EXPECT_TRUE(seen->left_out.empty());

  auto assessment = detect::Assess(*seen, options.policy, {});
  ASSERT_TRUE(assessment.ok()) << assessment.status();
  const detect::ReferenceAssessment& against = assessment->references[0];
  EXPECT_FALSE(Accuses(against.verdict.label))
      << detect::LabelName(against.verdict.label);
  for (const Evidence& evidence : against.evidence) {
    SCOPED_TRACE(evidence.name);
    if (evidence.scope != "overall") continue;
    if (evidence.name == "rho") {
      EXPECT_TRUE(evidence.statistic.has_value()) << evidence.reason;
    } else if (evidence.name != "rho2") {
      EXPECT_FALSE(evidence.statistic.has_value());
      EXPECT_FALSE(evidence.reason.empty());
    }
  }
  EXPECT_FALSE(assessment->familiar[0].kl_mean.has_value());
  EXPECT_FALSE(assessment->tree.has_value());
  EXPECT_TRUE(std::any_of(assessment->limits.begin(), assessment->limits.end(),
                          [](const std::string& limit) {
                            return limit.find("Seen through whole words") !=
                                   std::string::npos;
                          }));
  auto controls = detect::AssessEachControl(*seen, options.policy, "ref_a");
  ASSERT_TRUE(controls.ok()) << controls.status();
  EXPECT_EQ(controls->size(), 10u);
  for (const detect::ControlVerdict& control : *controls) {
    const Label label = control.assessment.verdict.label;
    EXPECT_FALSE(Accuses(label))
        << control.control << " " << detect::LabelName(label);
  }
}

TEST(WholeWordAudit, ACopyIsFoundByItsWeights) {
  TemporaryFolder folder;
  RenameTokens(ZooPath("references/ref_a"), folder / "renamed");
  const RunOptions options = Options(folder);
  auto seen = Observe(PlanWithSuspect(folder / "renamed", 5), options);
  ASSERT_TRUE(seen.ok()) << seen.status();
  EXPECT_EQ(seen->view, "whole words");
  auto assessment = detect::Assess(*seen, options.policy, {});
  ASSERT_TRUE(assessment.ok()) << assessment.status();
  EXPECT_EQ(assessment->verdict().label, Label::kDerived);
}

TEST(WholeWordAudit, ReferencesOfBothKindsAreRefused) {
  TemporaryFolder folder;
  RenameTokens(ZooPath("references/ref_b"), folder / "renamed_b");
  PanelPaths paths;
  paths.suspect = ZooPath("suspects/a_text100");
  paths.references = {ZooPath("references/ref_a"), folder / "renamed_b"};
  paths.controls = ZooPath("controls");
  auto plan = PlanPanel(paths);
  ASSERT_TRUE(plan.ok()) << plan.status();
  plan->subjects.erase(plan->subjects.begin() + 4, plan->subjects.end());
  const absl::Status status = Observe(*plan, Options(folder)).status();
  EXPECT_EQ(ExitCodeFor(status), kExitRefused);
  EXPECT_EQ(status.message(),
            "references ref_a have the suspect's vocabulary, renamed_b have "
            "not: want references of one kind; audit them one by one");
}

// A reference of the suspect's vocabulary is compared by logits as ever.
TEST(WholeWordAudit, OneVocabularyIsSeenThroughLogits) {
  TemporaryFolder folder;
  const PanelPlan plan = PlanWithSuspect(ZooPath("suspects/a_unrelated"), 4);
  auto seen = Observe(plan, Options(folder));
  ASSERT_TRUE(seen.ok()) << seen.status();
  EXPECT_EQ(seen->view, "logits");
  EXPECT_FALSE(seen->pair_sum.empty());
}

}  // namespace
}  // namespace hydrometer::audit
