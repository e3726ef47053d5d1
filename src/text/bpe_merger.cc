// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
#include "src/text/bpe_merger.h"

#include <algorithm>
#include <cstddef>

namespace hydrometer::text {
namespace {

// Below this many symbols scanning beats the heap.
constexpr size_t kShortSymbols = 40;

}  // namespace

void BpeMerger::Merge(const MergeTable& table, std::vector<Symbol>* symbols) {
  if (symbols->size() < 2) return;
  if (symbols->size() <= kShortSymbols) {
    MergeShort(table, symbols);
  } else {
    MergeLong(table, symbols);
  }
}

void BpeMerger::MergeShort(const MergeTable& table,
                           std::vector<Symbol>* symbols) {
  std::vector<Symbol>& s = *symbols;
  pairs_.resize(s.size() - 1);
  for (size_t i = 0; i + 1 < s.size(); ++i) {
    pairs_[i] = table.Find(s[i].id, s[i + 1].id);
  }
  while (true) {
    const MergeTable::Entry* best = nullptr;
    size_t at = 0;
    for (size_t i = 0; i < pairs_.size(); ++i) {
      if (pairs_[i] != nullptr &&
          (best == nullptr || pairs_[i]->rank < best->rank)) {
        best = pairs_[i];
        at = i;
      }
    }
    if (best == nullptr) return;
    s[at] = {best->merged_id, s[at].bytes + s[at + 1].bytes};
    s.erase(s.begin() + static_cast<std::ptrdiff_t>(at) + 1);
    pairs_.erase(pairs_.begin() + static_cast<std::ptrdiff_t>(at));
    if (at > 0) pairs_[at - 1] = table.Find(s[at - 1].id, s[at].id);
    if (at < pairs_.size()) pairs_[at] = table.Find(s[at].id, s[at + 1].id);
  }
}

void BpeMerger::PushCandidate(const MergeTable& table, int32_t left,
                              int32_t right) {
  const MergeTable::Entry* entry =
      table.Find(nodes_[static_cast<size_t>(left)].symbol.id,
                 nodes_[static_cast<size_t>(right)].symbol.id);
  if (entry == nullptr) return;
  heap_.push_back({entry->rank, static_cast<uint32_t>(left), entry->merged_id});
}

void BpeMerger::MergeLong(const MergeTable& table,
                          std::vector<Symbol>* symbols) {
  const auto later = [](const Candidate& a, const Candidate& b) {
    return a.rank != b.rank ? a.rank > b.rank : a.position > b.position;
  };
  const auto count = static_cast<int32_t>(symbols->size());
  nodes_.resize(symbols->size());
  heap_.clear();
  for (int32_t i = 0; i < count; ++i) {
    nodes_[static_cast<size_t>(i)] = {(*symbols)[static_cast<size_t>(i)], i - 1,
                                      i + 1 < count ? i + 1 : -1, false};
  }
  for (int32_t i = 0; i + 1 < count; ++i) PushCandidate(table, i, i + 1);
  std::make_heap(heap_.begin(), heap_.end(), later);
  const auto push = [&](int32_t left, int32_t right) {
    const size_t before = heap_.size();
    PushCandidate(table, left, right);
    if (heap_.size() > before) {
      std::push_heap(heap_.begin(), heap_.end(), later);
    }
  };
  while (!heap_.empty()) {
    std::pop_heap(heap_.begin(), heap_.end(), later);
    const Candidate top = heap_.back();
    heap_.pop_back();
    Node& left = nodes_[top.position];
    if (left.gone || left.next < 0) continue;
    Node& right = nodes_[static_cast<size_t>(left.next)];
    // An old candidate, whose pair has changed since?
    const MergeTable::Entry* now = table.Find(left.symbol.id, right.symbol.id);
    if (now == nullptr || now->merged_id != top.merged_id) continue;
    left.symbol = {top.merged_id, left.symbol.bytes + right.symbol.bytes};
    right.gone = true;
    left.next = right.next;
    const auto position = static_cast<int32_t>(top.position);
    if (left.next >= 0) {
      nodes_[static_cast<size_t>(left.next)].previous = position;
    }
    if (left.previous >= 0) push(left.previous, position);
    if (left.next >= 0) push(position, left.next);
  }
  symbols->clear();
  for (const Node& node : nodes_) {
    if (!node.gone) symbols->push_back(node.symbol);
  }
}

}  // namespace hydrometer::text
