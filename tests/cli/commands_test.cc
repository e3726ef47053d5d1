// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/cli/commands.h"

#include <gtest/gtest.h>

#include <new>
#include <string>

#include "src/base/errors.h"

namespace hydrometer::cli {
namespace {

TEST(Commands, MemoryThatGivesOutIsExhaustion) {
  Command command = {
      "greedy",
      "",
      "",
      "",
      "",
      {},
      0,
      0,
      [](const Arguments&) -> absl::StatusOr<int> { throw std::bad_alloc(); }};
  const absl::Status status = RunCommand(command, Arguments()).status();
  EXPECT_EQ(ExitCodeFor(status), kExitExhausted);
  EXPECT_EQ(status.message(), "greedy: out of memory");
}

// Only what goes on where it stopped may catch the signals that stop it.
TEST(Commands, OnlyWhatRecordsIsResumable) {
  for (const Command& command : Commands()) {
    const std::string name = command.name;
    EXPECT_EQ(command.resumable,
              name == "audit" || name == "record" || name == "compare")
        << name;
  }
}

}  // namespace
}  // namespace hydrometer::cli
