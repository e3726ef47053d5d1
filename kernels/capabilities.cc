// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/capabilities.h"

#include <hwy/highway.h>
#include <hwy/targets.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "kernels/device_cuda.h"
#include "kernels/parallel_for.h"

namespace hydrometer::kernels {
namespace {

// Bits of `targets`, best first (Highway gives better targets lower bits).
std::vector<int64_t> Bits(int64_t targets) {
  std::vector<int64_t> bits;
  for (; targets != 0; targets &= targets - 1) {
    bits.push_back(targets & -targets);
  }
  return bits;
}

// What this CPU can run of what is compiled, whatever has been forced.
int64_t Usable() {
  static const int64_t usable = [] {
    hwy::SetSupportedTargetsForTest(0);
    const int64_t targets = hwy::SupportedTargets() & HWY_TARGETS;
    return targets;
  }();
  return usable;
}

}  // namespace

Capabilities GetCapabilities() {
  Capabilities out;
  const int64_t usable = Usable();
  for (int64_t bit : Bits(HWY_TARGETS)) {
    out.cpu_targets_compiled.push_back(hwy::TargetName(bit));
  }
  for (int64_t bit : Bits(usable)) {
    out.cpu_targets_usable.push_back(hwy::TargetName(bit));
  }
  const std::vector<int64_t> now = Bits(hwy::SupportedTargets() & HWY_TARGETS);
  if (!now.empty()) out.cpu_target = hwy::TargetName(now[0]);
  out.thread_count = ThreadCount();
#ifdef HYDROMETER_KERNELS_CUDA
  char text[256];
  CudaDeviceDescription(text, sizeof(text));
  out.cuda_compiled = true;
  out.cuda_usable = CudaDeviceError() == 0;
  out.cuda_description = text;
#else
  out.cuda_description = "built without CUDA";
#endif
  return out;
}

absl::Status CheckCudaUsable() {
#ifdef HYDROMETER_KERNELS_CUDA
  const int error = CudaDeviceError();
  if (error == 0) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("device cuda: ", CudaErrorText(error)));
#else
  return absl::FailedPreconditionError(
      "device cuda: this program was built without CUDA, want a build with "
      "-DHYDROMETER_CUDA=ON");
#endif
}

absl::Status ForceCpuTarget(const std::string& name) {
  const int64_t usable = Usable();
  int64_t forced = 0;
  for (int64_t bit : Bits(usable)) {
    if (name == hwy::TargetName(bit)) forced = bit;
  }
  if (forced == 0 && !name.empty()) {
    return absl::NotFoundError(absl::StrCat(
        "CPU target \"", name, "\" is not usable here, want one of ",
        absl::StrJoin(GetCapabilities().cpu_targets_usable, ", ")));
  }
  hwy::SetSupportedTargetsForTest(forced);
  hwy::GetChosenTarget().Update(hwy::SupportedTargets());
  return absl::OkStatus();
}

}  // namespace hydrometer::kernels
