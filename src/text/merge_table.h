// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// The merges of a BPE model: pair of token ids -> rank and merged id. Open
// addressing, since the lookup is the inner loop of the encoder.
//
// Tests: tests/text/tokenizer_parts_test.cc.
#ifndef HYDROMETER_SRC_TEXT_MERGE_TABLE_H_
#define HYDROMETER_SRC_TEXT_MERGE_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <vector>

namespace hydrometer::text {

class MergeTable {
 public:
  struct Entry {
    uint64_t pair = kEmpty;  // left << 32 | right
    uint32_t rank = 0;       // lower merges first
    uint32_t merged_id = 0;
  };

  // Room for `count` pairs.
  explicit MergeTable(size_t count = 0) {
    size_t slots = 16;
    while (slots < 2 * count) slots *= 2;
    slots_.resize(slots);
    mask_ = slots - 1;
  }

  // A pair that is there already gets the new rank and id.
  void Set(uint32_t left, uint32_t right, uint32_t rank, uint32_t merged_id) {
    const uint64_t pair = uint64_t{left} << 32 | right;
    size_t i = Hash(pair) & mask_;
    while (slots_[i].pair != kEmpty && slots_[i].pair != pair) {
      i = (i + 1) & mask_;
    }
    slots_[i] = {pair, rank, merged_id};
  }

  // nullptr when the pair does not merge.
  const Entry* Find(uint32_t left, uint32_t right) const {
    const uint64_t pair = uint64_t{left} << 32 | right;
    for (size_t i = Hash(pair) & mask_;; i = (i + 1) & mask_) {
      if (slots_[i].pair == pair) return &slots_[i];
      if (slots_[i].pair == kEmpty) return nullptr;
    }
  }

 private:
  static constexpr uint64_t kEmpty = ~uint64_t{0};
  static size_t Hash(uint64_t pair) {
    pair *= 0x9e3779b97f4a7c15u;  // 2^64 / golden ratio
    return static_cast<size_t>(pair ^ pair >> 32);
  }

  std::vector<Entry> slots_;
  size_t mask_ = 0;
};

}  // namespace hydrometer::text

#endif  // HYDROMETER_SRC_TEXT_MERGE_TABLE_H_
