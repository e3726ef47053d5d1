// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
#include "kernels/capabilities.h"

#include <gmock/gmock.h>

namespace hydrometer::kernels {
namespace {

TEST(CapabilitiesTest, TheTargetInUseIsTheBestUsableOne) {
  const Capabilities c = GetCapabilities();
  ASSERT_FALSE(c.cpu_targets_usable.empty());
  EXPECT_EQ(c.cpu_target, c.cpu_targets_usable[0]);
  for (const std::string& t : c.cpu_targets_usable) {
    EXPECT_THAT(c.cpu_targets_compiled, testing::Contains(t));
  }
}

TEST(CapabilitiesTest, ATargetCanBeForcedAndGivenBack) {
  const Capabilities before = GetCapabilities();
  const std::string last = before.cpu_targets_usable.back();
  ASSERT_TRUE(ForceCpuTarget(last).ok());
  EXPECT_EQ(GetCapabilities().cpu_target, last);
  ASSERT_TRUE(ForceCpuTarget("").ok());
  EXPECT_EQ(GetCapabilities().cpu_target, before.cpu_target);
  const absl::Status s = ForceCpuTarget("6502");
  EXPECT_EQ(s.code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(s.message()), testing::HasSubstr("6502"));
}

TEST(CapabilitiesTest, CudaSaysWhyNot) {
  const Capabilities c = GetCapabilities();
  EXPECT_FALSE(c.cuda_description.empty());
  EXPECT_EQ(CheckCudaUsable().ok(), c.cuda_usable);
  if (!c.cuda_compiled) {
    EXPECT_THAT(std::string(CheckCudaUsable().message()),
                testing::HasSubstr("built without CUDA"));
  }
}

}  // namespace
}  // namespace hydrometer::kernels
