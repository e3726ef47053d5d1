// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/compare/word_tokens.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "src/base/errors.h"
#include "src/base/status_macros.h"
#include "src/compare/word_places.h"
#include "src/text/unicode_table.h"
#include "src/text/utf8.h"

namespace hydrometer::compare {
namespace {

bool IsLetters(absl::string_view bytes) {
  return std::all_of(bytes.begin(), bytes.end(),
                     [](char c) { return absl::ascii_isalpha(c); });
}

absl::StatusOr<text::Encoding> EncodeWithoutEnd(
    const text::Tokenizer& tokenizer, absl::string_view text) {
  HYDROMETER_ASSIGN_OR_RETURN(text::Encoding encoding, tokenizer.Encode(text));
  while (!encoding.ids.empty() && encoding.offsets.back() == text::Span{0, 0}) {
    encoding.ids.pop_back();
    encoding.offsets.pop_back();
  }
  return encoding;
}

// How many tokens at the end of `ids` spell `bytes` exactly; 0: none do.
int64_t TokensThatSpell(const text::Tokenizer& tokenizer,
                        const std::vector<int32_t>& ids,
                        absl::string_view bytes) {
  int64_t count = 0;
  while (!bytes.empty() && count < static_cast<int64_t>(ids.size())) {
    const std::string token = tokenizer.TokenBytes(ids[ids.size() - 1 - count]);
    if (token.empty() || token.size() > bytes.size() ||
        bytes.substr(bytes.size() - token.size()) != token) {
      return 0;
    }
    bytes.remove_suffix(token.size());
    ++count;
  }
  return bytes.empty() ? count : 0;
}

// The same by offsets: tokens that end behind `place`; 0 where the first of
// them begins before it.
int64_t TokensBehind(const text::Encoding& encoding, uint32_t place) {
  size_t first = encoding.ids.size();
  while (first > 0 && encoding.offsets[first - 1].end > place) --first;
  if (first == encoding.ids.size()) return 0;
  if (encoding.offsets[first].start < place) return 0;
  return static_cast<int64_t>(encoding.ids.size() - first);
}

}  // namespace

absl::StatusOr<std::vector<int32_t>> TokensOfContext(
    const text::Tokenizer& tokenizer, absl::string_view context) {
  HYDROMETER_ASSIGN_OR_RETURN(text::Encoding encoding,
                              EncodeWithoutEnd(tokenizer, context));
  if (encoding.ids.empty()) {
    return RefusedError("tokenizer: gives no token for the text \"", context,
                        "\"");
  }
  return std::move(encoding.ids);
}

absl::StatusOr<WordTokens> TokensOfWord(const text::Tokenizer& tokenizer,
                                        absl::string_view context,
                                        absl::string_view word) {
  const std::string spaced = absl::StrCat(" ", word);
  HYDROMETER_ASSIGN_OR_RETURN(
      text::Encoding whole,
      EncodeWithoutEnd(tokenizer, absl::StrCat(context, spaced)));
  int64_t count = TokensThatSpell(tokenizer, whole.ids, spaced);
  if (count == 0) {
    count = TokensBehind(whole, static_cast<uint32_t>(context.size()));
  }
  WordTokens tokens;
  if (count > 0 && count < static_cast<int64_t>(whole.ids.size())) {
    tokens.context_count = static_cast<int64_t>(whole.ids.size()) - count;
    tokens.ids = std::move(whole.ids);
    return tokens;
  }
  HYDROMETER_ASSIGN_OR_RETURN(tokens.ids, TokensOfContext(tokenizer, context));
  tokens.context_count = static_cast<int64_t>(tokens.ids.size());
  text::EncodeOptions plain;
  plain.add_special_tokens = false;
  HYDROMETER_ASSIGN_OR_RETURN(text::Encoding with_space,
                              tokenizer.Encode(spaced, plain));
  HYDROMETER_ASSIGN_OR_RETURN(text::Encoding without_space,
                              tokenizer.Encode(word, plain));
  const auto spells = [&](const text::Encoding& encoding) {
    return !encoding.ids.empty() &&
           TokensThatSpell(tokenizer, encoding.ids, spaced) ==
               static_cast<int64_t>(encoding.ids.size());
  };
  const text::Encoding& chosen =
      !spells(with_space) && spells(without_space) ? without_space : with_space;
  if (chosen.ids.empty()) {
    return RefusedError("tokenizer: gives no token for the word \"", word,
                        "\"");
  }
  tokens.ids.insert(tokens.ids.end(), chosen.ids.begin(), chosen.ids.end());
  return tokens;
}

namespace {

bool BeginsWithLetter(const std::string& bytes) {
  if (bytes.empty()) return false;
  const auto first = static_cast<unsigned char>(bytes[0]);
  if (first < 0x80) return absl::ascii_isalpha(first);
  if (first < 0xc2 || first > 0xf4) return false;
  const size_t length = text::CharBytes(bytes[0]);
  if (bytes.size() >= length &&
      text::ValidUtf8Prefix(absl::string_view(bytes).substr(0, length)) ==
          length) {
    return text::HasFlag(text::DecodeChar(bytes, 0).code_point, text::kLetter);
  }
  return first != 0xc2 && first != 0xe2 && first != 0xef && first < 0xf0;
}

}  // namespace

WordVocabulary MakeWordVocabulary(const text::Tokenizer& tokenizer,
                                  int64_t vocab_size) {
  using Part = WordVocabulary::Part;
  WordVocabulary vocabulary;
  vocabulary.begins_with_letter.assign(vocab_size, 0);
  vocabulary.part.assign(vocab_size, Part::kEnd);
  vocabulary.letters.resize(vocab_size);
  for (int64_t v = 0; v < vocab_size; ++v) {
    const int32_t id = static_cast<int32_t>(v);
    if (!tokenizer.HasToken(id) || tokenizer.IsSpecial(id)) continue;
    const std::string bytes = tokenizer.TokenBytes(id);
    const absl::string_view view = bytes;
    if (BeginsWithLetter(bytes)) {
      vocabulary.begins_with_letter[v] = 1;
      vocabulary.part[v] = Part::kNone;
      if (IsLetters(view) &&
          static_cast<int64_t>(view.size()) <= kMaxWordLetters) {
        vocabulary.part[v] = Part::kLetters;
        vocabulary.letters[v] = bytes;
      }
    } else if (!view.empty() && view[0] == ' ' && IsLetters(view.substr(1)) &&
               static_cast<int64_t>(view.size()) <= kMaxWordLetters + 1) {
      vocabulary.part[v] = Part::kStart;
      vocabulary.letters[v] = bytes.substr(1);
    }
  }
  return vocabulary;
}

}  // namespace hydrometer::compare
