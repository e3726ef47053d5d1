// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// Whole files. A file that is written appears under its name complete or not
// at all: temporary name in the same folder, fsync, rename.
//
// Errors: RefusedError for input that is missing, unreadable or too large;
// ExhaustedError when output cannot be written (disk full, read-only).
// Tests: tests/io/file_test.cc.
#ifndef HYDROMETER_SRC_IO_FILE_H_
#define HYDROMETER_SRC_IO_FILE_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace hydrometer::io {

// The bytes of `path`, a regular file (links are followed) of at most
// `max_bytes`.
absl::StatusOr<std::string> ReadFile(absl::string_view path,
                                     int64_t max_bytes);

// Standard input to its end, at most `max_bytes`.
absl::StatusOr<std::string> ReadStandardInput(int64_t max_bytes);

// Writes `bytes` so that `path` is never seen half-written.
absl::Status WriteFileAtomically(absl::string_view path,
                                 absl::string_view bytes);

// Writes several files, (path, bytes): each is written beside its name first,
// and they get their names, in order, when all of them are whole.
absl::Status WriteFilesTogether(
    const std::vector<std::pair<std::string, absl::string_view>>& files);

// Whether files can be made in `folder`, which is found by making one.
absl::Status CheckFolderWritable(absl::string_view folder);

// A name beside `path` that no other writer uses, for temporary files.
std::string TemporaryNameFor(absl::string_view path);

// Makes `path` and its missing parents; fine if it is a folder already.
absl::Status MakeFolders(absl::string_view path);

// Removes a file; fine if there is none.
absl::Status RemoveFile(absl::string_view path);

bool FileExists(absl::string_view path);
bool FolderExists(absl::string_view path);

// Names (not paths) of the entries of a folder, sorted bytewise; without "."
// and "..".
absl::StatusOr<std::vector<std::string>> ListFolder(absl::string_view path);

// `folder`/`name`.
std::string JoinPath(absl::string_view folder, absl::string_view name);
// The last component; a trailing slash is ignored.
std::string BaseName(absl::string_view path);
// All but the last component; "." when there is one only.
std::string DirName(absl::string_view path);

}  // namespace hydrometer::io

#endif  // HYDROMETER_SRC_IO_FILE_H_
