// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// Post-processors of a tokenizer file: special tokens around a text, offsets
// without white space. TemplateProcessing, ByteLevel, RobertaProcessing,
// BertProcessing, Sequence.
//
// Tests: tests/text/tokenizer_differential_test.cc.
#ifndef HYDROMETER_SRC_TEXT_POST_PROCESSOR_H_
#define HYDROMETER_SRC_TEXT_POST_PROCESSOR_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "src/io/json.h"
#include "src/text/aligned_text.h"

namespace hydrometer::text {

// A token on its way out. `leading` and `trailing` count the white space
// characters (and U+0120, the byte alphabet's space) at the token's ends.
struct OutputToken {
  uint32_t id;
  Span span;
  uint32_t leading = 0;
  uint32_t trailing = 0;
};

// Immutable; may be used from several threads.
class PostProcessor {
 public:
  virtual ~PostProcessor() = default;
  // `original` is the text that the spans belong to.
  virtual void Process(absl::string_view original, bool add_special_tokens,
                       std::vector<OutputToken>* tokens) const = 0;
  // Whether Process reads leading and trailing.
  virtual bool trims_offsets() const { return false; }
  // Ids put before and after a single text.
  virtual std::vector<uint32_t> prefix_ids() const { return {}; }
  virtual std::vector<uint32_t> suffix_ids() const { return {}; }
};

// The post-processor that `value` describes; nullptr for null. Special tokens
// must have ids of at most `max_id`. A component that is not known here is
// refused by name.
absl::StatusOr<std::unique_ptr<PostProcessor>> MakePostProcessor(
    const rapidjson::Value& value, uint32_t max_id, absl::string_view where);

// The white space characters at the ends of a token's text.
void CountSpaces(absl::string_view token, OutputToken* out);

}  // namespace hydrometer::text

#endif  // HYDROMETER_SRC_TEXT_POST_PROCESSOR_H_
