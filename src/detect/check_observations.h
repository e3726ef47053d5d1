// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// Refuses observations that are no observations: arrays of the wrong size,
// numbers that are not finite, a Gram that is not one, roles that make no
// panel. Everything behind this check may index without looking.
//
// Tests: tests/detect/check_observations_test.cc.
#ifndef HYDROMETER_SRC_DETECT_CHECK_OBSERVATIONS_H_
#define HYDROMETER_SRC_DETECT_CHECK_OBSERVATIONS_H_

#include "absl/status/status.h"
#include "src/base/observations.h"

namespace hydrometer::detect {

// Required: exactly one suspect, at least one reference, unique names, at
// least one position; loss_sum, pair_sum and gram_sum of their full size.
// Other arrays are empty or of their full size.
absl::Status CheckObservations(const Observations& observations);

}  // namespace hydrometer::detect

#endif  // HYDROMETER_SRC_DETECT_CHECK_OBSERVATIONS_H_
