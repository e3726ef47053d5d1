// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// Remembers how short words were encoded. Direct-mapped: a word may push
// another one out, which costs time and never changes a result.
//
// Tests: tests/text/tokenizer_parts_test.cc.
#ifndef HYDROMETER_SRC_TEXT_WORD_CACHE_H_
#define HYDROMETER_SRC_TEXT_WORD_CACHE_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include "absl/strings/string_view.h"

namespace hydrometer::text {

class WordCache {
 public:
  static constexpr size_t kMaxBytes = 30;
  static constexpr size_t kMaxTokens = 8;

  struct Entry {
    uint64_t hash = 0;
    uint8_t byte_count = 0;  // 0: unused
    uint8_t token_count = 0;
    char bytes[kMaxBytes];
    uint32_t ids[kMaxTokens];
    uint8_t lengths[kMaxTokens];  // bytes of each token
  };

  WordCache() : entries_(kEntryCount) {}

  // The place of a word (1 to kMaxBytes bytes), whatever is in it now.
  Entry* Place(uint64_t hash) { return &entries_[hash >> (64 - kEntryBits)]; }
  static bool Holds(const Entry& entry, absl::string_view word, uint64_t hash) {
    return entry.hash == hash && entry.byte_count == word.size() &&
           std::memcmp(entry.bytes, word.data(), word.size()) == 0;
  }
  static uint64_t Hash(absl::string_view word) {
    uint64_t hash = word.size() * kFactor;
    size_t i = 0;
    for (; i + 8 <= word.size(); i += 8) hash = Mix(hash, word.data() + i, 8);
    if (i < word.size()) hash = Mix(hash, word.data() + i, word.size() - i);
    return hash * kFactor;
  }

 private:
  static constexpr int kEntryBits = 15;
  static constexpr size_t kEntryCount = size_t{1} << kEntryBits;
  static constexpr uint64_t kFactor = 0x9e3779b97f4a7c15u;

  static uint64_t Mix(uint64_t hash, const char* bytes, size_t count) {
    uint64_t word = 0;
    std::memcpy(&word, bytes, count);
    hash = (hash ^ word) * kFactor;
    return hash ^ hash >> 29;
  }

  std::vector<Entry> entries_;
};

}  // namespace hydrometer::text

#endif  // HYDROMETER_SRC_TEXT_WORD_CACHE_H_
