// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// The kinds of failure that a user can meet, and the exit code of each. A
// message is one line and names the thing, what was seen and what was wanted:
//   model.safetensors: tensor "x" ends at byte 96, want at most 64 (file size)
//
// Tests: tests/base/errors_test.cc.
#ifndef HYDROMETER_SRC_BASE_ERRORS_H_
#define HYDROMETER_SRC_BASE_ERRORS_H_

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace hydrometer {

// Exit codes of every command; the same for every output format.
enum ExitCode : int {
  kExitFinished = 0,         // finished, policy not triggered
  kExitPolicyTriggered = 1,  // --fail-on named the verdict
  kExitUsage = 2,            // the command line is wrong
  kExitInconclusive = 3,     // finished, and the verdict is inconclusive
  kExitRefused = 4,          // input malformed, unsafe or unsupported
  kExitExhausted = 5,        // out of memory, disk or device; resumable
  kExitBug = 70,             // our fault
  kExitInterrupted = 130,    // SIGINT; resumable
  kExitTerminated = 143,     // SIGTERM; resumable
};

// The command line asks for what cannot be: exit 2.
template <typename... Args>
absl::Status UsageError(const Args&... args) {
  return absl::InvalidArgumentError(absl::StrCat(args...));
}

// Foreign input is malformed, unsafe, unsupported or missing: exit 4.
template <typename... Args>
absl::Status RefusedError(const Args&... args) {
  return absl::FailedPreconditionError(absl::StrCat(args...));
}

// Memory, disk or device gave out, or output cannot be written: exit 5.
template <typename... Args>
absl::Status ExhaustedError(const Args&... args) {
  return absl::ResourceExhaustedError(absl::StrCat(args...));
}

// A bug of this program: exit 70.
template <typename... Args>
absl::Status InternalError(const Args&... args) {
  return absl::InternalError(absl::StrCat(args...));
}

// The exit code that belongs to `status`; kExitFinished for OK. Codes that
// none of the functions above makes count as refused input, but for
// kCancelled (interrupted), kInternal and kUnknown (bug).
ExitCode ExitCodeFor(const absl::Status& status);

// `status` with "context: " before its message, code kept. OK stays OK.
absl::Status Annotate(const absl::Status& status, absl::string_view context);

}  // namespace hydrometer

#endif  // HYDROMETER_SRC_BASE_ERRORS_H_
