// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// Known answers of scipy: tests/fixtures/stats/make_fixtures.py.
#ifndef HYDROMETER_TESTS_STATS_FIXTURE_H_
#define HYDROMETER_TESTS_STATS_FIXTURE_H_

#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "src/io/json.h"

namespace hydrometer::stats {

inline const rapidjson::Document& Fixture() {
  static const auto* const kFixture = [] {
    auto document = io::ReadJsonFile(std::string(HYDROMETER_SOURCE_DIR) +
                                     "/tests/fixtures/stats/scipy.json");
    EXPECT_TRUE(document.ok()) << document.status();
    return new rapidjson::Document(*std::move(document));
  }();
  return *kFixture;
}

inline std::vector<double> Doubles(const rapidjson::Value& array) {
  std::vector<double> values;
  for (const auto& v : array.GetArray()) values.push_back(v.GetDouble());
  return values;
}

}  // namespace hydrometer::stats

#endif  // HYDROMETER_TESTS_STATS_FIXTURE_H_
