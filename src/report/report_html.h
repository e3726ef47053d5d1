// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// report.html: one file without scripts and without anything from outside,
// made from report.json alone. HTML to a browser, well-formed XML to a parser.
// Whatever a model or a stranger wrote is escaped and made visible.
//
// Tests: tests/report/report_html_test.cc.
#ifndef HYDROMETER_SRC_REPORT_REPORT_HTML_H_
#define HYDROMETER_SRC_REPORT_REPORT_HTML_H_

#include <string>

#include "absl/status/statusor.h"
#include "src/io/json.h"

namespace hydrometer::report {

// RefusedError that names the member when `report` is no valid report.
absl::StatusOr<std::string> ReportHtml(const rapidjson::Document& report);

}  // namespace hydrometer::report

#endif  // HYDROMETER_SRC_REPORT_REPORT_HTML_H_
