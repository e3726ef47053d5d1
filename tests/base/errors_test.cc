// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/base/errors.h"

#include <gtest/gtest.h>

#include "src/base/status_macros.h"

namespace hydrometer {
namespace {

TEST(Errors, EachKindHasItsExitCode) {
  EXPECT_EQ(ExitCodeFor(absl::OkStatus()), 0);
  EXPECT_EQ(ExitCodeFor(UsageError("x")), 2);
  EXPECT_EQ(ExitCodeFor(RefusedError("x")), 4);
  EXPECT_EQ(ExitCodeFor(absl::NotFoundError("x")), 4);
  EXPECT_EQ(ExitCodeFor(ExhaustedError("x")), 5);
  EXPECT_EQ(ExitCodeFor(InternalError("x")), 70);
  EXPECT_EQ(ExitCodeFor(absl::CancelledError("x")), 130);
}

TEST(Errors, AnnotateKeepsTheCode) {
  absl::Status status = Annotate(RefusedError("too long"), "a.json");
  EXPECT_EQ(status.message(), "a.json: too long");
  EXPECT_EQ(ExitCodeFor(status), kExitRefused);
  EXPECT_TRUE(Annotate(absl::OkStatus(), "x").ok());
}

absl::StatusOr<int> Half(int x) {
  if (x % 2 != 0) return RefusedError(x, " is odd");
  return x / 2;
}
absl::StatusOr<int> Quarter(int x) {
  HYDROMETER_ASSIGN_OR_RETURN(int half, Half(x));
  HYDROMETER_ASSIGN_OR_RETURN(half, Half(half));
  return half;
}

TEST(StatusMacros, AssignOrReturn) {
  EXPECT_EQ(*Quarter(8), 2);
  EXPECT_EQ(Quarter(6).status().message(), "3 is odd");
}

}  // namespace
}  // namespace hydrometer
