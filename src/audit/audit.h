// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// The audit: plan, record, compare, weigh, report. Every stage is a function
// from struct to struct, and the commands of the same names call the same
// functions.
//
// Errors: as the stages; CancelledError when interrupted, after which the
// same call goes on where this one stopped.
// Tests: tests/audit/audit_test.cc, tests/cli/*.
#ifndef HYDROMETER_SRC_AUDIT_AUDIT_H_
#define HYDROMETER_SRC_AUDIT_AUDIT_H_

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "src/audit/panel_plan.h"
#include "src/base/observations.h"
#include "src/compare/panel.h"
#include "src/detect/assessment.h"
#include "src/detect/policy.h"
#include "src/model/model.h"
#include "src/probe/probe_set.h"

namespace hydrometer::audit {

// How far a stage has come, for whoever shows it.
struct Watcher {
  // stage, items, unit ("positions").
  std::function<void(absl::string_view, int64_t, absl::string_view)> start;
  // item index, its name, units done, units in all.
  std::function<void(int64_t, absl::string_view, int64_t, int64_t)> update;
  // item index, its name, units, what was done.
  std::function<void(int64_t, absl::string_view, int64_t, absl::string_view)>
      finish;
  // After each recording, whether the store had it already.
  std::function<void(bool)> recording;
};

struct RunOptions {
  std::vector<std::string> probe_specs;  // empty: every shipped set
  std::string reference_text;            // a file; empty: none
  model::LoadOptions load;
  std::string store;
  detect::Policy policy;
  Watcher watcher;
};

// Runs every subject on every set; re-uses what the store has. The result is
// in the order of the subjects, one recording per set.
absl::StatusOr<std::vector<compare::MemberRecordings>> RecordPanel(
    const PanelPlan& plan, const std::vector<probe::ProbeSet>& sets,
    const RunOptions& options);

// The probe sets that the options name.
absl::StatusOr<std::vector<probe::ProbeSet>> LoadProbeSets(
    const std::vector<std::string>& specs);

// Records, compares all pairs, and holds the suspect's weights against the
// references' and the base's.
absl::StatusOr<Observations> Observe(const PanelPlan& plan,
                                     const RunOptions& options);

}  // namespace hydrometer::audit

#endif  // HYDROMETER_SRC_AUDIT_AUDIT_H_
