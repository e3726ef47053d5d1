// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// Exhibits: the single positions that speak most for and most against, with
// the text around them and what each model would have said there. They are
// for the reader's eye; no statistic uses them.
//
// Tests: tests/compare/comparison_test.cc.
#ifndef HYDROMETER_SRC_COMPARE_EXHIBITS_H_
#define HYDROMETER_SRC_COMPARE_EXHIBITS_H_

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "src/base/observations.h"
#include "src/compare/logits_chunk.h"
#include "src/compare/panel.h"

namespace hydrometer::compare {

struct CompareOptions;

// One scored row of one probe: A_i of the suspect minus the controls' mean.
struct PositionScore {
  int32_t reference_index = 0;  // among the panel's references, in order
  int32_t probe_index = 0;
  int64_t row_index = 0;
  double score_nats = 0;
};

// The options' exhibit_count highest and as many lowest scores of each
// reference, highest first. Empty without scores.
absl::StatusOr<std::vector<TextExhibit>> MakeExhibits(
    const Panel& panel, const CompareOptions& options,
    std::vector<PositionScore> scores, LogitsChunk& chunk);

}  // namespace hydrometer::compare

#endif  // HYDROMETER_SRC_COMPARE_EXHIBITS_H_
