// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/stats/special_functions.h"

#include <cmath>

#include "tests/stats/fixture.h"

namespace hydrometer::stats {
namespace {

// Relative: lgamma of 100 costs two or three digits of sixteen.
constexpr double kRelative = 1e-11;

TEST(SpecialFunctionsTest, IncompleteBetaAgreesWithScipy) {
  for (const auto& c : Fixture()["beta"].GetArray()) {
    const double want = c["value"].GetDouble();
    EXPECT_NEAR(IncompleteBeta(c["a"].GetDouble(), c["b"].GetDouble(),
                               c["x"].GetDouble()),
                want, kRelative * want);
  }
  EXPECT_EQ(IncompleteBeta(2, 3, 0), 0);
  EXPECT_EQ(IncompleteBeta(2, 3, 1), 1);
  EXPECT_TRUE(std::isnan(IncompleteBeta(-1, 3, 0.5)));
}

TEST(SpecialFunctionsTest, StudentTailAgreesWithScipy) {
  for (const auto& c : Fixture()["student"].GetArray()) {
    const double want = c["upper"].GetDouble();
    EXPECT_NEAR(StudentTUpperTail(c["t"].GetDouble(), c["degrees"].GetDouble()),
                want, kRelative * want);
  }
}

TEST(SpecialFunctionsTest, NormalTailAgreesWithScipy) {
  for (const auto& c : Fixture()["normal"].GetArray()) {
    const double want = c["upper"].GetDouble();
    EXPECT_NEAR(NormalUpperTail(c["z"].GetDouble()), want, kRelative * want);
  }
}

TEST(SpecialFunctionsTest, ChiSquaredTailAgreesWithScipy) {
  for (const auto& c : Fixture()["chi_squared"].GetArray()) {
    const double want = c["upper"].GetDouble();
    EXPECT_NEAR(ChiSquaredEvenUpperTail(c["x"].GetDouble(), c["k"].GetInt()),
                want, kRelative * want);
  }
}

}  // namespace
}  // namespace hydrometer::stats
