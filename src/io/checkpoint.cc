// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/io/checkpoint.h"

#include <algorithm>
#include <filesystem>
#include <set>
#include <system_error>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/base/errors.h"
#include "src/base/status_macros.h"
#include "src/io/file.h"
#include "src/io/json.h"
#include "src/io/sha256.h"

namespace hydrometer::io {
namespace {

namespace fs = std::filesystem;

constexpr char kConfig[] = "config.json";
constexpr char kSingle[] = "model.safetensors";
constexpr char kIndex[] = "model.safetensors.index.json";
constexpr int64_t kMaxIndexBytes = int64_t{64} << 20;

// Files that other parts of the program read.
constexpr absl::string_view kReadElsewhere[] = {
    "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json",
    "chat_template.jinja"};

constexpr absl::string_view kPickleEndings[] = {".bin", ".pt",     ".pth",
                                                ".pkl", ".pickle", ".ckpt"};

// Weights in a form that is never read: the ending, or "".
absl::string_view UnreadableWeights(absl::string_view name) {
  for (absl::string_view ending : kPickleEndings) {
    if (absl::EndsWithIgnoreCase(name, ending)) return ending;
  }
  for (absl::string_view ending : {".gguf", ".h5", ".msgpack", ".onnx"}) {
    if (absl::EndsWithIgnoreCase(name, ending)) return ending;
  }
  return "";
}

std::string IgnoredBecause(absl::string_view name) {
  if (absl::EndsWith(name, ".py")) return "program text is never executed";
  if (!UnreadableWeights(name).empty()) {
    return "weights are read from safetensors only";
  }
  if (absl::EndsWith(name, ".safetensors") ||
      absl::EndsWith(name, ".safetensors.index.json")) {
    return "not among the weights that the layout names";
  }
  return "not needed";
}

bool IsBlobName(const std::string& name) {
  return (name.size() == 40 || name.size() == 64) &&
         std::all_of(name.begin(), name.end(), absl::ascii_isxdigit);
}

// Both arguments without links.
bool LiesWithin(const fs::path& directory, const fs::path& file) {
  auto end = std::mismatch(directory.begin(), directory.end(), file.begin(),
                           file.end());
  return end.first == directory.end();
}

bool IsHubBlob(const fs::path& directory, const fs::path& file) {
  const fs::path snapshots = directory.parent_path();
  return snapshots.filename() == "snapshots" &&
         file.parent_path() == snapshots.parent_path() / "blobs" &&
         IsBlobName(file.filename().string());
}

// What to say to somebody whose directory has no safetensors.
absl::Status NoWeights(const std::string& directory,
                       const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    absl::string_view ending = UnreadableWeights(name);
    if (ending.empty()) continue;
    return RefusedError(JoinPath(directory, name), ": weights only as *",
                        ending, ", want safetensors (a ",
                        absl::c_linear_search(kPickleEndings, ending)
                            ? "pickle can run code and is never opened"
                            : "format that is not read here",
                        "; convert it: load it where you trust it and call "
                        "save_pretrained(safe_serialization=True))");
  }
  return RefusedError(directory, ": has neither ", kSingle, " nor ", kIndex,
                      ", want one of them");
}

}  // namespace

absl::StatusOr<std::string> PathInModelDirectory(absl::string_view directory,
                                                 absl::string_view name) {
  const std::string path = JoinPath(directory, name);
  if (name.empty() || name == "." || name == ".." ||
      name.find_first_of(absl::string_view("/\0", 2)) !=
          absl::string_view::npos) {
    return RefusedError(directory, ": file name ", QuotedName(name),
                        " points outside, want a file of this directory");
  }
  std::error_code error;
  const fs::path home = fs::canonical(std::string(directory), error);
  if (error) {
    return RefusedError(directory, ": is not a directory: ", error.message());
  }
  const fs::path target = fs::canonical(path, error);
  if (error) {
    return RefusedError(path, ": is missing: ", error.message());
  }
  if (!LiesWithin(home, target) && !IsHubBlob(home, target)) {
    return RefusedError(path, ": is a link to ", QuotedName(target.string()),
                        ", want a file inside the directory (cp -rL makes a "
                        "copy without links)");
  }
  return path;
}

absl::StatusOr<Checkpoint> Checkpoint::Open(absl::string_view directory) {
  Checkpoint checkpoint;
  checkpoint.directory_ = std::string(directory);
  HYDROMETER_ASSIGN_OR_RETURN(std::vector<std::string> names,
                              ListFolder(directory));
  const std::set<std::string> present(names.begin(), names.end());
  if (!present.count(kConfig)) {
    return RefusedError(checkpoint.config_path(),
                        ": is missing, want a model directory in Hugging "
                        "Face layout");
  }
  HYDROMETER_RETURN_IF_ERROR(PathInModelDirectory(directory, kConfig).status());
  std::set<std::string> used = {kConfig};
  used.insert(std::begin(kReadElsewhere), std::end(kReadElsewhere));
  if (present.count(kSingle) && present.count(kIndex)) {
    return RefusedError(checkpoint.directory_, ": has both ", kSingle, " and ",
                        kIndex, ", want one of them");
  }
  if (present.count(kSingle)) {
    HYDROMETER_RETURN_IF_ERROR(checkpoint.OpenFile(kSingle));
  } else if (present.count(kIndex)) {
    HYDROMETER_RETURN_IF_ERROR(checkpoint.OpenShards(kIndex));
    used.insert(kIndex);
  } else {
    return NoWeights(checkpoint.directory_, names);
  }
  used.insert(checkpoint.files_.begin(), checkpoint.files_.end());
  for (const std::string& name : names) {
    if (used.count(name)) continue;
    checkpoint.ignored_.push_back({name, IgnoredBecause(name)});
  }
  return checkpoint;
}

