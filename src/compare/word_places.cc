// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/compare/word_places.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "absl/strings/ascii.h"
#include "src/base/random.h"
#include "src/base/status_macros.h"
#include "src/text/unicode_table.h"
#include "src/text/utf8.h"

namespace hydrometer::compare {
namespace {

struct Candidate {
  int64_t space_byte = 0;
  int64_t word_bytes = 0;
};

// Characters before byte `end`, counted up to `most`.
int64_t CharsBefore(absl::string_view text, int64_t end, int64_t most) {
  int64_t count = 0;
  for (size_t at = end; at > 0 && count < most; ++count) {
    at = text::PreviousChar(text, at);
  }
  return count;
}

std::vector<Candidate> FindCandidates(absl::string_view text, int64_t least) {
  std::vector<Candidate> found;
  for (size_t space = 1; space + 2 < text.size(); ++space) {
    if (text[space] != ' ' || absl::ascii_isspace(text[space - 1])) continue;
    size_t end = space + 1;
    while (end < text.size() && absl::ascii_isalpha(text[end])) ++end;
    const int64_t letters = static_cast<int64_t>(end - space) - 1;
    if (letters < 1 || letters > kMaxWordLetters) continue;
    // What follows must show that the word is whole.
    if (end == text.size() ||
        text::HasFlag(text::DecodeChar(text, end).code_point,
                      text::kLetter | text::kCombiningMark)) {
      continue;
    }
    if (CharsBefore(text, space, least) < least) continue;
    found.push_back({static_cast<int64_t>(space), letters});
  }
  return found;
}

// At most `chars` characters before byte `space`, from a word's beginning
// where that leaves at least `least`.
absl::string_view ContextOf(absl::string_view text, size_t space, int64_t chars,
                            int64_t least) {
  size_t start = space;
  for (int64_t i = 0; i < chars && start > 0; ++i) {
    start = text::PreviousChar(text, start);
  }
  size_t word = start;
  while (word > 0 && word < space && !absl::ascii_isspace(text[word - 1])) {
    ++word;
  }
  while (word < space && absl::ascii_isspace(text[word])) ++word;
  if (start > 0 && CharsBefore(text.substr(word, space - word), space - word,
                               least) >= least) {
    start = word;
  }
  return text.substr(start, space - start);
}

void Shuffle(Random random, std::vector<Candidate>& candidates) {
  for (size_t i = candidates.size(); i > 1; --i) {
    std::swap(candidates[i - 1], candidates[random.Below(i)]);
  }
}

// One probe's places in its random order; handed out one at a time.
struct Source {
  int32_t set_index;
  int64_t probe_in_set;
  std::vector<Candidate> candidates;
  size_t next = 0;
};

class Finder {
 public:
  Finder(absl::Span<const probe::ProbeSet> sets,
         const WordPlaceOptions& options, const ContextFits& fits)
      : sets_(sets), options_(options), fits_(fits) {}

  absl::StatusOr<std::vector<WordPlace>> Find() {
    std::vector<Source> sources = Sources();
    std::vector<WordPlace> places;
    bool any = true;
    while (any && !Enough(places)) {
      any = false;
      for (Source& source : sources) {
        if (Enough(places)) break;
        HYDROMETER_ASSIGN_OR_RETURN(bool added, AddNext(source, places));
        any |= added;
      }
    }
    std::sort(places.begin(), places.end(),
              [](const WordPlace& a, const WordPlace& b) {
                return std::tie(a.set_index, a.probe_in_set, a.space_byte) <
                       std::tie(b.set_index, b.probe_in_set, b.space_byte);
              });
    return places;
  }

 private:
  bool Enough(const std::vector<WordPlace>& places) const {
    return static_cast<int64_t>(places.size()) >= options_.max_places;
  }

  std::vector<Source> Sources() const {
    std::vector<Source> all;
    uint64_t number = 0;
    for (size_t s = 0; s < sets_.size(); ++s) {
      const probe::ProbeSet& set = sets_[s];
      if (!set.card.counted || set.card.origin != Origin::kHuman) continue;
      for (size_t i = 0; i < set.probes.size(); ++i) {
        Source source{
            static_cast<int32_t>(s), static_cast<int64_t>(i),
            FindCandidates(set.probes[i].text, options_.least_context_chars)};
        Shuffle(Random(options_.seed, number++), source.candidates);
        if (!source.candidates.empty()) all.push_back(std::move(source));
      }
    }
    const size_t most = static_cast<size_t>(options_.max_places);
    if (all.size() <= most) return all;
    std::vector<Source> spread;
    for (size_t i = 0; i < most; ++i) {
      spread.push_back(std::move(all[i * all.size() / most]));
    }
    return spread;
  }

  // False when the probe has no place left.
  absl::StatusOr<bool> AddNext(Source& source,
                               std::vector<WordPlace>& places) const {
    const probe::Probe& probe =
        sets_[source.set_index].probes[source.probe_in_set];
    while (source.next < source.candidates.size()) {
      const Candidate candidate = source.candidates[source.next++];
      const int64_t least = options_.least_context_chars;
      const int64_t most = options_.context_chars;
      for (int64_t chars :
           {most, (2 * most + least) / 3, (most + 2 * least) / 3, least}) {
        const absl::string_view context =
            ContextOf(probe.text, candidate.space_byte, chars, least);
        HYDROMETER_ASSIGN_OR_RETURN(bool fits, fits_(context));
        if (!fits) continue;
        places.push_back({source.set_index, source.probe_in_set, probe.id,
                          candidate.space_byte, std::string(context),
                          probe.text.substr(candidate.space_byte + 1,
                                            candidate.word_bytes)});
        return true;
      }
    }
    return false;
  }

  const absl::Span<const probe::ProbeSet> sets_;
  const WordPlaceOptions& options_;
  const ContextFits& fits_;
};

}  // namespace

absl::StatusOr<std::vector<WordPlace>> FindWordPlaces(
    absl::Span<const probe::ProbeSet> sets, const WordPlaceOptions& options,
    const ContextFits& fits) {
  return Finder(sets, options, fits).Find();
}

}  // namespace hydrometer::compare
