// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
#include "src/text/tokenizer.h"

#include <algorithm>
#include <mutex>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/base/errors.h"
#include "src/base/status_macros.h"
#include "src/io/file.h"
#include "src/io/json.h"
#include "src/io/sha256.h"
#include "src/text/added_vocabulary.h"
#include "src/text/bpe_model.h"
#include "src/text/decoder.h"
#include "src/text/normalizer.h"
#include "src/text/post_processor.h"
#include "src/text/pre_tokenizer.h"
#include "src/text/utf8.h"

namespace hydrometer::text {
namespace {

constexpr int64_t kMaxFileBytes = int64_t{256} << 20;
constexpr size_t kMaxTextBytes = size_t{1} << 30;

// The component under `key`; null where the file has none.
const rapidjson::Value& Component(const rapidjson::Value& file,
                                  absl::string_view key) {
  static const rapidjson::Value& null = *new rapidjson::Value();
  const rapidjson::Value* value = io::Find(file, key);
  return value == nullptr ? null : *value;
}

// Encoders' working space, kept between calls: it holds the word cache.
class ScratchPool {
 public:
  std::unique_ptr<BpeScratch> Take() {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      if (!free_.empty()) {
        auto scratch = std::move(free_.back());
        free_.pop_back();
        return scratch;
      }
    }
    return std::make_unique<BpeScratch>();
  }
  void Return(std::unique_ptr<BpeScratch> scratch) {
    const std::lock_guard<std::mutex> lock(mutex_);
    free_.push_back(std::move(scratch));
  }

 private:
  std::mutex mutex_;
  std::vector<std::unique_ptr<BpeScratch>> free_;
};

}  // namespace

struct Tokenizer::Impl {
  std::unique_ptr<BpeModel> model;
  std::unique_ptr<Normalizer> normalizer;  // or null
  PreTokenizerChain pre_tokenizer;
  std::unique_ptr<PostProcessor> post_processor;  // or null
  std::unique_ptr<Decoder> decoder;               // or null
  AddedVocabulary added;
  uint32_t max_id = 0;
  std::string fingerprint;
  // Of every token of the model, where the post-processor trims offsets:
  // leading << 32 | trailing.
  std::vector<uint64_t> spaces;
  mutable ScratchPool scratch_pool;

  absl::Status Read(const rapidjson::Value& file, absl::string_view name);
  void CountTokenSpaces();
  // The text in pieces: added tokens, and what the pre-tokenizers left.
  absl::StatusOr<PieceList> Split(absl::string_view text) const;
  absl::Status SplitPart(absl::string_view text, Span span,
                         PieceList* list) const;
  void EncodePiece(const PieceList& list, const Piece& piece,
                   BpeScratch* scratch, std::vector<Symbol>* symbols,
                   std::vector<OutputToken>* out) const;
  // nullptr when no token has this id.
  const std::string* TokenOf(int32_t id) const;
};

absl::Status Tokenizer::Impl::Read(const rapidjson::Value& file,
                                   absl::string_view name) {
  if (!file.IsObject()) {
    return RefusedError(name, ": is ", io::TypeName(file), ", want an object");
  }
  if (io::Find(file, "version") != nullptr) {
    HYDROMETER_ASSIGN_OR_RETURN(const std::string version,
                                io::GetString(file, "version", name));
    if (version != "1.0") {
      return RefusedError(name, ": version \"", version, "\", want 1.0");
    }
  }
  const auto where = [&](absl::string_view key) {
    return absl::StrCat(name, ": ", key);
  };
  HYDROMETER_ASSIGN_OR_RETURN(const rapidjson::Value* model_value,
                              io::GetObject(file, "model", name));
  HYDROMETER_ASSIGN_OR_RETURN(model,
                              BpeModel::FromJson(*model_value, where("model")));
  HYDROMETER_ASSIGN_OR_RETURN(
      normalizer,
      MakeNormalizer(Component(file, "normalizer"), where("normalizer")));
  HYDROMETER_ASSIGN_OR_RETURN(
      pre_tokenizer,
      MakePreTokenizer(Component(file, "pre_tokenizer"), where("pre_tokenizer"),
                       model->CanTakeBytes()));
  if (pre_tokenizer.yields_bytes) model->UseBytes();
  HYDROMETER_ASSIGN_OR_RETURN(
      added,
      AddedVocabulary::FromJson(Component(file, "added_tokens"), *model,
                                normalizer.get(), where("added_tokens")));
  max_id = model->max_id();
  for (const AddedToken& token : added.tokens()) {
    max_id = std::max(max_id, token.id);
  }
  HYDROMETER_ASSIGN_OR_RETURN(
      post_processor, MakePostProcessor(Component(file, "post_processor"),
                                        max_id, where("post_processor")));
  HYDROMETER_ASSIGN_OR_RETURN(
      decoder, MakeDecoder(Component(file, "decoder"), where("decoder")));
  if (post_processor != nullptr && post_processor->trims_offsets()) {
    CountTokenSpaces();
  }
  return absl::OkStatus();
}

