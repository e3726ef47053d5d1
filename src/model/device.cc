// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/model/device.h"

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <dlfcn.h>
#include <sched.h>
#include <torch/csrc/api/include/torch/version.h>

#include <cstdlib>
#include <mutex>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "src/base/errors.h"
#include "src/base/status_macros.h"
#include "src/io/file.h"
#include "src/model/torch_call.h"

namespace hydrometer::model {
namespace {

// Where libtorch_cpu.so was loaded from; "" if the loader does not say.
std::string TorchLibraryFolder() {
  Dl_info info;
  // Any function that libtorch_cpu.so defines will do.
  if (::dladdr(reinterpret_cast<void*>(&at::get_num_threads), &info) == 0 ||
      info.dli_fname == nullptr) {
    return "";
  }
  return io::DirName(info.dli_fname);
}

CudaState LoadCuda() {
  CudaState state;
  const std::string path =
      io::JoinPath(TorchLibraryFolder(), "libtorch_cuda.so");
  if (!io::FileExists(path)) {
    state.problem = absl::StrCat(path, " is missing (a LibTorch without CUDA)");
    return state;
  }
  if (::dlopen(path.c_str(), RTLD_NOW | RTLD_GLOBAL) == nullptr) {
    state.problem =
        absl::StrCat("LibTorch's CUDA half does not load: ", ::dlerror());
    return state;
  }
  absl::Status asked = TorchCall("looking for GPUs", [&] {
    state.device_count =
        at::hasCUDA() ? at::detail::getCUDAHooks().deviceCount() : 0;
    return absl::OkStatus();
  });
  if (!asked.ok()) {
    state.problem = std::string(asked.message());
  } else if (state.device_count == 0) {
    state.problem = "no GPU is seen (no device, or no driver)";
  }
  state.usable = state.problem.empty();
  return state;
}

}  // namespace

std::string Device::name() const {
  return cuda ? absl::StrCat("cuda:", index) : "cpu";
}

const CudaState& FindCuda() {
  static const CudaState* state = new CudaState(LoadCuda());
  return *state;
}

absl::StatusOr<Device> ParseDevice(absl::string_view text) {
  if (text == "cpu") return Device{};
  if (text == "auto") return Device{.cuda = FindCuda().usable, .index = 0};
  Device device{.cuda = true, .index = 0};
  const bool has_index = text.substr(0, 5) == "cuda:";
  if (has_index &&
      (text.size() > 8 ||
       text.find_first_not_of("0123456789", 5) != absl::string_view::npos ||
       !absl::SimpleAtoi(text.substr(5), &device.index))) {
    return UsageError("device \"", text, "\", want auto, cpu, cuda or cuda:N");
  }
  if (!has_index && text != "cuda") {
    return UsageError("device \"", text, "\", want auto, cpu, cuda or cuda:N");
  }
  const CudaState& cuda = FindCuda();
  if (!cuda.usable) {
    return UsageError("device ", text, " cannot be used: ", cuda.problem);
  }
  if (device.index >= cuda.device_count) {
    return UsageError("device ", text, " is not there: ", cuda.device_count,
                      " GPUs are seen, numbered from 0");
  }
  return device;
}

void ConfigureTorch() {
  static std::once_flag once;
  std::call_once(once, [] {
    // cuBLAS reads this when its first handle is made; without it equal calls
    // may use different workspaces and differ in the last bits.
    ::setenv("CUBLAS_WORKSPACE_CONFIG", ":4096:8", /*overwrite=*/0);
    at::Context& context = at::globalContext();
    context.setAllowTF32CuBLAS(false);
    context.setAllowTF32CuDNN(false);
    context.setFloat32MatmulPrecision("highest");
    context.setAllowFP16ReductionCuBLAS(false, /*allow_splitk=*/false);
    context.setAllowBF16ReductionCuBLAS(false, /*allow_splitk=*/false);
    context.setAllowFP16AccumulationCuBLAS(false);
    context.setAllowFP16BF16ReductionMathSDP(false);
    context.setAllowFP16ReductionCPU(false);
    context.setDeterministicAlgorithms(true, /*warn_only=*/true);
    context.setDeterministicFillUninitializedMemory(false);
    at::set_num_threads(1);
  });
}

int UsableCoreCount() {
  cpu_set_t cores;
  CPU_ZERO(&cores);
  if (::sched_getaffinity(0, sizeof(cores), &cores) != 0) return 1;
  const int count = CPU_COUNT(&cores);
  return count > 0 ? count : 1;
}

std::string LibTorchVersion() { return TORCH_VERSION; }

}  // namespace hydrometer::model
