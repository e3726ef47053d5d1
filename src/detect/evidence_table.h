// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// Every statistic of the report as a table: its name, its function, what it
// is in plain words. The primary pair, rho2 and h, is the only one that a
// verdict counts; the rest is shown beside it.
//
// Tests: tests/detect/assess_test.cc.
#ifndef HYDROMETER_SRC_DETECT_EVIDENCE_TABLE_H_
#define HYDROMETER_SRC_DETECT_EVIDENCE_TABLE_H_

#include <vector>

#include "src/detect/exchangeable.h"

namespace hydrometer::detect {

const std::vector<StatisticRow>& StatisticTable();

// Statistics of a suspect with a known base, whose null is what other
// fine-tunes of that base do: rho given the base, and
// dA = A_T(member) - A_T(base).
const std::vector<StatisticRow>& BaseStatisticTable();

}  // namespace hydrometer::detect

#endif  // HYDROMETER_SRC_DETECT_EVIDENCE_TABLE_H_
