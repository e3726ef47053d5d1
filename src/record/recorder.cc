// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/record/recorder.h"

#include <ATen/core/Tensor.h>
#include <ATen/ops/from_blob.h>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "src/base/errors.h"
#include "src/base/interrupt.h"
#include "src/base/status_macros.h"
#include "src/io/checkpoint.h"
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

// Whether what is stored answers the question that is asked: nothing but the
// names of the probe set may differ.
absl::Status CheckSameAnswers(const RecordingHeader& stored,
                              const RecordingHeader& wanted) {
  if (stored.hidden_size == wanted.hidden_size &&
      stored.vocab_size == wanted.vocab_size &&
      stored.probe_count == wanted.probe_count &&
      stored.cut_count == wanted.cut_count &&
      stored.token_count == wanted.token_count &&
      stored.token_ids_sha256 == wanted.token_ids_sha256) {
    return absl::OkStatus();
  }
  return RefusedError(
      "recording.json: counts, sizes or token ids are not "
      "those of the model and the probes");
}

// The parts first: while recording.json is there, what is left does not
// verify, and is never taken for the beginning of a recording.
absl::Status RemoveRecording(const std::string& folder) {
  HYDROMETER_ASSIGN_OR_RETURN(std::vector<std::string> names,
                              io::ListFolder(folder));
  for (const std::string& name : names) {
    if (absl::StartsWith(name, "part-")) {
      HYDROMETER_RETURN_IF_ERROR(io::RemoveFile(io::JoinPath(folder, name)));
    }
  }
  return io::RemoveFile(io::JoinPath(folder, "recording.json"));
}

// Whether the part that an earlier run left holds these probes, intact.
bool IsDone(const std::string& path, absl::Span<const std::vector<int32_t>> ids,
            const RecordingHeader& header) {
  if (!io::FileExists(path)) return false;
  auto part = RecordingPart::Open(path, header.hidden_size, header.vocab_size);
  if (!part.ok() || part->probe_count() != static_cast<int64_t>(ids.size())) {
    return false;
  }
  for (size_t i = 0; i < ids.size(); ++i) {
    if (part->ids(i) != absl::MakeConstSpan(ids[i])) return false;
  }
  return part->IsIntact();
}

bool HoldsOnly(const std::string& path, const io::TensorView& wanted) {
  auto file = io::SafetensorsFile::Open(path);
  if (!file.ok() || file->tensors().size() != 1) return false;
  const io::TensorView* seen = file->Find(wanted.name);
  return seen != nullptr && seen->dtype == wanted.dtype &&
         seen->shape == wanted.shape &&
         std::equal(seen->data, seen->data + seen->byte_count, wanted.data);
}

// `hidden` is of one probe, [tokens][H].
absl::Status CheckFinite(absl::Span<const float> hidden,
                         absl::string_view model, const probe::ProbeSet& set,
                         int64_t probe) {
  for (float value : hidden) {
    if (std::isfinite(value)) continue;
    return RefusedError(model, ": answers probe ", set.probes[probe].id,
                        " of set ", set.card.name, " with the hidden state ",
                        value,
                        ", want finite numbers (its forward pass "
                        "overflows)");
  }
  return absl::OkStatus();
}

}  // namespace

// A probe set as the subject's tokenizer reads it.
struct Recorder::EncodedSet {
  const probe::ProbeSet& set;
  std::vector<std::vector<int32_t>> ids;
  RecordingHeader header;  // without the digests of files
  int64_t padded_length;
};

// Probes that go into one file.
struct Recorder::Part {
  const probe::ProbeSet& set;
  int64_t first;  // the first one's index in the set
  absl::Span<const std::vector<int32_t>> ids;
  int64_t padded_length;
  std::string path;
};

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

absl::StatusOr<Recorder::EncodedSet> Recorder::Encode(
    const probe::ProbeSet& set) const {
  EncodedSet encoded{set, {}, {}, 0};
  RecordingHeader& header = encoded.header;
  const model::ModelConfig& config = subject_.description.config;
  const int64_t context =
      std::min(config.max_position_embeddings, kMaxProbeTokens);
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
    encoded.ids.push_back(std::move(probe_ids));
  }
  encoded.padded_length = PaddedLength(longest);
  header.weights_sha256 = subject_.member.weights_sha256;
  header.config_sha256 = subject_.config_sha256;
  header.tokenizer_sha256 = subject_.member.tokenizer_sha256;
  header.probe_set_name = set.card.name;
  header.probe_set_version = set.card.version;
  header.probe_set_sha256 = set.content_sha256;
  header.numerics = Numerics(options_.load, encoded.padded_length);
  header.hidden_size = config.hidden_size;
  header.vocab_size = config.vocab_size;
  header.probe_count = static_cast<int64_t>(encoded.ids.size());
  header.token_ids_sha256 = ids_hash.HexDigest();
  return encoded;
}

absl::StatusOr<Recorder::Result> Recorder::Record(const probe::ProbeSet& set) {
  HYDROMETER_ASSIGN_OR_RETURN(EncodedSet encoded, Encode(set));
  Result result;
  result.header = encoded.header;
  result.key = result.header.Key();
  HYDROMETER_ASSIGN_OR_RETURN(bool whole, Reuse(result));
  if (whole) return result;
  HYDROMETER_RETURN_IF_ERROR(
      io::MakeFolders(RecordingFolder(options_.store, result.key)));
  HYDROMETER_RETURN_IF_ERROR(NeedHead(result.again_reason));
  HYDROMETER_RETURN_IF_ERROR(RecordParts(encoded, result));
  result.header.head_sha256 = head_sha256_;
  HYDROMETER_RETURN_IF_ERROR(WriteHeader(options_.store, result.header));
  HYDROMETER_ASSIGN_OR_RETURN(result.recording,
                              Recording::Open(options_.store, result.key));
  return result;
}

