// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// A text on its way to the model, which still knows for each of its bytes
// which bytes of the original it came from. Text that nothing has changed is
// borrowed from the original and carries no table.
//
// Offsets are bytes [start, end) in the original and always cover whole
// characters of it. A byte that was inserted carries the span of its
// neighbour, as in the official library.
//
// Source: tokenizers, NormalizedString. Tests:
// tests/text/tokenizer_parts_test.cc.
#ifndef HYDROMETER_SRC_TEXT_ALIGNED_TEXT_H_
#define HYDROMETER_SRC_TEXT_ALIGNED_TEXT_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace hydrometer::text {

struct Span {
  uint32_t start;
  uint32_t end;
  friend bool operator==(const Span&, const Span&) = default;
};

// One character of a rewritten text. `change` is 0 when it replaces the next
// character of the old text, 1 when it is new, and -N when it replaces the
// next one and the N after that vanish.
struct CharChange {
  uint32_t code_point;
  int32_t change;
};

class AlignedText {
 public:
  AlignedText() = default;
  // Borrows original[start, end), whole characters of valid UTF-8.
  AlignedText(absl::string_view original, uint32_t start, uint32_t end)
      : view_(original.substr(start, end - start)), shift_(start) {}

  absl::string_view text() const { return view_; }
  uint32_t size() const { return static_cast<uint32_t>(view_.size()); }

  // The span in the original of bytes [begin, end); begin < end.
  Span SpanOf(uint32_t begin, uint32_t end) const {
    if (alignment_.empty()) return IdentitySpan(begin, end);
    return {alignment_[begin].start, alignment_[end - 1].end};
  }

  // Bytes [begin, end), whole characters, as a text of their own. Borrows
  // from this one where this one borrows.
  AlignedText Slice(uint32_t begin, uint32_t end) const;

  // Rewrites the whole text. The first `removed_chars` characters vanish.
  void Transform(const std::vector<CharChange>& changes,
                 uint32_t removed_chars);
  // Puts `prefix` before the text; an empty text stays empty.
  void Prepend(absl::string_view prefix);
  // Replaces the ranges `matches` (ascending, disjoint) by `content`.
  void Replace(const std::vector<Span>& matches, absl::string_view content);

 private:
  Span IdentitySpan(uint32_t begin, uint32_t end) const;
  // The alignment of every byte, made when it was implicit.
  std::vector<Span> TakeAlignment();
  void Assign(std::string text, std::vector<Span> alignment);

  absl::string_view view_;
  uint32_t shift_ = 0;  // of view_ in the original, while borrowed
  std::unique_ptr<std::string> owned_;
  std::vector<Span> alignment_;  // one per byte; empty: identity
};

}  // namespace hydrometer::text

#endif  // HYDROMETER_SRC_TEXT_ALIGNED_TEXT_H_
