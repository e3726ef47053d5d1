// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// Whole words: the view in which models of different vocabularies are
// compared. At places of real text (word_places.h) every model is asked how
// likely it holds the real word, and words that a reference would have
// written there instead (word_model.h). All models are open, so that the
// references' words are drawn here.
//
//   u_X(k) = log X(word drawn from w at place k) - log X(real word at k),
//            centred over all places k
//   Gram_w[X][Y] at place k = u_X(k) u_Y(k)
//
// for each weighting w: each reference, and each candidate placebo (a control
// or given placebo whose mean loss on the real words is near a reference's).
// One word is drawn for each place and weighting; the seed is the option's,
// mixed with the drawing model's weights, so that a model draws the same
// words in every panel. A place where some weighting could draw no word is
// dropped for everybody.
//
// Observations of this view: view = kWholeWords; one "probe" of one position
// for each place, with the id "probe@byte" (of the space); loss_sum is -log
// X(real word), in nats a word; gram_sum is as above. Centring is done over
// all places before the products are taken, so that the sum over a choice of
// places (a probe set, a bootstrap sample) is not centred again. Places of
// one probe count as apart from each other: bootstrap intervals are a little
// too narrow. Quantities that need one vocabulary (entropy, divergences,
// tempered losses, KL quantiles) are left empty: absent, never zero.
//
// Models are loaded one at a time, three times at most; nothing is kept on
// disk, so that an interrupted comparison begins again.
//
// Errors: RefusedError (no place in the counted real text, a model that
// changed), ExhaustedError, CancelledError.
// Source: the whole-word statistic is the weighted Gram matrix of
// comparison.h with a sample of size one in the place of the sum over tokens.
// Tests: tests/compare/whole_word_test.cc.
#ifndef HYDROMETER_SRC_COMPARE_WHOLE_WORD_H_
#define HYDROMETER_SRC_COMPARE_WHOLE_WORD_H_

#include <cstdint>
#include <functional>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "src/base/observations.h"
#include "src/compare/word_places.h"
#include "src/model/model.h"
#include "src/probe/probe_set.h"
#include "src/record/subject.h"

namespace hydrometer::compare {

inline constexpr char kWholeWords[] = "whole words";

struct WholeWordOptions {
  model::LoadOptions load;
  WordPlaceOptions places;                  // its seed serves drawing too
  double placebo_loss_distance_nats = 0.3;  // a word
  // At most this many candidate placebos, the nearest in loss first.
  int64_t max_placebos = 6;
  // Called after each batch: (words asked for, words in all; the total is a
  // bound that falls when the weightings and their words are known).
  std::function<absl::Status(int64_t, int64_t)> progress;
};

// `subjects` begin with the suspect, each with its role; `summaries` describe
// `sets`.
absl::StatusOr<Observations> CompareWholeWords(
    absl::Span<const record::Subject> subjects,
    absl::Span<const probe::ProbeSet> sets,
    std::vector<ProbeSetSummary> summaries, const WholeWordOptions& options);

}  // namespace hydrometer::compare

#endif  // HYDROMETER_SRC_COMPARE_WHOLE_WORD_H_
