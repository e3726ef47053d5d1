// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// Reading a report that CheckReport has passed. What the schema cannot rule
// out (a null, a name that no model has) reads as empty, never as a crash.
//
// Tests: tests/report/report_html_test.cc.
#ifndef HYDROMETER_SRC_REPORT_REPORT_VIEW_H_
#define HYDROMETER_SRC_REPORT_REPORT_VIEW_H_

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "src/io/json.h"

namespace hydrometer::report {

using rapidjson::Value;

// Members of `object` by name; "", nullopt, 0, false where there is none.
absl::string_view TextOf(const Value& object, absl::string_view key);
std::optional<double> NumberOf(const Value& object, absl::string_view key);
int64_t CountOf(const Value& object, absl::string_view key);
bool BoolOf(const Value& object, absl::string_view key);
// An empty array, an empty object.
const Value& ListOf(const Value& object, absl::string_view key);
const Value& PartOf(const Value& object, absl::string_view key);
bool IsNull(const Value& object, absl::string_view key);

// The line of evidence `name` of one reference's assessment; nullptr without.
const Value* FindEvidence(const Value& assessment, absl::string_view name);
// A threshold of the policy.
std::optional<double> Threshold(const Value& report, absl::string_view name);
// Whether a threshold of the report is not this program's default.
bool OtherPolicy(const Value& report);
// The role of a model: "control" for one that is not listed.
std::string RoleOf(const Value& report, absl::string_view name);

// The names of an assessment's placebo references, and the role in which a
// model is drawn: a control that serves as placebo reference is a rival of the
// reference, and has that mark in every figure.
std::set<std::string> PlaceboNames(const Value& assessment);
std::string ShownRole(const std::set<std::string>& placebos,
                      const std::string& name, const std::string& role);

// How many rows of evidence's "controls" (or siblings, ...) have a value.
int ValueCount(const Value& rows);

// Whether models of different vocabularies were compared by whole words, and
// the unit of a loss: "nats" or "nats per word".
bool ByWholeWords(const Value& report);
const char* LossUnit(const Value& report);

// The top-level assessment and the further references', in order.
std::vector<const Value*> Assessments(const Value& report);

}  // namespace hydrometer::report

#endif  // HYDROMETER_SRC_REPORT_REPORT_VIEW_H_
