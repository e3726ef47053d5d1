// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// The logits of some rows of one probe, for every member at once, and the
// kernels that read them. One object serves a whole comparison: its memory is
// allocated once and sized by the largest chunk.
//
// Shapes: M members, n rows, V tokens; logits [M][n][V] fp32 on the device.
// Results are host memory, fp64.
// Tests: tests/compare/comparison_test.cc.
#ifndef HYDROMETER_SRC_COMPARE_LOGITS_CHUNK_H_
#define HYDROMETER_SRC_COMPARE_LOGITS_CHUNK_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "kernels/panel_gram.h"
#include "kernels/rows.h"
#include "src/base/observations.h"
#include "src/compare/device_buffer.h"
#include "src/compare/panel.h"

namespace hydrometer::compare {

class LogitsChunk {
 public:
  // `panel` must outlive the object.
  static absl::StatusOr<LogitsChunk> Make(const Panel& panel,
                                          const std::string& device,
                                          int64_t chunk_bytes);

  // Rows that fit into one chunk; depends on the panel and chunk_bytes only.
  int64_t max_rows() const { return max_rows_; }

  // Computes the logits of rows [first_row, first_row + row_count) of `probe`
  // for the members of `member_indices` (all when empty).
  absl::Status Load(const PanelProbe& probe, int64_t first_row,
                    int64_t row_count,
                    absl::Span<const int32_t> member_indices = {});

  // Of the tokens that really follow: [M][n].
  absl::StatusOr<std::vector<double>> TokenLogProbs(float temperature = 1);

  struct Statistics {
    std::vector<double> token_log_prob;  // [M][n]
    std::vector<double> entropy;         // [M][n]
    std::vector<int32_t> top_ids;        // [M][n][k], likeliest first
    std::vector<double> top_log_probs;   // [M][n][k]
  };
  absl::StatusOr<Statistics> RowStatistics(int k);

  struct Divergences {  // [n][M(M-1)/2], pairs first < second
    std::vector<double> js, kl_pq, kl_qp, total_variation, hellinger, cosine;
  };
  absl::StatusOr<Divergences> PairDivergences();

  // Adds to gram [K][M][M] (host).
  absl::Status AddGrams(absl::Span<const kernels::WeightSpec> weights,
                        double* gram);

  int64_t row_count() const { return row_count_; }
  int64_t member_count() const { return member_count_; }

 private:
  std::vector<kernels::Rows> MemberRows() const;
  kernels::Rows AllRows(float temperature) const;
  template <typename T>
  absl::StatusOr<DeviceBuffer> Result(int64_t count);

  const Panel* panel_ = nullptr;
  std::string device_;
  int64_t max_rows_ = 0;
  int64_t row_count_ = 0;
  int64_t member_count_ = 0;
  std::vector<DeviceBuffer> heads_, biases_;  // per panel member
  DeviceBuffer logits_, lse_, workspace_;
  std::vector<int32_t> next_ids_;             // [n]
};

}  // namespace hydrometer::compare

#endif  // HYDROMETER_SRC_COMPARE_LOGITS_CHUNK_H_
