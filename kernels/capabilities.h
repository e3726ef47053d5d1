// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// What this build can do on this machine: CPU targets and CUDA.
//
// Tests: tests/kernels/capabilities_test.cc.
#ifndef HYDROMETER_KERNELS_CAPABILITIES_H_
#define HYDROMETER_KERNELS_CAPABILITIES_H_

#include <string>
#include <vector>

#include "absl/status/status.h"

namespace hydrometer::kernels {

struct Capabilities {
  std::vector<std::string> cpu_targets_compiled;  // best first: "AVX3", ...
  std::vector<std::string> cpu_targets_usable;    // those this CPU can run
  std::string cpu_target;                         // the one in use
  int thread_count = 1;
  bool cuda_compiled = false;
  bool cuda_usable = false;      // compiled, and a device answers
  std::string cuda_description;  // device name, or why there is none
};

Capabilities GetCapabilities();

// OK when `Device::kCuda` can be used; else a FailedPrecondition that says why
// (built without CUDA; no device; driver too old).
absl::Status CheckCudaUsable();

// For tests and benchmarks: every later operation uses the named CPU target;
// "" goes back to the best one. NotFound for a target that is not usable. Not
// to be called while an operation runs.
absl::Status ForceCpuTarget(const std::string& name);

}  // namespace hydrometer::kernels

#endif  // HYDROMETER_KERNELS_CAPABILITIES_H_
