// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// The standing sentences of every report: what this method cannot show, and
// what this panel leaves open.
//
// Tests: tests/detect/assess_test.cc.
#ifndef HYDROMETER_SRC_DETECT_LIMITS_H_
#define HYDROMETER_SRC_DETECT_LIMITS_H_

#include <string>
#include <vector>

#include "src/base/observations.h"
#include "src/detect/panel.h"
#include "src/detect/policy.h"

namespace hydrometer::detect {

std::vector<std::string> Limits(const Observations& observations,
                                const std::vector<Panel>& panels,
                                const Policy& policy);

}  // namespace hydrometer::detect

#endif  // HYDROMETER_SRC_DETECT_LIMITS_H_
