// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
#include "src/text/added_vocabulary.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "src/base/errors.h"
#include "src/base/status_macros.h"
#include "src/text/component_fields.h"
#include "src/text/unicode_table.h"
#include "src/text/utf8.h"

namespace hydrometer::text {
namespace {

uint32_t SpaceStart(absl::string_view text, uint32_t end, uint32_t limit) {
  while (end > limit) {
    const size_t previous = PreviousChar(text, end);
    if (!HasFlag(DecodeChar(text, previous).code_point, kSpace)) break;
    end = static_cast<uint32_t>(previous);
  }
  return std::max(end, limit);
}

uint32_t SpaceEnd(absl::string_view text, uint32_t start) {
  while (start < text.size()) {
    const DecodedChar c = DecodeChar(text, start);
    if (!HasFlag(c.code_point, kSpace)) break;
    start += c.bytes;
  }
  return start;
}

bool IsSingleWord(absl::string_view text, uint32_t start, uint32_t end) {
  if (start > 0 &&
      HasFlag(DecodeChar(text, PreviousChar(text, start)).code_point, kWord)) {
    return false;
  }
  return end == text.size() ||
         !HasFlag(DecodeChar(text, end).code_point, kWord);
}

}  // namespace

StringFinder::StringFinder() : nodes_(1) {}

void StringFinder::Add(absl::string_view string, uint32_t value) {
  if (string.empty()) return;
  uint32_t node = 0;
  for (char byte : string) {
    const auto& next = nodes_[node].next;
    const auto found = std::find_if(next.begin(), next.end(), [&](auto& edge) {
      return edge.first == byte;
    });
    if (found != next.end()) {
      node = found->second;
      continue;
    }
    const auto made = static_cast<uint32_t>(nodes_.size());
    nodes_[node].next.emplace_back(byte, made);
    nodes_.emplace_back();
    node = made;
  }
  if (nodes_[node].value < 0) nodes_[node].value = value;
  starts_[static_cast<unsigned char>(string[0])] = true;
}

bool StringFinder::FindNext(absl::string_view text, uint32_t from,
                            Match* match) const {
  for (uint32_t start = from; start < text.size(); ++start) {
    if (!starts_[static_cast<unsigned char>(text[start])]) continue;
    uint32_t node = 0;
    bool found = false;
    for (uint32_t i = start; i < text.size(); ++i) {
      const auto& next = nodes_[node].next;
      const auto edge = std::find_if(next.begin(), next.end(), [&](auto& e) {
        return e.first == text[i];
      });
      if (edge == next.end()) break;
      node = edge->second;
      if (nodes_[node].value < 0) continue;
      *match = {start, i + 1, static_cast<uint32_t>(nodes_[node].value)};
      found = true;
    }
    if (found) return true;
  }
  return false;
}

absl::Status AddedVocabulary::Add(const rapidjson::Value& value,
                                  const BpeModel& model,
                                  absl::string_view where) {
  AddedToken token;
  const rapidjson::Value* id = io::Find(value, "id");
  if (id == nullptr) return RefusedError(where, ": a token has no \"id\"");
  HYDROMETER_ASSIGN_OR_RETURN(token.id, ToTokenId(*id, where));
  HYDROMETER_ASSIGN_OR_RETURN(token.content,
                              io::GetString(value, "content", where));
  HYDROMETER_ASSIGN_OR_RETURN(token.single_word,
                              BoolOr(value, "single_word", false, where));
  HYDROMETER_ASSIGN_OR_RETURN(token.lstrip,
                              BoolOr(value, "lstrip", false, where));
  HYDROMETER_ASSIGN_OR_RETURN(token.rstrip,
                              BoolOr(value, "rstrip", false, where));
  HYDROMETER_ASSIGN_OR_RETURN(token.special,
                              BoolOr(value, "special", false, where));
  HYDROMETER_ASSIGN_OR_RETURN(
      token.normalized, BoolOr(value, "normalized", !token.special, where));
  if (token.content.empty()) {
    return RefusedError(where, ": token ", token.id, " is empty");
  }
  // The official library ignores the ids of the file: a token gets the id
  // that the vocabulary gives it, or else the next one that is free.
  const auto known = model.IdOf(token.content);
  const uint32_t expected = known ? *known : next_id_;
  if (token.id != expected) {
    return RefusedError(where, ": token \"", token.content, "\" has id ",
                        token.id, ", want ", expected,
                        known ? " (vocabulary)" : " (the next free id)");
  }
  if (!index_of_id_.emplace(token.id, tokens_.size()).second) {
    return RefusedError(where, ": id ", token.id, " is there twice");
  }
  if (!known) ++next_id_;
  tokens_.push_back(std::move(token));
  return absl::OkStatus();
}

absl::StatusOr<AddedVocabulary> AddedVocabulary::FromJson(
    const rapidjson::Value& value, const BpeModel& model,
    const Normalizer* normalizer, absl::string_view where) {
  AddedVocabulary added;
  added.next_id_ = model.token_count();
  if (value.IsNull()) return added;
  if (!value.IsArray()) {
    return RefusedError(where, ": is ", io::TypeName(value), ", want an array");
  }
  for (const rapidjson::Value& token : value.GetArray()) {
    HYDROMETER_RETURN_IF_ERROR(added.Add(token, model, where));
  }
  // Special tokens win over others that look the same once normalized.
  for (bool special : {true, false}) {
    for (uint32_t i = 0; i < added.tokens_.size(); ++i) {
      const AddedToken& token = added.tokens_[i];
      if (token.special != special) continue;
      if (!token.normalized) {
        added.plain_.Add(token.content, i);
        continue;
      }
      AlignedText content(token.content, 0,
                          static_cast<uint32_t>(token.content.size()));
      if (normalizer != nullptr) {
        HYDROMETER_RETURN_IF_ERROR(normalizer->Normalize(&content));
      }
      added.normalized_.Add(content.text(), i);
    }
  }
  return added;
}

std::vector<AddedVocabulary::Part> AddedVocabulary::Split(
    absl::string_view text, bool normalized) const {
  const StringFinder& finder = normalized ? normalized_ : plain_;
  std::vector<Part> parts;
  const auto size = static_cast<uint32_t>(text.size());
  // Everything before is in `parts`. A match in white space that the token
  // before took is read once more, as the official library does.
  uint32_t done = 0;
  StringFinder::Match match;
  if (!finder.empty()) {
    for (uint32_t from = 0; finder.FindNext(text, from, &match);
         from = match.end) {
      const AddedToken& token = tokens_[match.value];
      uint32_t start = match.start, end = match.end;
      if (token.single_word && !IsSingleWord(text, start, end)) continue;
      if (token.lstrip) {
        const uint32_t stripped = SpaceStart(text, start, done);
        if (stripped < end) start = stripped;
      }
      if (token.rstrip) end = SpaceEnd(text, end);
      if (done < start) parts.push_back({{done, start}, nullptr});
      parts.push_back({{start, end}, &token});
      done = end;
    }
  }
  if (done < size) parts.push_back({{done, size}, nullptr});
  return parts;
}

const AddedToken* AddedVocabulary::Find(uint32_t id) const {
  const auto found = index_of_id_.find(id);
  return found == index_of_id_.end() ? nullptr : &tokens_[found->second];
}

}  // namespace hydrometer::text
