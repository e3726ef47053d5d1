// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/io/mapped_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <string>
#include <utility>

#include "src/base/errors.h"
#include "src/base/printable.h"

namespace hydrometer::io {
namespace {

// The maps that are open, for a signal handler: no locks, no allocation. Maps
// beyond the last slot are only not named.
struct OpenMap {
  std::atomic<bool> taken = false;
  std::atomic<const uint8_t*> begin = nullptr;
  std::atomic<size_t> size = 0;
  char path[512];
};
OpenMap g_open_maps[1024];

void Remember(absl::Span<const uint8_t> bytes, const std::string& path) {
  for (OpenMap& map : g_open_maps) {
    if (map.taken.exchange(true)) continue;
    std::strncpy(map.path, Printable(path).c_str(), sizeof map.path - 1);
    map.size = bytes.size();
    map.begin = bytes.data();
    return;
  }
}

void Forget(absl::Span<const uint8_t> bytes) {
  for (OpenMap& map : g_open_maps) {
    if (map.begin != bytes.data()) continue;
    map.begin = nullptr;
    map.taken = false;
    return;
  }
}

const char* g_prefix = "";
int g_exit_code = 1;

void Print(const char* text) {
  if (::write(STDERR_FILENO, text, std::strlen(text)) < 0) ::_exit(g_exit_code);
}

void ReportLostPage(int signal, siginfo_t* info, void*) {
  const auto* address = static_cast<const uint8_t*>(info->si_addr);
  for (const OpenMap& map : g_open_maps) {
    const uint8_t* begin = map.begin;
    if (begin == nullptr || address < begin || address >= begin + map.size) {
      continue;
    }
    Print(g_prefix);
    Print(": ");
    Print(map.path);
    Print(
        ": became shorter or unreadable while it was read, want a file that "
        "stays as it is\n");
    ::_exit(g_exit_code);
  }
  ::signal(signal, SIG_DFL);  // no map of ours: the next touch kills
}

}  // namespace

void ExplainLostPages(const char* prefix, int exit_code) {
  g_prefix = prefix;
  g_exit_code = exit_code;
  struct sigaction action = {};
  action.sa_sigaction = ReportLostPage;
  action.sa_flags = SA_SIGINFO;
  ::sigaction(SIGBUS, &action, nullptr);
}

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
    Remember(file.bytes_, name);
  }
  ::close(fd);
  return file;
}

MappedFile::~MappedFile() {
  if (bytes_.empty()) return;
  Forget(bytes_);
  ::munmap(const_cast<uint8_t*>(bytes_.data()), bytes_.size());
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : bytes_(std::exchange(other.bytes_, {})) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
  std::swap(bytes_, other.bytes_);
  return *this;
}

}  // namespace hydrometer::io
