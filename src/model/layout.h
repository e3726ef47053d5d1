// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// Which tensors a configuration calls for, and whether a checkpoint has them:
// the check that stands between foreign weights and LibTorch. Needs no
// LibTorch itself.
//
// Tests: tests/model/layout_test.cc.
#ifndef HYDROMETER_SRC_MODEL_LAYOUT_H_
#define HYDROMETER_SRC_MODEL_LAYOUT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "src/io/checkpoint.h"
#include "src/model/config.h"

namespace hydrometer::model {

struct TensorSpec {
  std::string name;
  std::vector<int64_t> shape;
  std::string source;  // the config keys that the shape comes from
};

// In the order of the forward pass.
std::vector<TensorSpec> RequiredTensors(const ModelConfig& config);

struct CheckedTensors {
  std::vector<std::string> used;     // names, in the order of RequiredTensors
  std::vector<std::string> ignored;  // present, known, and not needed
};

// Every required tensor must be there with its shape, in F32, F16 or BF16,
// without NaN and infinity (all bytes are read). Of others only two kinds may
// be there: rotary_emb.inv_freq buffers of old checkpoints, and the head of a
// model that ties it to the embedding, if the two are equal bit for bit.
// RefusedError otherwise: weights that a config does not account for mean
// another model than the one that would be run.
absl::StatusOr<CheckedTensors> CheckTensors(const ModelConfig& config,
                                            const io::Checkpoint& checkpoint);

}  // namespace hydrometer::model

#endif  // HYDROMETER_SRC_MODEL_LAYOUT_H_
