// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// The catch around LibTorch, which throws; everything else speaks Status. (The
// program has one more: cli::RunCommand turns memory that gives out anywhere
// else into an error.)
// Calls are wrapped at stage grain (load a model, run a batch), not one by
// one.
//
// Tests: tests/model/torch_call_test.cc.
#ifndef HYDROMETER_SRC_MODEL_TORCH_CALL_H_
#define HYDROMETER_SRC_MODEL_TORCH_CALL_H_

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace hydrometer::model {

// Runs `body` in inference mode. What it returns is returned; what it throws
// becomes
//   ExhaustedError  when memory gave out, on the host or on the device,
//   InternalError   otherwise: arguments are checked before LibTorch sees
//                   them, so that anything else is a bug,
// with `what` (the stage and the model) before the first line of the text.
absl::Status TorchCall(absl::string_view what,
                       absl::FunctionRef<absl::Status()> body);

}  // namespace hydrometer::model

#endif  // HYDROMETER_SRC_MODEL_TORCH_CALL_H_
