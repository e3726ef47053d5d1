// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// The four Unicode normalization forms, with the changes that lead to them.
// Decompositions come from utf8proc; code points that the official library's
// Unicode version does not know stay as they are.
//
// Source: UAX #15; changes as in the crate unicode-normalization-alignments.
// Tests: tests/text/tokenizer_parts_test.cc.
#ifndef HYDROMETER_SRC_TEXT_UNICODE_NORMALIZATION_H_
#define HYDROMETER_SRC_TEXT_UNICODE_NORMALIZATION_H_

#include <vector>

#include "absl/strings/string_view.h"
#include "src/text/aligned_text.h"

namespace hydrometer::text {

enum class NormalizationForm { kNfc, kNfd, kNfkc, kNfkd };

// Whether `text` is certainly in `form` already (false: perhaps not).
bool IsPlainlyNormalized(absl::string_view text, NormalizationForm form);

// The characters of `text` in `form`, each with its change to the old text.
std::vector<CharChange> NormalizedChanges(absl::string_view text,
                                          NormalizationForm form);

}  // namespace hydrometer::text

#endif  // HYDROMETER_SRC_TEXT_UNICODE_NORMALIZATION_H_
