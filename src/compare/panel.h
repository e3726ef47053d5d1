// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// Panel: the recordings that are compared together. A panel answers only
// "which rows predict which tokens": every member has read the same tokens of
// every probe, which is checked here and not assumed.
//
// Errors: RefusedError when a recording is malformed.
// Tests: tests/compare/panel_test.cc.
#ifndef HYDROMETER_SRC_COMPARE_PANEL_H_
#define HYDROMETER_SRC_COMPARE_PANEL_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "src/base/observations.h"
#include "src/io/safetensors.h"
#include "src/record/recording.h"

namespace hydrometer::compare {

// Rows before this one predict from too little context to say much: the
// models that the thresholds come from were read from position 8 on.
inline constexpr int64_t kFirstScoredRow = 8;
// Sets that are shown and not weighed are read this far into each probe: ten
// probes are nearly as good as four hundred, and an audit has a minute.
inline constexpr int64_t kShownRows = 48;

// A member and the recordings it left, one per probe set, in the sets' order.
struct MemberRecordings {
  Member member;
  std::vector<record::Recording> recordings;
  io::SafetensorsFile head;  // record::HeadPath
};

// One probe as the whole panel reads it.
struct PanelProbe {
  int32_t set_index = 0;
  int64_t probe_in_set = 0;
  std::string id;
  int64_t token_count = 0;  // the shortest member's, when contexts differ
  int64_t row_count() const {  // scored rows
    return token_count - 1 > kFirstScoredRow ? token_count - 1 - kFirstScoredRow
                                             : 0;
  }
};

class Panel {
 public:
  // `sets` and the probes' ids describe what was recorded. The first member
  // must be the suspect. Members whose token ids differ from the suspect's,
  // or whose vocabulary does, are left out with the reason.
  static absl::StatusOr<Panel> Make(
      std::vector<ProbeSetSummary> sets,
      const std::vector<std::vector<std::string>>& probe_ids,
      std::vector<MemberRecordings> members);

  const std::vector<MemberRecordings>& members() const { return members_; }
  const std::vector<ProbeSetSummary>& sets() const { return sets_; }
  const std::vector<PanelProbe>& probes() const { return probes_; }
  // (name, reason) of members that cannot be compared by logits.
  const std::vector<std::pair<std::string, std::string>>& left_out() const {
    return left_out_;
  }
  int64_t vocab_size() const { return vocab_size_; }
  // The probe's tokens, the same for every member.
  absl::Span<const int32_t> ids(const PanelProbe& probe) const {
    return members_[0]
        .recordings[probe.set_index]
        .ids(probe.probe_in_set)
        .subspan(0, probe.token_count);
  }
  // Whether the primary pair (rho2, h) is read on this set: counted, and
  // written by people.
  bool IsPrimary(int32_t set_index) const {
    return sets_[set_index].counted &&
           sets_[set_index].origin == Origin::kHuman;
  }

 private:
  std::vector<MemberRecordings> members_;
  std::vector<ProbeSetSummary> sets_;
  std::vector<PanelProbe> probes_;
  std::vector<std::pair<std::string, std::string>> left_out_;
  int64_t vocab_size_ = 0;
};

}  // namespace hydrometer::compare

#endif  // HYDROMETER_SRC_COMPARE_PANEL_H_
