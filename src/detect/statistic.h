// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// What a statistic is here: a function of one member and the controls it is
// weighed with. The suspect and each control go through the same function
// (the control with the *other* controls), and that is the null.
//
// Tests: tests/detect/golden_test.cc.
#ifndef HYDROMETER_SRC_DETECT_STATISTIC_H_
#define HYDROMETER_SRC_DETECT_STATISTIC_H_

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "src/base/observations.h"
#include "src/detect/panel.h"
#include "src/detect/panel_sums.h"
#include "src/detect/policy.h"

namespace hydrometer::detect {

// A number, or why there is none.
struct Value {
  std::optional<double> value;
  std::string reason;

  static Value Of(double number) { return {number, ""}; }
  static Value None(std::string why) { return {std::nullopt, std::move(why)}; }
  static Value None(const absl::Status& status) {
    return {std::nullopt, std::string(status.message())};
  }
};

// All that a statistic may read. Borrowed; `sums` are of one scope or of one
// bootstrap replicate of it.
struct Context {
  const Observations& observations;
  const Panel& panel;
  const Policy& policy;
  const PanelSums& sums;
  bool real_text = false;  // sums are over text that no model wrote
};

// `controls` never holds `member`.
using Statistic = std::function<Value(const Context&, int member,
                                      const std::vector<int>& controls)>;

// `members` without `member`.
std::vector<int> Without(const std::vector<int>& members, int member);

}  // namespace hydrometer::detect

#endif  // HYDROMETER_SRC_DETECT_STATISTIC_H_
