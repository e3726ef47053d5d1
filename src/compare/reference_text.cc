// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/compare/reference_text.h"

#include <algorithm>
#include <string>
#include <utility>

#include "src/base/errors.h"
#include "src/base/status_macros.h"
#include "src/compare/logits_chunk.h"

namespace hydrometer::compare {

absl::Status AddReferenceText(const probe::ProbeSet& text,
                              std::vector<MemberRecordings> members,
                              const CompareOptions& options,
                              Observations& observations) {
  // Only members that the comparison kept: they read the same tokens.
  std::vector<MemberRecordings> kept;
  for (MemberRecordings& member : members) {
    for (const Member& wanted : observations.members) {
      if (wanted.name == member.member.name) kept.push_back(std::move(member));
    }
  }
  ProbeSetSummary summary;
  summary.name = text.card.name;
  std::vector<std::string> ids;
  for (const probe::Probe& probe : text.probes) ids.push_back(probe.id);
  HYDROMETER_ASSIGN_OR_RETURN(Panel panel,
                              Panel::Make({summary}, {ids}, std::move(kept)));
  if (panel.members().size() != observations.members.size()) {
    return RefusedError("reference text: ", panel.left_out().front().first,
                        " ", panel.left_out().front().second);
  }
  HYDROMETER_ASSIGN_OR_RETURN(
      LogitsChunk chunk,
      LogitsChunk::Make(panel, options.device, options.logits_chunk_bytes));
  std::vector<double> loss(panel.members().size(), 0);
  int64_t rows = 0;
  for (const PanelProbe& probe : panel.probes()) {
    for (int64_t row = 0; row < probe.row_count(); row += chunk.max_rows()) {
      const int64_t count = std::min(chunk.max_rows(), probe.row_count() - row);
      HYDROMETER_RETURN_IF_ERROR(chunk.Load(probe, row, count));
      HYDROMETER_ASSIGN_OR_RETURN(std::vector<double> log_probs,
                                  chunk.TokenLogProbs());
      for (size_t m = 0; m < loss.size(); ++m) {
        for (int64_t i = 0; i < count; ++i) {
          loss[m] -= log_probs[m * count + i];
        }
      }
      rows += count;
    }
  }
  if (rows == 0) {
    return RefusedError("reference text ", text.card.file,
                        ": no passage is longer than ", kFirstScoredRow + 1,
                        " tokens");
  }
  for (double& value : loss) value /= static_cast<double>(rows);
  observations.reference_text = text.card.file;
  observations.reference_text_loss = std::move(loss);
  return absl::OkStatus();
}

}  // namespace hydrometer::compare