void Tokenizer::Impl::CountTokenSpaces() {
  spaces.resize(size_t{model->max_id()} + 1, 0);
  for (uint32_t id = 0; id <= model->max_id(); ++id) {
    const std::string* token = model->TokenOf(id);
    if (token == nullptr) continue;
    OutputToken counted{};
    CountSpaces(*token, &counted);
    spaces[id] = uint64_t{counted.leading} << 32 | counted.trailing;
  }
}

absl::Status Tokenizer::Impl::SplitPart(absl::string_view text, Span span,
                                        PieceList* list) const {
  AlignedText part(text, span.start, span.end);
  if (normalizer != nullptr) {
    HYDROMETER_RETURN_IF_ERROR(normalizer->Normalize(&part));
  }
  const auto index = static_cast<uint32_t>(list->texts.size());
  for (const auto& found : added.Split(part.text(), /*normalized=*/true)) {
    Piece piece{index, found.span.start, found.span.end};
    if (found.token != nullptr) {
      piece.token_id = static_cast<int32_t>(found.token->id);
    }
    list->pieces.push_back(piece);
  }
  list->texts.push_back(std::move(part));
  return absl::OkStatus();
}

absl::StatusOr<PieceList> Tokenizer::Impl::Split(absl::string_view text) const {
  PieceList list;
  for (const auto& found : added.Split(text, /*normalized=*/false)) {
    if (found.token == nullptr) {
      HYDROMETER_RETURN_IF_ERROR(SplitPart(text, found.span, &list));
      continue;
    }
    const auto index = static_cast<uint32_t>(list.texts.size());
    list.texts.emplace_back(text, found.span.start, found.span.end);
    list.pieces.push_back({index, 0, found.span.end - found.span.start,
                           static_cast<int32_t>(found.token->id)});
  }
  for (const auto& part : pre_tokenizer.parts) {
    HYDROMETER_RETURN_IF_ERROR(part->Split(&list));
  }
  return list;
}

void Tokenizer::Impl::EncodePiece(const PieceList& list, const Piece& piece,
                                  BpeScratch* scratch,
                                  std::vector<Symbol>* symbols,
                                  std::vector<OutputToken>* out) const {
  const AlignedText& text = list.texts[piece.text_index];
  if (piece.token_id != kNoToken) {
    OutputToken token{static_cast<uint32_t>(piece.token_id),
                      text.SpanOf(piece.begin, piece.end)};
    // The token's text is what it took, white space included.
    if (!spaces.empty()) CountSpaces(list.TextOf(piece), &token);
    out->push_back(token);
    return;
  }
  symbols->clear();
  model->Encode(list.TextOf(piece), scratch, symbols);
  uint32_t begin = piece.begin;
  for (const Symbol& symbol : *symbols) {
    OutputToken token{symbol.id, text.SpanOf(begin, begin + symbol.bytes)};
    begin += symbol.bytes;
    if (!spaces.empty()) {
      token.leading = static_cast<uint32_t>(spaces[symbol.id] >> 32);
      token.trailing = static_cast<uint32_t>(spaces[symbol.id]);
    }
    out->push_back(token);
  }
}

const std::string* Tokenizer::Impl::TokenOf(int32_t id) const {
  if (id < 0) return nullptr;
  const AddedToken* token = added.Find(static_cast<uint32_t>(id));
  if (token != nullptr) return &token->content;
  return model->TokenOf(static_cast<uint32_t>(id));
}

absl::StatusOr<Tokenizer> Tokenizer::FromFile(absl::string_view path) {
  HYDROMETER_ASSIGN_OR_RETURN(const std::string json,
                              io::ReadFile(path, kMaxFileBytes));
  return FromJson(json, path);
}

absl::StatusOr<Tokenizer> Tokenizer::FromJson(absl::string_view json,
                                              absl::string_view name) {
  HYDROMETER_ASSIGN_OR_RETURN(const rapidjson::Document file,
                              io::ParseJson(json, name));
  auto impl = std::make_shared<Impl>();
  HYDROMETER_RETURN_IF_ERROR(impl->Read(file, name));
  impl->fingerprint = io::Sha256Hex(json);
  return Tokenizer(std::move(impl));
}

