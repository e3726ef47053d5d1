// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// Comparison: recordings in, observations out. Logits are made again from
// hidden states chunk by chunk, so memory does not grow with the number of
// probes; the kernels do all the arithmetic.
//
// Two passes. The first reads losses (and tempered losses) on the sets of the
// primary pair, which decides who can serve as placebo reference; the second
// computes everything else, with one Gram matrix for each reference and each
// candidate placebo.
//
// Errors: RefusedError (malformed recordings), ExhaustedError (memory),
// CancelledError (interrupted), UsageError (device not there).
// Source: the quantities are those of kernels/*.h and detect/assessment.h.
// Tests: tests/compare/comparison_test.cc.
#ifndef HYDROMETER_SRC_COMPARE_COMPARISON_H_
#define HYDROMETER_SRC_COMPARE_COMPARISON_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "src/base/observations.h"
#include "src/compare/panel.h"

namespace hydrometer::compare {

struct CompareOptions {
  std::string device = "cpu";  // "cpu", "cuda", "cuda:N"
  // A control (or placebo) within this many nats of a reference's loss gets a
  // Gram matrix of its own; the policy decides later whether it serves.
  double placebo_loss_distance_nats = 0.3;
  // At most this many candidate placebos, the nearest in loss first.
  int64_t max_placebos = 16;
  int64_t logits_chunk_bytes = int64_t{256} << 20;
  int64_t exhibit_count = 20;  // positions for, and as many against
  // The bytes that a token appends, for exhibits; without it there are none.
  std::function<std::string(int32_t)> token_bytes;
  // Called after each probe of each pass: (rows done, rows in all).
  std::function<absl::Status(int64_t, int64_t)> progress;
};

absl::StatusOr<Observations> Compare(const Panel& panel,
                                     const CompareOptions& options);

}  // namespace hydrometer::compare

#endif  // HYDROMETER_SRC_COMPARE_COMPARISON_H_
