// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
#include "src/text/pre_tokenizer.h"

#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "src/base/errors.h"
#include "src/base/status_macros.h"
#include "src/text/byte_alphabet.h"
#include "src/text/component_fields.h"
#include "src/text/known_patterns.h"
#include "src/text/split_behavior.h"
#include "src/text/unicode_table.h"
#include "src/text/utf8.h"

namespace hydrometer::text {
namespace {

using PreTokenizerPointer = std::unique_ptr<PreTokenizer>;

// Splits every piece that is not a token. `find(text, &spans)` gives the
// pieces of one text, relative to it.
template <typename Find>
absl::Status SplitPieces(PieceList* list, Find find) {
  std::vector<Piece> result;
  result.reserve(list->pieces.size());
  std::vector<Span> spans;
  for (const Piece& piece : list->pieces) {
    if (piece.token_id != kNoToken) {
      result.push_back(piece);
      continue;
    }
    spans.clear();
    HYDROMETER_RETURN_IF_ERROR(find(list->TextOf(piece), &spans));
    for (const Span& span : spans) {
      if (span.start == span.end) continue;
      result.push_back(
          {piece.text_index, piece.begin + span.start, piece.begin + span.end});
    }
  }
  list->pieces = std::move(result);
  return absl::OkStatus();
}

// Gives every piece that is not a token, and for which `wanted(text)`, a text
// of its own, changed by `change`.
template <typename Wanted, typename Change>
void RewritePieces(PieceList* list, Wanted wanted, Change change) {
  for (Piece& piece : list->pieces) {
    if (piece.token_id != kNoToken || !wanted(list->TextOf(piece))) continue;
    AlignedText text =
        list->texts[piece.text_index].Slice(piece.begin, piece.end);
    change(&text);
    piece.text_index = static_cast<uint32_t>(list->texts.size());
    piece.begin = 0;
    piece.end = text.size();
    list->texts.push_back(std::move(text));
  }
}

absl::Status SplitKnown(KnownPattern pattern, PieceList* list) {
  std::vector<uint32_t> ends;
  return SplitPieces(list,
                     [&](absl::string_view text, std::vector<Span>* spans) {
                       ends.clear();
                       SplitByKnownPattern(pattern, text, &ends);
                       uint32_t start = 0;
                       for (uint32_t end : ends) {
                         spans->push_back({start, end});
                         start = end;
                       }
                       return absl::OkStatus();
                     });
}

class ByteLevelPreTokenizer : public PreTokenizer {
 public:
  ByteLevelPreTokenizer(bool add_prefix_space, bool use_regex)
      : add_prefix_space_(add_prefix_space), use_regex_(use_regex) {}
  void leave_bytes() { map_bytes_ = false; }

  absl::Status Split(PieceList* list) const override {
    if (add_prefix_space_) {
      RewritePieces(
          list, [](absl::string_view text) { return text[0] != ' '; },
          [](AlignedText* text) { text->Prepend(" "); });
    }
    if (use_regex_) {
      HYDROMETER_RETURN_IF_ERROR(SplitKnown(KnownPattern::kGpt2, list));
    }
    if (map_bytes_) {
      RewritePieces(
          list, [](absl::string_view) { return true; }, MapBytes);
    }
    return absl::OkStatus();
  }

 private:
  static void MapBytes(AlignedText* text) {
    std::vector<CharChange> changes;
    for (char byte : text->text()) {
      changes.push_back({CharOfByte(static_cast<unsigned char>(byte)),
                         IsContinuation(byte) ? 1 : 0});
    }
    text->Transform(changes, 0);
  }

