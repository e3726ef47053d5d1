// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// What commands read: a model's tokenizer, a file or standard input.
//
// Errors: RefusedError that names the file. Tests: tests/cli/commands_test.cc.
#ifndef HYDROMETER_SRC_CLI_MODEL_INPUT_H_
#define HYDROMETER_SRC_CLI_MODEL_INPUT_H_

#include <string>

#include "absl/status/statusor.h"
#include "src/text/tokenizer.h"

namespace hydrometer::cli {

// The tokenizer of a model directory, or a tokenizer.json itself.
absl::StatusOr<text::Tokenizer> OpenTokenizer(const std::string& path);

// The file's bytes; "-" is standard input.
absl::StatusOr<std::string> ReadInput(const std::string& path);

}  // namespace hydrometer::cli

#endif  // HYDROMETER_SRC_CLI_MODEL_INPUT_H_
