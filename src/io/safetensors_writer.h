// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// Writes safetensors files that the official libraries read.
//
// Source: https://github.com/huggingface/safetensors#format.
// Tests: tests/io/safetensors_writer_test.cc.
#ifndef HYDROMETER_SRC_IO_SAFETENSORS_WRITER_H_
#define HYDROMETER_SRC_IO_SAFETENSORS_WRITER_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "src/io/safetensors.h"

namespace hydrometer::io {

// Writes `tensors` and `metadata` to `path`, under a temporary name that is
// synced and renamed: `path` is complete or absent. The bytes depend on
// nothing but the arguments, and not on the order of `tensors`: they are
// laid down by falling element size, then name, so that each is aligned.
//
// ExhaustedError if the disk is full or cannot be written; the temporary
// file is removed. InternalError for tensors that no caller should make:
// byte_count that is not elements x element size, a name twice, the name
// "__metadata__", a null pointer with bytes behind it, text that is not
// UTF-8.
absl::Status WriteSafetensors(
    absl::string_view path, std::vector<TensorView> tensors,
    const std::map<std::string, std::string>& metadata = {});

}  // namespace hydrometer::io

#endif  // HYDROMETER_SRC_IO_SAFETENSORS_WRITER_H_
