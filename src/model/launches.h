// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// Shares out pieces of work over threads.
// Tests: tests/model/launches_test.cc.
#ifndef HYDROMETER_SRC_MODEL_LAUNCHES_H_
#define HYDROMETER_SRC_MODEL_LAUNCHES_H_

#include <cstdint>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"

namespace hydrometer::model {

// Calls run(0) to run(count - 1), each once, on up to `thread_count` threads
// that take the next number when they are free, and waits for all. After an
// error no further piece is begun; of several errors that of the lowest
// number is returned.
absl::Status RunLaunches(int64_t count, int thread_count,
                         absl::FunctionRef<absl::Status(int64_t)> run);

}  // namespace hydrometer::model

#endif  // HYDROMETER_SRC_MODEL_LAUNCHES_H_
