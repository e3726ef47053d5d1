// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/model/rope.h"

#include <gtest/gtest.h>

#include <cmath>

namespace hydrometer::model {
namespace {

constexpr double kTwoPi = 6.283185307179586;

// One fp32 rounding or two: 2e-7 relative.
constexpr double kTolerance = 3e-7;

TEST(Rope, DefaultIsTheFormula) {
  const auto got = RotaryFrequencies({.theta = 10000.0}, 8);
  ASSERT_EQ(got.size(), 4u);
  for (int i = 0; i < 4; ++i) {
    const double want = std::pow(10000.0, -i / 4.0);
    EXPECT_NEAR(got[i], want, want * kTolerance);
  }
}

TEST(Rope, LinearDividesAll) {
  const auto plain = RotaryFrequencies({.theta = 5000.0}, 16);
  const auto scaled = RotaryFrequencies(
      {.type = RopeType::kLinear, .theta = 5000.0, .factor = 4.0}, 16);
  for (size_t i = 0; i < plain.size(); ++i) {
    EXPECT_EQ(scaled[i], plain[i] / 4.0f);
  }
}

// Llama 3.1's own numbers: all three bands are met.
TEST(Rope, Llama3KeepsShortWavesAndStretchesLongOnes) {
  const RopeConfig rope = {.type = RopeType::kLlama3,
                           .theta = 500000.0,
                           .factor = 8.0,
                           .low_freq_factor = 1.0,
                           .high_freq_factor = 4.0,
                           .original_max_position_embeddings = 8192};
  const auto got = RotaryFrequencies(rope, 128);
  int kept = 0, blended = 0, stretched = 0;
  for (int i = 0; i < 64; ++i) {
    const double plain = std::pow(500000.0, -i / 64.0);
    const double wavelength = kTwoPi / plain;
    double want = plain;
    if (wavelength > 8192.0) {
      want = plain / 8;
      ++stretched;
    } else if (wavelength > 8192.0 / 4) {
      const double smooth = (8192.0 / wavelength - 1) / 3;
      want = (1 - smooth) * plain / 8 + smooth * plain;
      ++blended;
    } else {
      ++kept;
    }
    EXPECT_NEAR(got[i], want, want * 2e-6) << i;
  }
  EXPECT_GT(kept, 0);
  EXPECT_GT(blended, 0);
  EXPECT_GT(stretched, 0);
}

}  // namespace
}  // namespace hydrometer::model
