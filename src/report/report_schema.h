// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// The schema of report.json, as in report.schema.json (embedded by the
// build), and the check against it. The schema keeps to what draft 4 and
// draft 2020-12 of JSON Schema mean alike.
//
// Source: json-schema.org. Tests: tests/report/report_schema_test.cc.
#ifndef HYDROMETER_SRC_REPORT_REPORT_SCHEMA_H_
#define HYDROMETER_SRC_REPORT_REPORT_SCHEMA_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "src/io/json.h"

namespace hydrometer::report {

// The text of report.schema.json.
absl::string_view ReportSchemaText();

// RefusedError that names the place and what is wrong with it:
//   report: "verdict.label" is missing
//   report: "evidence.3.z" is the string "high", want number or null
absl::Status CheckReport(const rapidjson::Value& report);

}  // namespace hydrometer::report

#endif  // HYDROMETER_SRC_REPORT_REPORT_SCHEMA_H_
