// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/compare/word_model.h"

#include <ATen/core/Tensor.h>
#include <ATen/ops/from_blob.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>

#include "kernels/row_statistics.h"
#include "src/base/errors.h"
#include "src/base/interrupt.h"
#include "src/base/random.h"
#include "src/base/status_macros.h"
#include "src/compare/word_places.h"

namespace hydrometer::compare {
namespace {

using Part = WordVocabulary::Part;

constexpr int64_t kBatchSequences = 256;
constexpr int64_t kBatchBytes = int64_t{64} << 20;  // hidden states, logits
// So that no model's word is impossible.
constexpr double kLeastMass = 1e-30;

}  // namespace

absl::StatusOr<WordModel> WordModel::Load(const record::Subject& subject,
                                          const model::LoadOptions& options) {
  HYDROMETER_ASSIGN_OR_RETURN(model::Model model,
                              model::Model::Load(subject.directory, options));
  if (model.weights_sha256() != subject.member.weights_sha256) {
    return RefusedError(subject.directory,
                        ": the weights changed while they were read");
  }
  WordModel loaded(subject, std::move(model));
  loaded.vocabulary_ =
      MakeWordVocabulary(subject.tokenizer, loaded.model_.config().vocab_size);
  return loaded;
}

absl::Status WordModel::ReadRows(
    const std::vector<float>& hidden, std::vector<Rows> rows,
    absl::FunctionRef<void(const Rows&)> body) const {
  const int64_t width = model_.config().hidden_size;
  const int64_t vocab_size = model_.config().vocab_size;
  const int64_t total = static_cast<int64_t>(rows.size());
  const int64_t most = std::max<int64_t>(
      256, kBatchBytes / (vocab_size * static_cast<int64_t>(sizeof(float))));
  for (int64_t first = 0; first < total; first += most) {
    const int64_t count = std::min(most, total - first);
    HYDROMETER_ASSIGN_OR_RETURN(
        const at::Tensor tensor,
        model_.Logits(
            at::from_blob(const_cast<float*>(hidden.data() + first * width),
                          {count, width}, at::kFloat)));
    const at::Tensor logits = tensor.contiguous();
    kernels::Rows view;
    view.data = logits.const_data_ptr<float>();
    view.row_count = count;
    view.vocab_count = view.row_stride = vocab_size;
    std::vector<double> log_sum_exp(count);
    kernels::RowStatistics out;
    out.lse_nats = log_sum_exp.data();
    HYDROMETER_ASSIGN_OR_RETURN(
        size_t bytes, kernels::RowStatisticsWorkspaceBytes(view, {}, out));
    std::vector<uint8_t> scratch(bytes + 64);
    void* aligned = scratch.data();
    size_t space = scratch.size();
    std::align(64, bytes, aligned, space);
    HYDROMETER_RETURN_IF_ERROR(
        kernels::ComputeRowStatistics(view, {}, out, {aligned, bytes}));
    for (int64_t i = 0; i < count; ++i) {
      if (!std::isfinite(log_sum_exp[i])) {
        return RefusedError(subject_->directory,
                            ": logits are not finite numbers");
      }
      Rows& row = rows[first + i];
      row.logits = logits.const_data_ptr<float>() + i * vocab_size;
      row.log_sum_exp = log_sum_exp[i];
      body(row);
    }
  }
  return absl::OkStatus();
}

absl::Status WordModel::ForEachRow(absl::Span<const Sequence> sequences,
                                   absl::FunctionRef<void(const Rows&)> body,
                                   const Done& done) const {
  const int64_t width = model_.config().hidden_size;
  const int64_t total = static_cast<int64_t>(sequences.size());
  int64_t length = 1;
  for (const Sequence& sequence : sequences) {
    length = std::max<int64_t>(length, sequence.ids.size());
  }
  const int64_t most = std::clamp<int64_t>(
      kBatchBytes / (length * width * static_cast<int64_t>(sizeof(float))), 1,
      kBatchSequences);
  for (int64_t first = 0; first < total; first += most) {
    const int64_t count = std::min(most, total - first);
    std::vector<int64_t> ids(count * length, 0);
    for (int64_t i = 0; i < count; ++i) {
      std::copy(sequences[first + i].ids.begin(),
                sequences[first + i].ids.end(), ids.begin() + i * length);
    }
    HYDROMETER_ASSIGN_OR_RETURN(at::Tensor states,
                                model_.FinalHidden(at::from_blob(
                                    ids.data(), {count, length}, at::kLong)));
    states = states.contiguous();
    const float* from = states.const_data_ptr<float>();
    std::vector<Rows> rows;
    std::vector<float> hidden;
    for (int64_t i = 0; i < count; ++i) {
      const Sequence& sequence = sequences[first + i];
      const int64_t end = static_cast<int64_t>(sequence.ids.size());
      for (int64_t row = sequence.first_row; row < end; ++row) {
        rows.push_back({first + i, row});
        const float* state = from + (i * length + row) * width;
        hidden.insert(hidden.end(), state, state + width);
      }
    }
    HYDROMETER_RETURN_IF_ERROR(ReadRows(hidden, std::move(rows), body));
    HYDROMETER_RETURN_IF_ERROR(CheckInterrupted());
    if (done) HYDROMETER_RETURN_IF_ERROR(done(count));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<double>> WordModel::LogProbs(
    absl::Span<const WordQuery> queries, const Done& done) const {
  std::vector<Sequence> sequences;
  for (const WordQuery& query : queries) {
    HYDROMETER_ASSIGN_OR_RETURN(
        WordTokens tokens,
        TokensOfWord(subject_->tokenizer, query.context, query.word));
    sequences.push_back({std::move(tokens.ids), tokens.context_count - 1});
  }
  std::vector<double> log_probs(queries.size(), 0);
  const auto add_row = [&](const Rows& row) {
    const Sequence& sequence = sequences[row.sequence];
    double& sum = log_probs[row.sequence];
    const size_t next = static_cast<size_t>(row.row) + 1;
    if (next < sequence.ids.size()) {
      sum += row.logits[sequence.ids[next]] - row.log_sum_exp;
      return;
    }
    double mass = 0;
    for (size_t v = 0; v < vocabulary_.begins_with_letter.size(); ++v) {
      if (vocabulary_.begins_with_letter[v]) continue;
      mass += std::exp(row.logits[v] - row.log_sum_exp);
    }
    sum += std::log(std::max(mass, kLeastMass));
  };
  HYDROMETER_RETURN_IF_ERROR(ForEachRow(sequences, add_row, done));
  return log_probs;
}

namespace {

// A word that is being drawn.
struct Draft {
  int64_t place = 0;
  int draw = 0;
  Random random;
  std::vector<int32_t> ids;
  int64_t context_count = 0;
  std::string letters;
  bool whole = false, failed = false;

  void Restart(uint64_t seed) {
    random = Random(seed, static_cast<uint64_t>(place) * kMaxDraws + draw);
    ids.resize(context_count);
    letters.clear();
    failed = false;
  }

  bool Allowed(Part part) const {
    const int64_t written = static_cast<int64_t>(ids.size()) - context_count;
    if (written == 0) return part == Part::kStart;
    if (part == Part::kLetters) return true;
    return !letters.empty() && (part == Part::kEnd || part == Part::kStart);
  }

  void Take(int32_t id, const WordVocabulary& vocabulary) {
    const bool starts = static_cast<int64_t>(ids.size()) == context_count;
    if (!starts && vocabulary.part[id] != Part::kLetters) {
      whole = true;
      return;
    }
    letters += vocabulary.letters[id];
    ids.push_back(id);
    failed = static_cast<int64_t>(letters.size()) > kMaxWordLetters;
  }

  // Draws the next token from softmax(logits) among those allowed.
  void Next(const float* logits, double log_sum_exp,
            const WordVocabulary& vocabulary) {
    double mass = 0;
    for (size_t v = 0; v < vocabulary.part.size(); ++v) {
      if (!Allowed(vocabulary.part[v])) continue;
      mass += std::exp(logits[v] - log_sum_exp);
    }
    double left = random.Uniform() * mass;
    int32_t chosen = -1;
    for (size_t v = 0; v < vocabulary.part.size() && left >= 0; ++v) {
      if (!Allowed(vocabulary.part[v])) continue;
      const double p = std::exp(logits[v] - log_sum_exp);
      if (p == 0) continue;
      chosen = static_cast<int32_t>(v);
      left -= p;
    }
    failed = chosen < 0;
    if (!failed) Take(chosen, vocabulary);
  }
};

}  // namespace

absl::StatusOr<std::vector<std::string>> WordModel::Draw(
    absl::Span<const std::string> contexts, uint64_t seed) const {
  std::vector<Draft> drafts;
  for (size_t i = 0; i < contexts.size(); ++i) {
    HYDROMETER_ASSIGN_OR_RETURN(
        std::vector<int32_t> ids,
        TokensOfContext(subject_->tokenizer, contexts[i]));
    Draft draft{static_cast<int64_t>(i), 0, Random(seed), std::move(ids)};
    draft.context_count = static_cast<int64_t>(draft.ids.size());
    draft.Restart(seed);
    drafts.push_back(std::move(draft));
  }
  std::vector<int64_t> open(drafts.size());
  for (size_t i = 0; i < open.size(); ++i) open[i] = static_cast<int64_t>(i);
  while (!open.empty()) {
    std::vector<Sequence> sequences;
    for (const int64_t i : open) {
      sequences.push_back(
          {drafts[i].ids, static_cast<int64_t>(drafts[i].ids.size()) - 1});
    }
    HYDROMETER_RETURN_IF_ERROR(ForEachRow(
        sequences,
        [&](const Rows& row) {
          drafts[open[row.sequence]].Next(row.logits, row.log_sum_exp,
                                          vocabulary_);
        },
        nullptr));
    std::vector<int64_t> still;
    for (const int64_t i : open) {
      Draft& draft = drafts[i];
      if (draft.whole) continue;
      if (draft.failed) {
        if (++draft.draw == kMaxDraws) {
          draft.letters.clear();
          continue;
        }
        draft.Restart(seed);
      }
      still.push_back(i);
    }
    open = std::move(still);
  }
  std::vector<std::string> words;
  for (Draft& draft : drafts) words.push_back(std::move(draft.letters));
  return words;
}

}  // namespace hydrometer::compare
