// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// The angles of rotary position embedding.
//
// Source: Su et al., "RoFormer" (2021); scaling "linear" after Chen et al.
// (2023), "llama3" after Meta's Llama 3.1, as in transformers'
// modeling_rope_utils.py. Tests: tests/model/rope_test.cc.
#ifndef HYDROMETER_SRC_MODEL_ROPE_H_
#define HYDROMETER_SRC_MODEL_ROPE_H_

#include <cstdint>
#include <vector>

#include "src/model/config.h"

namespace hydrometer::model {

// Radians per position of each of the head_dim / 2 pairs. Rounded to fp32 at
// the steps where transformers rounds: at position 10,000 one unit in the
// last place of a frequency is a thousandth of a radian.
std::vector<float> RotaryFrequencies(const RopeConfig& rope, int64_t head_dim);

}  // namespace hydrometer::model

#endif  // HYDROMETER_SRC_MODEL_ROPE_H_
