// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
#include "src/text/decoder.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "src/base/errors.h"
#include "src/base/status_macros.h"
#include "src/text/byte_alphabet.h"
#include "src/text/component_fields.h"
#include "src/text/utf8.h"

namespace hydrometer::text {
namespace {

using DecoderPointer = std::unique_ptr<Decoder>;
using Tokens = std::vector<std::string>;

class ByteLevelDecoder : public Decoder {
 public:
  absl::Status Decode(Tokens* tokens) const override {
    std::string bytes, part;
    for (const std::string& token : *tokens) {
      bytes += BytesOfChars(token, &part) ? part : token;
    }
    *tokens = {ReplaceInvalidUtf8(bytes)};
    return absl::OkStatus();
  }
  absl::Status ToBytes(std::string* token) const override {
    std::string bytes;
    if (BytesOfChars(*token, &bytes)) *token = bytes;
    return absl::OkStatus();
  }
};

// The byte of "<0x41>", or -1.
int FallbackByte(absl::string_view token) {
  if (token.size() != 6 || token.substr(0, 3) != "<0x" || token[5] != '>') {
    return -1;
  }
  int byte = 0;
  for (size_t i = 3; i < 5; ++i) {
    const char c = absl::ascii_tolower(token[i]);
    if (i == 3 && c == '+') continue;  // the official library takes "<0x+1>"
    if (!absl::ascii_isxdigit(c)) return -1;
    byte = 16 * byte + (c <= '9' ? c - '0' : c - 'a' + 10);
  }
  return byte;
}

class ByteFallbackDecoder : public Decoder {
 public:
  absl::Status Decode(Tokens* tokens) const override {
    Tokens out;
    std::string bytes;  // of the run of byte tokens that is being read
    const auto flush = [&] {
      if (ValidUtf8Prefix(bytes) == bytes.size()) {
        if (!bytes.empty()) out.push_back(bytes);
      } else {
        for (size_t i = 0; i < bytes.size(); ++i) out.push_back("\xef\xbf\xbd");
      }
      bytes.clear();
    };
    for (std::string& token : *tokens) {
      const int byte = FallbackByte(token);
      if (byte >= 0) {
        bytes.push_back(static_cast<char>(byte));
        continue;
      }
      flush();
      out.push_back(std::move(token));
    }
    flush();
    *tokens = std::move(out);
    return absl::OkStatus();
  }
  absl::Status ToBytes(std::string* token) const override {
    const int byte = FallbackByte(*token);
    if (byte >= 0) *token = std::string(1, static_cast<char>(byte));
    return absl::OkStatus();
  }
};

class FuseDecoder : public Decoder {
 public:
  absl::Status Decode(Tokens* tokens) const override {
    std::string all;
    for (const std::string& token : *tokens) all += token;
    *tokens = {std::move(all)};
    return absl::OkStatus();
  }
  absl::Status ToBytes(std::string*) const override { return absl::OkStatus(); }
};

class StripDecoder : public Decoder {
 public:
  StripDecoder(std::string content, uint64_t start, uint64_t stop)
      : content_(std::move(content)), start_(start), stop_(stop) {}
  absl::Status Decode(Tokens* tokens) const override {
    for (std::string& token : *tokens) {
      absl::string_view rest = token;
      for (uint64_t i = 0; i < start_; ++i) {
        if (rest.substr(0, content_.size()) != content_) break;
        rest.remove_prefix(content_.size());
      }
      for (uint64_t i = 0; i < stop_; ++i) {
        if (rest.size() < content_.size() ||
            rest.substr(rest.size() - content_.size()) != content_) {
          break;
        }
        rest.remove_suffix(content_.size());
      }
      token = std::string(rest);
    }
    return absl::OkStatus();
  }
  // What is stripped belongs to the ends of a text.
  absl::Status ToBytes(std::string*) const override { return absl::OkStatus(); }

 private:
  std::string content_;  // one character
  uint64_t start_, stop_;
};

class ReplaceDecoder : public Decoder {
 public:
  ReplaceDecoder(Pattern pattern, std::string content)
      : pattern_(std::move(pattern)), content_(std::move(content)) {}
  absl::Status Decode(Tokens* tokens) const override {
    for (std::string& token : *tokens) {
      HYDROMETER_RETURN_IF_ERROR(ToBytes(&token));
    }
    return absl::OkStatus();
  }
  absl::Status ToBytes(std::string* token) const override {
    if (ValidUtf8Prefix(*token) != token->size()) return absl::OkStatus();
    std::vector<Span> matches;
    HYDROMETER_RETURN_IF_ERROR(pattern_.FindAll(*token, &matches));
    if (token->empty()) matches.clear();
    std::string out;
    size_t copied = 0;
    for (const Span& match : matches) {
      out.append(*token, copied, match.start - copied);
      out += content_;
      copied = match.end;
    }
    out.append(*token, copied);
    *token = std::move(out);
    return absl::OkStatus();
  }

 private:
  Pattern pattern_;
  std::string content_;
};

class MetaspaceDecoder : public Decoder {
 public:
  MetaspaceDecoder(uint32_t replacement, bool prepends) : prepends_(prepends) {
    AppendChar(replacement, &replacement_);
  }
  absl::Status Decode(Tokens* tokens) const override {
    for (size_t i = 0; i < tokens->size(); ++i) {
      const absl::string_view space = i == 0 && prepends_ ? "" : " ";
      (*tokens)[i] = absl::StrReplaceAll((*tokens)[i], {{replacement_, space}});
    }
    return absl::OkStatus();
  }
  absl::Status ToBytes(std::string* token) const override {
    *token = absl::StrReplaceAll(*token, {{replacement_, " "}});
    return absl::OkStatus();
  }

