// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// The parts of report.json that come from the observations: models, probe
// sets, means of the pair metrics, positions, weights.
//
// Tests: tests/report/report_json_test.cc.
#ifndef HYDROMETER_SRC_REPORT_OBSERVATIONS_JSON_H_
#define HYDROMETER_SRC_REPORT_OBSERVATIONS_JSON_H_

#include "absl/status/status.h"
#include "src/base/observations.h"
#include "src/detect/assessment.h"
#include "src/report/json_value.h"

namespace hydrometer::report {

// InternalError when an array has not the size that Observations states.
// Arrays that a view does not have may be empty.
absl::Status CheckSizes(const Observations& observations);

// Adds models, view, left_out, probe_sets, pairs, positions, weights. The
// mean losses of the primary sets come from the assessment.
void AddObservations(const Observations& observations,
                     const detect::Assessment& assessment,
                     ObjectBuilder& report);

}  // namespace hydrometer::report

#endif  // HYDROMETER_SRC_REPORT_OBSERVATIONS_JSON_H_
