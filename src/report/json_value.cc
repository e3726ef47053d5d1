// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/report/json_value.h"

#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "src/report/visible_text.h"

namespace hydrometer::report {

rapidjson::Value TextValue(absl::string_view text, Allocator& allocator) {
  const std::string clean = CleanUtf8(text);
  return rapidjson::Value(
      clean.data(), static_cast<rapidjson::SizeType>(clean.size()), allocator);
}

rapidjson::Value NumberValue(std::optional<double> number) {
  if (!number || !std::isfinite(*number)) return rapidjson::Value();
  // -0.0 and 0.0 are equal and must not differ in bytes.
  return rapidjson::Value(*number == 0 ? 0.0 : *number);
}

double RoundToSixDigits(double number) {
  if (!std::isfinite(number)) return number;
  char digits[40];
  std::snprintf(digits, sizeof(digits), "%.6g", number);
  return std::strtod(digits, nullptr);
}

ObjectBuilder& ObjectBuilder::Text(const char* key, absl::string_view text) {
  return Add(key, TextValue(text, allocator_));
}

ObjectBuilder& ObjectBuilder::TextOrNull(const char* key,
                                         absl::string_view text) {
  return Add(key,
             text.empty() ? rapidjson::Value() : TextValue(text, allocator_));
}

ObjectBuilder& ObjectBuilder::Number(const char* key,
                                     std::optional<double> number) {
  return Add(key, NumberValue(number));
}

ObjectBuilder& ObjectBuilder::Count(const char* key, int64_t count) {
  return Add(key, rapidjson::Value(count));
}

ObjectBuilder& ObjectBuilder::Bool(const char* key, bool value) {
  return Add(key, rapidjson::Value(value));
}

ObjectBuilder& ObjectBuilder::Add(const char* key, rapidjson::Value value) {
  object_.AddMember(rapidjson::StringRef(key), std::move(value), allocator_);
  return *this;
}

ObjectBuilder& ObjectBuilder::Texts(const char* key,
                                    const std::vector<std::string>& texts) {
  return Add(key, ArrayOf(texts, allocator_,
                          [](const std::string& text, Allocator& allocator) {
                            return TextValue(text, allocator);
                          }));
}

ObjectBuilder& ObjectBuilder::Pairs(const char* key, const NamePairs& pairs,
                                    const char* first_key,
                                    const char* second_key) {
  return Add(key, ArrayOf(pairs, allocator_,
                          [&](const auto& pair, Allocator& allocator) {
                            ObjectBuilder object(allocator);
                            object.Text(first_key, pair.first);
                            object.Text(second_key, pair.second);
                            return object.Take();
                          }));
}

}  // namespace hydrometer::report
