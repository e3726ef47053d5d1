// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// A file read through a private, read-only memory map: weights are paged in
// as they are touched and never copied as a whole.
//
// A file that another process shortens while it is mapped raises SIGBUS on
// the next touch of the missing part; no map can prevent that. The size is
// therefore checked once, on opening, and inputs are expected to stay as
// they are while the program runs.
//
// Errors: RefusedError when the file is missing, unreadable or not a regular
// file. Tests: tests/io/mapped_file_test.cc.
#ifndef HYDROMETER_SRC_IO_MAPPED_FILE_H_
#define HYDROMETER_SRC_IO_MAPPED_FILE_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace hydrometer::io {

// Movable, not copyable. Spans from bytes() live as long as the object that
// holds the map; moving the object does not invalidate them.
class MappedFile {
 public:
  // Maps the regular file `path`; links are followed. An empty file gives an
  // empty span.
  static absl::StatusOr<MappedFile> Open(absl::string_view path);

  MappedFile() = default;
  ~MappedFile();
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) noexcept;

  // The whole file; page-aligned.
  absl::Span<const uint8_t> bytes() const { return bytes_; }

 private:
  absl::Span<const uint8_t> bytes_;
};

}  // namespace hydrometer::io

#endif  // HYDROMETER_SRC_IO_MAPPED_FILE_H_