absl::Status Checkpoint::OpenFile(const std::string& name) {
  HYDROMETER_ASSIGN_OR_RETURN(std::string path,
                              PathInModelDirectory(directory_, name));
  HYDROMETER_ASSIGN_OR_RETURN(SafetensorsFile file,
                              SafetensorsFile::Open(path));
  for (const auto& [tensor, view] : file.tensors()) {
    auto [it, fresh] =
        tensors_.try_emplace(tensor, CheckpointTensor{view, name});
    if (!fresh) {
      return RefusedError(path, ": tensor ", QuotedName(tensor), " is in ",
                          it->second.file, " as well, want it in one shard");
    }
  }
  files_.push_back(name);
  maps_.emplace(name, std::move(file));
  return absl::OkStatus();
}

absl::Status Checkpoint::OpenShards(absl::string_view index_name) {
  HYDROMETER_ASSIGN_OR_RETURN(std::string path,
                              PathInModelDirectory(directory_, index_name));
  HYDROMETER_ASSIGN_OR_RETURN(rapidjson::Document index,
                              ReadJsonFile(path, kMaxIndexBytes));
  HYDROMETER_ASSIGN_OR_RETURN(const rapidjson::Value* weight_map,
                              GetObject(index, "weight_map", path));
  std::map<std::string, std::string> promised;  // tensor -> file
  std::set<std::string> shards;
  for (const auto& member : weight_map->GetObject()) {
    const std::string tensor(member.name.GetString(),
                             member.name.GetStringLength());
    if (!member.value.IsString()) {
      return RefusedError(path, ": tensor ", QuotedName(tensor), " is in ",
                          TypeName(member.value), ", want a file name");
    }
    const std::string shard(member.value.GetString(),
                            member.value.GetStringLength());
    if (!absl::EndsWith(shard, ".safetensors")) {
      return RefusedError(path, ": tensor ", QuotedName(tensor), " is in file ",
                          QuotedName(shard),
                          ", want a name that ends with .safetensors");
    }
    shards.insert(shard);
    promised.emplace(tensor, shard);
  }
  if (shards.empty()) {
    return RefusedError(path, ": \"weight_map\" is empty, want the tensors");
  }
  for (const std::string& shard : shards) {
    HYDROMETER_RETURN_IF_ERROR(
        Annotate(PathInModelDirectory(directory_, shard).status(), path));
    HYDROMETER_RETURN_IF_ERROR(OpenFile(shard));
  }
  for (const auto& [tensor, shard] : promised) {
    const CheckpointTensor* found = Find(tensor);
    if (found != nullptr && found->file == shard) continue;
    return RefusedError(path, ": tensor ", QuotedName(tensor),
                        " is promised in ", QuotedName(shard), ", seen ",
                        found == nullptr ? "nowhere" : QuotedName(found->file));
  }
  for (const auto& [tensor, found] : tensors_) {
    if (promised.count(tensor)) continue;
    return RefusedError(JoinPath(directory_, found.file), ": tensor ",
                        QuotedName(tensor), " is not in ", index_name,
                        ", want every tensor there");
  }
  return absl::OkStatus();
}

std::string Checkpoint::config_path() const {
  return JoinPath(directory_, kConfig);
}

const CheckpointTensor* Checkpoint::Find(absl::string_view tensor) const {
  auto it = tensors_.find(std::string(tensor));
  return it == tensors_.end() ? nullptr : &it->second;
}

absl::StatusOr<std::string> Checkpoint::TensorsSha256(
    absl::Span<const std::string> names) const {
  const std::set<std::string> sorted(names.begin(), names.end());
  Sha256 hash;
  for (const std::string& name : sorted) {
    const CheckpointTensor* tensor = Find(name);
    if (tensor == nullptr) {
      return InternalError("no tensor ", QuotedName(name), " to hash");
    }
    const TensorView& view = tensor->view;
    hash.UpdateFramed(name);
    hash.UpdateFramed(DTypeName(view.dtype));
    hash.UpdateFramed(ShapeText(view.shape));
    hash.UpdateFramed({reinterpret_cast<const char*>(view.data),
                       static_cast<size_t>(view.byte_count)});
  }
  return hash.HexDigest();
}

absl::StatusOr<std::string> FileSha256(absl::string_view path) {
  HYDROMETER_ASSIGN_OR_RETURN(MappedFile file, MappedFile::Open(path));
  Sha256 hash;
  hash.Update(file.bytes().data(), file.bytes().size());
  return hash.HexDigest();
}

}  // namespace hydrometer::io
