// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// What `inspect` says of a model directory: what would be loaded, after every
// check that loading makes, without LibTorch.
//
// Tests: tests/model/layout_test.cc.
#ifndef HYDROMETER_SRC_MODEL_DESCRIPTION_H_
#define HYDROMETER_SRC_MODEL_DESCRIPTION_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "src/io/checkpoint.h"
#include "src/model/config.h"

namespace hydrometer::model {

struct DescribedFile {
  std::string name;
  int64_t bytes = 0;
  std::string sha256;
};

struct ModelDescription {
  std::string directory;
  ModelConfig config;
  int64_t parameter_count = 0;
  std::map<std::string, int64_t> parameters_by_dtype;  // "BF16" -> count
  std::string weights_sha256;        // independent of how tensors are sharded
  std::vector<DescribedFile> files;  // config.json and weights
  std::vector<std::string> ignored_tensors;
  std::vector<io::IgnoredFile> ignored;  // files, and config keys that
                                         // name code ("auto_map")
};

// RefusedError as Model::Load.
absl::StatusOr<ModelDescription> Describe(absl::string_view directory);

}  // namespace hydrometer::model

#endif  // HYDROMETER_SRC_MODEL_DESCRIPTION_H_