absl::StatusOr<bool> Recorder::Reuse(Result& result) {
  if (!RecordingIsWhole(options_.store, result.key)) return false;
  absl::StatusOr<Recording> stored =
      Recording::Open(options_.store, result.key);
  absl::Status problem = stored.status();
  if (problem.ok()) problem = CheckSameAnswers(stored->header(), result.header);
  if (problem.ok()) {
    const RecordingHeader& header = stored->header();
    absl::Status head;
    if (head_sha256_.empty()) {
      head = OpenHead(options_.store, header).status();
      if (head.ok()) head_sha256_ = header.head_sha256;
    }
    result.reused = head.ok();
    if (!head.ok()) {
      // The parts are good, and the model itself can say what its head is.
      result.again_reason = std::string(head.message());
      HYDROMETER_RETURN_IF_ERROR(NeedHead(result.again_reason));
    }
    if (header.head_sha256 == head_sha256_) {
      result.header = header;
      result.recording = *std::move(stored);
      return true;
    }
    result.reused = false;
    problem = RefusedError(RecordingFolder(options_.store, result.key),
                           ": was recorded with another head");
  }
  result.again_reason = std::string(problem.message());
  HYDROMETER_RETURN_IF_ERROR(
      RemoveRecording(RecordingFolder(options_.store, result.key)));
  return false;
}

absl::Status Recorder::RecordParts(const EncodedSet& encoded, Result& result) {
  tokens_done_ = 0;
  tokens_total_ = result.header.token_count;
  const auto ids = absl::MakeConstSpan(encoded.ids);
  for (int64_t part = 0; part < result.header.part_count(); ++part) {
    const int64_t first = part * kProbesPerPart;
    const Part wanted{encoded.set, first, ids.subspan(first, kProbesPerPart),
                      encoded.padded_length,
                      PartPath(options_.store, result.key, part)};
    if (!IsDone(wanted.path, wanted.ids, result.header)) {
      HYDROMETER_RETURN_IF_ERROR(WritePart(wanted));
    }
    HYDROMETER_ASSIGN_OR_RETURN(std::string sha256,
                                io::FileSha256(wanted.path));
    result.header.part_sha256.push_back(std::move(sha256));
    HYDROMETER_RETURN_IF_ERROR(CheckInterrupted());
  }
  return absl::OkStatus();
}

absl::Status Recorder::NeedHead(std::string& again_reason) {
  if (head_is_models_) return absl::OkStatus();
  HYDROMETER_RETURN_IF_ERROR(NeedModel());
  HYDROMETER_RETURN_IF_ERROR(
      io::MakeFolders(io::JoinPath(options_.store, "heads")));
  const std::string path =
      HeadPath(options_.store, subject_.member.weights_sha256);
  const at::Tensor head = model_->head_weight().contiguous();
  const io::DType dtype = head.scalar_type() == at::kBFloat16 ? io::DType::kBF16
                          : head.scalar_type() == at::kHalf   ? io::DType::kF16
                                                              : io::DType::kF32;
  const io::TensorView weight =
      View("weight", dtype, {head.size(0), head.size(1)}, head.data_ptr());
  if (!HoldsOnly(path, weight)) {
    if (again_reason.empty() && io::FileExists(path)) {
      again_reason = absl::StrCat(path, ": is not the model's head");
    }
    HYDROMETER_RETURN_IF_ERROR(io::WriteSafetensors(path, {weight}));
  }
  HYDROMETER_ASSIGN_OR_RETURN(head_sha256_, io::FileSha256(path));
  head_is_models_ = true;
  return absl::OkStatus();
}

absl::Status Recorder::WritePart(const Part& part) {
  HYDROMETER_RETURN_IF_ERROR(NeedModel());
  const auto& ids = part.ids;
  const int64_t padded_length = part.padded_length;
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
        model_->FinalHidden(
            at::from_blob(padded.data(), {batch, padded_length}, at::kLong)));
    states = states.contiguous();
    const float* from = states.const_data_ptr<float>();
    for (int64_t i = 0; i < batch; ++i) {
      const int64_t length = static_cast<int64_t>(ids[first + i].size());
      std::copy_n(from + i * padded_length * hidden_size, length * hidden_size,
                  hidden.begin() + offsets[first + i] * hidden_size);
      HYDROMETER_RETURN_IF_ERROR(CheckFinite(
          absl::MakeConstSpan(hidden).subspan(offsets[first + i] * hidden_size,
                                              length * hidden_size),
          subject_.directory, part.set, part.first + first + i));
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
      part.path,
      {View("token_ids", io::DType::kI32, {tokens}, all_ids.data()),
       View("probe_offsets", io::DType::kI64, {count + 1}, offsets.data()),
       View("hidden", io::DType::kF32, {tokens, hidden_size}, hidden.data())},
      PartMetadata(all_ids, offsets, hidden));
}

}  // namespace hydrometer::record
