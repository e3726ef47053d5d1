// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// Pre-tokenizers of a tokenizer file: what cuts the text into the pieces that
// the model then encodes one by one. ByteLevel, Split, Digits, Metaspace,
// Whitespace, WhitespaceSplit, Punctuation, CharDelimiterSplit,
// BertPreTokenizer, Sequence.
//
// Tests: tests/text/tokenizer_differential_test.cc.
#ifndef HYDROMETER_SRC_TEXT_PRE_TOKENIZER_H_
#define HYDROMETER_SRC_TEXT_PRE_TOKENIZER_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "src/io/json.h"
#include "src/text/aligned_text.h"

namespace hydrometer::text {

inline constexpr int32_t kNoToken = -1;

// Bytes [begin, end) of texts[text_index]; never empty. With a token_id, an
// added token, which nothing may split any more.
struct Piece {
  uint32_t text_index;
  uint32_t begin;
  uint32_t end;
  int32_t token_id = kNoToken;
};

// A text in pieces. The texts may borrow from the original.
struct PieceList {
  std::vector<AlignedText> texts;
  std::vector<Piece> pieces;

  absl::string_view TextOf(const Piece& piece) const {
    return texts[piece.text_index].text().substr(piece.begin,
                                                 piece.end - piece.begin);
  }
};

// Immutable; may be used from several threads.
class PreTokenizer {
 public:
  virtual ~PreTokenizer() = default;
  virtual absl::Status Split(PieceList* list) const = 0;
};

struct PreTokenizerChain {
  std::vector<std::unique_ptr<PreTokenizer>> parts;  // empty: none
  // The last part is ByteLevel and left the bytes as they are.
  bool yields_bytes = false;
};

// The pre-tokenizer that `value` describes, sequences flattened. ByteLevel
// writes bytes as characters of the byte alphabet; where it comes last and
// `model_takes_bytes`, that step is left out. A component that is not known
// here is refused by name.
absl::StatusOr<PreTokenizerChain> MakePreTokenizer(
    const rapidjson::Value& value, absl::string_view where,
    bool model_takes_bytes);

}  // namespace hydrometer::text

#endif  // HYDROMETER_SRC_TEXT_PRE_TOKENIZER_H_
