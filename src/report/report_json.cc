// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/report/report_json.h"

#include <utility>

#include "src/base/errors.h"
#include "src/base/status_macros.h"
#include "src/report/evidence_json.h"
#include "src/report/json_value.h"
#include "src/report/observations_json.h"
#include "src/report/report_schema.h"

namespace hydrometer::report {
namespace {

using rapidjson::Value;

Value ProgramValue(const RunRecord& run, Allocator& allocator) {
  ObjectBuilder object(allocator);
  object.Text("name", "hydrometer")
      .Text("version", run.program_version)
      .Text("build", run.build)
      .Pairs("libraries", run.libraries, "name", "version");
  return object.Take();
}

// Seeds are text: a JSON number holds 53 bits in many readers.
Value SeedsValue(const detect::Assessment& assessment, const RunRecord& run,
                 Allocator& allocator) {
  NamePairs seeds = {{"bootstrap", std::to_string(assessment.bootstrap_seed)}};
  for (const auto& [name, seed] : run.seeds) {
    seeds.emplace_back(name, std::to_string(seed));
  }
  ObjectBuilder object(allocator);
  object.Pairs("seeds", seeds, "name", "seed");
  return std::move(object.Take()["seeds"]);
}

Value NumericsValue(const Observations& observations,
                    const detect::Assessment& assessment, const RunRecord& run,
                    Allocator& allocator) {
  ObjectBuilder object(allocator);
  object.Text("device", run.device)
      .Text("compute", run.compute)
      .Text("recording", run.numerics)
      .Number("noise_nats", observations.numerics_noise_nats);
  Value largest(rapidjson::kArrayType);
  size_t next = 0;
  for (const Member& member : observations.members) {
    if (member.role != Role::kReference) continue;
    if (next == observations.largest_position_kl.size()) break;
    ObjectBuilder row(allocator);
    row.Text("reference", member.name)
        .Number("kl_nats", observations.largest_position_kl[next++]);
    largest.PushBack(row.Take(), allocator);
  }
  object.Add("largest_position_kl", std::move(largest))
      .Add("seeds", SeedsValue(assessment, run, allocator))
      .Count("bootstrap_replicates", assessment.bootstrap_replicates);
  return object.Take();
}

Value RunValue(const RunRecord& run, Allocator& allocator) {
  ObjectBuilder object(allocator);
  object.Text("command_line", run.command_line)
      .Text("store", run.store_path)
      .Pairs("left_out_controls", run.left_out_controls, "path", "reason")
      .Texts("warnings", run.warnings);
  return object.Take();
}

Value TimingValue(const RunRecord::Timing& timing, Allocator& allocator) {
  ObjectBuilder object(allocator);
  object.Text("started_utc", timing.started_utc)
      .Text("finished_utc", timing.finished_utc);
  object.Add(
      "stages",
      ArrayOf(timing.stage_seconds, allocator,
              [](const auto& stage, Allocator& inner) {
                ObjectBuilder row(inner);
                row.Text("name", stage.first).Number("seconds", stage.second);
                return row.Take();
              }));
  object.Count("recordings_made_count", timing.recordings_made_count)
      .Count("recordings_reused_count", timing.recordings_reused_count);
  return object.Take();
}

}  // namespace

absl::StatusOr<std::string> ReportJson(const Observations& observations,
                                       const detect::Assessment& assessment,
                                       const RunRecord& run) {
  if (assessment.references.empty()) {
    return InternalError("report: the assessment has no reference, want one");
  }
  HYDROMETER_RETURN_IF_ERROR(CheckSizes(observations));
  rapidjson::Document document;
  Allocator& allocator = document.GetAllocator();
  ObjectBuilder report(allocator);
  report.Text("format", "hydrometer-report")
      .Count("schema_version", kReportSchemaVersion)
      .Add("program", ProgramValue(run, allocator))
      .Count("exit_code", run.exit_code)
      .Text("suspect", assessment.suspect);
  AddReference(assessment.references.front(), report);
  Value further(rapidjson::kArrayType);
  for (size_t i = 1; i < assessment.references.size(); ++i) {
    ObjectBuilder object(allocator);
    AddReference(assessment.references[i], object);
    further.PushBack(object.Take(), allocator);
  }
  report.Add("references", std::move(further));
  AddPanel(assessment, report);
  AddObservations(observations, assessment, report);
  report
      .Add("numerics", NumericsValue(observations, assessment, run, allocator))
      .Add("run", RunValue(run, allocator))
      .Add("timing", TimingValue(run.timing, allocator));
  static_cast<Value&>(document) = report.Take();
  const absl::Status valid = CheckReport(document);
  if (!valid.ok()) return InternalError(valid.message());
  return io::WriteJson(document, /*indent=*/1) + "\n";
}

}  // namespace hydrometer::report
