// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/compare/panel.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "src/base/errors.h"

namespace hydrometer::compare {
namespace {

// Why `other` cannot be compared with `suspect` by logits; empty when it can.
std::string WhyNotComparable(const MemberRecordings& suspect,
                             const MemberRecordings& other) {
  const int64_t want = suspect.recordings[0].header().vocab_size;
  const int64_t got = other.recordings[0].header().vocab_size;
  if (want != got) {
    return absl::StrCat("has a vocabulary of ", got, ", the suspect ", want);
  }
  for (size_t set = 0; set < suspect.recordings.size(); ++set) {
    const record::Recording& a = suspect.recordings[set];
    const record::Recording& b = other.recordings[set];
    if (a.header().token_ids_sha256 == b.header().token_ids_sha256) continue;
    for (int64_t probe = 0; probe < a.probe_count(); ++probe) {
      absl::Span<const int32_t> x = a.ids(probe), y = b.ids(probe);
      const size_t common = std::min(x.size(), y.size());
      if (x.subspan(0, common) != y.subspan(0, common)) {
        return absl::StrCat("reads other tokens than the suspect (probe set ",
                            a.header().probe_set_name, ")");
      }
    }
  }
  return "";
}

}  // namespace

absl::StatusOr<Panel> Panel::Make(
    std::vector<ProbeSetSummary> sets,
    const std::vector<std::vector<std::string>>& probe_ids,
    std::vector<MemberRecordings> members) {
  if (members.empty() || members[0].member.role != Role::kSuspect) {
    return InternalError("a panel begins with the suspect");
  }
  Panel panel;
  panel.sets_ = std::move(sets);
  for (const MemberRecordings& member : members) {
    for (size_t set = 0; set < panel.sets_.size(); ++set) {
      if (member.recordings[set].probe_count() !=
          static_cast<int64_t>(probe_ids[set].size())) {
        return RefusedError("recording of ", member.member.name, " on ",
                            panel.sets_[set].name, ": holds ",
                            member.recordings[set].probe_count(),
                            " probes, want ", probe_ids[set].size());
      }
    }
  }
  for (MemberRecordings& member : members) {
    std::string reason;
    if (!panel.members_.empty()) {
      reason = WhyNotComparable(panel.members_[0], member);
    }
    if (reason.empty()) {
      panel.members_.push_back(std::move(member));
    } else {
      panel.left_out_.emplace_back(member.member.name, reason);
    }
  }
  panel.vocab_size_ = panel.members_[0].recordings[0].header().vocab_size;
  for (size_t set = 0; set < panel.sets_.size(); ++set) {
    for (size_t i = 0; i < probe_ids[set].size(); ++i) {
      PanelProbe probe;
      probe.set_index = static_cast<int32_t>(set);
      probe.probe_in_set = static_cast<int64_t>(i);
      probe.id = probe_ids[set][i];
      probe.token_count = INT64_MAX;
      for (const MemberRecordings& member : panel.members_) {
        probe.token_count =
            std::min<int64_t>(probe.token_count,
                              member.recordings[set].ids(i).size());
      }
      if (!panel.IsPrimary(probe.set_index)) {
        probe.token_count =
            std::min(probe.token_count, kFirstScoredRow + kShownRows + 1);
      }
      panel.probes_.push_back(std::move(probe));
    }
  }
  return panel;
}

}  // namespace hydrometer::compare
