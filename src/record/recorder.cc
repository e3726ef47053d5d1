// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/record/recorder.h"

#include <ATen/core/Tensor.h>
#include <ATen/ops/from_blob.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "src/base/errors.h"
#include "src/base/interrupt.h"
#include "src/base/status_macros.h"
#include "src/io/file.h"
#include "src/io/safetensors_writer.h"

namespace hydrometer::record {
namespace {

io::TensorView View(std::string name, io::DType dtype,
                    std::vector<int64_t> shape, const void* data) {
  io::TensorView view;
  view.name = std::move(name);
  view.dtype = dtype;
  view.byte_count = io::DTypeBytes(dtype);
  for (int64_t size : shape) view.byte_count *= size;
  view.shape = std::move(shape);
  view.data = static_cast<const uint8_t*>(data);
  return view;
}

// Sequences are padded to one of few lengths, so that the numerics of a
// recording are the same for all but very different probe sets.
int64_t PaddedLength(int64_t longest) {
  int64_t length = 64;
  while (length < longest) length *= 2;
  return length;
}

}  // namespace

std::string Numerics(const model::LoadOptions& load, int64_t padded_length) {
  return absl::StrCat(load.device.cuda ? "cuda" : "cpu", " ",
                      load.compute == model::Compute::kBf16 ? "bf16" : "fp32",
                      " libtorch-", model::LibTorchVersion(), " padded-",
                      padded_length);
}

Recorder::Recorder(const Subject& subject, RecordOptions options)
    : subject_(subject), options_(std::move(options)) {}
Recorder::~Recorder() = default;

absl::Status Recorder::NeedModel() {
  if (model_.has_value()) return absl::OkStatus();
  HYDROMETER_ASSIGN_OR_RETURN(
      model_, model::Model::Load(subject_.directory, options_.load));
  if (model_->weights_sha256() != subject_.member.weights_sha256) {
    return RefusedError(subject_.directory,
                        ": the weights changed while they were read");
  }
  return absl::OkStatus();
}

absl::StatusOr<Recorder::Result> Recorder::Record(const probe::ProbeSet& set) {
  Result result;
  RecordingHeader& header = result.header;
  const model::ModelConfig& config = subject_.description.config;
  const int64_t context =
      std::min(config.max_position_embeddings, kMaxProbeTokens);
  std::vector<std::vector<int32_t>> ids;
  TokenIdsHash ids_hash;
  int64_t longest = 1;
  for (const probe::Probe& probe : set.probes) {
    auto encoding = subject_.tokenizer.Encode(probe.text);
    if (!encoding.ok()) {
      return Annotate(encoding.status(), absl::StrCat("probe ", probe.id));
    }
    std::vector<int32_t> probe_ids(encoding->ids.begin(), encoding->ids.end());
    if (static_cast<int64_t>(probe_ids.size()) > context) {
      probe_ids.resize(context);
      ++header.cut_count;
    }
    ids_hash.Add(probe_ids);
    longest = std::max<int64_t>(longest, probe_ids.size());
    header.token_count += probe_ids.size();
    ids.push_back(std::move(probe_ids));
  }
  const int64_t padded_length = PaddedLength(longest);
  header.weights_sha256 = subject_.member.weights_sha256;
  header.config_sha256 = subject_.config_sha256;
  header.tokenizer_sha256 = subject_.member.tokenizer_sha256;
  header.probe_set_name = set.card.name;
  header.probe_set_version = set.card.version;
  header.probe_set_sha256 = set.content_sha256;
  header.numerics = Numerics(options_.load, padded_length);
  header.hidden_size = config.hidden_size;
  header.vocab_size = config.vocab_size;
  header.probe_count = static_cast<int64_t>(ids.size());
  header.token_ids_sha256 = ids_hash.HexDigest();
  result.key = header.Key();
  if (RecordingIsWhole(options_.store, result.key) &&
      io::FileExists(HeadPath(options_.store, header.weights_sha256))) {
    result.reused = true;
    return result;
  }
  HYDROMETER_RETURN_IF_ERROR(
      io::MakeFolders(RecordingFolder(options_.store, result.key)));
  HYDROMETER_RETURN_IF_ERROR(WriteHead());
  tokens_done_ = 0;
  tokens_total_ = header.token_count;
  for (int64_t first = 0; first < header.probe_count;
       first += kProbesPerPart) {
    const int64_t count = std::min(kProbesPerPart, header.probe_count - first);
    const std::string path =
        PartPath(options_.store, result.key, first / kProbesPerPart);
    auto part_ids = absl::MakeConstSpan(ids).subspan(first, count);
    // A part that is there and well-formed is whole: it was renamed into
    // place. One that is damaged is written again.
    if (!io::FileExists(path) ||
        !RecordingPart::Open(path, header.hidden_size, header.vocab_size)
             .ok()) {
      HYDROMETER_RETURN_IF_ERROR(WritePart(part_ids, padded_length, path));
    }
    HYDROMETER_RETURN_IF_ERROR(CheckInterrupted());
  }
  HYDROMETER_RETURN_IF_ERROR(WriteHeader(options_.store, header));
  return result;
}

absl::Status Recorder::WriteHead() {
  const std::string path =
      HeadPath(options_.store, subject_.member.weights_sha256);
  if (io::FileExists(path)) return absl::OkStatus();
  HYDROMETER_RETURN_IF_ERROR(NeedModel());
  HYDROMETER_RETURN_IF_ERROR(
      io::MakeFolders(io::JoinPath(options_.store, "heads")));
  const at::Tensor head = model_->head_weight().contiguous();
  const io::DType dtype = head.scalar_type() == at::kBFloat16
                              ? io::DType::kBF16
                          : head.scalar_type() == at::kHalf ? io::DType::kF16
                                                            : io::DType::kF32;
  return io::WriteSafetensors(
      path,
      {View("weight", dtype, {head.size(0), head.size(1)}, head.data_ptr())});
}

absl::Status Recorder::WritePart(absl::Span<const std::vector<int32_t>> ids,
                                 int64_t padded_length,
                                 const std::string& path) {
  HYDROMETER_RETURN_IF_ERROR(NeedModel());
  const int64_t hidden_size = subject_.description.config.hidden_size;
  std::vector<int32_t> all_ids;
  std::vector<int64_t> offsets = {0};
  for (const std::vector<int32_t>& probe_ids : ids) {
    all_ids.insert(all_ids.end(), probe_ids.begin(), probe_ids.end());
    offsets.push_back(static_cast<int64_t>(all_ids.size()));
  }
  std::vector<float> hidden(all_ids.size() * hidden_size);
  const int64_t count = static_cast<int64_t>(ids.size());
  for (int64_t first = 0; first < count; first += options_.batch_sequences) {
    const int64_t batch = std::min(options_.batch_sequences, count - first);
    std::vector<int64_t> padded(batch * padded_length, 0);
    for (int64_t i = 0; i < batch; ++i) {
      std::copy(ids[first + i].begin(), ids[first + i].end(),
                padded.begin() + i * padded_length);
    }
    HYDROMETER_ASSIGN_OR_RETURN(
        at::Tensor states,
        model_->FinalHidden(at::from_blob(
            padded.data(), {batch, padded_length}, at::kLong)));
    states = states.contiguous();
    const float* from = states.const_data_ptr<float>();
    for (int64_t i = 0; i < batch; ++i) {
      const int64_t length = static_cast<int64_t>(ids[first + i].size());
      std::copy_n(from + i * padded_length * hidden_size,
                  length * hidden_size,
                  hidden.begin() + offsets[first + i] * hidden_size);
      tokens_done_ += length;
    }
    HYDROMETER_RETURN_IF_ERROR(CheckInterrupted());
    if (options_.progress) {
      HYDROMETER_RETURN_IF_ERROR(
          options_.progress(tokens_done_, tokens_total_));
    }
  }
  const int64_t tokens = static_cast<int64_t>(all_ids.size());
  return io::WriteSafetensors(
      path,
      {View("token_ids", io::DType::kI32, {tokens}, all_ids.data()),
       View("probe_offsets", io::DType::kI64, {count + 1}, offsets.data()),
       View("hidden", io::DType::kF32, {tokens, hidden_size},
            hidden.data())});
}

}  // namespace hydrometer::record
