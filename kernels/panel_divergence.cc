// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/panel_divergence.h"

#include "kernels/check_rows.h"
#include "kernels/panel_divergence_args.h"
#include "kernels/panel_divergence_cuda.h"

namespace hydrometer::kernels {
namespace {

absl::StatusOr<PanelDivergenceArgs> CheckedArgs(absl::Span<const Rows> members,
                                                const double* lse_nats,
                                                const PanelDivergences& out) {
  PanelDivergenceArgs args = {};
  if (absl::Status s = CheckPanel(members, 2, args.members); !s.ok()) return s;
  args.member_count = static_cast<int32_t>(members.size());
  args.type = members[0].type;
  args.position_count = members[0].row_count;
  args.vocab_count = members[0].vocab_count;
  args.lse_nats = lse_nats;
  args.js_nats = out.js_nats;
  args.kl_xy_nats = out.kl_xy_nats;
  args.kl_yx_nats = out.kl_yx_nats;
  args.tv = out.tv;
  args.hellinger = out.hellinger;
  args.cosine = out.cosine;
  const struct {
    const char* name;
    const void* data;
  } arrays[] = {{"lse_nats", lse_nats},
                {"js_nats", out.js_nats},
                {"kl_xy_nats", out.kl_xy_nats},
                {"kl_yx_nats", out.kl_yx_nats},
                {"tv", out.tv},
                {"hellinger", out.hellinger},
                {"cosine", out.cosine}};
  for (const auto& a : arrays) {
    absl::Status s =
        CheckArray(a.name, a.data, sizeof(double), args.position_count, false);
    if (!s.ok()) return s;
  }
  return args;
}

size_t WantedBytes(const PanelDivergenceArgs& args, Device device) {
#ifdef HYDROMETER_KERNELS_CUDA
  if (device == Device::kCuda) return PanelDivergenceCudaWorkspaceBytes(args);
#endif
  static_cast<void>(device);
  return PanelDivergenceCpuWorkspaceBytes(args);
}

}  // namespace

absl::StatusOr<size_t> PanelDivergenceWorkspaceBytes(
    absl::Span<const Rows> members, const double* lse_nats,
    const PanelDivergences& out) {
  absl::StatusOr<PanelDivergenceArgs> args =
      CheckedArgs(members, lse_nats, out);
  if (!args.ok()) return args.status();
  return WantedBytes(*args, members[0].device);
}

absl::Status ComputePanelDivergence(absl::Span<const Rows> members,
                                    const double* lse_nats,
                                    const PanelDivergences& out,
                                    Workspace workspace, Stream stream) {
  absl::StatusOr<PanelDivergenceArgs> args =
      CheckedArgs(members, lse_nats, out);
  if (!args.ok()) return args.status();
  const Device device = members[0].device;
  if (absl::Status s = CheckDevice(device); !s.ok()) return s;
  if (args->position_count == 0) return absl::OkStatus();
  absl::Status s = CheckWorkspace(workspace, WantedBytes(*args, device));
  if (!s.ok()) return s;
  args->workspace = workspace;
  if (device == Device::kCpu) {
    PanelDivergenceCpu(*args);
    return absl::OkStatus();
  }
#ifdef HYDROMETER_KERNELS_CUDA
  return CudaStatus("panel divergence", LaunchPanelDivergence(*args, stream));
#else
  static_cast<void>(stream);
  return absl::OkStatus();  // CheckDevice has refused
#endif
}

}  // namespace hydrometer::kernels
