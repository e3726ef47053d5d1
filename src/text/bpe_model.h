// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// The BPE model of a tokenizer file: vocabulary, merges, unknown token, byte
// fallback. Refused: other models, dropout, subword affixes, two tokens with
// one id, merges of or into unknown tokens.
//
// Source: tokenizers, models/bpe. Tests: tests/text/tokenizer_parts_test.cc,
// tests/text/tokenizer_refusal_test.cc.
#ifndef HYDROMETER_SRC_TEXT_BPE_MODEL_H_
#define HYDROMETER_SRC_TEXT_BPE_MODEL_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "src/io/json.h"
#include "src/text/bpe_merger.h"
#include "src/text/merge_table.h"
#include "src/text/word_cache.h"

namespace hydrometer::text {

// Working space of an encoder; one for each thread.
struct BpeScratch {
  BpeMerger merger;
  WordCache cache;
  std::vector<Symbol> symbols;
};

// Immutable after FromJson and UseBytes; may be used from several threads.
class BpeModel {
 public:
  // `value` is the "model" of the file; `where` is for errors.
  static absl::StatusOr<std::unique_ptr<BpeModel>> FromJson(
      const rapidjson::Value& value, absl::string_view where);

  // Whether the vocabulary has all 256 characters of the byte alphabet, so
  // that words may be given as bytes.
  bool CanTakeBytes() const;
  // From now on words are bytes, not characters of the byte alphabet.
  void UseBytes();

  // Encodes one word; appends its tokens.
  void Encode(absl::string_view word, BpeScratch* scratch,
              std::vector<Symbol>* out) const;

  std::optional<uint32_t> IdOf(absl::string_view token) const;
  // nullptr when the model has no token with this id.
  const std::string* TokenOf(uint32_t id) const;
  uint32_t token_count() const {
    return static_cast<uint32_t>(id_of_token_.size());
  }
  uint32_t max_id() const { return static_cast<uint32_t>(tokens_.size()) - 1; }
  std::optional<uint32_t> unknown_id() const { return unknown_id_; }

 private:
  BpeModel() = default;
  absl::Status ReadOptions(const rapidjson::Value& value,
                           absl::string_view where);
  absl::Status ReadVocabulary(const rapidjson::Value& value,
                              absl::string_view where);
  absl::Status ReadMerges(const rapidjson::Value& value,
                          absl::string_view where);
  absl::Status AddMerge(absl::string_view left, absl::string_view right,
                        uint32_t rank, absl::string_view where);
  void IndexTokens();

  void EncodeCached(absl::string_view word, BpeScratch* scratch,
                    std::vector<Symbol>* out) const;
  // The encoding of `word`, in scratch->symbols.
  void EncodeWord(absl::string_view word, BpeScratch* scratch) const;
  void StartFromChars(absl::string_view word,
                      std::vector<Symbol>* symbols) const;

  std::vector<std::string> tokens_;  // by id
  std::vector<bool> has_token_;      // by id
  absl::flat_hash_map<absl::string_view, uint32_t> id_of_token_;
  absl::flat_hash_map<std::string, uint32_t> id_of_bytes_;  // UseBytes
  MergeTable merges_;
  std::vector<int32_t> id_of_char_;  // by code point; -1: none
  uint32_t id_of_byte_[256] = {};    // UseBytes
  int32_t fallback_id_[256];         // "<0x41>"; -1: none
  std::optional<uint32_t> unknown_id_;
  bool fuse_unknown_ = false;
  bool byte_fallback_ = false;
  bool ignore_merges_ = false;
  bool takes_bytes_ = false;
  // No token continues over a U+2581 that follows something else: the text
  // may be cut there, and the words be cached.
  bool cuts_at_space_ = false;
};

}  // namespace hydrometer::text

#endif  // HYDROMETER_SRC_TEXT_BPE_MODEL_H_
