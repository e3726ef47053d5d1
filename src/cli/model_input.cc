// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/cli/model_input.h"

#include "src/base/status_macros.h"
#include "src/io/checkpoint.h"
#include "src/io/file.h"

namespace hydrometer::cli {
namespace {

constexpr int64_t kMaxInputBytes = int64_t{256} << 20;

}  // namespace

absl::StatusOr<text::Tokenizer> OpenTokenizer(const std::string& path) {
  if (!io::FolderExists(path)) return text::Tokenizer::FromFile(path);
  HYDROMETER_ASSIGN_OR_RETURN(std::string file,
                              io::PathInModelDirectory(path, "tokenizer.json"));
  return text::Tokenizer::FromFile(file);
}

absl::StatusOr<std::string> ReadInput(const std::string& path) {
  if (path == "-") return io::ReadStandardInput(kMaxInputBytes);
  return io::ReadFile(path, kMaxInputBytes);
}

}  // namespace hydrometer::cli
