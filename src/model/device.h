// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// Where a model runs, and the process-wide settings that make its numbers
// what the report says they are.
//
// The program does not link LibTorch's CUDA half: it is loaded from beside
// libtorch_cpu.so when a GPU is asked for, so that one binary serves machines
// with and without.
//
// Tests: tests/model/device_test.cc.
#ifndef HYDROMETER_SRC_MODEL_DEVICE_H_
#define HYDROMETER_SRC_MODEL_DEVICE_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace hydrometer::model {

struct Device {
  bool cuda = false;
  int index = 0;  // of the GPU; 0 on the CPU

  std::string name() const;  // "cpu", "cuda:0"
};

// "auto" is the first GPU if LibTorch can use one, else the CPU. UsageError
// for any other text than auto, cpu, cuda, cuda:N, and for a GPU that is not
// there or cannot be used: the message says why.
absl::StatusOr<Device> ParseDevice(absl::string_view text);

// What `doctor` prints.
struct CudaState {
  bool usable = false;
  int device_count = 0;
  std::string problem;  // one line; empty if usable
};

// Loads LibTorch's CUDA half on the first call and looks for GPUs. Safe from
// several threads.
const CudaState& FindCuda();

// Sets, once for the process: fp32 products in fp32 (no TF32, no reduced
// precision in sums), deterministic algorithms, one LibTorch thread for each
// operation. Parallelism is over launches (model.h), which leaves every
// launch's bits alone. Called by Model::Load.
void ConfigureTorch();

// The cores that this process may run on; at least 1.
int UsableCoreCount();

// "2.11.0", for `version` and the numerics of recordings.
std::string LibTorchVersion();

}  // namespace hydrometer::model

#endif  // HYDROMETER_SRC_MODEL_DEVICE_H_
