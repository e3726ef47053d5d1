// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/model/description.h"

#include <utility>

#include "src/base/status_macros.h"
#include "src/io/file.h"
#include "src/io/json.h"
#include "src/io/mapped_file.h"
#include "src/io/sha256.h"
#include "src/model/layout.h"

namespace hydrometer::model {
namespace {

absl::StatusOr<DescribedFile> DescribeFile(absl::string_view directory,
                                           const std::string& name) {
  HYDROMETER_ASSIGN_OR_RETURN(
      io::MappedFile file, io::MappedFile::Open(io::JoinPath(directory, name)));
  io::Sha256 hash;
  hash.Update(file.bytes().data(), file.bytes().size());
  return DescribedFile{name, static_cast<int64_t>(file.bytes().size()),
                       hash.HexDigest()};
}

}  // namespace

absl::StatusOr<ModelDescription> Describe(absl::string_view directory) {
  HYDROMETER_ASSIGN_OR_RETURN(io::Checkpoint checkpoint,
                              io::Checkpoint::Open(directory));
  ModelDescription description;
  description.directory = std::string(directory);
  HYDROMETER_ASSIGN_OR_RETURN(description.config,
                              ReadModelConfig(checkpoint.config_path()));
  HYDROMETER_ASSIGN_OR_RETURN(CheckedTensors tensors,
                              CheckTensors(description.config, checkpoint));
  HYDROMETER_ASSIGN_OR_RETURN(description.weights_sha256,
                              checkpoint.TensorsSha256(tensors.used));
  description.parameter_count = description.config.parameter_count();
  for (const std::string& name : tensors.used) {
    const io::TensorView& view = checkpoint.Find(name)->view;
    description.parameters_by_dtype[std::string(io::DTypeName(view.dtype))] +=
        view.element_count();
  }
  std::vector<std::string> names = {"config.json"};
  names.insert(names.end(), checkpoint.weight_files().begin(),
               checkpoint.weight_files().end());
  for (const std::string& name : names) {
    HYDROMETER_ASSIGN_OR_RETURN(DescribedFile file,
                                DescribeFile(directory, name));
    description.files.push_back(std::move(file));
  }
  description.ignored_tensors = std::move(tensors.ignored);
  description.ignored = checkpoint.ignored_files();
  HYDROMETER_ASSIGN_OR_RETURN(rapidjson::Document root,
                              io::ReadJsonFile(checkpoint.config_path()));
  if (io::Find(root, "auto_map") != nullptr) {
    description.ignored.push_back(
        {"config.json: auto_map",
         "names Python code, which is never executed"});
  }
  return description;
}

}  // namespace hydrometer::model
