// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// A tokenizer as Hugging Face's tokenizer.json describes it: text to token
// ids and back, with the ids, offsets and texts of the official library. What
// is supported stands in src/text/README.md; everything else is refused by
// name when the file is read, never approximated.
//
//   HYDROMETER_ASSIGN_OR_RETURN(Tokenizer tokenizer,
//                               Tokenizer::FromFile("tokenizer.json"));
//   HYDROMETER_ASSIGN_OR_RETURN(Encoding encoding, tokenizer.Encode("Hi"));
//
// Source: the tokenizers library 0.23. Tests: tests/text/tokenizer_*_test.cc.
#ifndef HYDROMETER_SRC_TEXT_TOKENIZER_H_
#define HYDROMETER_SRC_TEXT_TOKENIZER_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "src/text/aligned_text.h"

namespace hydrometer::text {

struct EncodeOptions {
  bool add_special_tokens = true;
};

struct Encoding {
  std::vector<int32_t> ids;
  // Bytes [start, end) of the text, one for each id; whole characters, so
  // that the tokens of one character share its span. [0, 0) for the special
  // tokens that the post-processor adds.
  std::vector<Span> offsets;
};

// Immutable and cheap to copy; may be used from several threads.
class Tokenizer {
 public:
  // Reads `path`. RefusedError names the file and what is wrong with it.
  static absl::StatusOr<Tokenizer> FromFile(absl::string_view path);
  // `name` is what errors call the file. The fingerprint is that of `json`.
  static absl::StatusOr<Tokenizer> FromJson(absl::string_view json,
                                            absl::string_view name);

  // RefusedError when `text` is not valid UTF-8 (with the byte's position),
  // longer than 1 GiB, or makes a regular expression give up.
  absl::StatusOr<Encoding> Encode(absl::string_view text,
                                  const EncodeOptions& options = {}) const;

  // Ids without a token are left out; special ones too with `skip_special`.
  // The text is valid UTF-8: what is not becomes U+FFFD.
  absl::StatusOr<std::string> Decode(absl::Span<const int32_t> ids,
                                     bool skip_special = false) const;

  // Largest id plus one. Not every id below it need have a token.
  int64_t vocab_size() const;
  bool HasToken(int32_t id) const;
  // The token as the file writes it ("Ġthe", "<0x0A>"); "" without a token.
  std::string TokenText(int32_t id) const;
  // The bytes that the token appends in the middle of a text (" the", "\n");
  // often no valid UTF-8 by themselves. For an added token, its content.
  std::string TokenBytes(int32_t id) const;
  std::optional<int32_t> IdOf(absl::string_view token) const;

  // Special: an added token with that mark.
  bool IsSpecial(int32_t id) const;
  // Ascending.
  std::vector<int32_t> special_ids() const;
  // The first id that the post-processor puts before every text, and the last
  // one that it puts behind; none where it puts none.
  std::optional<int32_t> bos_id() const;
  std::optional<int32_t> eos_id() const;

  // SHA-256 of the file's bytes, in hexadecimal.
  const std::string& Fingerprint() const;

 private:
  struct Impl;
  explicit Tokenizer(std::shared_ptr<const Impl> impl)
      : impl_(std::move(impl)) {}
  std::shared_ptr<const Impl> impl_;
};

}  // namespace hydrometer::text

#endif  // HYDROMETER_SRC_TEXT_TOKENIZER_H_
