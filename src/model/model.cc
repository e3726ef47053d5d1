// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/model/model.h"

#include <ATen/Parallel.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/zeros.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <utility>

#include "absl/strings/str_cat.h"
#include "src/base/errors.h"
#include "src/base/status_macros.h"
#include "src/io/checkpoint.h"
#include "src/model/decoder.h"
#include "src/model/launches.h"
#include "src/model/layout.h"
#include "src/model/torch_call.h"
#include "src/model/weights.h"

namespace hydrometer::model {
namespace {

// Rows of one launch are a multiple of this: matrix kernels treat the last
// few rows of other counts by other instructions, with other roundings.
constexpr int64_t kRowBlock = 64;
constexpr int64_t kLaunchRowsCpu = 1024;    // fits the caches of a core
constexpr int64_t kLaunchRowsCuda = 16384;  // fills a GPU
constexpr int64_t kHeadRows = 256;

int64_t RoundUp(int64_t n, int64_t multiple) {
  return (n + multiple - 1) / multiple * multiple;
}

at::Device TorchDevice(const Device& device) {
  return device.cuda ? at::Device(at::kCUDA, device.index)
                     : at::Device(at::kCPU);
}

absl::Status CheckIds(const at::Tensor& ids, const ModelConfig& config) {
  if (ids.dim() != 2 || ids.scalar_type() != at::kLong ||
      !ids.device().is_cpu() || ids.size(1) < 1) {
    return UsageError("ids have shape ",
                      io::ShapeText({ids.sizes().data(), ids.sizes().size()}),
                      ", want int64 [batch, length from 1] on the CPU");
  }
  const int64_t* data = ids.const_data_ptr<int64_t>();
  for (int64_t i = 0; i < ids.numel(); ++i) {
    if (data[i] >= 0 && data[i] < config.vocab_size) continue;
    return RefusedError("token id ", data[i], " at sequence ", i / ids.size(1),
                        ", position ", i % ids.size(1), ", want 0 to ",
                        config.vocab_size - 1, " (config.json vocab_size)");
  }
  return absl::OkStatus();
}

}  // namespace

struct Model::Loaded {
  std::string directory;
  ModelConfig config;
  std::string weights_sha256;
  std::string numerics;
  at::Device device = at::kCPU;
  int thread_count = 1;
  int64_t launch_rows = kLaunchRowsCpu;
  Weights weights;

  // Made when first asked for, then kept.
  std::mutex mutex;
  std::map<int64_t, at::Tensor> rotations;  // by length
  at::Tensor head_fp32;                     // [V, H]

  at::Tensor Rotation(int64_t length) {
    std::lock_guard<std::mutex> lock(mutex);
    at::Tensor& table = rotations[length];
    if (!table.defined()) table = RotationTable(config, length, device);
    return table;
  }

  at::Tensor HeadFp32() {
    std::lock_guard<std::mutex> lock(mutex);
    if (!head_fp32.defined()) head_fp32 = weights.head.to(at::kFloat);
    return head_fp32;
  }

