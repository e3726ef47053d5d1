// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/io/json.h"

#include <charconv>
#include <cmath>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "rapidjson/error/en.h"
#include "rapidjson/memorystream.h"
#include "rapidjson/prettywriter.h"
#include "rapidjson/reader.h"
#include "src/base/errors.h"
#include "src/base/printable.h"
#include "src/base/status_macros.h"
#include "src/io/file.h"

namespace hydrometer::io {
namespace {

// Numbers come as text: RapidJSON's own conversion has undefined behaviour on
// some zeros ("0e50"), and std::from_chars rounds correctly.
constexpr unsigned kStrictFlags = rapidjson::kParseNumbersAsStringsFlag |
                                  rapidjson::kParseValidateEncodingFlag |
                                  rapidjson::kParseIterativeFlag;

// Walks the text once before the document is built: depth and duplicate keys
// are refused here, so that no hostile nesting reaches a recursive caller.
class StrictnessHandler
    : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>,
                                          StrictnessHandler> {
 public:
  bool Default() { return true; }
  bool StartObject() { return Push(true); }
  bool EndObject(rapidjson::SizeType) { return Pop(); }
  bool StartArray() { return Push(false); }
  bool EndArray(rapidjson::SizeType) { return Pop(); }
  bool Key(const char* text, rapidjson::SizeType length, bool) {
    std::string key(text, length);
    if (keys_.back().insert(key).second) return true;
    problem =
        absl::StrCat("key \"", PrintableStart(key, 80), "\" appears twice");
    return false;
  }
  std::string problem;

 private:
  bool Push(bool) {
    keys_.emplace_back();
    if (keys_.size() <= kMaxJsonDepth) return true;
    problem = absl::StrCat("nested more than ", kMaxJsonDepth, " levels deep");
    return false;
  }
  bool Pop() {
    keys_.pop_back();
    return true;
  }
  std::vector<absl::flat_hash_set<std::string>> keys_;
};

// Builds the document, numbers included: integers that fit 64 bits stay
// integers, the rest are the nearest doubles; one too large for a double is a
// problem, one too small is 0.
class DocumentBuilder {
 public:
  explicit DocumentBuilder(rapidjson::Document& document)
      : document_(document) {}

  bool Null() { return document_.Null(); }
  bool Bool(bool value) { return document_.Bool(value); }
  bool Int(int) { return false; }  // numbers come as RawNumber
  bool Uint(unsigned) { return false; }
  bool Int64(int64_t) { return false; }
  bool Uint64(uint64_t) { return false; }
  bool Double(double) { return false; }
  bool RawNumber(const char* text, rapidjson::SizeType length, bool) {
    const char* end = text + length;
    int64_t whole;
    if (Reads(std::from_chars(text, end, whole), end)) {
      return document_.Int64(whole);
    }
    uint64_t large;
    if (Reads(std::from_chars(text, end, large), end)) {
      return document_.Uint64(large);
    }
    double real = 0;
    auto read = std::from_chars(text, end, real);
    if (read.ec == std::errc::result_out_of_range) {
      const absl::string_view number(text, length);
      if (number.find("e-") == absl::string_view::npos &&
          number.find("E-") == absl::string_view::npos &&
          number.substr(number[0] == '-', 2) != "0.") {
        problem = absl::StrCat("not JSON: ", number.substr(0, 40),
                               " is beyond the range of a double");
        return false;
      }
      real = 0;  // underflow
    }
    return document_.Double(real);
  }
  bool String(const char* text, rapidjson::SizeType length, bool) {
    return document_.String(text, length, /*copy=*/true);
  }
  bool StartObject() { return document_.StartObject(); }
  bool Key(const char* text, rapidjson::SizeType length, bool) {
    return document_.Key(text, length, /*copy=*/true);
  }
  bool EndObject(rapidjson::SizeType count) {
    return document_.EndObject(count);
  }
  bool StartArray() { return document_.StartArray(); }
  bool EndArray(rapidjson::SizeType count) { return document_.EndArray(count); }
  std::string problem;

