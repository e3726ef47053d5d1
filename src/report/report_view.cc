// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/report/report_view.h"

#include "src/detect/policy.h"

namespace hydrometer::report {
namespace {

const Value& EmptyArray() {
  static const Value* const array = new Value(rapidjson::kArrayType);
  return *array;
}

const Value& EmptyObject() {
  static const Value* const object = new Value(rapidjson::kObjectType);
  return *object;
}

}  // namespace

absl::string_view TextOf(const Value& object, absl::string_view key) {
  const Value* value = io::Find(object, key);
  if (value == nullptr || !value->IsString()) return "";
  return {value->GetString(), value->GetStringLength()};
}

std::optional<double> NumberOf(const Value& object, absl::string_view key) {
  const Value* value = io::Find(object, key);
  if (value == nullptr || !value->IsNumber()) return std::nullopt;
  return value->GetDouble();
}

int64_t CountOf(const Value& object, absl::string_view key) {
  const Value* value = io::Find(object, key);
  return value != nullptr && value->IsInt64() ? value->GetInt64() : 0;
}

bool BoolOf(const Value& object, absl::string_view key) {
  const Value* value = io::Find(object, key);
  return value != nullptr && value->IsTrue();
}

const Value& ListOf(const Value& object, absl::string_view key) {
  const Value* value = io::Find(object, key);
  return value != nullptr && value->IsArray() ? *value : EmptyArray();
}

const Value& PartOf(const Value& object, absl::string_view key) {
  const Value* value = io::Find(object, key);
  return value != nullptr && value->IsObject() ? *value : EmptyObject();
}

bool IsNull(const Value& object, absl::string_view key) {
  const Value* value = io::Find(object, key);
  return value == nullptr || value->IsNull();
}

const Value* FindEvidence(const Value& assessment, absl::string_view name) {
  for (const Value& evidence : ListOf(assessment, "evidence").GetArray()) {
    if (TextOf(evidence, "name") == name) return &evidence;
  }
  return nullptr;
}

std::optional<double> Threshold(const Value& report, absl::string_view name) {
  for (const Value& row :
       ListOf(PartOf(report, "policy"), "thresholds").GetArray()) {
    if (TextOf(row, "name") == name) return NumberOf(row, "value");
  }
  return std::nullopt;
}

bool OtherPolicy(const Value& report) {
  for (const detect::NamedThreshold& standard :
       detect::PolicyThresholds(detect::Policy())) {
    const auto used = Threshold(report, standard.name);
    if (used && *used != standard.value) return true;
  }
  return false;
}

std::string RoleOf(const Value& report, absl::string_view name) {
  for (const Value& model : ListOf(report, "models").GetArray()) {
    if (TextOf(model, "name") == name) {
      return std::string(TextOf(model, "role"));
    }
  }
  return "control";
}

std::set<std::string> PlaceboNames(const Value& assessment) {
  std::set<std::string> names;
  for (const Value& row :
       ListOf(PartOf(assessment, "placebos"), "rows").GetArray()) {
    names.insert(std::string(TextOf(row, "name")));
  }
  return names;
}

std::string ShownRole(const std::set<std::string>& placebos,
                      const std::string& name, const std::string& role) {
  return role == "control" && placebos.count(name) > 0 ? "placebo" : role;
}

int ValueCount(const Value& rows) {
  int count = 0;
  for (const Value& row : rows.GetArray()) {
    if (NumberOf(row, "value")) ++count;
  }
  return count;
}

bool ByWholeWords(const Value& report) {
  return TextOf(report, "view") != "logits";
}

const char* LossUnit(const Value& report) {
  return ByWholeWords(report) ? "nats per word" : "nats";
}

std::vector<const Value*> Assessments(const Value& report) {
  std::vector<const Value*> all = {&report};
  for (const Value& further : ListOf(report, "references").GetArray()) {
    all.push_back(&further);
  }
  return all;
}

}  // namespace hydrometer::report
