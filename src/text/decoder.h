// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// Decoders of a tokenizer file: from tokens back to text. ByteLevel,
// ByteFallback, Fuse, Strip, Replace, Metaspace, BPEDecoder, Sequence.
//
// Tests: tests/text/tokenizer_differential_test.cc.
#ifndef HYDROMETER_SRC_TEXT_DECODER_H_
#define HYDROMETER_SRC_TEXT_DECODER_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "src/io/json.h"

namespace hydrometer::text {

// Immutable; may be used from several threads.
class Decoder {
 public:
  virtual ~Decoder() = default;
  // Turns a whole sequence of tokens into text, still in parts.
  virtual absl::Status Decode(std::vector<std::string>* tokens) const = 0;
  // Turns one token into the bytes it stands for in the middle of a text;
  // they need not be valid UTF-8.
  virtual absl::Status ToBytes(std::string* token) const = 0;
};

// The decoder that `value` describes; nullptr for null. A component that is
// not known here is refused by name.
absl::StatusOr<std::unique_ptr<Decoder>> MakeDecoder(
    const rapidjson::Value& value, absl::string_view where);

}  // namespace hydrometer::text

#endif  // HYDROMETER_SRC_TEXT_DECODER_H_
