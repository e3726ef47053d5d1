// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/stats/partial_correlation.h"

#include <cmath>

#include "src/base/random.h"
#include "src/stats/symmetric_inverse.h"
#include "tests/stats/fixture.h"

namespace hydrometer::stats {
namespace {

TEST(PartialCorrelationTest, AgreesWithNumpy) {
  const auto& c = Fixture()["partial"];
  const std::vector<double> gram = Doubles(c["gram"]);
  const std::vector<double> want = Doubles(c["rho"]);
  const int n = c["n"].GetInt();
  const auto rho = PartialCorrelations(gram, n);
  ASSERT_TRUE(rho.ok()) << rho.status();
  for (size_t i = 0; i < want.size(); ++i) {
    EXPECT_NEAR((*rho)[i], want[i], 1e-10);
  }
  const auto one = PartialCorrelation(gram, n, 4, 1, {0, 2, 3, 5, 1, 0});
  ASSERT_TRUE(one.ok());
  EXPECT_NEAR(*one, want[4 * n + 1], 1e-10);
}

TEST(PartialCorrelationTest, ScaleDoesNotMatter) {
  std::vector<double> gram = Doubles(Fixture()["partial"]["gram"]);
  const auto before = PartialCorrelation(gram, 6, 0, 1, {2, 3});
  for (int i = 0; i < 6; ++i) {
    gram[i] *= 7;      // variable 0, row
    gram[i * 6] *= 7;  // and column
  }
  EXPECT_NEAR(*before, *PartialCorrelation(gram, 6, 0, 1, {2, 3}), 1e-12);
}

// Two variables that are alike only through a third.
TEST(PartialCorrelationTest, CommonCauseIsTakenOut) {
  Random random(1);
  std::vector<double> gram(9, 0.0);
  for (int i = 0; i < 20000; ++i) {
    const double cause = random.Normal();
    const double x[3] = {cause + random.Normal(), cause + random.Normal(),
                         cause};
    for (int a = 0; a < 3; ++a) {
      for (int b = 0; b < 3; ++b) gram[a * 3 + b] += x[a] * x[b];
    }
  }
  EXPECT_GT(*PartialCorrelation(gram, 3, 0, 1, {}), 0.45);
  // Sampling error 1/sqrt(20000) = 0.007, and the ridge's share.
  EXPECT_NEAR(*PartialCorrelation(gram, 3, 0, 1, {2}), 0, 0.03);
}

TEST(PartialCorrelationTest, Refusals) {
  EXPECT_FALSE(PartialCorrelations({0, 0, 0, 1}, 2).ok());
  EXPECT_FALSE(PartialCorrelations({1, std::nan(""), 0, 1}, 2).ok());
  EXPECT_FALSE(PartialCorrelation({1, 0, 0, 1}, 2, 0, 0, {}).ok());
  EXPECT_FALSE(PartialCorrelation({1, 0, 0, 1}, 2, 0, 1, {5}).ok());
  EXPECT_FALSE(SymmetricInverse({1, 2, 2, 1}, 2).ok());  // not definite
  EXPECT_FALSE(SymmetricInverse({1, 1, 1, 1}, 2).ok());  // singular
}

TEST(SymmetricInverseTest, ProductIsIdentity) {
  const std::vector<double> a = {4, 1, 0.5, 1, 3, 0.2, 0.5, 0.2, 2};
  const auto inverse = SymmetricInverse(a, 3);
  ASSERT_TRUE(inverse.ok());
  for (int i = 0; i < 3; ++i) {
    for (int j = 0; j < 3; ++j) {
      double sum = 0;
      for (int k = 0; k < 3; ++k) sum += a[i * 3 + k] * (*inverse)[k * 3 + j];
      EXPECT_NEAR(sum, i == j, 1e-15);
    }
  }
}

}  // namespace
}  // namespace hydrometer::stats
