// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/compare/whole_word.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "src/base/errors.h"
#include "src/base/status_macros.h"
#include "src/compare/word_model.h"
#include "src/record/recorder.h"

namespace hydrometer::compare {
namespace {

// Tokens kept free behind a context: one for each byte of a space and twelve
// letters, and some for what a tokenizer may put around them.
constexpr int64_t kWordReserveTokens = kMaxWordLetters + 4;

// The first 64 bits of a hash; 0 for a text that is none.
uint64_t LeadingBits(absl::string_view sha256) {
  uint64_t bits = 0;
  if (sha256.size() < 16 || !absl::SimpleHexAtoi(sha256.substr(0, 16), &bits)) {
    return 0;
  }
  return bits;
}

class WholeWordComparison {
 public:
  WholeWordComparison(absl::Span<const record::Subject> subjects,
                      absl::Span<const probe::ProbeSet> sets,
                      const WholeWordOptions& options)
      : subjects_(subjects),
        sets_(sets),
        options_(options),
        member_count_(static_cast<int64_t>(subjects.size())) {}

  absl::StatusOr<Observations> Run(std::vector<ProbeSetSummary> summaries) {
    for (const record::Subject& subject : subjects_) {
      seen_.members.push_back(subject.member);
    }
    seen_.sets = std::move(summaries);
    seen_.view = kWholeWords;
    HYDROMETER_RETURN_IF_ERROR(FindPlaces());
    HYDROMETER_RETURN_IF_ERROR(AskRealWords());
    ChooseWeightings();
    HYDROMETER_RETURN_IF_ERROR(DrawWords());
    HYDROMETER_RETURN_IF_ERROR(AskDrawnWords());
    Fill();
    return std::move(seen_);
  }

 private:
  absl::Status FindPlaces() {
    const ContextFits fits =
        [&](absl::string_view context) -> absl::StatusOr<bool> {
      for (const record::Subject& subject : subjects_) {
        const int64_t room =
            std::min(subject.description.config.max_position_embeddings,
                     record::kMaxProbeTokens) -
            kWordReserveTokens;
        auto ids = TokensOfContext(subject.tokenizer, context);
        if (!ids.ok()) return Annotate(ids.status(), subject.directory);
        if (static_cast<int64_t>(ids->size()) > room) return false;
      }
      return true;
    };
    HYDROMETER_ASSIGN_OR_RETURN(places_,
                                FindWordPlaces(sets_, options_.places, fits));
    if (places_.empty()) {
      return RefusedError(
          "whole words: no place in the counted sets of real text, want a "
          "word of at most ",
          kMaxWordLetters, " letters behind ",
          options_.places.least_context_chars,
          " characters that every model has room for");
    }
    words_total_ = PlaceCount() * member_count_ *
                   (2 + ReferenceCount() + options_.max_placebos);
    return absl::OkStatus();
  }

  int64_t PlaceCount() const { return static_cast<int64_t>(places_.size()); }
  int64_t ReferenceCount() const {
    return std::count_if(
        seen_.members.begin(), seen_.members.end(),
        [](const Member& m) { return m.role == Role::kReference; });
  }

  absl::StatusOr<std::vector<double>> Ask(int64_t member,
                                          absl::Span<const WordQuery> queries) {
    const record::Subject& subject = subjects_[member];
    HYDROMETER_ASSIGN_OR_RETURN(WordModel model,
                                WordModel::Load(subject, options_.load));
    if (member == 0) {
      seen_.numerics = absl::StrCat(model.numerics(), " whole-words");
    }
    const WordModel::Done done = [&](int64_t count) {
      words_done_ += count;
      return options_.progress ? options_.progress(words_done_, words_total_)
                               : absl::OkStatus();
    };
    auto log_probs = model.LogProbs(queries, done);
    if (!log_probs.ok()) {
      return Annotate(log_probs.status(),
                      absl::StrCat("words of ", subject.member.name));
    }
    return log_probs;
  }

  absl::Status AskRealWords() {
    std::vector<WordQuery> queries;
    for (const WordPlace& place : places_) {
      queries.push_back({place.context, place.word});
    }
    for (int64_t m = 0; m < member_count_; ++m) {
      HYDROMETER_ASSIGN_OR_RETURN(std::vector<double> log_probs,
                                  Ask(m, queries));
      real_.push_back(std::move(log_probs));
    }
    return absl::OkStatus();
  }

  double MeanLoss(int64_t member) const {
    double sum = 0;
    for (const double log_prob : real_[member]) sum -= log_prob;
    return sum / static_cast<double>(real_[member].size());
  }

  void ChooseWeightings() {
    const auto add = [&](int64_t m) {
      seen_.weightings.push_back(
          {seen_.members[m].name, {static_cast<int32_t>(m)}, false});
    };
    std::vector<double> reference_losses;
    for (int64_t m = 0; m < member_count_; ++m) {
      if (seen_.members[m].role != Role::kReference) continue;
      add(m);
      reference_losses.push_back(MeanLoss(m));
    }
    std::vector<std::pair<double, int64_t>> candidates;
    for (int64_t m = 0; m < member_count_; ++m) {
      const Role role = seen_.members[m].role;
      if (role != Role::kControl && role != Role::kPlacebo) continue;
      double distance = INFINITY;
      for (const double loss : reference_losses) {
        distance = std::min(distance, std::fabs(MeanLoss(m) - loss));
      }
      if (distance <= options_.placebo_loss_distance_nats) {
        candidates.emplace_back(distance, m);
      }
    }
    std::sort(candidates.begin(), candidates.end());
    if (static_cast<int64_t>(candidates.size()) > options_.max_placebos) {
      candidates.resize(options_.max_placebos);
    }
    for (const auto& [distance, m] : candidates) add(m);
  }

