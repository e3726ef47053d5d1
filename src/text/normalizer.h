// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// Normalizers of a tokenizer file: what rewrites the text before it is split.
// NFC, NFD, NFKC, NFKD, Lowercase, Prepend, Replace, Strip, StripAccents,
// Sequence.
//
// Tests: tests/text/tokenizer_differential_test.cc.
#ifndef HYDROMETER_SRC_TEXT_NORMALIZER_H_
#define HYDROMETER_SRC_TEXT_NORMALIZER_H_

#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "src/io/json.h"
#include "src/text/aligned_text.h"

namespace hydrometer::text {

// Immutable; may be used from several threads.
class Normalizer {
 public:
  virtual ~Normalizer() = default;
  virtual absl::Status Normalize(AlignedText* text) const = 0;
};

// The normalizer that `value` describes; nullptr for null. A component that
// is not known here is refused by name. `where` is for errors.
absl::StatusOr<std::unique_ptr<Normalizer>> MakeNormalizer(
    const rapidjson::Value& value, absl::string_view where);

}  // namespace hydrometer::text

#endif  // HYDROMETER_SRC_TEXT_NORMALIZER_H_
