// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// What becomes of a delimiter when a text is split at it.
//
// Source: tokenizers, SplitDelimiterBehavior.
// Tests: tests/text/tokenizer_parts_test.cc.
#ifndef HYDROMETER_SRC_TEXT_SPLIT_BEHAVIOR_H_
#define HYDROMETER_SRC_TEXT_SPLIT_BEHAVIOR_H_

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "src/text/aligned_text.h"

namespace hydrometer::text {

// "the-final--countdown" split at "-":
enum class SplitBehavior {
  kRemoved,             // the final countdown
  kIsolated,            // the - final - - countdown
  kMergedWithPrevious,  // the- final- - countdown
  kMergedWithNext,      // the -final - -countdown
  kContiguous,          // the - final -- countdown
};

// "Removed", "Isolated", ...; RefusedError for another name.
absl::StatusOr<SplitBehavior> SplitBehaviorFromName(absl::string_view name,
                                                    absl::string_view where);

// The pieces of a text of `size` bytes whose delimiters are `matches`
// (ascending, disjoint); with `invert`, what is not matched is the delimiter.
// Appended to `pieces`, which may hold empty ones.
void SplitAt(const std::vector<Span>& matches, uint32_t size,
             SplitBehavior behavior, bool invert, std::vector<Span>* pieces);

}  // namespace hydrometer::text

#endif  // HYDROMETER_SRC_TEXT_SPLIT_BEHAVIOR_H_
