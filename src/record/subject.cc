// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/record/subject.h"

#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <utility>

#include "src/base/errors.h"
#include "src/base/status_macros.h"
#include "src/base/utf8.h"
#include "src/io/checkpoint.h"
#include "src/io/file.h"

namespace hydrometer::record {
namespace {

// What `path` resolves to, if its last component is a link; else empty.
std::string LinkTarget(const std::string& path) {
  char link[PATH_MAX];
  std::string plain = path;
  while (plain.size() > 1 && plain.back() == '/') plain.pop_back();
  const ssize_t length = ::readlink(plain.c_str(), link, sizeof(link));
  return length < 0 ? "" : std::string(link, length);
}

// A folder, or a link to one or to nothing. A candidate that is no model is
// for OpenSubject to refuse: it must not vanish without a word.
bool IsCandidate(const std::string& path) {
  struct stat info;
  if (::stat(path.c_str(), &info) == 0) return S_ISDIR(info.st_mode);
  return ::lstat(path.c_str(), &info) == 0 && S_ISLNK(info.st_mode);
}

}  // namespace

absl::StatusOr<Subject> OpenSubject(absl::string_view directory) {
  const std::string path(directory);
  HYDROMETER_ASSIGN_OR_RETURN(model::ModelDescription description,
                              model::Describe(path));
  HYDROMETER_ASSIGN_OR_RETURN(
      std::string tokenizer_path,
      io::PathInModelDirectory(path, "tokenizer.json"));
  HYDROMETER_ASSIGN_OR_RETURN(text::Tokenizer tokenizer,
                              text::Tokenizer::FromFile(tokenizer_path));
  if (tokenizer.vocab_size() > description.config.vocab_size) {
    return RefusedError(tokenizer_path, ": has token id ",
                        tokenizer.vocab_size() - 1, ", want at most ",
                        description.config.vocab_size - 1,
                        " (config.json vocab_size)");
  }
  Member member;
  // Shown and written, never opened: these must be UTF-8.
  member.path = ReplaceInvalidUtf8(path);
  member.name = io::BaseName(member.path);
  member.link_target = ReplaceInvalidUtf8(LinkTarget(path));
  member.weights_sha256 = description.weights_sha256;
  member.tokenizer_sha256 = tokenizer.Fingerprint();
  member.architecture =
      std::string(description.config.architecture->model_type);
  member.parameter_count = description.parameter_count;
  member.vocab_size = description.config.vocab_size;
  std::string config_sha256;
  for (const model::DescribedFile& file : description.files) {
    if (file.name == "config.json") config_sha256 = file.sha256;
  }
  return Subject{path, std::move(member), std::move(description),
                 std::move(tokenizer), std::move(config_sha256)};
}

absl::StatusOr<std::vector<std::string>> ModelDirectories(
    absl::string_view folder) {
  HYDROMETER_ASSIGN_OR_RETURN(std::vector<std::string> names,
                              io::ListFolder(folder));
  std::vector<std::string> directories;
  for (const std::string& name : names) {
    const std::string path = io::JoinPath(folder, name);
    if (name[0] != '.' && IsCandidate(path)) directories.push_back(path);
  }
  if (directories.empty()) {
    return RefusedError(folder,
                        ": holds no model directories, want folders with a "
                        "config.json");
  }
  return directories;
}

}  // namespace hydrometer::record
