// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// The example of kernels/README.md, compiled and run.
#include <gtest/gtest.h>

#include <cmath>
// [example]
#include <vector>

#include "kernels/pair_divergence.h"

namespace hk = hydrometer::kernels;

// Mean KL(p||q) of two models' logits, [positions, vocab] each.
absl::StatusOr<double> MeanKlNats(const std::vector<float>& p_logits,
                                  const std::vector<float>& q_logits,
                                  int64_t positions, int64_t vocab) {
  hk::Rows p;  // fp32 on the CPU unless said otherwise
  p.data = p_logits.data();
  p.row_count = positions;
  p.vocab_count = p.row_stride = vocab;
  hk::Rows q = p;
  q.data = q_logits.data();
  std::vector<double> kl_nats(positions);
  hk::PairDivergences out;
  out.kl_pq_nats = kl_nats.data();
  if (auto s = hk::ComputePairDivergence(p, q, {}, out); !s.ok()) return s;
  double sum = 0;
  for (double kl : kl_nats) sum += kl;
  return sum / static_cast<double>(positions);
}
// [example]

namespace {

TEST(ReadmeExampleTest, GivesTheMeanKl) {
  const auto kl = MeanKlNats({0, 0, 1, 1}, {0, 0, 0, std::log(3.0f)}, 2, 2);
  ASSERT_TRUE(kl.ok());
  // KL((1/2, 1/2) || (1/4, 3/4)) = log(2 / sqrt 3).
  EXPECT_NEAR(*kl, std::log(2 / std::sqrt(3.0)) / 2, 1e-7);
}

TEST(ReadmeExampleTest, RefusesAnEmptyVocabulary) {
  EXPECT_FALSE(MeanKlNats({}, {}, 2, 0).ok());
}

}  // namespace
