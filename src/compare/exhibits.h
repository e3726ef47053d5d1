// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// Exhibits: single positions where the reference errs, with the text around
// them and what each model would have said there. They are pictures for the
// reader's eye, and an unrelated suspect has them too: no statistic uses them.
//
// Tests: tests/compare/comparison_test.cc.
#ifndef HYDROMETER_SRC_COMPARE_EXHIBITS_H_
#define HYDROMETER_SRC_COMPARE_EXHIBITS_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "src/base/observations.h"
#include "src/compare/logits_chunk.h"
#include "src/compare/panel.h"

namespace hydrometer::compare {

struct CompareOptions;

// The text's next token at one position, and how far the models' predictions
// lie from the reference's. Natural logarithms; the controls' are means.
struct PositionNumbers {
  double reference_log_prob = 0, suspect_log_prob = 0, controls_log_prob = 0;
  double suspect_kl_nats = 0, controls_kl_nats = 0;  // KL(reference || X)
};

// What a position says where the reference errs, that is, where it gives the
// real token less than the controls do:
//   > 0, for: the suspect errs too, and its prediction is nearer to the
//        reference's than the controls' are.
//   < 0, against: the suspect does as well as the controls, and its prediction
//        is farther from the reference's than theirs are.
// The size is log C - max(log S, log T) + KL(T||C) - KL(T||S), nats: a suspect
// that gives the token still less than the reference earns nothing by it.
// Every other position, and one with a number that is not finite: nullopt.
std::optional<double> ExhibitScore(const PositionNumbers& at);

// One scored row of one probe.
struct PositionScore {
  int32_t reference_index = 0;  // among the panel's references, in order
  int32_t probe_index = 0;
  int64_t row_index = 0;
  int32_t token_id = 0;  // that really follows
  double score_nats = 0;
};

// The `count` largest scores for and as many against, of each reference, with
// at most kMostOfToken places of one token and kMostOfProbe of one probe in
// each direction: references in order, highest score first.
inline constexpr int kMostOfToken = 2;
inline constexpr int kMostOfProbe = 1;
std::vector<PositionScore> ChooseExhibits(std::vector<PositionScore> scores,
                                          int64_t count);

// The chosen positions of `scores` with their texts and answers. Empty without
// scores, or without the options' token_bytes.
absl::StatusOr<std::vector<TextExhibit>> MakeExhibits(
    const Panel& panel, const CompareOptions& options,
    std::vector<PositionScore> scores, LogitsChunk& chunk);

}  // namespace hydrometer::compare

#endif  // HYDROMETER_SRC_COMPARE_EXHIBITS_H_
