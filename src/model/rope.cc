// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/model/rope.h"

#include <cmath>

namespace hydrometer::model {
namespace {

// Long wavelengths are stretched by `factor`, short ones kept, those between
// blended.
float Llama3Frequency(const RopeConfig& rope, float frequency) {
  constexpr double kTwoPi = 6.283185307179586;
  const double context =
      static_cast<double>(rope.original_max_position_embeddings);
  const float factor = static_cast<float>(rope.factor);
  const float wavelength = static_cast<float>(kTwoPi) / frequency;
  if (wavelength < static_cast<float>(context / rope.high_freq_factor)) {
    return frequency;
  }
  if (wavelength > static_cast<float>(context / rope.low_freq_factor)) {
    return frequency / factor;
  }
  const float smooth =
      (static_cast<float>(context) / wavelength -
       static_cast<float>(rope.low_freq_factor)) /
      static_cast<float>(rope.high_freq_factor - rope.low_freq_factor);
  return (1 - smooth) * frequency / factor + smooth * frequency;
}

}  // namespace

std::vector<float> RotaryFrequencies(const RopeConfig& rope, int64_t head_dim) {
  std::vector<float> frequencies;
  for (int64_t i = 0; i < head_dim; i += 2) {
    const float exponent = static_cast<float>(i) / static_cast<float>(head_dim);
    // The power in double, rounded once: within an ulp of any fp32 pow.
    const float frequency =
        1.0f / static_cast<float>(std::pow(rope.theta, double{exponent}));
    switch (rope.type) {
      case RopeType::kDefault:
        frequencies.push_back(frequency);
        break;
      case RopeType::kLinear:
        frequencies.push_back(frequency / static_cast<float>(rope.factor));
        break;
      case RopeType::kLlama3:
        frequencies.push_back(Llama3Frequency(rope, frequency));
        break;
    }
  }
  return frequencies;
}

}  // namespace hydrometer::model
