// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// Observations on disk: one safetensors file with the arrays as F64 tensors,
// and everything else as JSON in its metadata under "observations". What is
// read back is equal to what was written, bit for bit.
//
// Errors: RefusedError for a file that is malformed or of another version;
// ExhaustedError when it cannot be written.
// Tests: tests/io/observations_file_test.cc.
#ifndef HYDROMETER_SRC_IO_OBSERVATIONS_FILE_H_
#define HYDROMETER_SRC_IO_OBSERVATIONS_FILE_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "src/base/observations.h"

namespace hydrometer::io {

inline constexpr int kObservationsVersion = 1;

absl::Status WriteObservations(absl::string_view path,
                               const Observations& observations);
absl::StatusOr<Observations> ReadObservations(absl::string_view path);

}  // namespace hydrometer::io

#endif  // HYDROMETER_SRC_IO_OBSERVATIONS_FILE_H_
