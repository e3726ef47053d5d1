// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include <ATen/core/Tensor.h>
#include <ATen/ops/from_blob.h>

#include <algorithm>
#include <cmath>

#include "kernels/row_statistics.h"
#include "src/base/errors.h"
#include "src/base/status_macros.h"
#include "src/cli/commands.h"
#include "src/cli/json_lines.h"
#include "src/cli/model_input.h"
#include "src/cli/panel_arguments.h"
#include "src/record/recorder.h"
#include "src/record/subject.h"
#include "src/text/utf8.h"

namespace hydrometer::cli {
namespace {

constexpr int kTopCount = 5;
// Their logits lie in memory at once.
constexpr int64_t kMaxScoredTokens = record::kMaxProbeTokens;

// Row t of `logits` [n, V] predicts ids[t + 1].
struct Scores {
  std::vector<double> log_prob;      // [n]
  std::vector<int32_t> top_ids;      // [n][k]
  std::vector<double> top_log_prob;  // [n][k]
  int k = 0;
};

absl::StatusOr<Scores> ScoreRows(const at::Tensor& logits,
                                 const std::vector<int32_t>& ids) {
  kernels::Rows rows;
  rows.data = logits.const_data_ptr<float>();
  rows.row_count = logits.size(0);
  rows.vocab_count = rows.row_stride = logits.size(1);
  std::vector<int32_t> next(ids.begin() + 1, ids.end());
  next.push_back(-1);
  Scores scores;
  scores.k = static_cast<int>(std::min<int64_t>(kTopCount, logits.size(1)));
  scores.log_prob.resize(rows.row_count);
  scores.top_ids.resize(rows.row_count * scores.k);
  scores.top_log_prob.resize(rows.row_count * scores.k);
  kernels::RowStatisticsRequest request;
  request.token_id = next.data();
  request.k = scores.k;
  kernels::RowStatistics out;
  out.token_log_prob = scores.log_prob.data();
  out.topk_id = scores.top_ids.data();
  out.topk_log_prob = scores.top_log_prob.data();
  HYDROMETER_ASSIGN_OR_RETURN(
      size_t bytes, kernels::RowStatisticsWorkspaceBytes(rows, request, out));
  // 64-byte alignment, which the kernels ask of a workspace.
  std::vector<char> memory(bytes + 64);
  const size_t skip = -reinterpret_cast<uintptr_t>(memory.data()) % 64;
  HYDROMETER_RETURN_IF_ERROR(kernels::ComputeRowStatistics(
      rows, request, out, {memory.data() + skip, bytes}));
  return scores;
}

absl::StatusOr<Scores> ScoreIds(const record::Subject& subject,
                                const model::LoadOptions& load,
                                const std::vector<int32_t>& ids) {
  HYDROMETER_ASSIGN_OR_RETURN(model::Model model,
                              model::Model::Load(subject.directory, load));
  std::vector<int64_t> wide(ids.begin(), ids.end());
  const int64_t length = static_cast<int64_t>(wide.size());
  HYDROMETER_ASSIGN_OR_RETURN(
      at::Tensor hidden,
      model.FinalHidden(at::from_blob(wide.data(), {1, length}, at::kLong)));
  HYDROMETER_ASSIGN_OR_RETURN(at::Tensor logits,
                              model.Logits(hidden.squeeze(0)));
  const float* values = logits.const_data_ptr<float>();
  for (int64_t i = 0; i < logits.numel(); ++i) {
    if (std::isfinite(values[i])) continue;
    return RefusedError(subject.directory, ": answers token ",
                        i / logits.size(1), " of the text with the logit ",
                        values[i],
                        ", want finite numbers (its forward pass "
                        "overflows)");
  }
  return ScoreRows(logits, ids);
}

// What is printed: token i has its log-probability in row i - 1.
struct ScoredText {
  std::vector<int32_t> ids;
  std::vector<text::Span> offsets;
  int64_t cut_count = 0;  // tokens beyond the context
  Scores scores;
};

void PrintToken(const record::Subject& subject, const ScoredText& scored,
                size_t i) {
  const Scores& scores = scored.scores;
  JsonLine line;
  line.Add("id", static_cast<int64_t>(scored.ids[i]))
      .Add("text", text::ReplaceInvalidUtf8(
                       subject.tokenizer.TokenBytes(scored.ids[i])));
  rapidjson::Value top(rapidjson::kArrayType);
  for (int k = 0; i > 0 && k < scores.k; ++k) {
    const size_t at = (i - 1) * scores.k + k;
    rapidjson::Value pair(rapidjson::kArrayType);
    pair.PushBack(scores.top_ids[at], line.allocator());
    pair.PushBack(scores.top_log_prob[at], line.allocator());
    top.PushBack(pair, line.allocator());
  }
  line.Add("logprob", i == 0 ? rapidjson::Value()
                             : rapidjson::Value(scores.log_prob[i - 1]));
  line.Add("top", std::move(top)).Print();
}

void PrintSummary(const ScoredText& scored) {
  double sum = 0;
  size_t last_byte = 0;
  for (size_t i = 1; i < scored.ids.size(); ++i) {
    sum += scored.scores.log_prob[i - 1];
    last_byte = std::max<size_t>(last_byte, scored.offsets[i].end);
  }
  const int64_t count =
      std::max<int64_t>(0, static_cast<int64_t>(scored.ids.size()) - 1);
  JsonLine summary;
  rapidjson::Value fields(rapidjson::kObjectType);
  auto& allocator = summary.allocator();
  fields.AddMember("tokens", count, allocator);
  fields.AddMember(
      "mean_logprob",
      count > 0 ? rapidjson::Value(sum / count) : rapidjson::Value(),
      allocator);
  // Over the bytes that the scored tokens cover.
  const size_t first_byte =
      count > 0 ? std::min<size_t>(scored.offsets[1].start, last_byte) : 0;
  fields.AddMember(
      "bits_per_byte",
      last_byte > first_byte
          ? rapidjson::Value(-sum / std::log(2.0) / (last_byte - first_byte))
          : rapidjson::Value(),
      allocator);
  if (scored.cut_count > 0) {
    fields.AddMember("tokens_beyond_context", scored.cut_count, allocator);
  }
  summary.Add("summary", std::move(fields)).Print();
}

}  // namespace

absl::StatusOr<int> RunScore(const Arguments& arguments) {
  const std::string& file = arguments.positional()[1];
  HYDROMETER_ASSIGN_OR_RETURN(model::LoadOptions load,
                              LoadOptionsFrom(arguments));
  HYDROMETER_ASSIGN_OR_RETURN(record::Subject subject,
                              record::OpenSubject(arguments.positional()[0]));
  HYDROMETER_ASSIGN_OR_RETURN(std::string text, ReadInput(file));
  auto encoding = subject.tokenizer.Encode(text);
  if (!encoding.ok()) return Annotate(encoding.status(), file);
  ScoredText scored;
  scored.ids.assign(encoding->ids.begin(), encoding->ids.end());
  scored.offsets = encoding->offsets;
  const int64_t context = subject.description.config.max_position_embeddings;
  const int64_t length = static_cast<int64_t>(scored.ids.size());
  if (std::min(length, context) > kMaxScoredTokens) {
    return RefusedError(file, ": has ", length, " tokens, want at most ",
                        kMaxScoredTokens,
                        " (score reads no more at once, whatever the model's "
                        "context)");
  }
  scored.cut_count = std::max<int64_t>(0, length - context);
  scored.ids.resize(length - scored.cut_count);
  if (!scored.ids.empty()) {
    HYDROMETER_ASSIGN_OR_RETURN(scored.scores,
                                ScoreIds(subject, load, scored.ids));
  }
  for (size_t i = 0; i < scored.ids.size(); ++i) {
    PrintToken(subject, scored, i);
  }
  PrintSummary(scored);
  return kExitFinished;
}

}  // namespace hydrometer::cli
