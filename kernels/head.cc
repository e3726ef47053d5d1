// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/head.h"

#include "absl/strings/str_cat.h"
#include "kernels/check_rows.h"
#include "kernels/head_args.h"
#include "kernels/head_cuda.h"

namespace hydrometer::kernels {
namespace {

inline constexpr int64_t kMaxHiddenSize = 65536;

absl::Status CheckNumber(const char* name, int64_t value, int64_t least,
                         int64_t most) {
  if (value >= least && value <= most) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      "head: ", name, " is ", value, ", want ", least, " to ", most));
}

absl::Status CheckShape(const Head& h) {
  constexpr int64_t kMany = int64_t{1} << 40;
  const struct {
    const char* name;
    int64_t value, least, most;
  } numbers[] = {{"device", static_cast<int64_t>(h.device), 0, 1},
                 {"row_count", h.row_count, 0, kMany},
                 {"hidden_size", h.hidden_size, 1, kMaxHiddenSize},
                 {"vocab_count", h.vocab_count, 1, kMaxVocabCount},
                 {"hidden_stride", h.hidden_stride, h.hidden_size, kMany},
                 {"weight_stride", h.weight_stride, h.hidden_size, kMany},
                 {"logits_stride", h.logits_stride, h.vocab_count, kMany}};
  for (const auto& n : numbers) {
    absl::Status s = CheckNumber(n.name, n.value, n.least, n.most);
    if (!s.ok()) return s;
  }
  return absl::OkStatus();
}

absl::StatusOr<HeadArgs> CheckedArgs(const Head& h) {
  if (absl::Status s = CheckShape(h); !s.ok()) return s;
  absl::Status s = CheckDataType("hidden", h.hidden_type);
  if (!s.ok()) return s;
  if (s = CheckDataType("weight", h.weight_type); !s.ok()) return s;
  if (s = CheckTransform("head", h.transform); !s.ok()) return s;
  const int64_t n = h.row_count;
  const struct {
    const char* name;
    const void* data;
    size_t bytes;
    bool required;
  } arrays[] = {{"hidden", h.hidden, ElementBytes(h.hidden_type), true},
                {"weight", h.weight, ElementBytes(h.weight_type), true},
                {"bias", h.bias, sizeof(float), false},
                {"logits", h.logits, sizeof(float), true},
                {"lse_nats", h.lse_nats, sizeof(double), false}};
  for (const auto& a : arrays) {
    s = CheckArray(a.name, a.data, a.bytes, n, a.required);
    if (!s.ok()) return s;
  }
  HeadArgs args;
  args.hidden = h.hidden;
  args.hidden_type = h.hidden_type;
  args.hidden_stride = h.hidden_stride;
  args.row_count = n;
  args.hidden_size = h.hidden_size;
  args.weight = h.weight;
  args.weight_type = h.weight_type;
  args.weight_stride = h.weight_stride;
  args.vocab_count = h.vocab_count;
  args.bias = h.bias;
  args.transform = h.transform;
  args.logits = h.logits;
  args.logits_stride = h.logits_stride;
  args.lse_nats = h.lse_nats;
  return args;
}

size_t WantedBytes(const HeadArgs& args, Device device) {
#ifdef HYDROMETER_KERNELS_CUDA
  if (device == Device::kCuda) return HeadCudaWorkspaceBytes(args);
#endif
  static_cast<void>(device);
  return HeadCpuWorkspaceBytes(args);
}

}  // namespace

absl::StatusOr<size_t> HeadWorkspaceBytes(const Head& head) {
  absl::StatusOr<HeadArgs> args = CheckedArgs(head);
  if (!args.ok()) return args.status();
  return WantedBytes(*args, head.device);
}

absl::Status ComputeHead(const Head& head, Workspace workspace, Stream stream) {
  absl::StatusOr<HeadArgs> args = CheckedArgs(head);
  if (!args.ok()) return args.status();
  if (absl::Status s = CheckDevice(head.device); !s.ok()) return s;
  if (head.row_count == 0) return absl::OkStatus();
  absl::Status s = CheckWorkspace(workspace, WantedBytes(*args, head.device));
  if (!s.ok()) return s;
  args->workspace = workspace;
  if (head.device == Device::kCpu) {
    HeadCpu(*args);
    return absl::OkStatus();
  }
#ifdef HYDROMETER_KERNELS_CUDA
  return CudaStatus("head", LaunchHead(*args, stream));
#else
  static_cast<void>(stream);
  return absl::OkStatus();  // CheckDevice has refused
#endif
}

}  // namespace hydrometer::kernels
