// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// The summary on the terminal: at most kSummaryLines lines of at most
// kSummaryColumns columns, made from report.json. Nothing that a model or a
// stranger wrote reaches the terminal unescaped.
//
// Tests: tests/report/summary_text_test.cc.
#ifndef HYDROMETER_SRC_REPORT_SUMMARY_TEXT_H_
#define HYDROMETER_SRC_REPORT_SUMMARY_TEXT_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "src/io/json.h"

namespace hydrometer::report {

inline constexpr int kSummaryLines = 25;
inline constexpr int kSummaryColumns = 80;

// `report_path`: where the reader finds the report; empty leaves the line
// out. `colour` adds ANSI colours. RefusedError when `report` is no report.
absl::StatusOr<std::string> SummaryText(const rapidjson::Document& report,
                                        absl::string_view report_path,
                                        bool colour);

}  // namespace hydrometer::report

#endif  // HYDROMETER_SRC_REPORT_SUMMARY_TEXT_H_