absl::StatusOr<Encoding> Tokenizer::Encode(absl::string_view text,
                                           const EncodeOptions& options) const {
  const size_t valid = ValidUtf8Prefix(text);
  if (valid != text.size()) {
    return RefusedError("text: byte ", valid, " is not valid UTF-8");
  }
  if (text.size() > kMaxTextBytes) {
    return RefusedError("text: ", text.size(), " bytes, want at most ",
                        kMaxTextBytes);
  }
  HYDROMETER_ASSIGN_OR_RETURN(const PieceList list, impl_->Split(text));
  std::vector<OutputToken> tokens;
  tokens.reserve(list.pieces.size() + 8);
  std::vector<Symbol> symbols;
  auto scratch = impl_->scratch_pool.Take();
  for (const Piece& piece : list.pieces) {
    impl_->EncodePiece(list, piece, scratch.get(), &symbols, &tokens);
  }
  impl_->scratch_pool.Return(std::move(scratch));
  if (impl_->post_processor != nullptr) {
    impl_->post_processor->Process(text, options.add_special_tokens, &tokens);
  }
  Encoding encoding;
  encoding.ids.reserve(tokens.size());
  encoding.offsets.reserve(tokens.size());
  for (const OutputToken& token : tokens) {
    encoding.ids.push_back(static_cast<int32_t>(token.id));
    encoding.offsets.push_back(token.span);
  }
  return encoding;
}

absl::StatusOr<std::string> Tokenizer::Decode(absl::Span<const int32_t> ids,
                                              bool skip_special) const {
  std::vector<std::string> tokens;
  tokens.reserve(ids.size());
  for (int32_t id : ids) {
    const std::string* token = impl_->TokenOf(id);
    if (token == nullptr || (skip_special && IsSpecial(id))) continue;
    tokens.push_back(*token);
  }
  if (impl_->decoder == nullptr) return absl::StrJoin(tokens, " ");
  HYDROMETER_RETURN_IF_ERROR(impl_->decoder->Decode(&tokens));
  return absl::StrJoin(tokens, "");
}

int64_t Tokenizer::vocab_size() const { return int64_t{impl_->max_id} + 1; }

bool Tokenizer::HasToken(int32_t id) const {
  return impl_->TokenOf(id) != nullptr;
}

std::string Tokenizer::TokenText(int32_t id) const {
  const std::string* token = impl_->TokenOf(id);
  return token == nullptr ? "" : *token;
}

std::string Tokenizer::TokenBytes(int32_t id) const {
  std::string token = TokenText(id);
  // An added token stands in texts as it is written.
  const bool is_added =
      id >= 0 && impl_->added.Find(static_cast<uint32_t>(id)) != nullptr;
  if (is_added || impl_->decoder == nullptr) return token;
  std::string bytes = token;
  return impl_->decoder->ToBytes(&bytes).ok() ? bytes : token;
}

std::optional<int32_t> Tokenizer::IdOf(absl::string_view token) const {
  for (const AddedToken& added : impl_->added.tokens()) {
    if (added.content == token) return static_cast<int32_t>(added.id);
  }
  const auto id = impl_->model->IdOf(token);
  if (!id) return std::nullopt;
  return static_cast<int32_t>(*id);
}

bool Tokenizer::IsSpecial(int32_t id) const {
  if (id < 0) return false;
  const AddedToken* token = impl_->added.Find(static_cast<uint32_t>(id));
  return token != nullptr && token->special;
}

std::vector<int32_t> Tokenizer::special_ids() const {
  std::vector<int32_t> ids;
  for (const AddedToken& token : impl_->added.tokens()) {
    if (token.special) ids.push_back(static_cast<int32_t>(token.id));
  }
  std::sort(ids.begin(), ids.end());
  return ids;
}

std::optional<int32_t> Tokenizer::bos_id() const {
  if (impl_->post_processor == nullptr) return std::nullopt;
  const auto ids = impl_->post_processor->prefix_ids();
  if (ids.empty()) return std::nullopt;
  return static_cast<int32_t>(ids.front());
}

std::optional<int32_t> Tokenizer::eos_id() const {
  if (impl_->post_processor == nullptr) return std::nullopt;
  const auto ids = impl_->post_processor->suffix_ids();
  if (ids.empty()) return std::nullopt;
  return static_cast<int32_t>(ids.back());
}

const std::string& Tokenizer::Fingerprint() const { return impl_->fingerprint; }

}  // namespace hydrometer::text
