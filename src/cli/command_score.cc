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
#include "src/record/subject.h"
#include "src/text/utf8.h"

namespace hydrometer::cli {
namespace {

constexpr int kTopCount = 5;

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

}  // namespace

absl::StatusOr<int> RunScore(const Arguments& arguments) {
  HYDROMETER_ASSIGN_OR_RETURN(model::LoadOptions load,
                              LoadOptionsFrom(arguments));
  HYDROMETER_ASSIGN_OR_RETURN(record::Subject subject,
                              record::OpenSubject(arguments.positional()[0]));
  HYDROMETER_ASSIGN_OR_RETURN(std::string text,
                              ReadInput(arguments.positional()[1]));
  HYDROMETER_ASSIGN_OR_RETURN(auto encoding, subject.tokenizer.Encode(text));
  std::vector<int32_t> ids(encoding.ids.begin(), encoding.ids.end());
  const int64_t context = subject.description.config.max_position_embeddings;
  const int64_t cut = static_cast<int64_t>(ids.size()) - context;
  if (cut > 0) ids.resize(context);
  double sum = 0;
  int64_t scored = 0;
  size_t last_byte = 0;
  if (!ids.empty()) {
    HYDROMETER_ASSIGN_OR_RETURN(
        model::Model model, model::Model::Load(subject.directory, load));
    std::vector<int64_t> wide(ids.begin(), ids.end());
    const int64_t length = static_cast<int64_t>(wide.size());
    HYDROMETER_ASSIGN_OR_RETURN(
        at::Tensor hidden, model.FinalHidden(at::from_blob(
                               wide.data(), {1, length}, at::kLong)));
    HYDROMETER_ASSIGN_OR_RETURN(at::Tensor logits,
                                model.Logits(hidden.squeeze(0)));
    HYDROMETER_ASSIGN_OR_RETURN(Scores scores, ScoreRows(logits, ids));
    for (int64_t i = 0; i < length; ++i) {
      JsonLine line;
      line.Add("id", static_cast<int64_t>(ids[i]))
          .Add("text", text::ReplaceInvalidUtf8(
                           subject.tokenizer.TokenBytes(ids[i])));
      rapidjson::Value top(rapidjson::kArrayType);
      for (int k = 0; i > 0 && k < scores.k; ++k) {
        const int64_t at = (i - 1) * scores.k + k;
        rapidjson::Value pair(rapidjson::kArrayType);
        pair.PushBack(scores.top_ids[at], line.allocator());
        pair.PushBack(scores.top_log_prob[at], line.allocator());
        top.PushBack(pair, line.allocator());
      }
      if (i == 0) {
        line.Add("logprob", rapidjson::Value());
      } else {
        line.Add("logprob", scores.log_prob[i - 1]);
        sum += scores.log_prob[i - 1];
        ++scored;
        last_byte = std::max<size_t>(last_byte, encoding.offsets[i].end);
      }
      line.Add("top", std::move(top)).Print();
    }
  }
  JsonLine summary;
  rapidjson::Value fields(rapidjson::kObjectType);
  auto& allocator = summary.allocator();
  fields.AddMember("tokens", scored, allocator);
  fields.AddMember("mean_logprob",
                   scored > 0 ? rapidjson::Value(sum / scored)
                              : rapidjson::Value(),
                   allocator);
  // Over the bytes that the scored tokens cover.
  const size_t first_byte =
      scored > 0 ? std::min<size_t>(encoding.offsets[1].start, last_byte) : 0;
  fields.AddMember(
      "bits_per_byte",
      last_byte > first_byte
          ? rapidjson::Value(-sum / std::log(2.0) / (last_byte - first_byte))
          : rapidjson::Value(),
      allocator);
  if (cut > 0) fields.AddMember("tokens_beyond_context", cut, allocator);
  summary.Add("summary", std::move(fields)).Print();
  return kExitFinished;
}

}  // namespace hydrometer::cli
