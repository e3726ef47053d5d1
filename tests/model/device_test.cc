// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/model/device.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "src/base/errors.h"

namespace hydrometer::model {
namespace {

TEST(Device, OtherTextsAreUsageErrors) {
  for (const char* text : {"", "gpu", "cuda:", "cuda:x", "cuda:-1", "cuda:1 ",
                           "cuda0", "CPU", "cuda:9999999999"}) {
    auto device = ParseDevice(text);
    EXPECT_EQ(ExitCodeFor(device.status()), kExitUsage) << text;
    EXPECT_THAT(std::string(device.status().message()),
                testing::HasSubstr("want auto, cpu, cuda or cuda:N"));
  }
}

TEST(Device, CpuIsAlwaysThereAndAutoFollowsTheMachine) {
  EXPECT_EQ(ParseDevice("cpu")->name(), "cpu");
  auto automatic = ParseDevice("auto");
  ASSERT_TRUE(automatic.ok());
  EXPECT_EQ(automatic->cuda, FindCuda().usable);
}

TEST(Device, CudaIsThereOrItsAbsenceIsExplained) {
  const CudaState& state = FindCuda();
  auto device = ParseDevice("cuda");
  if (state.usable) {
    ASSERT_TRUE(device.ok());
    EXPECT_EQ(device->name(), "cuda:0");
    EXPECT_EQ(ExitCodeFor(ParseDevice("cuda:900").status()), kExitUsage);
  } else {
    EXPECT_FALSE(state.problem.empty());
    EXPECT_EQ(state.problem.find('\n'), std::string::npos);
    EXPECT_EQ(ExitCodeFor(device.status()), kExitUsage);
    EXPECT_THAT(std::string(device.status().message()),
                testing::HasSubstr(state.problem));
  }
}

TEST(Device, CountsAtLeastOneCore) { EXPECT_GE(UsableCoreCount(), 1); }

}  // namespace
}  // namespace hydrometer::model
