// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/cli/report_files.h"

#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "src/base/printable.h"
#include "src/base/status_macros.h"
#include "src/base/utf8.h"
#include "src/cli/build_description.h"
#include "src/cli/commands.h"
#include "src/cli/panel_arguments.h"
#include "src/detect/assess.h"
#include "src/io/file.h"
#include "src/io/json.h"
#include "src/report/report_html.h"
#include "src/report/summary_text.h"

namespace hydrometer::cli {
namespace {

std::string NowUtc() {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", absl::Now(),
                          absl::UTCTimeZone());
}

double SteadySeconds() {
  return std::chrono::duration<double>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

// NO_COLOR: https://no-color.org.
bool ColourOnStandardOutput() {
  const char* no_color = std::getenv("NO_COLOR");
  return ::isatty(STDOUT_FILENO) == 1 &&
         (no_color == nullptr || no_color[0] == '\0');
}

std::vector<std::string> Warnings(const Observations& observations) {
  std::vector<std::string> warnings;
  for (const ProbeSetSummary& set : observations.sets) {
    if (set.left_out_count > 0) {
      warnings.push_back(absl::StrCat(
          "probe set ", set.name, ": ", set.left_out_count,
          " passages are missing or differ on this machine, or repeat "
          "another, and were left out"));
    }
    if (set.cut_count > 0) {
      warnings.push_back(absl::StrCat("probe set ", set.name, ": ",
                                      set.cut_count,
                                      " probes are longer than a model's "
                                      "context and were cut"));
    }
  }
  if (observations.compute != "fp32") {
    warnings.push_back(absl::StrCat("models ran in ", observations.compute,
                                    ", a fast mode with less precision"));
  }
  return warnings;
}

}  // namespace

Stopwatch::Stopwatch()
    : started_utc_(NowUtc()), last_seconds_(SteadySeconds()) {}

void Stopwatch::Mark(const std::string& stage) {
  const double now = SteadySeconds();
  stages_.emplace_back(stage, now - last_seconds_);
  last_seconds_ = now;
}

void Stopwatch::CountRecording(bool reused) {
  ++(reused ? reused_count_ : made_count_);
}

report::RunRecord::Timing Stopwatch::Timing() const {
  report::RunRecord::Timing timing;
  timing.started_utc = started_utc_;
  timing.finished_utc = NowUtc();
  timing.stage_seconds = stages_;
  timing.recordings_made_count = made_count_;
  timing.recordings_reused_count = reused_count_;
  return timing;
}

absl::StatusOr<int> WeighAndReport(const Observations& observations,
                                   const Arguments& arguments,
                                   const std::string& folder,
                                   const std::string& store,
                                   Stopwatch& stopwatch) {
  HYDROMETER_ASSIGN_OR_RETURN(detect::Policy policy, PolicyFrom(arguments));
  HYDROMETER_ASSIGN_OR_RETURN(std::vector<detect::Label> fail_on,
                              FailOnFrom(arguments));
  HYDROMETER_ASSIGN_OR_RETURN(detect::Assessment assessment,
                              detect::Assess(observations, policy));
  stopwatch.Mark("weigh");
  report::RunRecord run;
  run.program_version = kVersion;
  run.build = BuildDescription();
  run.command_line = CommandLine();
  run.device = observations.device;
  run.compute = observations.compute;
  run.numerics = observations.numerics;
  run.store_path = ReplaceInvalidUtf8(store);
  run.libraries = LibraryVersions();
  run.warnings = Warnings(observations);
  run.exit_code = ExitCodeOf(assessment.verdict(), fail_on);
  run.timing = stopwatch.Timing();
  HYDROMETER_ASSIGN_OR_RETURN(
      std::string json_text,
      report::ReportJson(observations, assessment, run));
  const std::string json_path = io::JoinPath(folder, "report.json");
  HYDROMETER_ASSIGN_OR_RETURN(rapidjson::Document json,
                              io::ParseJson(json_text, json_path));
  HYDROMETER_ASSIGN_OR_RETURN(std::string html, report::ReportHtml(json));
  HYDROMETER_RETURN_IF_ERROR(io::MakeFolders(folder));
  const std::string html_path = io::JoinPath(folder, "report.html");
  // A full disk must not leave a new JSON beside an old HTML.
  HYDROMETER_RETURN_IF_ERROR(
      io::WriteFilesTogether({{json_path, json_text}, {html_path, html}}));
  HYDROMETER_ASSIGN_OR_RETURN(std::string summary,
                              report::SummaryText(json, Printable(html_path),
                                                  ColourOnStandardOutput()));
  std::fputs(summary.c_str(), stdout);
  return run.exit_code;
}

}  // namespace hydrometer::cli
