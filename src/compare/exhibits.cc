// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/compare/exhibits.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "src/base/status_macros.h"
#include "src/compare/comparison.h"
#include "src/text/utf8.h"

namespace hydrometer::compare {
namespace {

constexpr int kAnswerCount = 5;
constexpr int64_t kTokensBefore = 40;
constexpr int64_t kTokensAfter = 10;
// Ranks asked for when the controls' answers are averaged.
constexpr int kControlRanks = 20;
constexpr char kEllipsis[] = "…";

std::string TokensText(const CompareOptions& options,
                       absl::Span<const int32_t> ids) {
  std::string text;
  for (int32_t id : ids) absl::StrAppend(&text, options.token_bytes(id));
  return text::ReplaceInvalidUtf8(text);
}

// The likeliest tokens of one member, or of several averaged. A token that is
// not among a member's kControlRanks best counts there as 0: a lower bound.
TextExhibit::Answer AnswerOf(const CompareOptions& options,
                             const LogitsChunk::Statistics& statistics,
                             absl::Span<const int32_t> slots,
                             std::string name) {
  TextExhibit::Answer answer;
  answer.member = std::move(name);
  std::vector<std::pair<int32_t, double>> mean;
  for (int32_t slot : slots) {
    answer.token_probability +=
        std::exp(statistics.token_log_prob[slot]) / slots.size();
    for (int rank = 0; rank < kControlRanks; ++rank) {
      const size_t at = slot * kControlRanks + rank;
      const int32_t id = statistics.top_ids[at];
      if (id < 0) continue;
      const double share =
          std::exp(statistics.top_log_probs[at]) / slots.size();
      auto found = std::find_if(mean.begin(), mean.end(),
                                [id](const auto& x) { return x.first == id; });
      if (found == mean.end()) {
        mean.emplace_back(id, share);
      } else {
        found->second += share;
      }
    }
  }
  std::sort(mean.begin(), mean.end(), [](const auto& a, const auto& b) {
    return std::make_tuple(-a.second, a.first) <
           std::make_tuple(-b.second, b.first);
  });
  for (size_t i = 0; i < mean.size() && i < kAnswerCount; ++i) {
    answer.top.emplace_back(TokensText(options, {&mean[i].first, 1}),
                            mean[i].second);
  }
  return answer;
}

// The text around the token; an ellipsis where the probe goes on.
void AddText(const CompareOptions& options, absl::Span<const int32_t> ids,
             int64_t at, TextExhibit& exhibit) {
  const int64_t from = std::max<int64_t>(0, at - kTokensBefore);
  const int64_t left = static_cast<int64_t>(ids.size()) - at - 1;
  exhibit.before =
      absl::StrCat(from > 0 ? kEllipsis : "",
                   TokensText(options, ids.subspan(from, at - from)));
  exhibit.token = TokensText(options, ids.subspan(at, 1));
  exhibit.after =
      absl::StrCat(TokensText(options, ids.subspan(at + 1, kTokensAfter)),
                   left > kTokensAfter ? kEllipsis : "");
}

// `members`: suspect, reference, then the controls.
absl::StatusOr<TextExhibit> MakeExhibit(const Panel& panel,
                                        const CompareOptions& options,
                                        const PositionScore& score,
                                        const std::vector<int32_t>& members,
                                        LogitsChunk& chunk) {
  const PanelProbe& probe = panel.probes()[score.probe_index];
  HYDROMETER_RETURN_IF_ERROR(chunk.Load(probe, score.row_index, 1, members));
  HYDROMETER_ASSIGN_OR_RETURN(LogitsChunk::Statistics statistics,
                              chunk.RowStatistics(kControlRanks));
  TextExhibit exhibit;
  exhibit.reference = panel.members()[members[1]].member.name;
  exhibit.probe_set = panel.sets()[probe.set_index].name;
  exhibit.probe_id = probe.id;
  exhibit.position_index = kFirstScoredRow + score.row_index + 1;
  exhibit.score_nats = score.score_nats;
  AddText(options, panel.ids(probe), exhibit.position_index, exhibit);
  std::vector<int32_t> controls;  // slots of the loaded chunk
  for (size_t i = 2; i < members.size(); ++i) controls.push_back(i);
  exhibit.answers = {
      AnswerOf(options, statistics, {0}, panel.members()[0].member.name),
      AnswerOf(options, statistics, {1}, exhibit.reference),
      AnswerOf(options, statistics, controls, "mean of the controls")};
  return exhibit;
}

}  // namespace

std::optional<double> ExhibitScore(const PositionNumbers& at) {
  const double score = at.controls_log_prob -
                       std::max(at.suspect_log_prob, at.reference_log_prob) +
                       at.controls_kl_nats - at.suspect_kl_nats;
  if (!std::isfinite(score) || !std::isfinite(at.suspect_log_prob) ||
      !(at.reference_log_prob < at.controls_log_prob)) {
    return std::nullopt;
  }
  const bool errs_too = at.suspect_log_prob < at.controls_log_prob;
  if (errs_too && at.suspect_kl_nats < at.controls_kl_nats) return score;
  if (!errs_too && at.suspect_kl_nats > at.controls_kl_nats) return score;
  return std::nullopt;
}

std::vector<PositionScore> ChooseExhibits(std::vector<PositionScore> scores,
                                          int64_t count) {
  std::sort(
      scores.begin(), scores.end(),
      [](const PositionScore& a, const PositionScore& b) {
        return std::make_tuple(a.reference_index, -std::fabs(a.score_nats),
                               a.probe_index, a.row_index) <
               std::make_tuple(b.reference_index, -std::fabs(b.score_nats),
                               b.probe_index, b.row_index);
      });
  // Counts by reference, direction, and token or probe.
  using Key = std::tuple<int32_t, bool, int32_t>;
  std::map<Key, int> of_token, of_probe;
  std::map<std::pair<int32_t, bool>, int64_t> of_direction;
  std::vector<PositionScore> chosen;
  for (const PositionScore& score : scores) {
    const bool speaks_for = score.score_nats > 0;
    int64_t& all = of_direction[{score.reference_index, speaks_for}];
    int& tokens = of_token[{score.reference_index, speaks_for, score.token_id}];
    int& probes =
        of_probe[{score.reference_index, speaks_for, score.probe_index}];
    if (all >= count || tokens >= kMostOfToken || probes >= kMostOfProbe) {
      continue;
    }
    ++all;
    ++tokens;
    ++probes;
    chosen.push_back(score);
  }
  std::stable_sort(chosen.begin(), chosen.end(),
                   [](const PositionScore& a, const PositionScore& b) {
                     return std::make_tuple(a.reference_index, -a.score_nats) <
                            std::make_tuple(b.reference_index, -b.score_nats);
                   });
  return chosen;
}

absl::StatusOr<std::vector<TextExhibit>> MakeExhibits(
    const Panel& panel, const CompareOptions& options,
    std::vector<PositionScore> scores, LogitsChunk& chunk) {
  std::vector<TextExhibit> exhibits;
  if (!options.token_bytes) return exhibits;
  std::vector<int32_t> references, controls;
  for (size_t m = 0; m < panel.members().size(); ++m) {
    const Role role = panel.members()[m].member.role;
    if (role == Role::kReference) references.push_back(m);
    if (role == Role::kControl) controls.push_back(m);
  }
  for (const PositionScore& score :
       ChooseExhibits(std::move(scores), options.exhibit_count)) {
    std::vector<int32_t> members = {0, references[score.reference_index]};
    members.insert(members.end(), controls.begin(), controls.end());
    HYDROMETER_ASSIGN_OR_RETURN(
        TextExhibit exhibit,
        MakeExhibit(panel, options, score, members, chunk));
    exhibits.push_back(std::move(exhibit));
  }
  return exhibits;
}

}  // namespace hydrometer::compare
