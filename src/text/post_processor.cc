// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
#include "src/text/post_processor.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "src/base/errors.h"
#include "src/base/status_macros.h"
#include "src/text/component_fields.h"
#include "src/text/unicode_table.h"
#include "src/text/utf8.h"

namespace hydrometer::text {
namespace {

using PostProcessorPointer = std::unique_ptr<PostProcessor>;
using Ids = std::vector<uint32_t>;

constexpr uint32_t kByteSpace = 0x120;

bool IsTrimmed(uint32_t c) { return c == kByteSpace || HasFlag(c, kSpace); }

// Takes the white space of a token out of its span, in characters of the
// original.
void TrimSpan(absl::string_view original, bool add_prefix_space, bool first,
              OutputToken* token) {
  Span& span = token->span;
  uint32_t leading = token->leading;
  // A single space in front of the first word is one that was added.
  if ((first || span.start == 0) && add_prefix_space && leading == 1) {
    leading = 0;
  }
  for (; leading > 0 && span.start < span.end; --leading) {
    span.start += CharBytes(original[span.start]);
  }
  for (uint32_t i = 0; i < token->trailing && span.end > span.start; ++i) {
    span.end = static_cast<uint32_t>(PreviousChar(original, span.end));
  }
}

class TrimProcessor : public PostProcessor {
 public:
  explicit TrimProcessor(bool add_prefix_space)
      : add_prefix_space_(add_prefix_space) {}
  bool trims_offsets() const override { return true; }
  void Process(absl::string_view original, bool,
               std::vector<OutputToken>* tokens) const override {
    for (size_t i = 0; i < tokens->size(); ++i) {
      TrimSpan(original, add_prefix_space_, i == 0, &(*tokens)[i]);
    }
  }

 private:
  bool add_prefix_space_;
};

class SurroundProcessor : public PostProcessor {
 public:
  SurroundProcessor(Ids prefix, Ids suffix, bool keeps_text)
      : prefix_(std::move(prefix)),
        suffix_(std::move(suffix)),
        keeps_text_(keeps_text) {}
  Ids prefix_ids() const override { return prefix_; }
  Ids suffix_ids() const override { return suffix_; }
  void Process(absl::string_view, bool add_special_tokens,
               std::vector<OutputToken>* tokens) const override {
    if (!keeps_text_) tokens->clear();
    if (!add_special_tokens) return;
    const auto make = [](uint32_t id) { return OutputToken{id, {0, 0}}; };
    tokens->insert(tokens->begin(), prefix_.size(), OutputToken{});
    std::transform(prefix_.begin(), prefix_.end(), tokens->begin(), make);
    for (uint32_t id : suffix_) tokens->push_back(make(id));
  }

 private:
  Ids prefix_, suffix_;
  bool keeps_text_;
};

class SequenceProcessor : public PostProcessor {
 public:
  explicit SequenceProcessor(std::vector<PostProcessorPointer> parts)
      : parts_(std::move(parts)) {}
  bool trims_offsets() const override {
    return std::any_of(parts_.begin(), parts_.end(),
                       [](const auto& part) { return part->trims_offsets(); });
  }
  Ids prefix_ids() const override {
    Ids all;
    for (const auto& part : parts_) {
      const Ids ids = part->prefix_ids();
      all.insert(all.begin(), ids.begin(), ids.end());
    }
    return all;
  }
  Ids suffix_ids() const override {
    Ids all;
    for (const auto& part : parts_) {
      const Ids ids = part->suffix_ids();
      all.insert(all.end(), ids.begin(), ids.end());
    }
    return all;
  }
  void Process(absl::string_view original, bool add_special_tokens,
               std::vector<OutputToken>* tokens) const override {
    for (const auto& part : parts_) {
      part->Process(original, add_special_tokens, tokens);
    }
  }

