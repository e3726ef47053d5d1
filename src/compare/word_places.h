// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// Word places: where the whole-word view asks every model for a word. A place
// is a space and 1 to 12 ASCII letters, then a character that is no letter,
// in real text, with text of the same probe before it. Places are chosen by
// text alone, so that they are the same for every tokenizer.
//
// How: all places of all probes of the sets; from each probe a random order
// (Philox, stream = the probe's number), then one place a probe, in rounds,
// until there are enough. Where there are more probes than places are wanted,
// probes are taken at even steps. The result is in the order of the text.
//
// Tests: tests/compare/word_places_test.cc.
#ifndef HYDROMETER_SRC_COMPARE_WORD_PLACES_H_
#define HYDROMETER_SRC_COMPARE_WORD_PLACES_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "src/probe/probe_set.h"

namespace hydrometer::compare {

inline constexpr int64_t kMaxWordLetters = 12;

struct WordPlace {
  int32_t set_index = 0;
  int64_t probe_in_set = 0;
  std::string probe_id;
  int64_t space_byte = 0;  // of the space, in the probe's text
  std::string context;     // what stands before the space
  std::string word;        // without the space
};

struct WordPlaceOptions {
  int64_t max_places = 300;
  // Characters (code points) before the space: as many as there are, between
  // these two. A context that does not begin where its probe does begins
  // after white space, where that leaves enough.
  int64_t context_chars = 150;
  int64_t least_context_chars = 60;
  uint64_t seed = 1;
};

// Whether every model has room for this context and a word. A context that
// does not fit is tried again shorter, down to the least; then there is no
// place.
using ContextFits =
    std::function<absl::StatusOr<bool>(absl::string_view context)>;

// Places in the sets whose cards say counted and of human origin.
absl::StatusOr<std::vector<WordPlace>> FindWordPlaces(
    absl::Span<const probe::ProbeSet> sets, const WordPlaceOptions& options,
    const ContextFits& fits);

}  // namespace hydrometer::compare

#endif  // HYDROMETER_SRC_COMPARE_WORD_PLACES_H_
