// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// A model directory in Hugging Face layout, as files: config.json and weights
// in safetensors, in one file (model.safetensors) or in shards named by
// model.safetensors.index.json. What the numbers mean is src/model's affair.
//
// The directory is data and may be hostile. Nothing in it is executed, and
// nothing outside of it is read:
//   - The directory itself may be reached through a link.
//   - A file in it may be a link only if the target lies in the directory.
//     One layout more is taken for "the directory": a snapshot of the hub's
//     cache, <repository>/snapshots/<revision>, whose links may lead to
//     <repository>/blobs/<40 or 64 hexadecimal digits> and nowhere else.
//   - The index may name files of the directory only: no "/", no "..".
// Refused besides: weights only as pickle or GGUF, an index beside a single
// file, a shard that is missing, a tensor that two shards have, that the
// index promises and its shard lacks, or that the index does not know.
//
// Tests: tests/io/checkpoint_test.cc.
#ifndef HYDROMETER_SRC_IO_CHECKPOINT_H_
#define HYDROMETER_SRC_IO_CHECKPOINT_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "src/io/safetensors.h"

namespace hydrometer::io {

// A tensor and the name (not the path) of the file it lies in.
struct CheckpointTensor {
  TensorView view;
  std::string file;
};

// A file of the directory that no part of the program reads, and why.
struct IgnoredFile {
  std::string name;
  std::string reason;
};

// The path of the file `name` in `directory`, after the rules for links
// above. RefusedError if it is missing or leads out. Everything that reads
// from a model directory (tokenizer.json, too) asks here first.
absl::StatusOr<std::string> PathInModelDirectory(absl::string_view directory,
                                                 absl::string_view name);

// An opened directory; keeps the maps that its views point into. Movable.
class Checkpoint {
 public:
  static absl::StatusOr<Checkpoint> Open(absl::string_view directory);

  // As given to Open().
  const std::string& directory() const { return directory_; }
  std::string config_path() const;
  // Names of the weight files, sorted.
  const std::vector<std::string>& weight_files() const { return files_; }
  const std::map<std::string, CheckpointTensor>& tensors() const {
    return tensors_;
  }
  // nullptr if there is none of that name.
  const CheckpointTensor* Find(absl::string_view tensor) const;

  // What lies in the directory and is not read, sorted by name.
  const std::vector<IgnoredFile>& ignored_files() const { return ignored_; }

  // SHA-256 over the named tensors, in sorted order of their names: name,
  // dtype, shape, bytes. Says nothing about how tensors are spread over
  // files. InternalError if one of them does not exist.
  absl::StatusOr<std::string> TensorsSha256(
      absl::Span<const std::string> names) const;

 private:
  absl::Status OpenShards(absl::string_view index_name);
  absl::Status OpenFile(const std::string& name);

  std::string directory_;
  std::vector<std::string> files_;
  std::map<std::string, SafetensorsFile> maps_;  // by file name
  std::map<std::string, CheckpointTensor> tensors_;
  std::vector<IgnoredFile> ignored_;
};

// SHA-256 of the file `path`, read through a map.
absl::StatusOr<std::string> FileSha256(absl::string_view path);

}  // namespace hydrometer::io

#endif  // HYDROMETER_SRC_IO_CHECKPOINT_H_
