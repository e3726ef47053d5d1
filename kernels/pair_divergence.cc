// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/pair_divergence.h"

#include "absl/strings/str_cat.h"
#include "kernels/check_rows.h"
#include "kernels/pair_divergence_args.h"
#include "kernels/pair_divergence_cuda.h"

namespace hydrometer::kernels {
namespace {

absl::Status CheckViews(const Rows& p, const Rows& q,
                        const PairDivergenceRequest& request) {
  if (absl::Status s = CheckRows("p", p); !s.ok()) return s;
  if (absl::Status s = CheckRows("q", q); !s.ok()) return s;
  if (p.vocab_count != q.vocab_count) {
    return absl::InvalidArgumentError(
        absl::StrCat("q: vocab_count is ", q.vocab_count, ", want that of p, ",
                     p.vocab_count));
  }
  if (p.device != q.device || p.type != q.type) {
    return absl::InvalidArgumentError(absl::StrCat(
        "q: device ", static_cast<int>(q.device), ", type ",
        static_cast<int>(q.type), "; want those of p: ",
        static_cast<int>(p.device), ", ", static_cast<int>(p.type)));
  }
  const bool listed = request.p_index != nullptr;
  if (listed != (request.q_index != nullptr)) {
    return absl::InvalidArgumentError(
        absl::StrCat(listed ? "q_index" : "p_index",
                     " is null and the other is not, want both or neither"));
  }
  if (listed && request.pair_count < 0) {
    return absl::InvalidArgumentError(absl::StrCat(
        "pair_count is ", request.pair_count, ", want at least 0"));
  }
  if (!listed && p.row_count != q.row_count) {
    return absl::InvalidArgumentError(
        absl::StrCat("q: row_count is ", q.row_count, ", want that of p, ",
                     p.row_count, ", where no pair list is given"));
  }
  return absl::OkStatus();
}

absl::Status CheckIndices(const char* name, const int32_t* index,
                          int64_t pair_count, int64_t row_count) {
  for (int64_t i = 0; i < pair_count; ++i) {
    if (index[i] < 0 || index[i] >= row_count) {
      return absl::InvalidArgumentError(absl::StrCat(
          name, "[", i, "] is ", index[i], ", want 0 to ", row_count - 1));
    }
  }
  return absl::OkStatus();
}

absl::Status CheckArrays(const PairDivergenceArgs& a) {
  const struct {
    const char* name;
    const void* data;
    size_t bytes;
  } arrays[] = {{"p_index", a.p_index, 4},
                {"q_index", a.q_index, 4},
                {"p_lse_nats", a.p_lse_nats, 8},
                {"q_lse_nats", a.q_lse_nats, 8},
                {"kl_pq_nats", a.kl_pq_nats, 8},
                {"kl_qp_nats", a.kl_qp_nats, 8},
                {"js_nats", a.js_nats, 8},
                {"tv", a.tv, 8},
                {"hellinger", a.hellinger, 8},
                {"cosine", a.cosine, 8},
                {"top1_agrees", a.top1_agrees, 4},
                {"p_rank_of_q_top1", a.p_rank_of_q_top1, 4},
                {"q_rank_of_p_top1", a.q_rank_of_p_top1, 4},
                {"topk_overlap_count", a.topk_overlap_count, 4}};
  for (const auto& x : arrays) {
    absl::Status s = CheckArray(x.name, x.data, x.bytes, a.pair_count, false);
    if (!s.ok()) return s;
  }
  return absl::OkStatus();
}

absl::StatusOr<PairDivergenceArgs> CheckedArgs(
    const Rows& p, const Rows& q, const PairDivergenceRequest& request,
    const PairDivergences& out) {
  if (absl::Status s = CheckViews(p, q, request); !s.ok()) return s;
  const bool top_k = out.topk_overlap_count != nullptr;
  if (top_k) {
    if (absl::Status s = CheckTopK(request.k); !s.ok()) return s;
  }
  const bool listed = request.p_index != nullptr;
  PairDivergenceArgs args;
  args.p = p;
  args.q = q;
  args.p_index = request.p_index;
  args.q_index = request.q_index;
  args.pair_count = listed ? request.pair_count : p.row_count;
  args.p_lse_nats = request.p_lse_nats;
  args.q_lse_nats = request.q_lse_nats;
  args.k = top_k ? request.k : 0;
  args.kl_pq_nats = out.kl_pq_nats;
  args.kl_qp_nats = out.kl_qp_nats;
  args.js_nats = out.js_nats;
  args.tv = out.tv;
  args.hellinger = out.hellinger;
  args.cosine = out.cosine;
  args.top1_agrees = out.top1_agrees;
  args.p_rank_of_q_top1 = out.p_rank_of_q_top1;
  args.q_rank_of_p_top1 = out.q_rank_of_p_top1;
  args.topk_overlap_count = out.topk_overlap_count;
  if (absl::Status s = CheckArrays(args); !s.ok()) return s;
  if (listed && p.device == Device::kCpu) {
    absl::Status s =
        CheckIndices("p_index", args.p_index, args.pair_count, p.row_count);
    if (!s.ok()) return s;
    s = CheckIndices("q_index", args.q_index, args.pair_count, q.row_count);
    if (!s.ok()) return s;
  }
  return args;
}

size_t WantedBytes(const PairDivergenceArgs& args) {
#ifdef HYDROMETER_KERNELS_CUDA
  if (args.p.device == Device::kCuda) {
    return PairDivergenceCudaWorkspaceBytes(args);
  }
#endif
  static_cast<void>(args);
  return 0;
}

}  // namespace

absl::StatusOr<size_t> PairDivergenceWorkspaceBytes(
    const Rows& p, const Rows& q, const PairDivergenceRequest& request,
    const PairDivergences& out) {
  absl::StatusOr<PairDivergenceArgs> args = CheckedArgs(p, q, request, out);
  if (!args.ok()) return args.status();
  return WantedBytes(*args);
}

absl::Status ComputePairDivergence(const Rows& p, const Rows& q,
                                   const PairDivergenceRequest& request,
                                   const PairDivergences& out,
                                   Workspace workspace, Stream stream) {
  absl::StatusOr<PairDivergenceArgs> args = CheckedArgs(p, q, request, out);
  if (!args.ok()) return args.status();
  if (absl::Status s = CheckDevice(p.device); !s.ok()) return s;
  if (args->pair_count == 0) return absl::OkStatus();
  absl::Status s = CheckWorkspace(workspace, WantedBytes(*args));
  if (!s.ok()) return s;
  args->workspace = workspace;
  if (p.device == Device::kCpu) {
    PairDivergenceCpu(*args);
    return absl::OkStatus();
  }
#ifdef HYDROMETER_KERNELS_CUDA
  return CudaStatus("pair divergence", LaunchPairDivergence(*args, stream));
#else
  static_cast<void>(stream);
  return absl::OkStatus();  // CheckDevice has refused
#endif
}

}  // namespace hydrometer::kernels
