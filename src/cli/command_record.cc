// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "absl/strings/str_format.h"
#include "src/base/errors.h"
#include "src/base/printable.h"
#include "src/base/status_macros.h"
#include "src/cli/commands.h"
#include "src/cli/panel_arguments.h"
#include "src/io/file.h"
#include "src/io/observations_file.h"

namespace hydrometer::cli {

absl::StatusOr<int> RunRecord(const Arguments& arguments) {
  if (!arguments.Has("--store")) {
    return UsageError("--store DIR is missing: where recordings are kept");
  }
  Progress progress = Progress::ForStandardError();
  HYDROMETER_ASSIGN_OR_RETURN(audit::RunOptions options,
                              RunOptionsFrom(arguments, "", progress));
  audit::PanelPlan plan;
  for (const std::string& directory : arguments.positional()) {
    HYDROMETER_ASSIGN_OR_RETURN(record::Subject subject,
                                record::OpenSubject(directory));
    plan.subjects.push_back(std::move(subject));
  }
  HYDROMETER_ASSIGN_OR_RETURN(std::vector<probe::ProbeSet> sets,
                              audit::LoadProbeSets(options.probe_specs));
  HYDROMETER_ASSIGN_OR_RETURN(
      std::vector<compare::MemberRecordings> members,
      audit::RecordPanel(plan, sets, options));
  progress.Clear();
  for (const compare::MemberRecordings& member : members) {
    for (const record::Recording& recording : member.recordings) {
      absl::PrintF("%s  %s  %s\n", recording.header().Key(),
                   Printable(recording.header().probe_set_name),
                   Printable(member.member.path));
    }
  }
  return kExitFinished;
}

absl::StatusOr<int> RunCompare(const Arguments& arguments) {
  const std::string output = arguments.Get("--output");
  if (output.empty()) {
    return UsageError("-o FILE is missing: where the observations go");
  }
  if (io::FolderExists(output)) {
    return UsageError("-o ", output, ": is a folder, want a file's name");
  }
  HYDROMETER_ASSIGN_OR_RETURN(audit::PanelPaths paths,
                              PanelPathsFrom(arguments));
  Progress progress = Progress::ForStandardError();
  HYDROMETER_ASSIGN_OR_RETURN(
      audit::RunOptions options,
      RunOptionsFrom(arguments, output + ".recordings", progress));
  HYDROMETER_ASSIGN_OR_RETURN(audit::PanelPlan plan, audit::PlanPanel(paths));
  // Output that cannot be written is found before any work.
  HYDROMETER_RETURN_IF_ERROR(io::CheckFolderWritable(io::DirName(output)));
  HYDROMETER_ASSIGN_OR_RETURN(Observations observations,
                              audit::Observe(plan, options));
  HYDROMETER_RETURN_IF_ERROR(io::WriteObservations(output, observations));
  progress.Clear();
  absl::PrintF("%s\n", Printable(output));
  return kExitFinished;
}

}  // namespace hydrometer::cli
