// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// Building blocks of report.json: an object that is filled in the order in
// which its members are written, so that equal input gives equal bytes.
// Numbers that are absent or not finite become null; text becomes valid UTF-8.
//
// Tests: tests/report/report_json_test.cc.
#ifndef HYDROMETER_SRC_REPORT_JSON_VALUE_H_
#define HYDROMETER_SRC_REPORT_JSON_VALUE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "src/io/json.h"

namespace hydrometer::report {

using Allocator = rapidjson::Document::AllocatorType;
using NamePairs = std::vector<std::pair<std::string, std::string>>;

rapidjson::Value TextValue(absl::string_view text, Allocator& allocator);
rapidjson::Value NumberValue(std::optional<double> number);

// `number` in 6 significant digits: for the large tables, where more digits
// would only be bytes.
double RoundToSixDigits(double number);

// Wraps the making of one object; `Take` hands it over. Keys are literals.
class ObjectBuilder {
 public:
  explicit ObjectBuilder(Allocator& allocator)
      : allocator_(allocator), object_(rapidjson::kObjectType) {}

  ObjectBuilder& Text(const char* key, absl::string_view text);
  // An empty text becomes null.
  ObjectBuilder& TextOrNull(const char* key, absl::string_view text);
  ObjectBuilder& Number(const char* key, std::optional<double> number);
  ObjectBuilder& Count(const char* key, int64_t count);
  ObjectBuilder& Bool(const char* key, bool value);
  ObjectBuilder& Add(const char* key, rapidjson::Value value);
  ObjectBuilder& Texts(const char* key, const std::vector<std::string>& texts);
  // [{first_key: ..., second_key: ...}, ...]
  ObjectBuilder& Pairs(const char* key, const NamePairs& pairs,
                       const char* first_key, const char* second_key);

  Allocator& allocator() { return allocator_; }
  rapidjson::Value Take() { return std::move(object_); }

 private:
  Allocator& allocator_;
  rapidjson::Value object_;
};

// An array with one element for each of `items`, made by
// element(item, allocator).
template <typename Items, typename Element>
rapidjson::Value ArrayOf(const Items& items, Allocator& allocator,
                         Element element) {
  rapidjson::Value array(rapidjson::kArrayType);
  for (const auto& item : items) {
    array.PushBack(element(item, allocator), allocator);
  }
  return array;
}

}  // namespace hydrometer::report

#endif  // HYDROMETER_SRC_REPORT_JSON_VALUE_H_
