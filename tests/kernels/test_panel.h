// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// A panel of related rows for tests: a shared random row and each member's own
// deviation from it.
#ifndef HYDROMETER_TESTS_KERNELS_TEST_PANEL_H_
#define HYDROMETER_TESTS_KERNELS_TEST_PANEL_H_

#include <vector>

#include "tests/kernels/random_rows.h"

namespace hydrometer::kernels {

struct TestPanel {
  TestPanel(DataType type, int members, int64_t positions, int64_t vocab,
            double deviation = 1.0) {
    TestRows base(DataType::kFloat32, positions, vocab);
    base.FillNormal(1000 + vocab, 3);
    for (int m = 0; m < members; ++m) {
      rows.emplace_back(type, positions, vocab, vocab + m % 3, m % 2);
      rows.back().FillNormal(m + 1, deviation, &base);
    }
  }
  std::vector<Rows> Views() const {
    std::vector<Rows> views;
    for (const TestRows& r : rows) views.push_back(r.View());
    return views;
  }
  std::vector<Row> Position(int64_t n) const {
    std::vector<Row> out;
    for (const TestRows& r : rows) out.push_back(r.GetRow(n));
    return out;
  }
  std::vector<Transform> Transforms() const {
    std::vector<Transform> out;
    for (const TestRows& r : rows) out.push_back(r.transform);
    return out;
  }
  std::vector<TestRows> rows;
};

}  // namespace hydrometer::kernels

#endif  // HYDROMETER_TESTS_KERNELS_TEST_PANEL_H_
