// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// report.json: everything that an audit found, the only source of every other
// format. The bytes depend on the arguments alone; whatever differs between
// two runs of the same audit (time stamps, durations, what was taken from the
// store) stands in the one member "timing", the last.
//
// README.md in this folder is the format's page, report.schema.json its
// schema; a report that breaks the schema is an InternalError.
// Tests: tests/report/report_json_test.cc.
#ifndef HYDROMETER_SRC_REPORT_REPORT_JSON_H_
#define HYDROMETER_SRC_REPORT_REPORT_JSON_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "src/base/observations.h"
#include "src/detect/assessment.h"

namespace hydrometer::report {

inline constexpr int kReportSchemaVersion = 1;

// How the run went: what the observations and the assessment do not know.
struct RunRecord {
  std::string program_version;  // "0.1.0"
  std::string build;            // "Release, GCC 12.2.0, without CUDA"
  std::string command_line;     // quoted for a shell; repeats the run
  std::string device;           // "cpu", "cuda:0"
  std::string compute;          // "fp32", "bf16"
  std::string numerics;         // the string that addresses recordings
  std::string store_path;
  // Beside the bootstrap's seed, which the assessment knows.
  std::vector<std::pair<std::string, uint64_t>> seeds;
  std::vector<std::pair<std::string, std::string>> libraries;  // name, version
  // Controls that --skip-bad-controls left out: path, reason.
  std::vector<std::pair<std::string, std::string>> left_out_controls;
  std::vector<std::string> warnings;
  int exit_code = 0;

  // Everything that may differ between two runs of the same audit.
  struct Timing {
    std::string started_utc, finished_utc;  // "2026-01-31T12:00:00Z"
    std::vector<std::pair<std::string, double>> stage_seconds;  // in order
    int64_t recordings_made_count = 0;
    int64_t recordings_reused_count = 0;
  };
  Timing timing;
};

// The text of report.json, with a final line feed. InternalError when the
// assessment has no reference, when an array of `observations` has not the
// size that its header states, or when the result breaks the schema.
absl::StatusOr<std::string> ReportJson(const Observations& observations,
                                       const detect::Assessment& assessment,
                                       const RunRecord& run);

}  // namespace hydrometer::report

#endif  // HYDROMETER_SRC_REPORT_REPORT_JSON_H_
