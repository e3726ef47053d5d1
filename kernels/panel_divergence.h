// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// Divergences between all pairs of a panel's members at each position, reading
// each row from memory once. The quantities are those of pair_divergence.h. JS
// alone is the fast case; the others share the read, but cost about as much
// arithmetic as pair by pair.
//
// Shapes:  M members (2 .. kMaxPanelMembers), all with the same row_count N
//          (positions), vocab_count, type and device. Results [N, M (M - 1) /
//          2]: pairs (x, y), x < y, in the order (0,1), (0,2), ..., (1,2), ...;
//          PanelPairIndex gives a pair's place.
// Types:   rows fp32, bf16, fp16; results fp64.
// Values:  as pair_divergence.h. kl_xy is KL(x||y) and kl_yx KL(y||x), x < y.
// Order:   a position's result depends on that position alone; the same bits on
//          every run and for any thread count. Not the bits of
//          ComputePairDivergence: the sums are cut differently.
// Async, Errors: as panel_gram.h.
// Tests:   tests/kernels/panel_divergence_test.cc.
#ifndef HYDROMETER_KERNELS_PANEL_DIVERGENCE_H_
#define HYDROMETER_KERNELS_PANEL_DIVERGENCE_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "kernels/rows.h"

namespace hydrometer::kernels {

// Results, [N, M (M - 1) / 2] each; a null pointer means "not wanted".
struct PanelDivergences {
  double* js_nats = nullptr;
  double* kl_xy_nats = nullptr;
  double* kl_yx_nats = nullptr;
  double* tv = nullptr;
  double* hellinger = nullptr;
  double* cosine = nullptr;
};

// The place of pair (x, y), 0 <= x < y < member_count.
constexpr int64_t PanelPairIndex(int64_t x, int64_t y, int64_t member_count) {
  return x * (2 * member_count - x - 1) / 2 + (y - x - 1);
}

// lse_nats: [M, N], member m at position n at m * N + n; null: computed here.
absl::StatusOr<size_t> PanelDivergenceWorkspaceBytes(
    absl::Span<const Rows> members, const double* lse_nats,
    const PanelDivergences& out);

absl::Status ComputePanelDivergence(absl::Span<const Rows> members,
                                    const double* lse_nats,
                                    const PanelDivergences& out,
                                    Workspace workspace,
                                    Stream stream = nullptr);

}  // namespace hydrometer::kernels

#endif  // HYDROMETER_KERNELS_PANEL_DIVERGENCE_H_
