// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

// The identities behind inherited error, on exact small distributions.

#include <cmath>
#include <vector>

#include "gtest/gtest.h"
#include "src/base/random.h"
#include "src/detect/inherited_share.h"

namespace hydrometer::detect {
namespace {

using Distribution = std::vector<double>;
constexpr int kTokens = 7;
// Sums of seven products of numbers of size one.
constexpr double kExact = 1e-13;

Distribution Draw(uint64_t seed) {
  Random random(seed);
  Distribution p(kTokens);
  double sum = 0;
  for (double& x : p) sum += x = std::exp(1.3 * random.Normal());
  for (double& x : p) x /= sum;
  return p;
}

double Kl(const Distribution& p, const Distribution& q) {
  double sum = 0;
  for (int v = 0; v < kTokens; ++v) sum += p[v] * std::log(p[v] / q[v]);
  return sum;
}

double CrossEntropy(const Distribution& d, const Distribution& q) {
  double sum = 0;
  for (int v = 0; v < kTokens; ++v) sum -= d[v] * std::log(q[v]);
  return sum;
}

// A_T(S) when the text follows `world`: the sums of one position, exactly.
double A(const Distribution& world, const Distribution& t,
         const Distribution& s) {
  PanelSums sums;
  sums.member_count = 2;
  sums.position_count = 1;
  sums.loss = {CrossEntropy(world, t), CrossEntropy(world, s)};
  sums.pair.assign(kPairMetricCount, 0.0);
  sums.pair[static_cast<int>(PairMetric::kKlPq)] = Kl(t, s);
  sums.pair[static_cast<int>(PairMetric::kKlQp)] = Kl(s, t);
  return InheritedError(sums, /*reference=*/0, /*member=*/1);
}

TEST(IdentitiesTest, TheReferenceItselfGivesZero) {
  const Distribution d = Draw(1), t = Draw(2);
  EXPECT_NEAR(A(d, t, t), 0, kExact);
}

TEST(IdentitiesTest, TextDrawnFromTheReferenceGivesZeroForEveryModel) {
  const Distribution t = Draw(2);
  for (uint64_t seed = 3; seed < 20; ++seed) {
    EXPECT_NEAR(A(/*world=*/t, t, Draw(seed)), 0, kExact);
  }
}

TEST(IdentitiesTest, TheWorldItselfGivesBothDivergences) {
  const Distribution d = Draw(1), t = Draw(2);
  EXPECT_NEAR(A(d, t, d), -(Kl(d, t) + Kl(t, d)), kExact);
  EXPECT_LT(A(d, t, d), -0.1);
}

TEST(IdentitiesTest, GeometricMixtureIsLinear) {
  const Distribution d = Draw(1), t = Draw(2), r = Draw(3);
  for (const double s : {0.0, 0.2, 0.5, 0.9, 1.0}) {
    Distribution mixture(kTokens);
    double sum = 0;
    for (int v = 0; v < kTokens; ++v) {
      sum += mixture[v] = std::pow(t[v], s) * std::pow(r[v], 1 - s);
    }
    for (double& x : mixture) x /= sum;
    EXPECT_NEAR(A(d, t, mixture), (1 - s) * A(d, t, r), kExact);
  }
}

}  // namespace
}  // namespace hydrometer::detect
