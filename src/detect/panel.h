// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// Who plays which part when one suspect is weighed against one reference.
//
// Controls are exchangeable with the suspect. Placebo references are models
// as good as the reference that the suspect might as well have copied.
// Members that are one model twice, or that descend from the suspect's own
// weights, are neither: a copy among the controls would count as a model of
// its own, and a copy of the reference would explain the reference away.
//
// All lists hold indices into Observations::members.
// Tests: tests/detect/panel_test.cc.
#ifndef HYDROMETER_SRC_DETECT_PANEL_H_
#define HYDROMETER_SRC_DETECT_PANEL_H_

#include <string>
#include <utility>
#include <vector>

#include "src/base/observations.h"
#include "src/detect/panel_sums.h"
#include "src/detect/policy.h"

namespace hydrometer::detect {

struct Panel {
  int suspect = -1;
  int reference = -1;
  std::vector<int> controls;
  // The suspect's base, and controls whose weights it shares: they join every
  // conditioning set, and no null.
  std::vector<int> bases;
  // In the mean of rho2: within the policy's distance of the reference's
  // loss, with a weighting of their own.
  std::vector<int> placebos;
  // The suspect must be nearer to the reference than to any of these: all
  // placebos, and given placebos and other references of any quality.
  std::vector<int> rivals;
  std::vector<int> siblings;          // of this reference
  bool suspect_is_sibling = false;    // one of them is the suspect
  std::vector<int> fine_tunes;        // controls declared to come from the base
  std::vector<int> other_references;  // that are not the same function
  // Rivals that cannot be compared because their weighting is missing.
  std::vector<int> unweighted_rivals;
  // Member and why it was set aside.
  std::vector<std::pair<int, std::string>> set_aside;
};

// `sums` decides quality and duplicates: those of the primary scope, or of
// everything where that is empty. `bases` are the members of kBase and those
// controls that weight matching found to be the suspect's relatives.
Panel MakePanel(const Observations& observations, const PanelSums& sums,
                int suspect, int reference, const Policy& policy);

// Index of the member of this name, or -1.
int MemberIndex(const Observations& observations, const std::string& name);

}  // namespace hydrometer::detect

#endif  // HYDROMETER_SRC_DETECT_PANEL_H_
