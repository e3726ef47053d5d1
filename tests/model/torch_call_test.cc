// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/model/torch_call.h"

#include <ATen/core/Tensor.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/mm.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <new>
#include <string>

#include "src/base/errors.h"

// Where AddressSanitizer stands in for malloc, an absurd size ends the process
// unless it is told otherwise.
extern "C" const char* __asan_default_options() {
  return "allocator_may_return_null=1";
}

namespace hydrometer::model {
namespace {

TEST(TorchCall, PassesStatusesThrough) {
  EXPECT_TRUE(TorchCall("x", [] { return absl::OkStatus(); }).ok());
  EXPECT_EQ(TorchCall("x", [] { return RefusedError("no"); }).message(), "no");
}

TEST(TorchCall, AnExceptionIsABugInOneLine) {
  auto status = TorchCall("m: stage", [] {
    at::mm(at::empty({2, 3}), at::empty({2, 3}));
    return absl::OkStatus();
  });
  EXPECT_EQ(ExitCodeFor(status), kExitBug);
  const std::string message(status.message());
  EXPECT_THAT(message, testing::StartsWith("m: stage: "));
  EXPECT_EQ(message.find('\n'), std::string::npos);
}

TEST(TorchCall, NoMemoryIsExhausted) {
  auto huge = TorchCall("m", [] {
    at::empty({int64_t{1} << 46});
    return absl::OkStatus();
  });
  EXPECT_EQ(ExitCodeFor(huge), kExitExhausted) << huge;
  auto standard =
      TorchCall("m", []() -> absl::Status { throw std::bad_alloc(); });
  EXPECT_EQ(ExitCodeFor(standard), kExitExhausted);
}

}  // namespace
}  // namespace hydrometer::model
