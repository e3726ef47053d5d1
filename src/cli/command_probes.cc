// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "absl/strings/str_format.h"
#include "src/base/errors.h"
#include "src/base/printable.h"
#include "src/base/status_macros.h"
#include "src/cli/commands.h"
#include "src/probe/probe_set.h"

namespace hydrometer::cli {
namespace {

absl::StatusOr<int> List() {
  HYDROMETER_ASSIGN_OR_RETURN(std::vector<std::string> names,
                              probe::ShippedProbeSets());
  for (const std::string& name : names) {
    HYDROMETER_ASSIGN_OR_RETURN(probe::ProbeSet set,
                                probe::LoadProbeSpec(name));
    absl::PrintF("%-9s %4d probes  %-9s  %-7s  %s\n", Printable(name),
                 set.probes.size(), OriginName(set.card.origin),
                 set.card.counted ? "counted" : "shown",
                 Printable(set.card.purpose));
  }
  return kExitFinished;
}

absl::StatusOr<int> Show(const std::string& spec) {
  HYDROMETER_ASSIGN_OR_RETURN(probe::ProbeSet set, probe::LoadProbeSpec(spec));
  absl::PrintF(
      "name      %s\nversion   %s\nlicence   %s\npurpose   %s\norigin    %s\n"
      "evidence  %s\nsha256    %s (content in use)\nprobes    %d, left out "
      "%d\n",
      Printable(set.card.name), Printable(set.card.version),
      Printable(set.card.licence), Printable(set.card.purpose),
      OriginName(set.card.origin), set.card.counted ? "counted" : "shown",
      set.content_sha256, set.probes.size(), set.left_out_ids.size());
  for (const probe::Probe& probe : set.probes) {
    absl::PrintF("\n[%s]\n%s\n", Printable(probe.id),
                 PrintableLines(probe.text));
  }
  return kExitFinished;
}

absl::StatusOr<int> Verify() {
  HYDROMETER_ASSIGN_OR_RETURN(std::vector<std::string> names,
                              probe::ShippedProbeSets());
  absl::Status first_problem;
  for (const std::string& name : names) {
    absl::StatusOr<probe::ProbeSet> set = probe::LoadProbeSpec(name);
    if (set.ok()) {
      absl::PrintF(
          "%-9s matches its card: %d probes, %d left out on this "
          "machine\n",
          Printable(name), set->probes.size(), set->left_out_ids.size());
    } else {
      absl::PrintF("%-9s REFUSED: %s\n", Printable(name),
                   PrintableMessage(set.status()));
      if (first_problem.ok()) first_problem = set.status();
    }
  }
  HYDROMETER_RETURN_IF_ERROR(first_problem);
  return kExitFinished;
}

}  // namespace

absl::StatusOr<int> RunProbes(const Arguments& arguments) {
  const std::string& what = arguments.positional()[0];
  const size_t count = arguments.positional().size();
  if (what == "list" && count == 1) return List();
  if (what == "verify" && count == 1) return Verify();
  if (what == "show" && count == 2) return Show(arguments.positional()[1]);
  return UsageError("probes ", what,
                    ": want list, show NAME or verify; see hydrometer probes "
                    "--help");
}

}  // namespace hydrometer::cli
