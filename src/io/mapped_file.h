// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// A file read through a private, read-only memory map: weights are paged in
// as they are touched and never copied as a whole.
//
// A file that another process shortens while it is mapped raises SIGBUS on
// the next touch of the missing part; no map can prevent that. The size is
// therefore checked once, on opening, and a program that has called
// ExplainLostPages ends with one line that names the file.
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

// From now on the loss of a mapped page ends the process with exit code
// `exit_code` and one line on stderr, "prefix: PATH: ...", in place of a crash.
// Once, at the start of the program; a SIGBUS elsewhere kills as ever.
void ExplainLostPages(const char* prefix, int exit_code);

}  // namespace hydrometer::io

#endif  // HYDROMETER_SRC_IO_MAPPED_FILE_H_
