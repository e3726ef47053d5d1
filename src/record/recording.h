// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// Recording: the answers of one subject on one probe set, on disk, in the
// hidden view. README.md of this folder describes the format.
//
// Errors: RefusedError for a recording that is malformed or incomplete.
// Tests: tests/record/damaged_store_test.cc, recorder_test.cc.
#ifndef HYDROMETER_SRC_RECORD_RECORDING_H_
#define HYDROMETER_SRC_RECORD_RECORDING_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "src/io/safetensors.h"

namespace hydrometer::record {

inline constexpr int kRecordingVersion = 2;
inline constexpr int64_t kProbesPerPart = 64;

// What a recording is addressed by, and what recording.json says.
struct RecordingHeader {
  std::string weights_sha256;
  std::string config_sha256;
  std::string tokenizer_sha256;
  std::string probe_set_name;
  std::string probe_set_version;
  std::string probe_set_sha256;  // of the probes in use
  std::string numerics;          // "cpu fp32 padded=128 libtorch=2.11.0"
  int64_t hidden_size = 0;
  int64_t vocab_size = 0;
  int64_t probe_count = 0;
  int64_t cut_count = 0;         // probes longer than the context
  int64_t token_count = 0;
  std::string token_ids_sha256;          // over the ids of all probes
  std::string head_sha256;               // of the head's file
  std::vector<std::string> part_sha256;  // of the parts' files, in order

  // 64 hexadecimal digits over all that could change a bit of the answer.
  std::string Key() const;
  int64_t part_count() const {
    return probe_count / kProbesPerPart + (probe_count % kProbesPerPart != 0);
  }
};

// Where the files of a store are.
std::string RecordingFolder(absl::string_view store, absl::string_view key);
std::string PartPath(absl::string_view store, absl::string_view key,
                     int64_t part_index);
std::string HeadPath(absl::string_view store,
                     absl::string_view weights_sha256);
bool RecordingIsWhole(absl::string_view store, absl::string_view key);

// Writes recording.json; the last step of recording.
absl::Status WriteHeader(absl::string_view store,
                         const RecordingHeader& header);
absl::StatusOr<RecordingHeader> ReadHeader(absl::string_view store,
                                           absl::string_view key);

// One part, mapped and checked: shapes agree, offsets ascend, ids lie within
// the vocabulary.
class RecordingPart {
 public:
  static absl::StatusOr<RecordingPart> Open(absl::string_view path,
                                            int64_t hidden_size,
                                            int64_t vocab_size);

  int64_t probe_count() const {
    return static_cast<int64_t>(offsets_.size()) - 1;
  }
  absl::Span<const int32_t> ids(int64_t probe) const {
    return ids_.subspan(offsets_[probe], offsets_[probe + 1] - offsets_[probe]);
  }
  // [ids(probe).size()][hidden_size], row-major.
  const float* hidden(int64_t probe) const {
    return hidden_ + offsets_[probe] * hidden_size_;
  }
  // Digest of the file, as it is mapped.
  std::string Sha256() const;
  // Whether the tensors have the digest that the file's metadata states, for
  // parts whose recording.json is still to come.
  bool IsIntact() const;

 private:
  io::SafetensorsFile file_;
  absl::Span<const int32_t> ids_;
  absl::Span<const int64_t> offsets_;
  const float* hidden_ = nullptr;
  int64_t hidden_size_ = 0;
};

// A whole recording, its parts mapped. Opening reads every byte: parts and
// token ids must have the digests that recording.json states.
class Recording {
 public:
  static absl::StatusOr<Recording> Open(absl::string_view store,
                                        absl::string_view key);

  const RecordingHeader& header() const { return header_; }
  int64_t probe_count() const { return header_.probe_count; }
  absl::Span<const int32_t> ids(int64_t probe) const {
    return parts_[probe / kProbesPerPart].ids(probe % kProbesPerPart);
  }
  const float* hidden(int64_t probe) const {
    return parts_[probe / kProbesPerPart].hidden(probe % kProbesPerPart);
  }

 private:
  RecordingHeader header_;
  std::vector<RecordingPart> parts_;
};

// The metadata of a part with these tensors: {"content_sha256": digest}.
std::map<std::string, std::string> PartMetadata(
    absl::Span<const int32_t> ids, absl::Span<const int64_t> offsets,
    absl::Span<const float> hidden);

// The head that belongs to the recording `header`, mapped: its file must have
// the digest that the header states, and a weight of its shape.
absl::StatusOr<io::SafetensorsFile> OpenHead(absl::string_view store,
                                             const RecordingHeader& header);

// Hash of token ids, probe by probe: equal hashes mean that two subjects
// read the same tokens.
class TokenIdsHash {
 public:
  TokenIdsHash();
  ~TokenIdsHash();
  void Add(absl::Span<const int32_t> ids);
  std::string HexDigest();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace hydrometer::record

#endif  // HYDROMETER_SRC_RECORD_RECORDING_H_