  bool add_prefix_space_, use_regex_;
  bool map_bytes_ = true;
};

class SplitPreTokenizer : public PreTokenizer {
 public:
  SplitPreTokenizer(Pattern pattern, SplitBehavior behavior, bool invert)
      : pattern_(std::move(pattern)), behavior_(behavior), invert_(invert) {
    // A known pattern matches everything, so that nothing lies between.
    if (pattern_.regex() != nullptr && behavior == SplitBehavior::kIsolated) {
      known_ = FindKnownPattern(pattern_.regex()->pattern());
    }
  }
  absl::Status Split(PieceList* list) const override {
    if (known_) return SplitKnown(*known_, list);
    std::vector<Span> matches;
    return SplitPieces(
        list, [&](absl::string_view text, std::vector<Span>* spans) {
          matches.clear();
          HYDROMETER_RETURN_IF_ERROR(pattern_.FindAll(text, &matches));
          SplitAt(matches, static_cast<uint32_t>(text.size()), behavior_,
                  invert_, spans);
          return absl::OkStatus();
        });
  }

 private:
  Pattern pattern_;
  SplitBehavior behavior_;
  bool invert_;
  std::optional<KnownPattern> known_;
};

// Splits at every character with one of `flags`, or equal to `character`.
class CharPreTokenizer : public PreTokenizer {
 public:
  CharPreTokenizer(uint16_t flags, SplitBehavior behavior)
      : flags_(flags), behavior_(behavior) {}
  CharPreTokenizer(uint32_t character, uint16_t flags, SplitBehavior behavior)
      : character_(character), flags_(flags), behavior_(behavior) {}
  absl::Status Split(PieceList* list) const override {
    std::vector<Span> matches;
    return SplitPieces(
        list, [&](absl::string_view text, std::vector<Span>* spans) {
          matches.clear();
          for (uint32_t i = 0; i < text.size();) {
            const DecodedChar c = DecodeChar(text, i);
            if (HasFlag(c.code_point, flags_) || c.code_point == character_) {
              matches.push_back({i, i + c.bytes});
            }
            i += c.bytes;
          }
          SplitAt(matches, static_cast<uint32_t>(text.size()), behavior_,
                  /*invert=*/false, spans);
          return absl::OkStatus();
        });
  }

 private:
  uint32_t character_ = 0xffffffff;
  uint16_t flags_;
  SplitBehavior behavior_;
};

// `\w+|[^\w\s]+`, the rest removed.
class WhitespacePreTokenizer : public PreTokenizer {
 public:
  absl::Status Split(PieceList* list) const override {
    return SplitPieces(
        list, [](absl::string_view text, std::vector<Span>* spans) {
          int previous = 0;  // kind of the character before; 0 is white space
          for (uint32_t i = 0; i < text.size();) {
            const DecodedChar c = DecodeChar(text, i);
            const int kind = HasFlag(c.code_point, kWord)    ? 1
                             : HasFlag(c.code_point, kSpace) ? 0
                                                             : 2;
            if (kind != 0 && kind == previous) {
              spans->back().end = i + c.bytes;
            } else if (kind != 0) {
              spans->push_back({i, i + c.bytes});
            }
            previous = kind;
            i += c.bytes;
          }
          return absl::OkStatus();
        });
  }
};

class MetaspacePreTokenizer : public PreTokenizer {
 public:
  enum class Prepend { kAlways, kFirst, kNever };
  MetaspacePreTokenizer(uint32_t replacement, Prepend prepend, bool split)
      : prepend_(prepend), split_(split) {
    AppendChar(replacement, &replacement_);
  }
  absl::Status Split(PieceList* list) const override {
    RewritePieces(
        list, [](absl::string_view) { return true; },
        [this](AlignedText* text) { Rewrite(text); });
    if (!split_) return absl::OkStatus();
    std::vector<Span> matches;
    return SplitPieces(
        list, [&](absl::string_view text, std::vector<Span>* spans) {
          matches.clear();
          Find(text, replacement_, &matches);
          SplitAt(matches, static_cast<uint32_t>(text.size()),
                  SplitBehavior::kMergedWithNext, /*invert=*/false, spans);
          return absl::OkStatus();
        });
  }