 private:
  std::vector<PostProcessorPointer> parts_;
};

absl::StatusOr<uint32_t> ReadId(const rapidjson::Value& value, uint32_t max_id,
                                absl::string_view where) {
  HYDROMETER_ASSIGN_OR_RETURN(const uint32_t id, ToTokenId(value, where));
  if (id > max_id) {
    return RefusedError(where, ": special token has id ", id, ", want at most ",
                        max_id);
  }
  return id;
}

// name -> ids of "special_tokens".
absl::StatusOr<absl::flat_hash_map<std::string, Ids>> ReadSpecialTokens(
    const rapidjson::Value& value, uint32_t max_id, absl::string_view where) {
  absl::flat_hash_map<std::string, Ids> result;
  HYDROMETER_ASSIGN_OR_RETURN(const rapidjson::Value* tokens,
                              io::GetObject(value, "special_tokens", where));
  for (const auto& member : tokens->GetObject()) {
    HYDROMETER_ASSIGN_OR_RETURN(const rapidjson::Value* ids,
                                io::GetArray(member.value, "ids", where));
    Ids& out = result[std::string(member.name.GetString(),
                                  member.name.GetStringLength())];
    for (const rapidjson::Value& id : ids->GetArray()) {
      HYDROMETER_ASSIGN_OR_RETURN(const uint32_t one,
                                  ReadId(id, max_id, where));
      out.push_back(one);
    }
  }
  return result;
}

absl::StatusOr<PostProcessorPointer> MakeTemplate(const rapidjson::Value& value,
                                                  uint32_t max_id,
                                                  absl::string_view where) {
  HYDROMETER_ASSIGN_OR_RETURN(const auto special,
                              ReadSpecialTokens(value, max_id, where));
  HYDROMETER_ASSIGN_OR_RETURN(const rapidjson::Value* single,
                              io::GetArray(value, "single", where));
  Ids prefix, suffix;
  bool seen = false;
  for (const rapidjson::Value& piece : single->GetArray()) {
    if (const rapidjson::Value* sequence = io::Find(piece, "Sequence")) {
      HYDROMETER_ASSIGN_OR_RETURN(const std::string id,
                                  io::GetString(*sequence, "id", where));
      if (id != "A" || seen) {
        return RefusedError(where,
                            ": \"single\" wants the sequence A once, has ", id);
      }
      seen = true;
      continue;
    }
    HYDROMETER_ASSIGN_OR_RETURN(const rapidjson::Value* token,
                                io::GetObject(piece, "SpecialToken", where));
    HYDROMETER_ASSIGN_OR_RETURN(const std::string id,
                                io::GetString(*token, "id", where));
    const auto found = special.find(id);
    if (found == special.end()) {
      return RefusedError(where, ": \"single\" has \"", id,
                          "\", which is not in \"special_tokens\"");
    }
    Ids& out = seen ? suffix : prefix;
    out.insert(out.end(), found->second.begin(), found->second.end());
  }
  return std::make_unique<SurroundProcessor>(std::move(prefix),
                                             std::move(suffix), seen);
}

// ["name", id] under `key`.
absl::StatusOr<Ids> ReadPair(const rapidjson::Value& value,
                             absl::string_view key, uint32_t max_id,
                             absl::string_view where) {
  HYDROMETER_ASSIGN_OR_RETURN(const rapidjson::Value* pair,
                              io::GetArray(value, key, where));
  if (pair->Size() != 2) {
    return RefusedError(where, ": \"", key, "\" has ", pair->Size(),
                        " entries, want a token and its id");
  }
  HYDROMETER_ASSIGN_OR_RETURN(const uint32_t id,
                              ReadId((*pair)[1], max_id, where));
  return Ids{id};
}

absl::StatusOr<PostProcessorPointer> MakeSequence(const rapidjson::Value& value,
                                                  uint32_t max_id,
                                                  absl::string_view where) {
  HYDROMETER_ASSIGN_OR_RETURN(const rapidjson::Value* parts,
                              io::GetArray(value, "processors", where));
  std::vector<PostProcessorPointer> made;
  for (const rapidjson::Value& part : parts->GetArray()) {
    HYDROMETER_ASSIGN_OR_RETURN(PostProcessorPointer one,
                                MakePostProcessor(part, max_id, where));
    if (one != nullptr) made.push_back(std::move(one));
  }
  return std::make_unique<SequenceProcessor>(std::move(made));
}

absl::StatusOr<PostProcessorPointer> MakeTrim(const rapidjson::Value& value,
                                              absl::string_view where) {
  HYDROMETER_ASSIGN_OR_RETURN(const bool trim,
                              BoolOr(value, "trim_offsets", true, where));
  HYDROMETER_ASSIGN_OR_RETURN(const bool prefix,
                              BoolOr(value, "add_prefix_space", true, where));
  if (!trim) return PostProcessorPointer();
  return std::make_unique<TrimProcessor>(prefix);
}

}  // namespace

void CountSpaces(absl::string_view token, OutputToken* out) {
  out->leading = out->trailing = 0;
  for (size_t i = 0; i < token.size(); ++out->leading) {
    const DecodedChar c = DecodeChar(token, i);
    if (!IsTrimmed(c.code_point)) break;
    i += c.bytes;
  }
  for (size_t i = token.size(); i > 0; ++out->trailing) {
    i = PreviousChar(token, i);
    if (!IsTrimmed(DecodeChar(token, i).code_point)) break;
  }
}

absl::StatusOr<std::unique_ptr<PostProcessor>> MakePostProcessor(
    const rapidjson::Value& value, uint32_t max_id, absl::string_view where) {
  if (value.IsNull()) return PostProcessorPointer();
  HYDROMETER_ASSIGN_OR_RETURN(const std::string type,
                              io::GetString(value, "type", where));
  const std::string here = absl::StrCat(where, " ", type);
  if (type == "Sequence") return MakeSequence(value, max_id, where);
  if (type == "ByteLevel") return MakeTrim(value, here);
  if (type == "TemplateProcessing") return MakeTemplate(value, max_id, here);
  if (type == "BertProcessing" || type == "RobertaProcessing") {
    HYDROMETER_ASSIGN_OR_RETURN(Ids prefix,
                                ReadPair(value, "cls", max_id, here));
    HYDROMETER_ASSIGN_OR_RETURN(Ids suffix,
                                ReadPair(value, "sep", max_id, here));
    std::vector<PostProcessorPointer> parts;
    if (type == "RobertaProcessing") {
      HYDROMETER_ASSIGN_OR_RETURN(PostProcessorPointer trim,
                                  MakeTrim(value, here));
      if (trim != nullptr) parts.push_back(std::move(trim));
    }
    parts.push_back(std::make_unique<SurroundProcessor>(
        std::move(prefix), std::move(suffix), /*keeps_text=*/true));
    return std::make_unique<SequenceProcessor>(std::move(parts));
  }
  return RefusedError(here,
                      ": post-processor is not supported, want one of "
                      "Sequence, ByteLevel, TemplateProcessing, "
                      "BertProcessing, RobertaProcessing");
}

}  // namespace hydrometer::text
