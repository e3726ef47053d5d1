// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// The merge loop of byte pair encoding: the pair of lowest rank merges first,
// the leftmost of equals. Short words by scanning, long ones by a heap over a
// linked list, O(n log n).
//
// Source: Sennrich et al. 2016; tie-breaking as in tokenizers, Word::merge_all.
// Tests: tests/text/tokenizer_parts_test.cc.
#ifndef HYDROMETER_SRC_TEXT_BPE_MERGER_H_
#define HYDROMETER_SRC_TEXT_BPE_MERGER_H_

#include <cstdint>
#include <vector>

#include "src/text/merge_table.h"

namespace hydrometer::text {

// A token of a word, and how many bytes of the word it covers.
struct Symbol {
  uint32_t id;
  uint32_t bytes;
};

// Working space; one for each thread.
class BpeMerger {
 public:
  // Merges `symbols` in place.
  void Merge(const MergeTable& table, std::vector<Symbol>* symbols);

 private:
  struct Node {
    Symbol symbol;
    int32_t previous;
    int32_t next;  // -1: none
    bool gone;
  };
  struct Candidate {
    uint32_t rank;
    uint32_t position;
    uint32_t merged_id;
  };

  void MergeShort(const MergeTable& table, std::vector<Symbol>* symbols);
  void MergeLong(const MergeTable& table, std::vector<Symbol>* symbols);
  void PushCandidate(const MergeTable& table, int32_t left, int32_t right);

  std::vector<const MergeTable::Entry*> pairs_;
  std::vector<Node> nodes_;
  std::vector<Candidate> heap_;
};

}  // namespace hydrometer::text

#endif  // HYDROMETER_SRC_TEXT_BPE_MERGER_H_
