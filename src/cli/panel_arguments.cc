// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/cli/panel_arguments.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "kernels/parallel_for.h"
#include "src/base/errors.h"
#include "src/base/status_macros.h"

namespace hydrometer::cli {
namespace {

constexpr detect::Label kLabels[] = {
    detect::Label::kIdentical, detect::Label::kDerived,
    detect::Label::kDistilled, detect::Label::kRelated,
    detect::Label::kShared,    detect::Label::kUnrelated,
    detect::Label::kInconclusive};

}  // namespace

absl::StatusOr<model::LoadOptions> LoadOptionsFrom(
    const Arguments& arguments) {
  model::LoadOptions load;
  HYDROMETER_ASSIGN_OR_RETURN(
      load.device, model::ParseDevice(arguments.Get("--device", "auto")));
  const std::string compute = arguments.Get("--compute", "fp32");
  if (compute != "fp32" && compute != "bf16") {
    return UsageError("--compute ", compute, ": want fp32 or bf16");
  }
  load.compute =
      compute == "bf16" ? model::Compute::kBf16 : model::Compute::kFp32;
  HYDROMETER_ASSIGN_OR_RETURN(
      int64_t threads,
      arguments.GetInt("--threads", model::UsableCoreCount(), 1,
                       kernels::kMaxThreadCount));
  load.thread_count = static_cast<int>(threads);
  kernels::SetThreadCount(load.thread_count);
  return load;
}

absl::StatusOr<audit::PanelPaths> PanelPathsFrom(const Arguments& arguments) {
  audit::PanelPaths paths;
  paths.suspect = arguments.positional()[0];
  paths.references = arguments.All("--reference");
  if (paths.references.empty()) {
    return UsageError(
        "--reference MODEL is missing: the alleged teacher, a model "
        "directory");
  }
  paths.controls = arguments.Get("--controls");
  if (paths.controls.empty()) {
    return UsageError(
        "--controls DIR is missing: a folder of models that were not trained "
        "on the reference's outputs, without which no likeness means "
        "anything");
  }
  paths.placebos = arguments.Get("--placebos");
  paths.siblings = arguments.Get("--siblings");
  paths.base = arguments.Get("--base");
  paths.fine_tunes = arguments.Get("--fine-tunes");
  if (!paths.fine_tunes.empty() && paths.base.empty()) {
    return UsageError("--fine-tunes wants --base, the model they came from");
  }
  paths.skip_bad_controls = arguments.Has("--skip-bad-controls");
  return paths;
}

absl::StatusOr<audit::RunOptions> RunOptionsFrom(
    const Arguments& arguments, const std::string& default_store,
    Progress& progress) {
  audit::RunOptions options;
  options.probe_specs = arguments.All("--probes");
  options.reference_text = arguments.Get("--reference-text");
  HYDROMETER_ASSIGN_OR_RETURN(options.load, LoadOptionsFrom(arguments));
  options.store = arguments.Get("--store", default_store);
  HYDROMETER_ASSIGN_OR_RETURN(options.policy, PolicyFrom(arguments));
  options.watcher.start = [&progress](absl::string_view stage, int64_t items,
                                      absl::string_view unit) {
    progress.Start(stage, items, unit);
  };
  options.watcher.update = [&progress](int64_t index, absl::string_view name,
                                       int64_t done, int64_t total) {
    progress.Update(index, name, done, total);
  };
  options.watcher.finish = [&progress](int64_t index, absl::string_view name,
                                       int64_t units, absl::string_view note) {
    progress.Finish(index, name, units, note);
  };
  return options;
}

absl::StatusOr<detect::Policy> PolicyFrom(const Arguments& arguments) {
  if (!arguments.Has("--policy")) return detect::Policy();
  return detect::ReadPolicyFile(arguments.Get("--policy"));
}

absl::StatusOr<std::vector<detect::Label>> FailOnFrom(
    const Arguments& arguments) {
  std::vector<detect::Label> labels;
  if (!arguments.Has("--fail-on")) return labels;
  for (absl::string_view word :
       absl::StrSplit(arguments.Get("--fail-on"), ',')) {
    auto found =
        std::find_if(std::begin(kLabels), std::end(kLabels),
                     [word](detect::Label label) {
                       return detect::LabelName(label) == word;
                     });
    if (found == std::end(kLabels)) {
      return UsageError(
          "--fail-on ", word, ": want one of ",
          absl::StrJoin(kLabels, ", ",
                        [](std::string* out, detect::Label label) {
                          absl::StrAppend(out, detect::LabelName(label));
                        }));
    }
    labels.push_back(*found);
  }
  return labels;
}

int ExitCodeOf(const detect::Verdict& verdict,
               const std::vector<detect::Label>& fail_on) {
  if (std::find(fail_on.begin(), fail_on.end(), verdict.label) !=
      fail_on.end()) {
    return kExitPolicyTriggered;
  }
  return verdict.label == detect::Label::kInconclusive ? kExitInconclusive
                                                       : kExitFinished;
}

}  // namespace hydrometer::cli