  // Pieces of work, each inside TorchCall and on one LibTorch thread.
  absl::Status Run(absl::string_view stage, int64_t count,
                   absl::FunctionRef<void(int64_t)> piece) {
    const std::string what = absl::StrCat(directory, ": ", stage);
    // A GPU runs one launch at a time anyway.
    const int threads = device.is_cpu() ? thread_count : 1;
    return RunLaunches(count, threads, [&](int64_t i) {
      return TorchCall(what, [&] {
        at::init_num_threads();  // LibTorch's settings are per thread
        piece(i);
        return absl::OkStatus();
      });
    });
  }
};

Model::Model(std::unique_ptr<Loaded> loaded) : loaded_(std::move(loaded)) {}
Model::~Model() = default;
Model::Model(Model&&) noexcept = default;
Model& Model::operator=(Model&&) noexcept = default;

absl::StatusOr<Model> Model::Load(absl::string_view directory,
                                  const LoadOptions& options) {
  HYDROMETER_ASSIGN_OR_RETURN(io::Checkpoint checkpoint,
                              io::Checkpoint::Open(directory));
  auto loaded = std::make_unique<Loaded>();
  loaded->directory = std::string(directory);
  HYDROMETER_ASSIGN_OR_RETURN(loaded->config,
                              ReadModelConfig(checkpoint.config_path()));
  HYDROMETER_ASSIGN_OR_RETURN(CheckedTensors tensors,
                              CheckTensors(loaded->config, checkpoint));
  HYDROMETER_ASSIGN_OR_RETURN(loaded->weights_sha256,
                              checkpoint.TensorsSha256(tensors.used));
  const bool bf16 = options.compute == Compute::kBf16;
  loaded->numerics =
      absl::StrCat(options.device.cuda ? "cuda" : "cpu", " ",
                   bf16 ? "bf16" : "fp32", " libtorch-", LibTorchVersion());
  loaded->device = TorchDevice(options.device);
  loaded->thread_count =
      options.thread_count > 0 ? options.thread_count : UsableCoreCount();
  loaded->launch_rows = options.device.cuda ? kLaunchRowsCuda : kLaunchRowsCpu;
  ConfigureTorch();
  HYDROMETER_RETURN_IF_ERROR(
      TorchCall(absl::StrCat(directory, ": loading weights"), [&] {
        loaded->weights =
            LoadWeights(loaded->config, checkpoint,
                        bf16 ? at::kBFloat16 : at::kFloat, loaded->device);
        return absl::OkStatus();
      }));
  return Model(std::move(loaded));
}

const ModelConfig& Model::config() const { return loaded_->config; }
const std::string& Model::weights_sha256() const {
  return loaded_->weights_sha256;
}
const std::string& Model::directory() const { return loaded_->directory; }
const std::string& Model::numerics() const { return loaded_->numerics; }

absl::StatusOr<at::Tensor> Model::FinalHidden(
    const at::Tensor& given_ids) const {
  Loaded& model = *loaded_;
  const at::Tensor ids = given_ids.contiguous();
  HYDROMETER_RETURN_IF_ERROR(CheckIds(ids, model.config));
  const int64_t batch = ids.size(0);
  const int64_t length = ids.size(1);
  const int64_t padded = RoundUp(length, kRowBlock);
  const int64_t rows = std::max<int64_t>(1, model.launch_rows / padded);
  const int64_t hidden_size = model.config.hidden_size;
  at::Tensor rotation, hidden;
  HYDROMETER_RETURN_IF_ERROR(
      TorchCall(absl::StrCat(model.directory, ": making room"), [&] {
        rotation = model.Rotation(padded);
        hidden = at::empty({batch, length, hidden_size}, at::kFloat);
        return absl::OkStatus();
      }));
  HYDROMETER_RETURN_IF_ERROR(
      model.Run("forward pass", (batch + rows - 1) / rows, [&](int64_t launch) {
        const int64_t begin = launch * rows;
        const int64_t count = std::min(rows, batch - begin);
        at::Tensor block = at::zeros({rows, padded}, at::kLong);
        block.narrow(0, 0, count)
            .narrow(1, 0, length)
            .copy_(ids.narrow(0, begin, count));
        const at::Tensor states = Decode(model.config, model.weights, rotation,
                                         block.to(model.device));
        hidden.narrow(0, begin, count)
            .copy_(states.view({rows, padded, hidden_size})
                       .narrow(0, 0, count)
                       .narrow(1, 0, length));
      }));
  return hidden;
}

absl::StatusOr<at::Tensor> Model::Logits(const at::Tensor& given) const {
  Loaded& model = *loaded_;
  const int64_t width = model.config.hidden_size;
  if (given.dim() != 2 || given.size(1) != width ||
      given.scalar_type() != at::kFloat || !given.device().is_cpu()) {
    return UsageError("hidden states want fp32 [rows, ", width, "] on the CPU");
  }
  const int64_t rows = given.size(0);
  at::Tensor head, logits;
  HYDROMETER_RETURN_IF_ERROR(
      TorchCall(absl::StrCat(model.directory, ": making room"), [&] {
        head = model.HeadFp32();
        logits = at::empty({rows, model.config.vocab_size}, at::kFloat);
        return absl::OkStatus();
      }));
  HYDROMETER_RETURN_IF_ERROR(model.Run(
      "output head", (rows + kHeadRows - 1) / kHeadRows, [&](int64_t launch) {
        const int64_t begin = launch * kHeadRows;
        const int64_t count = std::min(kHeadRows, rows - begin);
        at::Tensor block = at::zeros({kHeadRows, width}, at::kFloat);
        block.narrow(0, 0, count).copy_(given.narrow(0, begin, count));
        logits.narrow(0, begin, count)
            .copy_(
                at::linear(block.to(model.device), head).narrow(0, 0, count));
      }));
  return logits;
}

at::Tensor Model::head_weight() const { return loaded_->weights.head.cpu(); }

}  // namespace hydrometer::model
