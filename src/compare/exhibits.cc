// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/compare/exhibits.h"

#include <algorithm>
#include <cmath>
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

}  // namespace

absl::StatusOr<std::vector<TextExhibit>> MakeExhibits(
    const Panel& panel, const CompareOptions& options,
    std::vector<PositionScore> scores, LogitsChunk& chunk) {
  std::vector<TextExhibit> exhibits;
  if (!options.token_bytes) return exhibits;
  std::sort(scores.begin(), scores.end(),
            [](const PositionScore& a, const PositionScore& b) {
              return std::make_tuple(a.reference_index, -a.score_nats,
                                     a.probe_index, a.row_index) <
                     std::make_tuple(b.reference_index, -b.score_nats,
                                     b.probe_index, b.row_index);
            });
  // Slots of the loaded chunk: suspect, reference, then the controls.
  std::vector<int32_t> references, controls;
  for (size_t m = 0; m < panel.members().size(); ++m) {
    const Role role = panel.members()[m].member.role;
    if (role == Role::kReference) references.push_back(m);
    if (role == Role::kControl) controls.push_back(m);
  }
  for (size_t begin = 0; begin < scores.size();) {
    size_t end = begin;
    while (end < scores.size() &&
           scores[end].reference_index == scores[begin].reference_index) {
      ++end;
    }
    const size_t wanted = std::min<size_t>(options.exhibit_count,
                                           (end - begin) / 2);
    const int32_t reference = references[scores[begin].reference_index];
    std::vector<int32_t> members = {0, reference};
    members.insert(members.end(), controls.begin(), controls.end());
    std::vector<int32_t> control_slots;
    for (size_t i = 2; i < members.size(); ++i) control_slots.push_back(i);
    for (size_t i = begin; i < end; ++i) {
      if (i == begin + wanted) i = end - wanted;
      if (i >= end) break;
      const PositionScore& score = scores[i];
      const PanelProbe& probe = panel.probes()[score.probe_index];
      HYDROMETER_RETURN_IF_ERROR(
          chunk.Load(probe, score.row_index, 1, members));
      HYDROMETER_ASSIGN_OR_RETURN(LogitsChunk::Statistics statistics,
                                  chunk.RowStatistics(kControlRanks));
      absl::Span<const int32_t> ids = panel.ids(probe);
      const int64_t at = kFirstScoredRow + score.row_index + 1;
      const int64_t from = std::max<int64_t>(0, at - kTokensBefore);
      TextExhibit exhibit;
      exhibit.reference = panel.members()[reference].member.name;
      exhibit.probe_set = panel.sets()[probe.set_index].name;
      exhibit.probe_id = probe.id;
      exhibit.position_index = at;
      exhibit.score_nats = score.score_nats;
      exhibit.before = TokensText(options, ids.subspan(from, at - from));
      exhibit.token = TokensText(options, ids.subspan(at, 1));
      exhibit.after = TokensText(options, ids.subspan(at + 1, kTokensAfter));
      exhibit.answers = {
          AnswerOf(options, statistics, {0}, panel.members()[0].member.name),
          AnswerOf(options, statistics, {1}, exhibit.reference),
          AnswerOf(options, statistics, control_slots,
                   "mean of the controls")};
      exhibits.push_back(std::move(exhibit));
    }
    begin = end;
  }
  return exhibits;
}

}  // namespace hydrometer::compare