 private:
  std::string replacement_;
  bool prepends_;
};

class SuffixDecoder : public Decoder {
 public:
  explicit SuffixDecoder(std::string suffix) : suffix_(std::move(suffix)) {}
  absl::Status Decode(Tokens* tokens) const override {
    for (size_t i = 0; i < tokens->size(); ++i) {
      Replace(i + 1 == tokens->size() ? "" : " ", &(*tokens)[i]);
    }
    return absl::OkStatus();
  }
  absl::Status ToBytes(std::string* token) const override {
    Replace(" ", token);
    return absl::OkStatus();
  }

 private:
  void Replace(absl::string_view by, std::string* token) const {
    *token = absl::StrReplaceAll(*token, {{suffix_, by}});
  }
  std::string suffix_;
};

class SequenceDecoder : public Decoder {
 public:
  explicit SequenceDecoder(std::vector<DecoderPointer> parts)
      : parts_(std::move(parts)) {}
  absl::Status Decode(Tokens* tokens) const override {
    for (const DecoderPointer& part : parts_) {
      HYDROMETER_RETURN_IF_ERROR(part->Decode(tokens));
    }
    return absl::OkStatus();
  }
  absl::Status ToBytes(std::string* token) const override {
    for (const DecoderPointer& part : parts_) {
      HYDROMETER_RETURN_IF_ERROR(part->ToBytes(token));
    }
    return absl::OkStatus();
  }

 private:
  std::vector<DecoderPointer> parts_;
};

absl::StatusOr<DecoderPointer> MakeStrip(const rapidjson::Value& value,
                                         absl::string_view where) {
  HYDROMETER_ASSIGN_OR_RETURN(const uint32_t c,
                              GetChar(value, "content", where));
  HYDROMETER_ASSIGN_OR_RETURN(const int64_t start,
                              io::GetInt(value, "start", where));
  HYDROMETER_ASSIGN_OR_RETURN(const int64_t stop,
                              io::GetInt(value, "stop", where));
  if (start < 0 || stop < 0) {
    return RefusedError(where, ": \"start\" and \"stop\" are ", start, " and ",
                        stop, ", want no negative number");
  }
  std::string content;
  AppendChar(c, &content);
  return std::make_unique<StripDecoder>(std::move(content),
                                        static_cast<uint64_t>(start),
                                        static_cast<uint64_t>(stop));
}

absl::StatusOr<DecoderPointer> MakeMetaspace(const rapidjson::Value& value,
                                             absl::string_view where) {
  HYDROMETER_ASSIGN_OR_RETURN(const uint32_t replacement,
                              GetChar(value, "replacement", where));
  HYDROMETER_ASSIGN_OR_RETURN(bool prepends,
                              BoolOr(value, "add_prefix_space", true, where));
  if (io::Find(value, "prepend_scheme") != nullptr) {
    HYDROMETER_ASSIGN_OR_RETURN(const std::string scheme,
                                io::GetString(value, "prepend_scheme", where));
    prepends = scheme != "never";
  }
  return std::make_unique<MetaspaceDecoder>(replacement, prepends);
}

absl::StatusOr<DecoderPointer> MakeSequence(const rapidjson::Value& value,
                                            absl::string_view where) {
  HYDROMETER_ASSIGN_OR_RETURN(const rapidjson::Value* parts,
                              io::GetArray(value, "decoders", where));
  std::vector<DecoderPointer> made;
  for (const rapidjson::Value& part : parts->GetArray()) {
    HYDROMETER_ASSIGN_OR_RETURN(DecoderPointer one, MakeDecoder(part, where));
    if (one != nullptr) made.push_back(std::move(one));
  }
  return std::make_unique<SequenceDecoder>(std::move(made));
}

}  // namespace

absl::StatusOr<std::unique_ptr<Decoder>> MakeDecoder(
    const rapidjson::Value& value, absl::string_view where) {
  if (value.IsNull()) return DecoderPointer();
  HYDROMETER_ASSIGN_OR_RETURN(const std::string type,
                              io::GetString(value, "type", where));
  const std::string here = absl::StrCat(where, " ", type);
  if (type == "Sequence") return MakeSequence(value, where);
  if (type == "ByteLevel") return std::make_unique<ByteLevelDecoder>();
  if (type == "ByteFallback") return std::make_unique<ByteFallbackDecoder>();
  if (type == "Fuse") return std::make_unique<FuseDecoder>();
  if (type == "Strip") return MakeStrip(value, here);
  if (type == "Metaspace") return MakeMetaspace(value, here);
  if (type == "Replace") {
    HYDROMETER_ASSIGN_OR_RETURN(Pattern pattern,
                                Pattern::FromJson(value, here));
    HYDROMETER_ASSIGN_OR_RETURN(std::string content,
                                io::GetString(value, "content", here));
    return std::make_unique<ReplaceDecoder>(std::move(pattern),
                                            std::move(content));
  }
  if (type == "BPEDecoder") {
    HYDROMETER_ASSIGN_OR_RETURN(std::string suffix,
                                io::GetString(value, "suffix", here));
    if (suffix.empty()) return RefusedError(here, ": \"suffix\" is empty");
    return std::make_unique<SuffixDecoder>(std::move(suffix));
  }
  return RefusedError(here,
                      ": decoder is not supported, want one of Sequence, "
                      "ByteLevel, ByteFallback, Fuse, Strip, Metaspace, "
                      "Replace, BPEDecoder");
}

}  // namespace hydrometer::text
