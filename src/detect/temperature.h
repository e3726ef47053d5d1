// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// tau, the sampling temperature of copied text, from how sharp a member is:
//   b*_X = argmin over b of the loss of softmax(b l_X)
//   tau  = b*_S / median of b*_C
// A student of text sampled cool comes out over-confident, tau below 1. Read
// in the reference's own domain, on the primary sets together.
//
// Tests: tests/detect/simulated_test.cc.
#ifndef HYDROMETER_SRC_DETECT_TEMPERATURE_H_
#define HYDROMETER_SRC_DETECT_TEMPERATURE_H_

#include <vector>

#include "src/detect/statistic.h"

namespace hydrometer::detect {

// The best inverse temperature: a parabola in log b through the least value
// of the grid and its neighbours; none when that lies at the grid's end.
Value BestInverseTemperature(const Observations& observations, int member);

Value Temperature(const Context& context, int member,
                  const std::vector<int>& controls);

}  // namespace hydrometer::detect

#endif  // HYDROMETER_SRC_DETECT_TEMPERATURE_H_
