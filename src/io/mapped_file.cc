// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/io/mapped_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include "src/base/errors.h"

namespace hydrometer::io {

absl::StatusOr<MappedFile> MappedFile::Open(absl::string_view path) {
  std::string name(path);
  // O_NONBLOCK: opening a named pipe must not wait for a writer.
  int fd = ::open(name.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) {
    return RefusedError(name, ": cannot be opened: ", std::strerror(errno));
  }
  struct stat info;
  if (::fstat(fd, &info) != 0 || !S_ISREG(info.st_mode)) {
    ::close(fd);
    return RefusedError(name, ": is not a regular file");
  }
  MappedFile file;
  size_t byte_count = static_cast<size_t>(info.st_size);
  if (byte_count > 0) {
    void* data = ::mmap(nullptr, byte_count, PROT_READ, MAP_PRIVATE, fd, 0);
    if (data == MAP_FAILED) {
      int error = errno;
      ::close(fd);
      return ExhaustedError(name, ": ", byte_count,
                            " bytes cannot be mapped: ", std::strerror(error));
    }
    file.bytes_ = {static_cast<const uint8_t*>(data), byte_count};
  }
  ::close(fd);
  return file;
}

MappedFile::~MappedFile() {
  if (bytes_.empty()) return;
  ::munmap(const_cast<uint8_t*>(bytes_.data()), bytes_.size());
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : bytes_(std::exchange(other.bytes_, {})) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
  std::swap(bytes_, other.bytes_);
  return *this;
}

}  // namespace hydrometer::io
