// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
#include "src/text/component_fields.h"

#include <utility>

#include "src/base/errors.h"
#include "src/base/status_macros.h"
#include "src/text/utf8.h"

namespace hydrometer::text {

absl::StatusOr<bool> BoolOr(const rapidjson::Value& object,
                            absl::string_view key, bool fallback,
                            absl::string_view where) {
  const rapidjson::Value* value = io::Find(object, key);
  if (value == nullptr || value->IsNull()) return fallback;
  return io::GetBool(object, key, where);
}

absl::StatusOr<uint32_t> GetChar(const rapidjson::Value& object,
                                 absl::string_view key,
                                 absl::string_view where) {
  HYDROMETER_ASSIGN_OR_RETURN(const std::string text,
                              io::GetString(object, key, where));
  if (text.empty() || CharBytes(text[0]) != text.size()) {
    return RefusedError(where, ": \"", key, "\" is \"", text,
                        "\", want one character");
  }
  return DecodeChar(text, 0).code_point;
}

absl::StatusOr<uint32_t> ToTokenId(const rapidjson::Value& value,
                                   absl::string_view where) {
  if (!value.IsUint() || value.GetUint() > kMaxTokenId) {
    return RefusedError(
        where, ": token id is ",
        value.IsNumber() ? io::WriteJson(value) : io::TypeName(value),
        ", want an integer from 0 to ", kMaxTokenId);
  }
  return value.GetUint();
}

absl::StatusOr<Pattern> Pattern::FromJson(const rapidjson::Value& component,
                                          absl::string_view where) {
  HYDROMETER_ASSIGN_OR_RETURN(const rapidjson::Value* object,
                              io::GetObject(component, "pattern", where));
  Pattern pattern;
  if (io::Find(*object, "String") != nullptr) {
    HYDROMETER_ASSIGN_OR_RETURN(pattern.literal_,
                                io::GetString(*object, "String", where));
    if (!pattern.literal_.empty()) return pattern;
    // The empty string matches between all characters, as a regex does.
    HYDROMETER_ASSIGN_OR_RETURN(pattern.regex_, Regex::Compile("", where));
    return pattern;
  }
  if (io::Find(*object, "Regex") == nullptr) {
    return RefusedError(where,
                        ": \"pattern\" has neither \"String\" nor \"Regex\"");
  }
  HYDROMETER_ASSIGN_OR_RETURN(const std::string text,
                              io::GetString(*object, "Regex", where));
  HYDROMETER_ASSIGN_OR_RETURN(pattern.regex_, Regex::Compile(text, where));
  return pattern;
}

absl::Status Pattern::FindAll(absl::string_view text,
                              std::vector<Span>* out) const {
  if (regex_) return regex_->FindAll(text, out);
  for (size_t from = 0;;) {
    const size_t found = text.find(literal_, from);
    if (found == absl::string_view::npos) return absl::OkStatus();
    from = found + literal_.size();
    out->push_back({static_cast<uint32_t>(found), static_cast<uint32_t>(from)});
  }
}

}  // namespace hydrometer::text
