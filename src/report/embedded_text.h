// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// Files of this folder that the build puts into the program, so that a report
// can be checked and written without anything installed beside it.
#ifndef HYDROMETER_SRC_REPORT_EMBEDDED_TEXT_H_
#define HYDROMETER_SRC_REPORT_EMBEDDED_TEXT_H_

namespace hydrometer::report {

extern const char kReportSchemaText[];  // report.schema.json
extern const char kReportStyleText[];   // report.css

}  // namespace hydrometer::report

#endif  // HYDROMETER_SRC_REPORT_EMBEDDED_TEXT_H_
