// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/panel_gram.h"

#include "absl/strings/str_cat.h"
#include "kernels/check_rows.h"
#include "kernels/panel_gram_args.h"
#include "kernels/panel_gram_cuda.h"

namespace hydrometer::kernels {
namespace {

absl::Status FillSpecs(absl::Span<const WeightSpec> specs,
                       PanelGramArgs& args) {
  const int64_t count = static_cast<int64_t>(specs.size());
  if (count < 1 || count > kMaxWeightSpecs) {
    return absl::InvalidArgumentError(absl::StrCat(
        "weights: ", count, " specs, want 1 to ", kMaxWeightSpecs));
  }
  args.spec_count = static_cast<int32_t>(count);
  for (int64_t s = 0; s < count; ++s) {
    if (specs[s].members.empty()) {
      return absl::InvalidArgumentError(
          absl::StrCat("weights[", s, "]: no member, want at least 1"));
    }
    for (int32_t m : specs[s].members) {
      if (m < 0 || m >= args.member_count) {
        return absl::InvalidArgumentError(
            absl::StrCat("weights[", s, "]: member ", m, ", want 0 to ",
                         args.member_count - 1));
      }
      const uint64_t bit = uint64_t{1} << (m % 64);
      if (args.spec_members[s][m / 64] & bit) {
        return absl::InvalidArgumentError(absl::StrCat(
            "weights[", s, "]: member ", m, " is named twice, want once"));
      }
      args.spec_members[s][m / 64] |= bit;
    }
    if (specs[s].without_top_token) args.without_top_token |= 1u << s;
  }
  return absl::OkStatus();
}

absl::StatusOr<PanelGramArgs> CheckedArgs(absl::Span<const Rows> members,
                                          const PanelGramRequest& request) {
  PanelGramArgs args = {};
  if (absl::Status s = CheckPanel(members, 1, args.members); !s.ok()) return s;
  args.member_count = static_cast<int32_t>(members.size());
  args.type = members[0].type;
  args.position_count = members[0].row_count;
  args.vocab_count = members[0].vocab_count;
  args.lse_nats = request.lse_nats;
  absl::Status s = CheckArray("lse_nats", request.lse_nats, sizeof(double),
                              args.position_count, false);
  if (!s.ok()) return s;
  s = FillSpecs(request.weights, args);
  if (!s.ok()) return s;
  return args;
}

size_t WantedBytes(const PanelGramArgs& args, Device device) {
#ifdef HYDROMETER_KERNELS_CUDA
  if (device == Device::kCuda) return PanelGramCudaWorkspaceBytes(args);
#endif
  static_cast<void>(device);
  return PanelGramCpuWorkspaceBytes(args);
}

}  // namespace

absl::StatusOr<size_t> PanelGramWorkspaceBytes(
    absl::Span<const Rows> members, const PanelGramRequest& request) {
  absl::StatusOr<PanelGramArgs> args = CheckedArgs(members, request);
  if (!args.ok()) return args.status();
  return WantedBytes(*args, members[0].device);
}

absl::Status AccumulatePanelGram(absl::Span<const Rows> members,
                                 const PanelGramRequest& request,
                                 const PanelGram& out, Workspace workspace,
                                 Stream stream) {
  absl::StatusOr<PanelGramArgs> args = CheckedArgs(members, request);
  if (!args.ok()) return args.status();
  const int64_t n = args->position_count;
  absl::Status s = CheckArray("gram", out.gram, sizeof(double), n, true);
  if (!s.ok()) return s;
  s = CheckArray("position_count", out.position_count, sizeof(int64_t), n,
                 true);
  if (!s.ok()) return s;
  const Device device = members[0].device;
  if (s = CheckDevice(device); !s.ok()) return s;
  if (n == 0) return absl::OkStatus();
  s = CheckWorkspace(workspace, WantedBytes(*args, device));
  if (!s.ok()) return s;
  args->gram = out.gram;
  args->counted_positions = out.position_count;
  args->workspace = workspace;
  if (device == Device::kCpu) {
    PanelGramCpu(*args);
    return absl::OkStatus();
  }
#ifdef HYDROMETER_KERNELS_CUDA
  return CudaStatus("panel Gram", LaunchPanelGram(*args, stream));
#else
  static_cast<void>(stream);
  return absl::OkStatus();  // CheckDevice has refused
#endif
}

}  // namespace hydrometer::kernels
