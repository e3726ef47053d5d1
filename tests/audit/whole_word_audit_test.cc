// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// An audit across vocabularies: the suspect is the reference itself with its
// tokens renamed, the worst case. It is seen through whole words, and that
// view alone accuses nobody.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "src/audit/audit.h"
#include "src/detect/assess.h"
#include "tests/compare/renamed_model.h"
#include "tests/record/zoo_subject.h"
#include "tests/temporary_folder.h"

namespace hydrometer::audit {
namespace {

using detect::Evidence;
using detect::Label;
using ::testing::HasSubstr;

PanelPlan PlanWithSuspect(const std::string& suspect) {
  PanelPaths paths;
  paths.suspect = suspect;
  paths.references = {ZooPath("references/ref_a")};
  paths.controls = ZooPath("controls");
  auto plan = PlanPanel(paths);
  EXPECT_TRUE(plan.ok()) << plan.status();
  // Ten of the controls, to save time: the least that an accusation wants.
  plan->subjects.resize(12);
  return *std::move(plan);
}

TEST(WholeWordAudit, OtherVocabulariesAreSeenThroughWholeWords) {
  TemporaryFolder folder;
  RenameTokens(ZooPath("references/ref_a"), folder / "renamed");
  const PanelPlan plan = PlanWithSuspect(folder / "renamed");
  RunOptions options;
  options.store = folder / "store";
  options.probe_specs = {"text:" HYDROMETER_SOURCE_DIR "/LICENSE"};
  auto seen = Observe(plan, options);
  ASSERT_TRUE(seen.ok()) << seen.status();
  EXPECT_EQ(seen->view, "whole words");
  EXPECT_EQ(seen->member_count(), 12);
  EXPECT_TRUE(seen->left_out.empty());

  auto assessment = detect::Assess(*seen, options.policy, {});
  ASSERT_TRUE(assessment.ok()) << assessment.status();
  const detect::ReferenceAssessment& against = assessment->references[0];
  EXPECT_TRUE(against.verdict.label == Label::kInconclusive ||
              against.verdict.label == Label::kShared)
      << detect::LabelName(against.verdict.label);
  for (const Evidence& evidence : against.evidence) {
    SCOPED_TRACE(evidence.name);
    if (evidence.name == "rho") {
      ASSERT_TRUE(evidence.statistic.has_value()) << evidence.reason;
      EXPECT_GT(*evidence.statistic, 0.9);
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
  // No control is accused either.
  auto controls = detect::AssessEachControl(*seen, options.policy, "ref_a");
  ASSERT_TRUE(controls.ok()) << controls.status();
  EXPECT_EQ(controls->size(), 10u);
  for (const detect::ControlVerdict& control : *controls) {
    const Label label = control.assessment.verdict.label;
    EXPECT_TRUE(label == Label::kInconclusive || label == Label::kShared)
        << control.control << " " << detect::LabelName(label);
  }
}

// A reference of the suspect's vocabulary is compared by logits as ever.
TEST(WholeWordAudit, OneVocabularyIsSeenThroughLogits) {
  TemporaryFolder folder;
  PanelPlan plan = PlanWithSuspect(ZooPath("suspects/a_unrelated"));
  plan.subjects.resize(4);
  RunOptions options;
  options.store = folder / "store";
  options.probe_specs = {"text:" HYDROMETER_SOURCE_DIR "/LICENSE"};
  auto seen = Observe(plan, options);
  ASSERT_TRUE(seen.ok()) << seen.status();
  EXPECT_EQ(seen->view, "logits");
  EXPECT_FALSE(seen->pair_sum.empty());
}

}  // namespace
}  // namespace hydrometer::audit
