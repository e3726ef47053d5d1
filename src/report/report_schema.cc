// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/report/report_schema.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "rapidjson/pointer.h"
#include "rapidjson/schema.h"
#include "rapidjson/stringbuffer.h"
#include "src/base/errors.h"
#include "src/base/status_macros.h"
#include "src/report/embedded_text.h"
#include "src/report/visible_text.h"

namespace hydrometer::report {
namespace {

using rapidjson::Value;
// With a pool: this release of RapidJSON never frees what it allocates for
// the names under "required" one by one.
using SchemaDocument =
    rapidjson::GenericSchemaDocument<Value, rapidjson::MemoryPoolAllocator<>>;
using Validator = rapidjson::GenericSchemaValidator<SchemaDocument>;
using Pointer = SchemaDocument::PointerType;

// The parsed schema, made once. Both live as long as the program.
struct Schema {
  rapidjson::Document text;
  SchemaDocument document;
  explicit Schema(rapidjson::Document parsed)
      : text(std::move(parsed)), document(text) {}
};

absl::StatusOr<const Schema*> TheSchema() {
  static const absl::StatusOr<const Schema*> schema =
      []() -> absl::StatusOr<const Schema*> {
    HYDROMETER_ASSIGN_OR_RETURN(
        rapidjson::Document parsed,
        io::ParseJson(kReportSchemaText, "report.schema.json"));
    return new Schema(std::move(parsed));
  }();
  return schema;
}

// "evidence.3.z", or "" for the whole report.
std::string DottedPath(const Pointer& pointer) {
  std::string path;
  for (size_t i = 0; i < pointer.GetTokenCount(); ++i) {
    const Pointer::Token& token = pointer.GetTokens()[i];
    absl::StrAppend(&path, i == 0 ? "" : ".",
                    VisibleText({token.name, token.length}, 60));
  }
  return path;
}

std::string FirstMissing(const Value& required, const Value& object) {
  for (const Value& name : required.GetArray()) {
    if (!object.HasMember(name)) return name.GetString();
  }
  return "";
}

std::string WantedTypes(const Value& type) {
  if (type.IsString()) return type.GetString();
  std::string wanted;
  for (const Value& name : type.GetArray()) {
    absl::StrAppend(&wanted, wanted.empty() ? "" : " or ", name.GetString());
  }
  return wanted;
}

}  // namespace

absl::string_view ReportSchemaText() { return kReportSchemaText; }

absl::Status CheckReport(const Value& report) {
  HYDROMETER_ASSIGN_OR_RETURN(const Schema* schema, TheSchema());
  if (!report.IsObject()) {
    return RefusedError("report: ", io::TypeName(report),
                        ", want an object (report.json)");
  }
  Validator validator(schema->document);
  if (report.Accept(validator)) return absl::OkStatus();

  const std::string keyword = validator.GetInvalidSchemaKeyword() == nullptr
                                  ? ""
                                  : validator.GetInvalidSchemaKeyword();
  const Pointer place = validator.GetInvalidDocumentPointer();
  const std::string path = DottedPath(place);
  const Value* seen = place.Get(report);
  const Value* rule = validator.GetInvalidSchemaPointer().Get(schema->text);
  if (seen == nullptr || rule == nullptr || !rule->IsObject() ||
      !rule->HasMember(keyword)) {
    return RefusedError("report: \"", path, "\" breaks the rule ", keyword);
  }
  const Value& value = (*rule)[keyword];
  if (keyword == "required" && seen->IsObject()) {
    return RefusedError("report: \"", path, path.empty() ? "" : ".",
                        FirstMissing(value, *seen), "\" is missing");
  }
  if (keyword == "type") {
    return RefusedError("report: \"", path, "\" is ",
                        VisibleText(io::TypeName(*seen), 100), ", want ",
                        WantedTypes(value));
  }
  return RefusedError("report: \"", path, "\" is ",
                      VisibleText(io::TypeName(*seen), 100), ", want ", keyword,
                      " ", io::WriteJson(value));
}

}  // namespace hydrometer::report
