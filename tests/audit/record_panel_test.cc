// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// Who watches the recording of a panel is told what the store had already.

#include <gtest/gtest.h>

#include <vector>

#include "src/audit/audit.h"
#include "tests/record/zoo_subject.h"
#include "tests/temporary_folder.h"

namespace hydrometer::audit {
namespace {

TEST(RecordPanelTest, SaysWhichRecordingsTheStoreHad) {
  TemporaryFolder folder;
  PanelPlan plan;
  auto subject = record::OpenSubject(ZooPath("controls/control_01"));
  ASSERT_TRUE(subject.ok()) << subject.status();
  plan.subjects.push_back(*std::move(subject));
  probe::ProbeSet first = SmallSet(1), second = SmallSet(2);
  second.card.name = "second";
  std::vector<bool> reused;
  RunOptions options;
  options.store = folder / "store";
  options.watcher.recording = [&](bool had) { reused.push_back(had); };
  ASSERT_TRUE(RecordPanel(plan, {first}, options).ok());
  EXPECT_EQ(reused, std::vector<bool>({false}));
  ASSERT_TRUE(RecordPanel(plan, {first, second}, options).ok());
  EXPECT_EQ(reused, std::vector<bool>({false, true, false}));
}

}  // namespace
}  // namespace hydrometer::audit
