// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// Added tokens: strings that are cut out of the text before anything else
// happens to it (or, when "normalized", right after normalisation).
//
// Source: tokenizers, AddedVocabulary. Tests:
// tests/text/tokenizer_differential_test.cc, tokenizer_refusal_test.cc.
#ifndef HYDROMETER_SRC_TEXT_ADDED_VOCABULARY_H_
#define HYDROMETER_SRC_TEXT_ADDED_VOCABULARY_H_

#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "src/io/json.h"
#include "src/text/aligned_text.h"
#include "src/text/bpe_model.h"
#include "src/text/normalizer.h"

namespace hydrometer::text {

struct AddedToken {
  uint32_t id = 0;
  std::string content;
  bool single_word = false;  // only between characters that are no word
  bool lstrip = false;       // takes the white space before it
  bool rstrip = false;       // takes the white space after it
  bool normalized = false;   // looked for in the normalized text
  bool special = false;
};

// Finds the leftmost of a set of strings, the longest of several there.
class StringFinder {
 public:
  StringFinder();
  // `value` is what a match reports. The first of two equal strings counts;
  // an empty one is never found.
  void Add(absl::string_view string, uint32_t value);
  bool empty() const { return nodes_.size() == 1; }

  struct Match {
    uint32_t start, end, value;
  };
  // The next match from `from` on; false when there is none.
  bool FindNext(absl::string_view text, uint32_t from, Match* match) const;

 private:
  struct Node {
    std::vector<std::pair<char, uint32_t>> next;
    int64_t value = -1;
  };
  std::vector<Node> nodes_;
  std::array<bool, 256> starts_{};
};

// Immutable after FromJson; may be used from several threads.
class AddedVocabulary {
 public:
  // `value` is "added_tokens" of the file. Refused: ids that disagree with
  // the model's vocabulary or with the order of the file.
  static absl::StatusOr<AddedVocabulary> FromJson(const rapidjson::Value& value,
                                                  const BpeModel& model,
                                                  const Normalizer* normalizer,
                                                  absl::string_view where);

  // A part of a text: an added token, or text in between.
  struct Part {
    Span span;
    const AddedToken* token;  // nullptr: text
  };
  // The parts of `text`, which cover all of it and overlap only where an
  // rstrip token's white space holds the next one. `normalized` chooses the
  // tokens.
  std::vector<Part> Split(absl::string_view text, bool normalized) const;

  const AddedToken* Find(uint32_t id) const;
  const std::vector<AddedToken>& tokens() const { return tokens_; }

 private:
  absl::Status Add(const rapidjson::Value& value, const BpeModel& model,
                   absl::string_view where);

  std::vector<AddedToken> tokens_;
  absl::flat_hash_map<uint32_t, uint32_t> index_of_id_;
  uint32_t next_id_ = 0;
  StringFinder plain_, normalized_;
};

}  // namespace hydrometer::text

#endif  // HYDROMETER_SRC_TEXT_ADDED_VOCABULARY_H_
