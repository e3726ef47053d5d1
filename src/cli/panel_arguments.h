// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// From a command line's options to the structs that the audit's stages take;
// shared by audit, record and compare.
//
// Errors: UsageError that names the option.
// Tests: tests/cli/commands_test.cc.
#ifndef HYDROMETER_SRC_CLI_PANEL_ARGUMENTS_H_
#define HYDROMETER_SRC_CLI_PANEL_ARGUMENTS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "src/audit/audit.h"
#include "src/cli/arguments.h"
#include "src/cli/progress.h"
#include "src/detect/assessment.h"

namespace hydrometer::cli {

// --device, --compute, --threads; sets the kernels' thread count too.
absl::StatusOr<model::LoadOptions> LoadOptionsFrom(const Arguments& arguments);

// SUSPECT and the options that name models.
absl::StatusOr<audit::PanelPaths> PanelPathsFrom(const Arguments& arguments);

// Everything else that Observe needs; `default_store` without --store.
absl::StatusOr<audit::RunOptions> RunOptionsFrom(
    const Arguments& arguments, const std::string& default_store,
    Progress& progress);

absl::StatusOr<detect::Policy> PolicyFrom(const Arguments& arguments);

// The labels of --fail-on.
absl::StatusOr<std::vector<detect::Label>> FailOnFrom(
    const Arguments& arguments);

// 1 when the verdict is one of `fail_on`, 3 when it is inconclusive, else 0.
int ExitCodeOf(const detect::Verdict& verdict,
               const std::vector<detect::Label>& fail_on);

}  // namespace hydrometer::cli

#endif  // HYDROMETER_SRC_CLI_PANEL_ARGUMENTS_H_
