// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include <cstdio>

#include "absl/strings/str_cat.h"
#include "src/base/errors.h"
#include "src/base/printable.h"
#include "src/base/status_macros.h"
#include "src/cli/commands.h"
#include "src/cli/panel_arguments.h"
#include "src/cli/report_files.h"
#include "src/io/file.h"
#include "src/io/observations_file.h"
#include "src/report/report_html.h"

namespace hydrometer::cli {
namespace {

constexpr char kDefaultFolder[] = "hydrometer-report";

}  // namespace

absl::StatusOr<int> RunAudit(const Arguments& arguments) {
  const std::string folder = arguments.Get("--output", kDefaultFolder);
  HYDROMETER_ASSIGN_OR_RETURN(audit::PanelPaths paths,
                              PanelPathsFrom(arguments));
  // Wrong labels are better said now than after an hour.
  HYDROMETER_RETURN_IF_ERROR(FailOnFrom(arguments).status());
  Progress progress = Progress::ForStandardError();
  HYDROMETER_ASSIGN_OR_RETURN(
      audit::RunOptions options,
      RunOptionsFrom(arguments, io::JoinPath(folder, "recordings"),
                     progress));
  Stopwatch stopwatch;
  options.watcher.recording = [&stopwatch](bool reused) {
    stopwatch.CountRecording(reused);
  };
  HYDROMETER_ASSIGN_OR_RETURN(audit::PanelPlan plan, audit::PlanPanel(paths));
  for (const auto& [directory, reason] : plan.left_out) {
    std::fprintf(stderr, "left out: %s: %s\n", Printable(directory).c_str(),
                 Printable(reason).c_str());
  }
  // An output folder that cannot be written is found before any work.
  HYDROMETER_RETURN_IF_ERROR(io::MakeFolders(folder));
  HYDROMETER_RETURN_IF_ERROR(io::CheckFolderWritable(folder));
  stopwatch.Mark("plan");
  HYDROMETER_ASSIGN_OR_RETURN(Observations observations,
                              audit::Observe(plan, options));
  stopwatch.Mark("record and compare");
  HYDROMETER_RETURN_IF_ERROR(io::WriteObservations(
      io::JoinPath(folder, "observations.safetensors"), observations));
  progress.Clear();
  return WeighAndReport(observations, arguments, folder, options.store,
                        stopwatch);
}

absl::StatusOr<int> RunWeigh(const Arguments& arguments) {
  if (arguments.Has("--print-policy")) {
    HYDROMETER_ASSIGN_OR_RETURN(detect::Policy policy, PolicyFrom(arguments));
    std::fputs(detect::PolicyToJson(policy).c_str(), stdout);
    return kExitFinished;
  }
  if (arguments.positional().empty()) {
    return UsageError("weigh wants OBSERVATIONS, a file that compare or "
                      "audit wrote; see hydrometer weigh --help");
  }
  Stopwatch stopwatch;
  HYDROMETER_ASSIGN_OR_RETURN(
      Observations observations,
      io::ReadObservations(arguments.positional()[0]));
  stopwatch.Mark("read");
  return WeighAndReport(observations, arguments,
                        arguments.Get("--output", kDefaultFolder), "",
                        stopwatch);
}

absl::StatusOr<int> RunReport(const Arguments& arguments) {
  const std::string& path = arguments.positional()[0];
  HYDROMETER_ASSIGN_OR_RETURN(rapidjson::Document json,
                              io::ReadJsonFile(path));
  absl::StatusOr<std::string> html = report::ReportHtml(json);
  if (!html.ok()) return Annotate(html.status(), path);
  const std::string output = arguments.Get(
      "--output", io::JoinPath(io::DirName(path), "report.html"));
  HYDROMETER_RETURN_IF_ERROR(io::WriteFileAtomically(output, *html));
  std::printf("%s\n", Printable(output).c_str());
  return kExitFinished;
}

}  // namespace hydrometer::cli
