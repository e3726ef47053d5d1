// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
#include "src/text/bpe_model.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "src/base/errors.h"
#include "src/base/status_macros.h"
#include "src/text/byte_alphabet.h"
#include "src/text/component_fields.h"
#include "src/text/utf8.h"

namespace hydrometer::text {
namespace {

constexpr absl::string_view kSpaceMark = "\xe2\x96\x81";  // U+2581

// Whether U+2581 stands behind another character somewhere in `token`.
bool HasInnerSpaceMark(absl::string_view token) {
  size_t i = 0;
  while (token.substr(i, kSpaceMark.size()) == kSpaceMark) {
    i += kSpaceMark.size();
  }
  return token.find(kSpaceMark, i) != absl::string_view::npos;
}

absl::Status RefuseNonEmpty(const rapidjson::Value& value,
                            absl::string_view key, absl::string_view where) {
  const rapidjson::Value* field = io::Find(value, key);
  if (field == nullptr || field->IsNull() ||
      (field->IsString() && field->GetStringLength() == 0)) {
    return absl::OkStatus();
  }
  return RefusedError(where, ": \"", key, "\" is not supported, want null");
}

}  // namespace

absl::StatusOr<std::unique_ptr<BpeModel>> BpeModel::FromJson(
    const rapidjson::Value& value, absl::string_view where) {
  std::unique_ptr<BpeModel> model(new BpeModel);
  HYDROMETER_RETURN_IF_ERROR(model->ReadVocabulary(value, where));
  HYDROMETER_RETURN_IF_ERROR(model->ReadMerges(value, where));
  model->IndexTokens();
  HYDROMETER_RETURN_IF_ERROR(model->ReadOptions(value, where));
  return model;
}

absl::Status BpeModel::ReadVocabulary(const rapidjson::Value& value,
                                      absl::string_view where) {
  if (io::Find(value, "type") != nullptr) {
    HYDROMETER_ASSIGN_OR_RETURN(const std::string type,
                                io::GetString(value, "type", where));
    if (type != "BPE") {
      return RefusedError(where, ": model \"", type,
                          "\" is not supported, want BPE");
    }
  }
  HYDROMETER_ASSIGN_OR_RETURN(const rapidjson::Value* vocab,
                              io::GetObject(value, "vocab", where));
  if (vocab->ObjectEmpty()) {
    return RefusedError(where, ": \"vocab\" is empty");
  }
  uint32_t max_id = 0;
  for (const auto& member : vocab->GetObject()) {
    HYDROMETER_ASSIGN_OR_RETURN(const uint32_t id,
                                ToTokenId(member.value, where));
    max_id = std::max(max_id, id);
  }
  tokens_.resize(size_t{max_id} + 1);
  has_token_.resize(tokens_.size(), false);
  id_of_token_.reserve(vocab->MemberCount());
  for (const auto& member : vocab->GetObject()) {
    const uint32_t id = member.value.GetUint();
    if (has_token_[id]) {
      return RefusedError(where, ": tokens \"", tokens_[id], "\" and \"",
                          member.name.GetString(), "\" both have id ", id);
    }
    has_token_[id] = true;
    tokens_[id].assign(member.name.GetString(), member.name.GetStringLength());
    id_of_token_[tokens_[id]] = id;
  }
  return absl::OkStatus();
}

absl::Status BpeModel::AddMerge(absl::string_view left, absl::string_view right,
                                uint32_t rank, absl::string_view where) {
  const std::string merged = absl::StrCat(left, right);
  const auto left_id = IdOf(left), right_id = IdOf(right);
  const auto merged_id = IdOf(merged);
  if (!left_id || !right_id || !merged_id) {
    const absl::string_view missing = !left_id    ? left
                                      : !right_id ? right
                                                  : absl::string_view(merged);
    return RefusedError(where, ": merge ", rank, " (\"", left, "\" \"", right,
                        "\"): no token \"", missing, "\" in the vocabulary");
  }
  merges_.Set(*left_id, *right_id, rank, *merged_id);
  cuts_at_space_ = cuts_at_space_ && !HasInnerSpaceMark(merged);
  return absl::OkStatus();
}

absl::Status BpeModel::ReadMerges(const rapidjson::Value& value,
                                  absl::string_view where) {
  HYDROMETER_ASSIGN_OR_RETURN(const rapidjson::Value* merges,
                              io::GetArray(value, "merges", where));
  merges_ = MergeTable(merges->Size());
  cuts_at_space_ = IdOf(kSpaceMark).has_value();
  uint32_t rank = 0;
  for (const rapidjson::Value& merge : merges->GetArray()) {
    absl::string_view left, right;
    if (merge.IsArray() && merge.Size() == 2 && merge[0].IsString() &&
        merge[1].IsString()) {
      left = {merge[0].GetString(), merge[0].GetStringLength()};
      right = {merge[1].GetString(), merge[1].GetStringLength()};
    } else if (merge.IsString()) {
      const absl::string_view line(merge.GetString(), merge.GetStringLength());
      if (line.substr(0, 8) == "#version") continue;
      const size_t space = line.find(' ');
      if (space == absl::string_view::npos ||
          line.find(' ', space + 1) != absl::string_view::npos) {
        return RefusedError(where, ": merge ", rank, " is \"", line,
                            "\", want two tokens with one space between");
      }
      left = line.substr(0, space);
      right = line.substr(space + 1);
    } else {
      return RefusedError(where, ": merge ", rank, " is ", io::TypeName(merge),
                          ", want a string or an array of two strings");
    }
    HYDROMETER_RETURN_IF_ERROR(AddMerge(left, right, rank++, where));
  }
  return absl::OkStatus();
}

void BpeModel::IndexTokens() {
  for (uint32_t id = 0; id < tokens_.size(); ++id) {
    const std::string& token = tokens_[id];
    if (token.empty() || CharBytes(token[0]) != token.size()) continue;
    const uint32_t c = DecodeChar(token, 0).code_point;
    if (id_of_char_.size() <= c) id_of_char_.resize(size_t{c} + 1, -1);
    id_of_char_[c] = static_cast<int32_t>(id);
  }
  for (int byte = 0; byte < 256; ++byte) {
    const auto id = IdOf(absl::StrFormat("<0x%02X>", byte));
    fallback_id_[byte] = id ? static_cast<int32_t>(*id) : -1;
  }
}

absl::Status BpeModel::ReadOptions(const rapidjson::Value& value,
                                   absl::string_view where) {
  HYDROMETER_RETURN_IF_ERROR(
      RefuseNonEmpty(value, "continuing_subword_prefix", where));
  HYDROMETER_RETURN_IF_ERROR(
      RefuseNonEmpty(value, "end_of_word_suffix", where));
  const rapidjson::Value* dropout = io::Find(value, "dropout");
  if (dropout != nullptr && !dropout->IsNull() &&
      !(dropout->IsNumber() && dropout->GetDouble() == 0)) {
    return RefusedError(where, ": \"dropout\" is not supported, want null");
  }
  const rapidjson::Value* unknown = io::Find(value, "unk_token");
  if (unknown != nullptr && !unknown->IsNull()) {
    HYDROMETER_ASSIGN_OR_RETURN(const std::string token,
                                io::GetString(value, "unk_token", where));
    unknown_id_ = IdOf(token);
    if (!unknown_id_) {
      return RefusedError(where, ": unk_token \"", token,
                          "\" is not in the vocabulary");
    }
  }
  HYDROMETER_ASSIGN_OR_RETURN(fuse_unknown_,
                              BoolOr(value, "fuse_unk", false, where));
  HYDROMETER_ASSIGN_OR_RETURN(byte_fallback_,
                              BoolOr(value, "byte_fallback", false, where));
  HYDROMETER_ASSIGN_OR_RETURN(ignore_merges_,
                              BoolOr(value, "ignore_merges", false, where));
  cuts_at_space_ = cuts_at_space_ && !ignore_merges_;
  return absl::OkStatus();
}

bool BpeModel::CanTakeBytes() const {
  for (int byte = 0; byte < 256; ++byte) {
    const uint32_t c = CharOfByte(static_cast<unsigned char>(byte));
    if (c >= id_of_char_.size() || id_of_char_[c] < 0) return false;
  }
  return true;
}

void BpeModel::UseBytes() {
  takes_bytes_ = true;
  for (int byte = 0; byte < 256; ++byte) {
    id_of_byte_[byte] = static_cast<uint32_t>(
        id_of_char_[CharOfByte(static_cast<unsigned char>(byte))]);
  }
  if (!ignore_merges_) return;
  id_of_bytes_.reserve(tokens_.size());
  std::string bytes;
  for (uint32_t id = 0; id < tokens_.size(); ++id) {
    if (has_token_[id] && BytesOfChars(tokens_[id], &bytes)) {
      id_of_bytes_[bytes] = id;
    }
  }
}

std::optional<uint32_t> BpeModel::IdOf(absl::string_view token) const {
  const auto found = id_of_token_.find(token);
  if (found == id_of_token_.end()) return std::nullopt;
  return found->second;
}

const std::string* BpeModel::TokenOf(uint32_t id) const {
  return id < tokens_.size() && has_token_[id] ? &tokens_[id] : nullptr;
}

void BpeModel::Encode(absl::string_view word, BpeScratch* scratch,
                      std::vector<Symbol>* out) const {
  if (takes_bytes_ || !cuts_at_space_) {
    EncodeCached(word, scratch, out);
    return;
  }
  size_t start = 0;
  for (size_t at = word.find(kSpaceMark); at != absl::string_view::npos;) {
    const bool cut =
        at > start &&
        (at - start < kSpaceMark.size() ||
         word.substr(at - kSpaceMark.size(), kSpaceMark.size()) != kSpaceMark);
    if (cut) {
      EncodeCached(word.substr(start, at - start), scratch, out);
      start = at;
    }
    at = word.find(kSpaceMark, at + kSpaceMark.size());
  }
  if (start < word.size()) EncodeCached(word.substr(start), scratch, out);
}

void BpeModel::EncodeCached(absl::string_view word, BpeScratch* scratch,
                            std::vector<Symbol>* out) const {
  std::vector<Symbol>& symbols = scratch->symbols;
  if (word.empty() || word.size() > WordCache::kMaxBytes) {
    EncodeWord(word, scratch);
    out->insert(out->end(), symbols.begin(), symbols.end());
    return;
  }
  const uint64_t hash = WordCache::Hash(word);
  WordCache::Entry& entry = *scratch->cache.Place(hash);
  if (WordCache::Holds(entry, word, hash)) {
    for (int i = 0; i < entry.token_count; ++i) {
      out->push_back({entry.ids[i], entry.lengths[i]});
    }
    return;
  }
  EncodeWord(word, scratch);
  out->insert(out->end(), symbols.begin(), symbols.end());
  if (symbols.size() > WordCache::kMaxTokens) return;
  entry.hash = hash;
  entry.byte_count = static_cast<uint8_t>(word.size());
  entry.token_count = static_cast<uint8_t>(symbols.size());
  std::memcpy(entry.bytes, word.data(), word.size());
  for (size_t i = 0; i < symbols.size(); ++i) {
    entry.ids[i] = symbols[i].id;
    entry.lengths[i] = static_cast<uint8_t>(symbols[i].bytes);
  }
}

void BpeModel::EncodeWord(absl::string_view word, BpeScratch* scratch) const {
  std::vector<Symbol>& symbols = scratch->symbols;
  symbols.clear();
  const auto size = static_cast<uint32_t>(word.size());
  if (takes_bytes_) {
    if (ignore_merges_) {
      const auto found = id_of_bytes_.find(word);
      if (found != id_of_bytes_.end()) {
        symbols.push_back({found->second, size});
        return;
      }
    }
    for (char byte : word) {
      symbols.push_back({id_of_byte_[static_cast<unsigned char>(byte)], 1});
    }
  } else {
    if (ignore_merges_) {
      if (const auto id = IdOf(word)) {
        symbols.push_back({*id, size});
        return;
      }
    }
    StartFromChars(word, &symbols);
  }
  scratch->merger.Merge(merges_, &symbols);
}

void BpeModel::StartFromChars(absl::string_view word,
                              std::vector<Symbol>* symbols) const {
  uint32_t unknown_bytes = 0;  // of an unknown token that is yet to come
  const auto flush = [&] {
    if (unknown_bytes > 0) symbols->push_back({*unknown_id_, unknown_bytes});
    unknown_bytes = 0;
  };
  for (size_t i = 0; i < word.size();) {
    const DecodedChar c = DecodeChar(word, i);
    const absl::string_view bytes = word.substr(i, c.bytes);
    i += c.bytes;
    const int32_t id =
        c.code_point < id_of_char_.size() ? id_of_char_[c.code_point] : -1;
    if (id >= 0) {
      flush();
      symbols->push_back({static_cast<uint32_t>(id), c.bytes});
      continue;
    }
    const auto has_fallback = [&](char byte) {
      return fallback_id_[static_cast<unsigned char>(byte)] >= 0;
    };
    // As in the official library, an unknown token that is waiting comes
    // after these bytes.
    if (byte_fallback_ &&
        std::all_of(bytes.begin(), bytes.end(), has_fallback)) {
      for (char byte : bytes) {
        symbols->push_back({static_cast<uint32_t>(
                                fallback_id_[static_cast<unsigned char>(byte)]),
                            1});
      }
      continue;
    }
    if (!unknown_id_) continue;  // dropped, as in the official library
    if (!fuse_unknown_) flush();
    unknown_bytes += c.bytes;
  }
  flush();
}

}  // namespace hydrometer::text