  absl::Status DrawWords() {
    std::vector<std::string> contexts;
    for (const WordPlace& place : places_) contexts.push_back(place.context);
    for (const Weighting& weighting : seen_.weightings) {
      const record::Subject& subject = subjects_[weighting.member_indices[0]];
      HYDROMETER_ASSIGN_OR_RETURN(WordModel model,
                                  WordModel::Load(subject, options_.load));
      auto words =
          model.Draw(contexts, options_.places.seed ^
                                   LeadingBits(subject.member.weights_sha256));
      if (!words.ok()) {
        return Annotate(words.status(),
                        absl::StrCat("words of ", subject.member.name));
      }
      drawn_.push_back(*std::move(words));
    }
    return DropFailedPlaces();
  }

  absl::Status DropFailedPlaces() {
    std::vector<size_t> kept;
    for (size_t k = 0; k < places_.size(); ++k) {
      if (std::none_of(drawn_.begin(), drawn_.end(),
                       [k](const auto& words) { return words[k].empty(); })) {
        kept.push_back(k);
      }
    }
    const auto keep = [&kept](auto& items) {
      for (size_t i = 0; i < kept.size(); ++i) {
        if (i != kept[i]) items[i] = std::move(items[kept[i]]);
      }
      items.resize(kept.size());
    };
    keep(places_);
    for (auto& words : drawn_) keep(words);
    for (auto& log_probs : real_) keep(log_probs);
    if (places_.empty()) {
      return RefusedError(
          "whole words: the references write no word at any "
          "place of the counted sets of real text");
    }
    return absl::OkStatus();
  }

  // Each (place, word) is asked for once; the real word is known already.
  absl::Status AskDrawnWords() {
    std::vector<WordQuery> queries;
    // [weighting][place]: index into queries, or -1 for the real word.
    std::vector<std::vector<int64_t>> query_of(
        drawn_.size(), std::vector<int64_t>(places_.size(), -1));
    for (size_t k = 0; k < places_.size(); ++k) {
      std::map<std::string, int64_t> at_place = {{places_[k].word, -1}};
      for (size_t w = 0; w < drawn_.size(); ++w) {
        const auto [found, is_new] = at_place.emplace(
            drawn_[w][k], static_cast<int64_t>(queries.size()));
        if (is_new) queries.push_back({places_[k].context, drawn_[w][k]});
        query_of[w][k] = found->second;
      }
    }
    words_total_ =
        words_done_ + static_cast<int64_t>(queries.size()) * member_count_;
    for (int64_t m = 0; m < member_count_; ++m) {
      std::vector<double> log_probs;
      if (!queries.empty()) {
        HYDROMETER_ASSIGN_OR_RETURN(log_probs, Ask(m, queries));
      }
      for (size_t w = 0; w < drawn_.size(); ++w) {
        std::vector<double> u(places_.size(), 0);
        for (size_t k = 0; k < places_.size(); ++k) {
          const int64_t query = query_of[w][k];
          if (query >= 0) u[k] = log_probs[query] - real_[m][k];
        }
        Centre(u);
        u_.push_back(std::move(u));
      }
    }
    return absl::OkStatus();
  }

  static void Centre(std::vector<double>& values) {
    double mean = 0;
    for (const double value : values) mean += value;
    mean /= static_cast<double>(values.size());
    for (double& value : values) value -= mean;
  }

  void Fill() {
    const int64_t weightings = static_cast<int64_t>(drawn_.size());
    for (int64_t k = 0; k < PlaceCount(); ++k) {
      const WordPlace& place = places_[k];
      seen_.probes.push_back(
          {place.set_index, absl::StrCat(place.probe_id, "@", place.space_byte),
           1});
      for (int64_t m = 0; m < member_count_; ++m) {
        seen_.loss_sum.push_back(-real_[m][k]);
      }
    }
    seen_.gram_sum.reserve(weightings * PlaceCount() * member_count_ *
                           member_count_);
    for (int64_t w = 0; w < weightings; ++w) {
      for (int64_t k = 0; k < PlaceCount(); ++k) {
        for (int64_t x = 0; x < member_count_; ++x) {
          for (int64_t y = 0; y < member_count_; ++y) {
            seen_.gram_sum.push_back(u_[x * weightings + w][k] *
                                     u_[y * weightings + w][k]);
          }
        }
      }
    }
  }

  const absl::Span<const record::Subject> subjects_;
  const absl::Span<const probe::ProbeSet> sets_;
  const WholeWordOptions& options_;
  const int64_t member_count_;
  Observations seen_;
  std::vector<WordPlace> places_;
  std::vector<std::vector<double>> real_;        // [M][places], log X
  std::vector<std::vector<std::string>> drawn_;  // [weightings][places]
  std::vector<std::vector<double>> u_;           // [M * weightings][places]
  int64_t words_done_ = 0, words_total_ = 0;
};

}  // namespace

absl::StatusOr<Observations> CompareWholeWords(
    absl::Span<const record::Subject> subjects,
    absl::Span<const probe::ProbeSet> sets,
    std::vector<ProbeSetSummary> summaries, const WholeWordOptions& options) {
  return WholeWordComparison(subjects, sets, options).Run(std::move(summaries));
}

}  // namespace hydrometer::compare
