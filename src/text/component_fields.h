// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// Fields that the components of a tokenizer file share. `where` names the
// file and the component in errors: "tokenizer.json: normalizer".
//
// Tests: tests/text/tokenizer_refusal_test.cc.
#ifndef HYDROMETER_SRC_TEXT_COMPONENT_FIELDS_H_
#define HYDROMETER_SRC_TEXT_COMPONENT_FIELDS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "src/io/json.h"
#include "src/text/aligned_text.h"
#include "src/text/regex.h"

namespace hydrometer::text {

// A boolean that may be missing.
absl::StatusOr<bool> BoolOr(const rapidjson::Value& object,
                            absl::string_view key, bool fallback,
                            absl::string_view where);

// A string of exactly one character: its code point.
absl::StatusOr<uint32_t> GetChar(const rapidjson::Value& object,
                                 absl::string_view key,
                                 absl::string_view where);

// A token id: an integer in [0, kMaxTokenId].
inline constexpr uint32_t kMaxTokenId = (1u << 24) - 1;
absl::StatusOr<uint32_t> ToTokenId(const rapidjson::Value& value,
                                   absl::string_view where);

// {"String": "..."} or {"Regex": "..."} under the key "pattern".
class Pattern {
 public:
  static absl::StatusOr<Pattern> FromJson(const rapidjson::Value& component,
                                          absl::string_view where);
  absl::Status FindAll(absl::string_view text, std::vector<Span>* out) const;
  // The regular expression; nullptr for a plain string.
  const Regex* regex() const { return regex_ ? &*regex_ : nullptr; }

 private:
  std::string literal_;
  std::optional<Regex> regex_;
};

}  // namespace hydrometer::text

#endif  // HYDROMETER_SRC_TEXT_COMPONENT_FIELDS_H_