 private:
  static void Find(absl::string_view text, absl::string_view what,
                   std::vector<Span>* matches) {
    for (size_t at = text.find(what); at != absl::string_view::npos;
         at = text.find(what, at + what.size())) {
      matches->push_back(
          {static_cast<uint32_t>(at), static_cast<uint32_t>(at + what.size())});
    }
  }
  void Rewrite(AlignedText* text) const {
    std::vector<Span> spaces;
    Find(text->text(), " ", &spaces);
    text->Replace(spaces, replacement_);
    const bool wanted =
        prepend_ == Prepend::kAlways ||
        (prepend_ == Prepend::kFirst && text->SpanOf(0, 1).start == 0);
    if (wanted && text->text().substr(0, replacement_.size()) != replacement_) {
      text->Prepend(replacement_);
    }
  }

  std::string replacement_;
  Prepend prepend_;
  bool split_;
};

absl::StatusOr<PreTokenizerPointer> MakeMetaspace(const rapidjson::Value& value,
                                                  absl::string_view where) {
  using Prepend = MetaspacePreTokenizer::Prepend;
  HYDROMETER_ASSIGN_OR_RETURN(const uint32_t replacement,
                              GetChar(value, "replacement", where));
  HYDROMETER_ASSIGN_OR_RETURN(const bool split,
                              BoolOr(value, "split", true, where));
  HYDROMETER_ASSIGN_OR_RETURN(const bool prefix,
                              BoolOr(value, "add_prefix_space", true, where));
  std::string scheme = "always";
  if (io::Find(value, "prepend_scheme") != nullptr) {
    HYDROMETER_ASSIGN_OR_RETURN(scheme,
                                io::GetString(value, "prepend_scheme", where));
  } else if (!prefix) {
    scheme = "never";  // files written before there was a scheme
  }
  Prepend prepend = Prepend::kAlways;
  if (scheme == "first") {
    prepend = Prepend::kFirst;
  } else if (scheme == "never") {
    prepend = Prepend::kNever;
  } else if (scheme != "always") {
    return RefusedError(where, ": prepend_scheme \"", scheme,
                        "\", want always, first or never");
  }
  if (!prefix && prepend != Prepend::kNever) {
    return RefusedError(where,
                        ": add_prefix_space false contradicts "
                        "prepend_scheme \"",
                        scheme, "\"");
  }
  return std::make_unique<MetaspacePreTokenizer>(replacement, prepend, split);
}

absl::StatusOr<PreTokenizerPointer> MakeSplit(const rapidjson::Value& value,
                                              absl::string_view where) {
  HYDROMETER_ASSIGN_OR_RETURN(Pattern pattern, Pattern::FromJson(value, where));
  HYDROMETER_ASSIGN_OR_RETURN(const std::string name,
                              io::GetString(value, "behavior", where));
  HYDROMETER_ASSIGN_OR_RETURN(const SplitBehavior behavior,
                              SplitBehaviorFromName(name, where));
  HYDROMETER_ASSIGN_OR_RETURN(const bool invert,
                              io::GetBool(value, "invert", where));
  return std::make_unique<SplitPreTokenizer>(std::move(pattern), behavior,
                                             invert);
}

// All but Sequence, ByteLevel and BertPreTokenizer.
absl::StatusOr<PreTokenizerPointer> MakePart(const rapidjson::Value& value,
                                             absl::string_view type,
                                             absl::string_view where) {
  if (type == "Split") return MakeSplit(value, where);
  if (type == "Metaspace") return MakeMetaspace(value, where);
  if (type == "Whitespace") return std::make_unique<WhitespacePreTokenizer>();
  if (type == "WhitespaceSplit") {
    return std::make_unique<CharPreTokenizer>(kSpace, SplitBehavior::kRemoved);
  }
  if (type == "Digits") {
    HYDROMETER_ASSIGN_OR_RETURN(const bool individual,
                                io::GetBool(value, "individual_digits", where));
    return std::make_unique<CharPreTokenizer>(
        kNumeric,
        individual ? SplitBehavior::kIsolated : SplitBehavior::kContiguous);
  }
  if (type == "Punctuation") {
    SplitBehavior behavior = SplitBehavior::kIsolated;
    if (io::Find(value, "behavior") != nullptr) {
      HYDROMETER_ASSIGN_OR_RETURN(const std::string name,
                                  io::GetString(value, "behavior", where));
      HYDROMETER_ASSIGN_OR_RETURN(behavior, SplitBehaviorFromName(name, where));
    }
    return std::make_unique<CharPreTokenizer>(kPunctuationMark, behavior);
  }
  if (type == "CharDelimiterSplit") {
    HYDROMETER_ASSIGN_OR_RETURN(const uint32_t delimiter,
                                GetChar(value, "delimiter", where));
    return std::make_unique<CharPreTokenizer>(delimiter, 0,
                                              SplitBehavior::kRemoved);
  }
  return RefusedError(where,
                      ": pre-tokenizer is not supported, want one of "
                      "Sequence, ByteLevel, BertPreTokenizer, Split, "
                      "Metaspace, Whitespace, WhitespaceSplit, Digits, "
                      "Punctuation, CharDelimiterSplit");
}

// Appends the parts; `last_byte_level` is the last part where it is ByteLevel.
absl::Status AppendParts(const rapidjson::Value& value, absl::string_view where,
                         PreTokenizerChain* chain,
                         ByteLevelPreTokenizer** last_byte_level) {
  if (value.IsNull()) return absl::OkStatus();
  HYDROMETER_ASSIGN_OR_RETURN(const std::string type,
                              io::GetString(value, "type", where));
  const std::string here = absl::StrCat(where, " ", type);
  if (type == "Sequence") {
    HYDROMETER_ASSIGN_OR_RETURN(const rapidjson::Value* parts,
                                io::GetArray(value, "pretokenizers", where));
    for (const rapidjson::Value& part : parts->GetArray()) {
      HYDROMETER_RETURN_IF_ERROR(
          AppendParts(part, where, chain, last_byte_level));
    }
    return absl::OkStatus();
  }
  *last_byte_level = nullptr;
  if (type == "ByteLevel") {
    HYDROMETER_ASSIGN_OR_RETURN(const bool prefix,
                                io::GetBool(value, "add_prefix_space", here));
    HYDROMETER_ASSIGN_OR_RETURN(const bool use_regex,
                                BoolOr(value, "use_regex", true, here));
    auto part = std::make_unique<ByteLevelPreTokenizer>(prefix, use_regex);
    *last_byte_level = part.get();
    chain->parts.push_back(std::move(part));
    return absl::OkStatus();
  }
  if (type == "BertPreTokenizer") {
    chain->parts.push_back(
        std::make_unique<CharPreTokenizer>(kSpace, SplitBehavior::kRemoved));
    chain->parts.push_back(std::make_unique<CharPreTokenizer>(
        kPunctuationMark, SplitBehavior::kIsolated));
    return absl::OkStatus();
  }
  HYDROMETER_ASSIGN_OR_RETURN(PreTokenizerPointer part,
                              MakePart(value, type, here));
  chain->parts.push_back(std::move(part));
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<PreTokenizerChain> MakePreTokenizer(
    const rapidjson::Value& value, absl::string_view where,
    bool model_takes_bytes) {
  PreTokenizerChain chain;
  ByteLevelPreTokenizer* last_byte_level = nullptr;
  HYDROMETER_RETURN_IF_ERROR(
      AppendParts(value, where, &chain, &last_byte_level));
  if (last_byte_level != nullptr && model_takes_bytes) {
    last_byte_level->leave_bytes();
    chain.yields_bytes = true;
  }
  return chain;
}

}  // namespace hydrometer::text
