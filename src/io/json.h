// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// Strict JSON in and out. Input is hostile: the whole text must be one value,
// in valid UTF-8, without comments, NaN, duplicate keys or deep nesting. What
// a document holds is asked for through Get*, whose errors name the file, the
// key, what was seen and what was wanted.
//
// Source: RFC 8259. Tests: tests/io/json_test.cc.
#ifndef HYDROMETER_SRC_IO_JSON_H_
#define HYDROMETER_SRC_IO_JSON_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

// One exact integer or one double: never a silent loss of precision.
#define RAPIDJSON_HAS_STDSTRING 1
#include "rapidjson/document.h"

namespace hydrometer::io {

inline constexpr int kMaxJsonDepth = 64;
inline constexpr int64_t kDefaultMaxJsonBytes = int64_t{256} << 20;

// Parses `text`. `name` is what errors call the file. Refused: anything but
// one strict JSON value, duplicate keys in one object, more than
// kMaxJsonDepth levels.
absl::StatusOr<rapidjson::Document> ParseJson(absl::string_view text,
                                              absl::string_view name);

// Reads and parses the file `path`; refuses files of more than `max_bytes`.
absl::StatusOr<rapidjson::Document> ReadJsonFile(
    absl::string_view path, int64_t max_bytes = kDefaultMaxJsonBytes);

// Members of the object `object`, which came from the file `name`. A missing
// member, one of another type, or an `object` that is none is refused.
absl::StatusOr<std::string> GetString(const rapidjson::Value& object,
                                      absl::string_view key,
                                      absl::string_view name);
absl::StatusOr<int64_t> GetInt(const rapidjson::Value& object,
                               absl::string_view key, absl::string_view name);
absl::StatusOr<double> GetDouble(const rapidjson::Value& object,
                                 absl::string_view key,
                                 absl::string_view name);
absl::StatusOr<bool> GetBool(const rapidjson::Value& object,
                             absl::string_view key, absl::string_view name);
// An array or an object; borrowed from `object`.
absl::StatusOr<const rapidjson::Value*> GetArray(
    const rapidjson::Value& object, absl::string_view key,
    absl::string_view name);
absl::StatusOr<const rapidjson::Value*> GetObject(
    const rapidjson::Value& object, absl::string_view key,
    absl::string_view name);

// nullptr when `object` is no object or has no such member.
const rapidjson::Value* Find(const rapidjson::Value& object,
                             absl::string_view key);

// A short name of a value's type, for messages: "string", "number", "array".
std::string TypeName(const rapidjson::Value& value);

// The text of `value`: deterministic, doubles in shortest round-trip form.
// A double that is not finite is written as null. `indent` 0: one line.
std::string WriteJson(const rapidjson::Value& value, int indent = 0);

}  // namespace hydrometer::io

#endif  // HYDROMETER_SRC_IO_JSON_H_
