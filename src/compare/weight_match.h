// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// Weights of two models, held against each other. Two questions, and nothing
// is guessed where the shapes differ:
//
// 1. Equal up to storage? Each tensor of one model must be the other's, either
//    rounded to its dtype, or rounded to 8 bits in groups (of 16 to 256
//    or a row, scale = largest magnitude / 127): then its values lie on the grid
//    that their own group's scale spans, no further from the original than
//    half a step. largest_half_steps <= 1 says so of all tensors.
//
// 2. Derived? In each layer the units of the MLP are matched twice by linear
//    assignment on cosines, once by the rows of gate_proj and once by those
//    of up_proj. For independently initialised models the two matchings are
//    independent whatever the training was, so Spearman's p-value of one
//    permutation against the other is valid; a fine-tune matches its origin
//    in both. At most kMaxMatchedUnits units are matched (the first ones).
//    Units that are zero, or the copy of another one of their model, are left
//    out: they match anything, ties fall by index in both matchings alike,
//    and pruned strangers would look related. unit_count is what was left.
//
// Errors: RefusedError from the checkpoints; not comparable is no error.
// Source: Zhu et al. 2025, "Independence Tests for Language Models" (MATCH).
// Tests: tests/compare/weight_match_test.cc.
#ifndef HYDROMETER_SRC_COMPARE_WEIGHT_MATCH_H_
#define HYDROMETER_SRC_COMPARE_WEIGHT_MATCH_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "src/base/observations.h"
#include "src/io/checkpoint.h"

namespace hydrometer::compare {

inline constexpr int64_t kMaxMatchedUnits = 2048;

// `names` are what the result calls the two models.
absl::StatusOr<WeightComparison> CompareWeights(const io::Checkpoint& first,
                                                const io::Checkpoint& second,
                                                const std::string& first_name,
                                                const std::string& second_name);

// The values of a F32, F16 or BF16 tensor.
std::vector<float> FloatValues(const io::TensorView& tensor);

// Largest deviation of `copy` from `original` in units of what rounding to
// the copy's storage allows: its dtype's half unit in the last place, or half
// a step of an 8-bit grid that the copy lies on. Infinite when neither.
// Both [row_count][row_size].
double StorageDeviation(const std::vector<float>& copy,
                        const std::vector<float>& original, int64_t row_size,
                        io::DType copy_dtype);

}  // namespace hydrometer::compare

#endif  // HYDROMETER_SRC_COMPARE_WEIGHT_MATCH_H_
