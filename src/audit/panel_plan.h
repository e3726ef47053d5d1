// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// Panel plan: which models take part in an audit, and as what. Everything
// that can be wrong with any of them is found here, before any work, and said
// together.
//
// Tests: tests/audit/panel_plan_test.cc.
#ifndef HYDROMETER_SRC_AUDIT_PANEL_PLAN_H_
#define HYDROMETER_SRC_AUDIT_PANEL_PLAN_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "src/record/subject.h"

namespace hydrometer::audit {

// Directories in Hugging Face layout (suspect, references, base) and folders
// of such (the others); empty: none.
struct PanelPaths {
  std::string suspect;
  std::vector<std::string> references;
  std::string controls;
  std::string placebos;
  std::string siblings;    // of the first reference
  std::string base;        // what the suspect was fine-tuned from
  std::string fine_tunes;  // controls that were fine-tuned from the base
  bool skip_bad_controls = false;
};

struct PanelPlan {
  // The suspect first, then references, controls, fine-tunes, placebos,
  // siblings, base; each with its role in subject.member.
  std::vector<record::Subject> subjects;
  // (directory, reason) of what was left out: bad controls that were skipped,
  // and copies of a model that the panel has already.
  std::vector<std::pair<std::string, std::string>> left_out;
};

// Errors: RefusedError that lists every model that cannot be used, one line
// each after the first, "model: reason" (ListError of src/base/printable.h);
// UsageError for a base that is the suspect or a reference.
absl::StatusOr<PanelPlan> PlanPanel(const PanelPaths& paths);

}  // namespace hydrometer::audit

#endif  // HYDROMETER_SRC_AUDIT_PANEL_PLAN_H_
