// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/audit/panel_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "src/base/errors.h"
#include "src/base/printable.h"
#include "src/io/file.h"
#include "tests/record/zoo_subject.h"
#include "tests/temporary_folder.h"

namespace hydrometer::audit {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class PanelPlanTest : public ::testing::Test {
 protected:
  void SetUp() override {
    fs::create_directory(folder_ / "controls");
    for (const char* name : {"control_16", "control_18"}) {
      fs::create_directory_symlink(ZooPath(std::string("controls/") + name),
                                   folder_ / ("controls/" + std::string(name)));
    }
    paths_.suspect = ZooPath("suspects/a_text100");
    paths_.references = {ZooPath("references/ref_a")};
    paths_.controls = folder_ / "controls";
  }
  void AddBadControl(const std::string& name) {
    fs::create_directory(folder_ / ("controls/" + name));
    ASSERT_TRUE(io::WriteFileAtomically(
                    folder_ / ("controls/" + name + "/config.json"), "{}")
                    .ok());
  }
  TemporaryFolder folder_;
  PanelPaths paths_;
};

TEST_F(PanelPlanTest, RolesInOrder) {
  paths_.siblings = ZooPath("siblings/ref_a");
  paths_.base = ZooPath("bases/base_a");
  auto plan = PlanPanel(paths_);
  ASSERT_TRUE(plan.ok()) << plan.status();
  ASSERT_EQ(plan->subjects.size(), 7u);
  EXPECT_EQ(plan->subjects[0].member.role, Role::kSuspect);
  EXPECT_EQ(plan->subjects[1].member.role, Role::kReference);
  EXPECT_EQ(plan->subjects[2].member.role, Role::kBase);
  EXPECT_EQ(plan->subjects[3].member.role, Role::kControl);
  EXPECT_NE(plan->subjects[3].member.link_target, "");
  EXPECT_EQ(plan->subjects[5].member.role, Role::kSibling);
  EXPECT_EQ(plan->subjects[5].member.sibling_of, "ref_a");
}

TEST_F(PanelPlanTest, EveryBadControlIsListedBeforeAnyWork) {
  AddBadControl("bad1");
  AddBadControl("bad2");
  auto plan = PlanPanel(paths_);
  EXPECT_EQ(ExitCodeFor(plan.status()), kExitRefused);
  const std::string message(plan.status().message());
  EXPECT_THAT(message, HasSubstr("2 models cannot be used"));
  EXPECT_THAT(message, HasSubstr("controls/bad1"));
  EXPECT_THAT(message, HasSubstr("controls/bad2"));
}

TEST_F(PanelPlanTest, BadControlsCanBeSkippedAndAreNamed) {
  AddBadControl("bad1");
  paths_.skip_bad_controls = true;
  auto plan = PlanPanel(paths_);
  ASSERT_TRUE(plan.ok()) << plan.status();
  ASSERT_EQ(plan->left_out.size(), 1u);
  EXPECT_THAT(plan->left_out[0].first, HasSubstr("bad1"));
}

// Neither a folder without config.json nor a dangling link may vanish.
TEST_F(PanelPlanTest, ControlsThatAreNoModelsAreListed) {
  fs::create_directory(folder_ / "controls/empty");
  fs::create_symlink("nowhere", folder_ / "controls/dangling");
  const absl::Status status = PlanPanel(paths_).status();
  EXPECT_EQ(ExitCodeFor(status), kExitRefused);
  EXPECT_THAT(std::string(status.message()), HasSubstr("controls/empty"));
  EXPECT_THAT(std::string(status.message()), HasSubstr("controls/dangling"));
  paths_.skip_bad_controls = true;
  auto plan = PlanPanel(paths_);
  ASSERT_TRUE(plan.ok()) << plan.status();
  EXPECT_EQ(plan->left_out.size(), 2u);
}

TEST_F(PanelPlanTest, BadNamesStayOnTheirLines) {
  AddBadControl("a\n  b\x1b[31m");
  AddBadControl("c");
  const std::string message = PrintableMessage(PlanPanel(paths_).status());
  EXPECT_EQ(std::count(message.begin(), message.end(), '\n'), 2) << message;
  EXPECT_EQ(message.find('\x1b'), std::string::npos);
}

TEST_F(PanelPlanTest, LeftOutNamesAreUtf8) {
  AddBadControl("bad\xff");
  paths_.skip_bad_controls = true;
  auto plan = PlanPanel(paths_);
  ASSERT_TRUE(plan.ok()) << plan.status();
  ASSERT_EQ(plan->left_out.size(), 1u);
  for (const std::string& text :
       {plan->left_out[0].first, plan->left_out[0].second}) {
    EXPECT_THAT(text, HasSubstr("bad\xef\xbf\xbd"));
    EXPECT_EQ(text.find('\xff'), std::string::npos);
  }
}

TEST_F(PanelPlanTest, BaseThatIsTheSuspectOrTheReferenceIsRefused) {
  for (const std::string& base : {paths_.suspect, paths_.references[0]}) {
    paths_.base = base;
    const absl::Status status = PlanPanel(paths_).status();
    EXPECT_EQ(ExitCodeFor(status), kExitUsage);
    EXPECT_THAT(std::string(status.message()),
                HasSubstr("is the same model as the "));
  }
}

// A fine-tune that is a control already is the null of a fine-tuned suspect.
TEST_F(PanelPlanTest, FineTuneAmongTheControlsKeepsItsFlag) {
  paths_.base = ZooPath("bases/base_a");
  fs::create_directory(folder_ / "tunes");
  fs::create_directory_symlink(ZooPath("controls/control_18"),
                               folder_ / "tunes/control_18");
  paths_.fine_tunes = folder_ / "tunes";
  auto plan = PlanPanel(paths_);
  ASSERT_TRUE(plan.ok()) << plan.status();
  ASSERT_EQ(plan->subjects.size(), 5u);
  EXPECT_EQ(plan->subjects[3].member.fine_tuned_from, "");
  EXPECT_EQ(plan->subjects[4].member.name, "control_18");
  EXPECT_EQ(plan->subjects[4].member.fine_tuned_from, "base_a");
}

TEST_F(PanelPlanTest, BadSuspectIsNeverSkipped) {
  paths_.skip_bad_controls = true;
  paths_.suspect = folder_ / "nowhere";
  EXPECT_EQ(ExitCodeFor(PlanPanel(paths_).status()), kExitRefused);
}

// A control that is the suspect itself would be its own null.
TEST_F(PanelPlanTest, CopiesOfPanelMembersAreLeftOut) {
  fs::create_directory_symlink(ZooPath("references/ref_a"),
                               folder_ / "controls/copy");
  auto plan = PlanPanel(paths_);
  ASSERT_TRUE(plan.ok());
  ASSERT_EQ(plan->left_out.size(), 1u);
  EXPECT_THAT(plan->left_out[0].second,
              HasSubstr("the same model as the reference ref_a"));
}

// Declared to be trained on the reference's data: the weighing must see it.
TEST_F(PanelPlanTest, SuspectAmongTheSiblingsStays) {
  paths_.suspect = ZooPath("siblings/ref_a/sibling_a1");
  paths_.siblings = ZooPath("siblings/ref_a");
  auto plan = PlanPanel(paths_);
  ASSERT_TRUE(plan.ok()) << plan.status();
  const auto copies = std::count_if(
      plan->subjects.begin(), plan->subjects.end(),
      [&](const record::Subject& subject) {
        return subject.member.role == Role::kSibling &&
               subject.member.weights_sha256 ==
                   plan->subjects[0].member.weights_sha256;
      });
  EXPECT_EQ(copies, 1);
}

TEST_F(PanelPlanTest, SuspectMayBeTheReferenceAndNamesStayUnique) {
  fs::create_directory(folder_ / "other");
  fs::copy(ZooPath("references/ref_a"), folder_ / "other/ref_a");
  paths_.suspect = folder_ / "other/ref_a";
  auto plan = PlanPanel(paths_);
  ASSERT_TRUE(plan.ok()) << plan.status();
  EXPECT_EQ(plan->subjects[0].member.name, "ref_a");
  EXPECT_EQ(plan->subjects[1].member.name, "references/ref_a");
}

}  // namespace
}  // namespace hydrometer::audit