 private:
  static bool Reads(std::from_chars_result result, const char* end) {
    return result.ec == std::errc() && result.ptr == end;
  }
  rapidjson::Document& document_;
};

absl::Status WrongMember(const rapidjson::Value& object, absl::string_view key,
                         absl::string_view name, absl::string_view want) {
  const rapidjson::Value* value = Find(object, key);
  return RefusedError(name, ": key \"", key, "\" is ",
                      value == nullptr ? "missing" : TypeName(*value),
                      ", want ", want);
}

// RapidJSON's writer prints doubles by Grisu2, which is not always shortest
// and spells whole numbers "1.0"; std::to_chars is shortest by the standard.
template <typename Writer>
void WriteValue(const rapidjson::Value& value, Writer& writer) {
  if (value.IsObject()) {
    writer.StartObject();
    for (const auto& member : value.GetObject()) {
      writer.Key(member.name.GetString(), member.name.GetStringLength());
      WriteValue(member.value, writer);
    }
    writer.EndObject();
  } else if (value.IsArray()) {
    writer.StartArray();
    for (const auto& item : value.GetArray()) WriteValue(item, writer);
    writer.EndArray();
  } else if (value.IsDouble()) {
    if (!std::isfinite(value.GetDouble())) {
      writer.Null();
      return;
    }
    char digits[32];
    auto end = std::to_chars(digits, digits + sizeof(digits),
                             value.GetDouble());
    writer.RawValue(digits, end.ptr - digits, rapidjson::kNumberType);
  } else {
    value.Accept(writer);
  }
}

}  // namespace

absl::StatusOr<rapidjson::Document> ParseJson(absl::string_view text,
                                              absl::string_view name) {
  StrictnessHandler handler;
  rapidjson::Reader reader;
  rapidjson::MemoryStream check(text.data(), text.size());
  reader.Parse<kStrictFlags>(check, handler);
  if (reader.HasParseError()) {
    if (!handler.problem.empty()) {
      return RefusedError(name, ": ", handler.problem, ", want strict JSON");
    }
    return RefusedError(
        name, ": not JSON at byte ", reader.GetErrorOffset(), " of ",
        text.size(), ": ",
        rapidjson::GetParseError_En(reader.GetParseErrorCode()));
  }
  rapidjson::Document document;
  DocumentBuilder builder(document);
  rapidjson::MemoryStream stream(text.data(), text.size());
  auto parse = [&](rapidjson::Document&) {
    return !reader.Parse<kStrictFlags>(stream, builder).IsError();
  };
  document.Populate(parse);
  if (!builder.problem.empty()) {
    return RefusedError(name, ": ", builder.problem);
  }
  if (reader.HasParseError()) {
    return RefusedError(name, ": not JSON at byte ", reader.GetErrorOffset());
  }
  return document;
}

absl::StatusOr<rapidjson::Document> ReadJsonFile(absl::string_view path,
                                                 int64_t max_bytes) {
  HYDROMETER_ASSIGN_OR_RETURN(std::string text, ReadFile(path, max_bytes));
  return ParseJson(text, path);
}

const rapidjson::Value* Find(const rapidjson::Value& object,
                             absl::string_view key) {
  if (!object.IsObject()) return nullptr;
  auto it = object.FindMember(
      rapidjson::Value(rapidjson::StringRef(key.data(), key.size())));
  return it == object.MemberEnd() ? nullptr : &it->value;
}

absl::StatusOr<std::string> GetString(const rapidjson::Value& object,
                                      absl::string_view key,
                                      absl::string_view name) {
  const rapidjson::Value* value = Find(object, key);
  if (value == nullptr || !value->IsString()) {
    return WrongMember(object, key, name, "a string");
  }
  return std::string(value->GetString(), value->GetStringLength());
}

absl::StatusOr<int64_t> GetInt(const rapidjson::Value& object,
                               absl::string_view key, absl::string_view name) {
  const rapidjson::Value* value = Find(object, key);
  if (value == nullptr || !value->IsInt64()) {
    return WrongMember(object, key, name, "an integer");
  }
  return value->GetInt64();
}

absl::StatusOr<double> GetDouble(const rapidjson::Value& object,
                                 absl::string_view key,
                                 absl::string_view name) {
  const rapidjson::Value* value = Find(object, key);
  if (value == nullptr || !value->IsNumber()) {
    return WrongMember(object, key, name, "a number");
  }
  return value->GetDouble();
}

absl::StatusOr<bool> GetBool(const rapidjson::Value& object,
                             absl::string_view key, absl::string_view name) {
  const rapidjson::Value* value = Find(object, key);
  if (value == nullptr || !value->IsBool()) {
    return WrongMember(object, key, name, "true or false");
  }
  return value->GetBool();
}

absl::StatusOr<const rapidjson::Value*> GetArray(
    const rapidjson::Value& object, absl::string_view key,
    absl::string_view name) {
  const rapidjson::Value* value = Find(object, key);
  if (value == nullptr || !value->IsArray()) {
    return WrongMember(object, key, name, "an array");
  }
  return value;
}

absl::StatusOr<const rapidjson::Value*> GetObject(
    const rapidjson::Value& object, absl::string_view key,
    absl::string_view name) {
  const rapidjson::Value* value = Find(object, key);
  if (value == nullptr || !value->IsObject()) {
    return WrongMember(object, key, name, "an object");
  }
  return value;
}

std::string TypeName(const rapidjson::Value& value) {
  switch (value.GetType()) {
    case rapidjson::kNullType:
      return "null";
    case rapidjson::kFalseType:
      return "false";
    case rapidjson::kTrueType:
      return "true";
    case rapidjson::kObjectType:
      return "an object";
    case rapidjson::kArrayType:
      return "an array";
    case rapidjson::kStringType:
      return absl::StrCat(
          "the string \"",
          PrintableStart({value.GetString(), value.GetStringLength()}, 60),
          "\"");
    case rapidjson::kNumberType:
      return absl::StrCat("the number ", WriteJson(value));
  }
  return "unknown";
}

std::string WriteJson(const rapidjson::Value& value, int indent) {
  rapidjson::StringBuffer buffer;
  if (indent > 0) {
    rapidjson::PrettyWriter<rapidjson::StringBuffer> writer(buffer);
    writer.SetIndent(' ', indent);
    writer.SetFormatOptions(rapidjson::kFormatSingleLineArray);
    WriteValue(value, writer);
  } else {
    rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
    WriteValue(value, writer);
  }
  return std::string(buffer.GetString(), buffer.GetSize());
}

}  // namespace hydrometer::io
