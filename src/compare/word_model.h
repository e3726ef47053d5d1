// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// A model asked for words: how likely it holds a word after a context, and
// what words it would write there.
//
//   log P(word | context) = sum of the log-probabilities of the tokens of
//                           " word" (src/compare/word_tokens.h)
//                         + log of the mass of next tokens that do not begin
//                           with a letter (that mass is held to >= 1e-30)
//
// It is the probability of the tokenizer's own way to write the word; other
// ways to spell it are not added up, so that a model's words sum to less
// than 1.
//
// Drawing. The first token is drawn from the model's distribution among
// tokens that are a space and letters, the following ones among letters and
// tokens that begin with no letter, of which the first ends the word: the
// same as drawing freely and drawing again whenever that fails, but cheaper.
// A word of more than 12 letters is drawn again, up to kMaxDraws times, and
// then there is none. Random numbers are Philox's, stream = place * kMaxDraws
// + draw, so that a place's word depends on nothing else.
//
// Logits are those of Model; sums are fp64. Every sequence of one call is
// padded to the longest of the call, which is all that bits depend on beside
// the sequence itself (see model.h). Memory: one batch of sequences and one
// chunk of logits, both bounded.
//
// Errors: RefusedError (weights that changed, logits that are no numbers),
// ExhaustedError, CancelledError.
// Tests: tests/compare/word_model_test.cc.
#ifndef HYDROMETER_SRC_COMPARE_WORD_MODEL_H_
#define HYDROMETER_SRC_COMPARE_WORD_MODEL_H_

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "src/compare/word_tokens.h"
#include "src/model/model.h"
#include "src/record/subject.h"

namespace hydrometer::compare {

inline constexpr int kMaxDraws = 4;

struct WordQuery {
  std::string context;
  std::string word;
};

class WordModel {
 public:
  // Loads the model. `subject` must outlive the object.
  static absl::StatusOr<WordModel> Load(const record::Subject& subject,
                                        const model::LoadOptions& options);

  // log P(word | context) of each, nats, finite. `done` is called after each
  // batch with the number of queries in it.
  using Done = std::function<absl::Status(int64_t)>;
  absl::StatusOr<std::vector<double>> LogProbs(
      absl::Span<const WordQuery> queries, const Done& done = nullptr) const;

  // A word for each context ("" where every draw failed).
  absl::StatusOr<std::vector<std::string>> Draw(
      absl::Span<const std::string> contexts, uint64_t seed) const;

  const std::string& numerics() const { return model_.numerics(); }

 private:
  struct Sequence {
    std::vector<int32_t> ids;
    int64_t first_row = 0;  // logits are wanted from this row on
  };
  struct Rows {  // logits of consecutive rows of a sequence
    int64_t sequence = 0, row = 0;
    const float* logits = nullptr;  // [V]
    double log_sum_exp = 0;
  };
  WordModel(const record::Subject& subject, model::Model model)
      : subject_(&subject), model_(std::move(model)) {}
  // Calls `body` for each wanted row, in order, `done` after each batch.
  absl::Status ForEachRow(absl::Span<const Sequence> sequences,
                          absl::FunctionRef<void(const Rows&)> body,
                          const Done& done) const;
  absl::Status ReadRows(const std::vector<float>& hidden,
                        std::vector<Rows> rows,
                        absl::FunctionRef<void(const Rows&)> body) const;

  const record::Subject* subject_;
  model::Model model_;
  WordVocabulary vocabulary_;
};

}  // namespace hydrometer::compare

#endif  // HYDROMETER_SRC_COMPARE_WORD_MODEL_H_
