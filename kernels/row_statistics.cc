// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/row_statistics.h"

#include "absl/strings/str_cat.h"
#include "kernels/check_rows.h"
#include "kernels/row_statistics_args.h"
#include "kernels/row_statistics_cuda.h"

namespace hydrometer::kernels {
namespace {

absl::StatusOr<RowStatisticsArgs> CheckedArgs(
    const Rows& rows, const RowStatisticsRequest& request,
    const RowStatistics& out) {
  if (absl::Status s = CheckRows("rows", rows); !s.ok()) return s;
  const bool top_k = out.topk_id != nullptr || out.topk_log_prob != nullptr;
  if (top_k) {
    if (absl::Status s = CheckTopK(request.k); !s.ok()) return s;
  }
  const struct {
    const char* name;
    const void* data;
    size_t bytes;
  } arrays[] = {{"token_id", request.token_id, 4},
                {"lse_nats", out.lse_nats, 8},
                {"entropy_nats", out.entropy_nats, 8},
                {"token_log_prob", out.token_log_prob, 8},
                {"top1_id", out.top1_id, 4},
                {"topk_id", out.topk_id, 4},
                {"topk_log_prob", out.topk_log_prob, 8}};
  for (const auto& a : arrays) {
    absl::Status s = CheckArray(a.name, a.data, a.bytes, rows.row_count, false);
    if (!s.ok()) return s;
  }
  if (rows.device == Device::kCpu && request.token_id != nullptr) {
    for (int64_t r = 0; r < rows.row_count; ++r) {
      const int32_t id = request.token_id[r];
      if (id < -1 || id >= rows.vocab_count) {
        return absl::InvalidArgumentError(absl::StrCat("token_id[", r, "] is ",
                                                       id, ", want -1 to ",
                                                       rows.vocab_count - 1));
      }
    }
  }
  RowStatisticsArgs args;
  args.rows = rows;
  args.token_id = request.token_id;
  args.k = top_k ? request.k : 0;
  args.lse_nats = out.lse_nats;
  args.entropy_nats = out.entropy_nats;
  args.token_log_prob = out.token_log_prob;
  args.top1_id = out.top1_id;
  args.topk_id = out.topk_id;
  args.topk_log_prob = out.topk_log_prob;
  return args;
}

size_t WantedBytes(const RowStatisticsArgs& args) {
#ifdef HYDROMETER_KERNELS_CUDA
  if (args.rows.device == Device::kCuda) {
    return RowStatisticsCudaWorkspaceBytes(args);
  }
#endif
  static_cast<void>(args);
  return 0;
}

}  // namespace

absl::StatusOr<size_t> RowStatisticsWorkspaceBytes(
    const Rows& rows, const RowStatisticsRequest& request,
    const RowStatistics& out) {
  absl::StatusOr<RowStatisticsArgs> args = CheckedArgs(rows, request, out);
  if (!args.ok()) return args.status();
  return WantedBytes(*args);
}

absl::Status ComputeRowStatistics(const Rows& rows,
                                  const RowStatisticsRequest& request,
                                  const RowStatistics& out, Workspace workspace,
                                  Stream stream) {
  absl::StatusOr<RowStatisticsArgs> args = CheckedArgs(rows, request, out);
  if (!args.ok()) return args.status();
  if (absl::Status s = CheckDevice(rows.device); !s.ok()) return s;
  if (rows.row_count == 0) return absl::OkStatus();
  absl::Status s = CheckWorkspace(workspace, WantedBytes(*args));
  if (!s.ok()) return s;
  args->workspace = workspace;
  if (rows.device == Device::kCpu) {
    RowStatisticsCpu(*args);
    return absl::OkStatus();
  }
#ifdef HYDROMETER_KERNELS_CUDA
  return CudaStatus("row statistics", LaunchRowStatistics(*args, stream));
#else
  static_cast<void>(stream);
  return absl::OkStatus();  // CheckDevice has refused
#endif
}

}  // namespace hydrometer::kernels
