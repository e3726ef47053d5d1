// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// Policy: every threshold that the weighing of evidence uses, with a name, a
// default and a meaning. The defaults were chosen on small models of known
// lineage before this program had a zoo of its own; they are not tuned on it.
//
// Format (JSON): {"format": "hydrometer-policy", "version": 1,
//   "name": "...", "thresholds": {"z_accuse": 4, ...}}
// Thresholds that a file leaves out keep their defaults.
//
// Tests: tests/detect/policy_test.cc.
#ifndef HYDROMETER_SRC_DETECT_POLICY_H_
#define HYDROMETER_SRC_DETECT_POLICY_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "src/detect/assessment.h"

namespace hydrometer::detect {

struct Policy {
  std::string name = "default";

  // Preconditions of every verdict that rests on controls.
  double min_controls = 8;             // below: inconclusive
  double min_controls_distilled = 10;  // below: never better than related
  double min_placebos = 2;             // as good as the reference
  double placebo_distance_nats = 0.3;  // what "as good as" means
  double bracket_tolerance = 0.1;      // of the controls' range of loss
  double min_real_text_probes = 50;

  // The table.
  double z_accuse = 4;     // above: more than any control
  double z_unrelated = 3;  // at most: nothing found
  double h_distilled = 0.75;
  double h_related = 0.25;
  double q_distilled = 0.70;           // at most: same data excluded
  double q_same_data = 0.75;           // at least: same data is likely
  // A sibling counts as "as good as" the suspect when it is at most this much
  // worse; one that is much worse would be exceeded by anybody.
  double sibling_distance_nats = 0.1;

  // A suspect with a known base.
  double min_fine_tunes = 2;  // other fine-tunes of that base; below: related

  // Weights.
  double identical_half_steps = 1;      // of an 8-bit group's step
  double identical_max_kl_nats = 0.05;  // weights may not contradict outputs
  double min_identical_positions = 500;
  double weight_p = 1e-6;       // after Bonferroni over layers
  double min_weight_units = 12;  // a layer with fewer says nothing
  // Where the suspect's weights match another model's too, the reference's
  // must be nearer than this part of the other's distance.
  double weight_distance_ratio = 0.5;

  // Statistics.
  double ridge = 1e-3;
  double min_controls_quadratic = 10;  // controls that allow quadratic curves
  double curve_errors = 4;             // least -A_0, in leave-one-out errors
  double duplicate_js_nats = 1e-3;     // nearer than this: one model twice
  // Controls nearer than this part of the median of all pairs of controls are
  // one model in two states, and count once.
  double duplicate_js_share = 0.25;

  friend bool operator==(const Policy&, const Policy&) = default;
};

// All thresholds as used, for the report.
std::vector<NamedThreshold> PolicyThresholds(const Policy& policy);

// Values within their ranges and in order (z_unrelated <= z_accuse, ...).
absl::Status CheckPolicy(const Policy& policy);

// Reads the format above. Refused: unknown names (the message lists the known
// ones), values outside their range, thresholds out of order. `name` is what
// errors call the file.
absl::StatusOr<Policy> ParsePolicy(absl::string_view json,
                                   absl::string_view name);
absl::StatusOr<Policy> ReadPolicyFile(absl::string_view path);

// The same format, all thresholds written out; ParsePolicy gives it back.
std::string PolicyToJson(const Policy& policy);

}  // namespace hydrometer::detect

#endif  // HYDROMETER_SRC_DETECT_POLICY_H_
