// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// Word tokens: a word after a context in the tokens of one model, and what
// each token of a vocabulary means for a word that is being written.
//
// Where the word begins. "context word" is encoded as one text, special
// tokens of the post-processor included (those that it puts behind are taken
// off again). The word's tokens are the last ones whose bytes spell a space
// and the word; where bytes do not tell (normalizers that rewrite text), the
// offsets do: the tokens that end behind the place, if the first of them does
// not begin before it. Where a merge crosses into the context, or nothing
// else tells, context and word are encoded apart and put together.
//
// Prefix spaces. SentencePiece-style tokenizers write the space as the first
// byte of the word's first token and put one more before a text; that one
// falls to the context, and never to the word. For a word encoded apart it is
// in the way, so that both " word" and "word" are tried and the one whose
// tokens spell a space and the word is taken.
//
// Tests: tests/compare/word_tokens_test.cc.
#ifndef HYDROMETER_SRC_COMPARE_WORD_TOKENS_H_
#define HYDROMETER_SRC_COMPARE_WORD_TOKENS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "src/text/tokenizer.h"

namespace hydrometer::compare {

// The context's ids, without special tokens behind.
absl::StatusOr<std::vector<int32_t>> TokensOfContext(
    const text::Tokenizer& tokenizer, absl::string_view context);

struct WordTokens {
  std::vector<int32_t> ids;   // of the context, then of the word
  int64_t context_count = 0;  // the word's are ids[context_count ..]
};
// Errors: RefusedError when the tokenizer gives no token for the word or for
// the context.
absl::StatusOr<WordTokens> TokensOfWord(const text::Tokenizer& tokenizer,
                                        absl::string_view context,
                                        absl::string_view word);

// Every id of a model's vocabulary, [V].
struct WordVocabulary {
  // 1 where the token's bytes begin with a letter (\p{L}), so that it goes on
  // with a word that was written so far. A token that begins with a part of a
  // character counts as what most characters of that first byte are: letters,
  // but for C2 (Latin punctuation), E2 and EF (symbols), F0 and above
  // (pictures), and for bytes that begin no character.
  std::vector<uint8_t> begins_with_letter;
  // What the token adds to a word, for drawing one. Other tokens are drawn
  // in no place: they would end in a failed draw.
  enum class Part : uint8_t {
    kNone,
    kStart,    // a space and 0 to 12 ASCII letters
    kLetters,  // 1 to 12 ASCII letters
    kEnd,      // begins with no letter: the word is whole
  };
  std::vector<Part> part;            // a kStart token is a kEnd one too
  std::vector<std::string> letters;  // of kStart and kLetters
};
// Ids without a token (padding of a vocabulary) are of kEnd. `vocab_size` is
// the model's.
WordVocabulary MakeWordVocabulary(const text::Tokenizer& tokenizer,
                                  int64_t vocab_size);

}  // namespace hydrometer::compare

#endif  // HYDROMETER_SRC_COMPARE_WORD_TOKENS_H_
