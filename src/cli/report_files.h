// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// The end of an audit: report.json, report.html and the summary on stdout.
// Shared by audit and weigh.
//
// Errors: ExhaustedError when a file cannot be written.
// Tests: tests/cli/report_files_test.cc, tests/cli/program_test.cc.
#ifndef HYDROMETER_SRC_CLI_REPORT_FILES_H_
#define HYDROMETER_SRC_CLI_REPORT_FILES_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "src/base/observations.h"
#include "src/cli/arguments.h"
#include "src/detect/assessment.h"
#include "src/report/report_json.h"

namespace hydrometer::cli {

// Seconds since it was made, the stages that were marked, and the recordings.
class Stopwatch {
 public:
  Stopwatch();
  // Ends the stage that runs since the last mark.
  void Mark(const std::string& stage);
  // One recording more, made or taken from the store.
  void CountRecording(bool reused);
  // Start, end, stages and counts, as the report's timing.
  report::RunRecord::Timing Timing() const;

 private:
  std::string started_utc_;
  double last_seconds_;
  std::vector<std::pair<std::string, double>> stages_;
  int64_t made_count_ = 0, reused_count_ = 0;
};

// Weighs the observations, writes both files into `folder`, prints the
// summary, and returns the exit code that the verdict and --fail-on give.
absl::StatusOr<int> WeighAndReport(const Observations& observations,
                                   const Arguments& arguments,
                                   const std::string& folder,
                                   const std::string& store,
                                   Stopwatch& stopwatch);

}  // namespace hydrometer::cli

#endif  // HYDROMETER_SRC_CLI_REPORT_FILES_H_
