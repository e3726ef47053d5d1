// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// A loaded model: token ids in, final hidden states and logits out.
//
// A position's bits do not depend on what else is in its batch, on the order
// or size of the batch, on the number of threads, nor on the ids after it.
// They do depend on the length that sequences are padded to: LibTorch's
// kernels choose their blocking by shape. So one recording uses one length.
// How it is done: sequences are cut into launches of one fixed shape (the
// last is filled up with dummies), a launch runs on one thread, and threads
// share out launches.
//
// Tests: tests/model/model_test.cc, same_bits_test.cc.
#ifndef HYDROMETER_SRC_MODEL_MODEL_H_
#define HYDROMETER_SRC_MODEL_MODEL_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "src/model/config.h"
#include "src/model/device.h"

namespace at {
class Tensor;  // include <ATen/core/Tensor.h> to call what takes or gives one
}

namespace hydrometer::model {

enum class Compute {
  kFp32,
  kBf16,  // faster, about three digits; the report names it
};

struct LoadOptions {
  Device device;
  Compute compute = Compute::kFp32;
  int thread_count = 0;  // 0: every core that this process may use
};

// Movable. Const methods may be called from several threads.
class Model {
 public:
  // Opens, checks and loads a model directory. RefusedError if it is
  // malformed, unsafe or unsupported; ExhaustedError if it does not fit.
  static absl::StatusOr<Model> Load(absl::string_view directory,
                                    const LoadOptions& options = {});
  ~Model();
  Model(Model&&) noexcept;
  Model& operator=(Model&&) noexcept;

  const ModelConfig& config() const;
  // Of the tensors that are used; see io::Checkpoint::TensorsSha256.
  const std::string& weights_sha256() const;
  const std::string& directory() const;
  // What the bits depend on besides weights, ids and length, for the address
  // of a recording: "cpu fp32 libtorch-2.11.0".
  const std::string& numerics() const;

  // ids: int64 [batch, length] on the CPU, each row padded at its end to the
  // common length with any id of the vocabulary. Returns the hidden states
  // after the final norm, as they enter the head: fp32 [batch, length, H] on
  // the CPU. Many rows in one call are faster than many calls. RefusedError
  // for an id beyond the vocabulary; UsageError for another shape or dtype.
  absl::StatusOr<at::Tensor> FinalHidden(const at::Tensor& ids) const;

  // hidden: fp32 [rows, H] on the CPU. Returns fp32 [rows, V] on the CPU,
  // multiplied in fp32 whatever the compute type.
  absl::StatusOr<at::Tensor> Logits(const at::Tensor& hidden) const;

  // [V, H] in the stored dtype, on the CPU. The supported architectures have
  // no head bias.
  at::Tensor head_weight() const;

 private:
  struct Loaded;
  explicit Model(std::unique_ptr<Loaded> loaded);
  std::unique_ptr<Loaded> loaded_;
};

}  // namespace hydrometer::model

#endif  // HYDROMETER_SRC_MODEL_MODEL_H_
