// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
#include "src/text/split_behavior.h"

#include <algorithm>

#include "src/base/errors.h"

namespace hydrometer::text {
namespace {

struct Part {
  Span span;
  bool is_delimiter;
};

// Matches and what lies between them, in order, over the whole text.
std::vector<Part> Cover(const std::vector<Span>& matches, uint32_t size,
                        bool invert) {
  std::vector<Part> parts;
  parts.reserve(2 * matches.size() + 1);
  uint32_t previous = 0;
  for (const Span& match : matches) {
    if (previous != match.start) {
      parts.push_back({{previous, match.start}, invert});
    }
    parts.push_back({match, !invert});
    previous = match.end;
  }
  if (previous != size) parts.push_back({{previous, size}, invert});
  return parts;
}

}  // namespace

absl::StatusOr<SplitBehavior> SplitBehaviorFromName(absl::string_view name,
                                                    absl::string_view where) {
  if (name == "Removed") return SplitBehavior::kRemoved;
  if (name == "Isolated") return SplitBehavior::kIsolated;
  if (name == "MergedWithPrevious") return SplitBehavior::kMergedWithPrevious;
  if (name == "MergedWithNext") return SplitBehavior::kMergedWithNext;
  if (name == "Contiguous") return SplitBehavior::kContiguous;
  return RefusedError(where, ": behavior \"", name,
                      "\" is not supported, want Removed, Isolated, "
                      "MergedWithPrevious, MergedWithNext or Contiguous");
}

void SplitAt(const std::vector<Span>& matches, uint32_t size,
             SplitBehavior behavior, bool invert, std::vector<Span>* pieces) {
  const std::vector<Part> parts = Cover(matches, size, invert);
  const size_t first = pieces->size();
  bool previous = false;  // was the part before a delimiter?
  switch (behavior) {
    case SplitBehavior::kRemoved:
    case SplitBehavior::kIsolated:
      for (const Part& part : parts) {
        if (behavior == SplitBehavior::kIsolated || !part.is_delimiter) {
          pieces->push_back(part.span);
        }
      }
      return;
    case SplitBehavior::kContiguous:
    case SplitBehavior::kMergedWithPrevious:
      for (const Part& part : parts) {
        const bool merge = behavior == SplitBehavior::kContiguous
                               ? part.is_delimiter == previous
                               : part.is_delimiter && !previous;
        if (merge && pieces->size() > first) {
          pieces->back().end = part.span.end;
        } else {
          pieces->push_back(part.span);
        }
        previous = part.is_delimiter;
      }
      return;
    case SplitBehavior::kMergedWithNext:
      for (auto part = parts.rbegin(); part != parts.rend(); ++part) {
        if (part->is_delimiter && !previous && pieces->size() > first) {
          pieces->back().start = part->span.start;
        } else {
          pieces->push_back(part->span);
        }
        previous = part->is_delimiter;
      }
      std::reverse(pieces->begin() + static_cast<std::ptrdiff_t>(first),
                   pieces->end());
      return;
  }
}

}  // namespace hydrometer::text
