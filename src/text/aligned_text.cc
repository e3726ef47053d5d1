// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
#include "src/text/aligned_text.h"

#include <algorithm>
#include <utility>

#include "src/text/utf8.h"

namespace hydrometer::text {

Span AlignedText::IdentitySpan(uint32_t begin, uint32_t end) const {
  while (begin > 0 && IsContinuation(view_[begin])) --begin;
  while (end < view_.size() && IsContinuation(view_[end])) ++end;
  return {shift_ + begin, shift_ + end};
}

AlignedText AlignedText::Slice(uint32_t begin, uint32_t end) const {
  AlignedText slice;
  if (alignment_.empty()) {
    slice.view_ = view_.substr(begin, end - begin);
    slice.shift_ = shift_ + begin;
    return slice;
  }
  slice.Assign(
      std::string(view_.substr(begin, end - begin)),
      std::vector<Span>(alignment_.begin() + begin, alignment_.begin() + end));
  return slice;
}

std::vector<Span> AlignedText::TakeAlignment() {
  if (!alignment_.empty()) return std::move(alignment_);
  std::vector<Span> alignment(view_.size());
  for (uint32_t i = 0; i < view_.size();) {
    const uint32_t end = i + CharBytes(view_[i]);
    const Span span = {shift_ + i, shift_ + end};
    for (; i < end; ++i) alignment[i] = span;
  }
  return alignment;
}

void AlignedText::Assign(std::string text, std::vector<Span> alignment) {
  owned_ = std::make_unique<std::string>(std::move(text));
  view_ = *owned_;
  alignment_ = std::move(alignment);
}

void AlignedText::Transform(const std::vector<CharChange>& changes,
                            uint32_t removed_chars) {
  if (view_.empty()) return;
  const std::vector<Span> old = TakeAlignment();
  std::string text;
  std::vector<Span> alignment;
  text.reserve(view_.size());
  alignment.reserve(view_.size());
  uint32_t position = 0;  // in the old text
  const auto skip = [&](uint32_t chars) {
    for (; chars > 0 && position < view_.size(); --chars) {
      position += CharBytes(view_[position]);
    }
  };
  skip(removed_chars);
  for (const CharChange& c : changes) {
    Span span = {old[0].start, old[0].start};
    if (c.change > 0) {
      if (position > 0) span = old[position - 1];
    } else {
      span = old[std::min<size_t>(position, old.size() - 1)];
      skip(1 + static_cast<uint32_t>(-c.change));
    }
    const size_t before = text.size();
    AppendChar(c.code_point, &text);
    alignment.resize(alignment.size() + text.size() - before, span);
  }
  Assign(std::move(text), std::move(alignment));
}

void AlignedText::Prepend(absl::string_view prefix) {
  if (view_.empty() || prefix.empty()) return;
  std::vector<Span> alignment = TakeAlignment();
  alignment.insert(alignment.begin(), prefix.size(), alignment[0]);
  std::string text;
  text.reserve(prefix.size() + view_.size());
  text.append(prefix.data(), prefix.size());
  text.append(view_.data(), view_.size());
  Assign(std::move(text), std::move(alignment));
}

void AlignedText::Replace(const std::vector<Span>& matches,
                          absl::string_view content) {
  if (matches.empty() || view_.empty()) return;
  std::vector<Span> old = TakeAlignment();
  std::string text;
  std::vector<Span> alignment;
  const size_t bound = view_.size() + matches.size() * content.size();
  text.reserve(bound);
  alignment.reserve(bound);
  uint32_t copied = 0;
  const auto copy_to = [&](uint32_t end) {
    text.append(view_.data() + copied, end - copied);
    alignment.insert(alignment.end(), old.begin() + copied, old.begin() + end);
    copied = end;
  };
  for (const Span& match : matches) {
    copy_to(match.start);
    const Span span =
        match.end > 0 ? old[match.end - 1] : Span{old[0].start, old[0].start};
    text.append(content.data(), content.size());
    alignment.resize(alignment.size() + content.size(), span);
    copied = match.end;
  }
  copy_to(static_cast<uint32_t>(view_.size()));
  Assign(std::move(text), std::move(alignment));
}

}  // namespace hydrometer::text
