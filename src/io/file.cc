// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/io/file.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "src/base/errors.h"
#include "src/base/status_macros.h"

namespace hydrometer::io {
namespace {

absl::Status CannotWrite(absl::string_view path, int error) {
  return ExhaustedError(path, ": cannot be written: ", std::strerror(error));
}

absl::StatusOr<std::string> ReadAll(int fd, absl::string_view name,
                                    int64_t max_bytes) {
  std::string bytes;
  char buffer[1 << 16];
  while (true) {
    ssize_t got = ::read(fd, buffer, sizeof(buffer));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      return RefusedError(name, ": cannot be read: ", std::strerror(errno));
    }
    if (got == 0) return bytes;
    bytes.append(buffer, static_cast<size_t>(got));
    if (static_cast<int64_t>(bytes.size()) > max_bytes) {
      return RefusedError(name, ": is larger than ", max_bytes,
                          " bytes, the most that is read here");
    }
  }
}

// Writes a new file; 0, or the errno of the call that failed, after which
// there is none.
int WriteSynced(const std::string& path, absl::string_view bytes) {
  const int fd =
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
  if (fd < 0) return errno;
  size_t done = 0;
  int error = 0;
  while (done < bytes.size() && error == 0) {
    ssize_t put = ::write(fd, bytes.data() + done, bytes.size() - done);
    if (put >= 0) {
      done += static_cast<size_t>(put);
    } else if (errno != EINTR) {
      error = errno;
    }
  }
  if (error == 0 && ::fsync(fd) != 0) error = errno;
  if (::close(fd) != 0 && error == 0) error = errno;
  if (error != 0) ::unlink(path.c_str());
  return error;
}

}  // namespace

absl::StatusOr<std::string> ReadFile(absl::string_view path,
                                     int64_t max_bytes) {
  std::string name(path);
  // A named pipe must be refused, not waited for.
  int fd = ::open(name.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) {
    return RefusedError(name, ": cannot be opened: ", std::strerror(errno));
  }
  struct stat info;
  absl::StatusOr<std::string> bytes;
  if (::fstat(fd, &info) != 0 || !S_ISREG(info.st_mode)) {
    bytes = RefusedError(name, ": is not a regular file");
  } else if (info.st_size > max_bytes) {
    bytes = RefusedError(name, ": has ", info.st_size, " bytes, want at most ",
                         max_bytes);
  } else {
    bytes = ReadAll(fd, name, max_bytes);
  }
  ::close(fd);
  return bytes;
}

absl::StatusOr<std::string> ReadStandardInput(int64_t max_bytes) {
  return ReadAll(STDIN_FILENO, "standard input", max_bytes);
}

std::string TemporaryNameFor(absl::string_view path) {
  static std::atomic<int> counter{0};
  return absl::StrCat(path, ".tmp-", ::getpid(), "-", counter.fetch_add(1));
}

absl::Status WriteFileAtomically(absl::string_view path,
                                 absl::string_view bytes) {
  return WriteFilesTogether({{std::string(path), bytes}});
}

absl::Status WriteFilesTogether(
    const std::vector<std::pair<std::string, absl::string_view>>& files) {
  std::vector<std::string> temporaries;
  absl::Status status;
  for (const auto& [path, bytes] : files) {
    const std::string temporary = TemporaryNameFor(path);
    const int error = WriteSynced(temporary, bytes);
    if (error != 0) {
      status = CannotWrite(path, error);
      break;
    }
    temporaries.push_back(temporary);
  }
  for (size_t i = 0; i < files.size() && status.ok(); ++i) {
    if (::rename(temporaries[i].c_str(), files[i].first.c_str()) != 0) {
      status = CannotWrite(files[i].first, errno);
    }
  }
  if (!status.ok()) {
    for (const std::string& temporary : temporaries) {
      ::unlink(temporary.c_str());
    }
  }
  return status;
}

absl::Status CheckFolderWritable(absl::string_view folder) {
  const std::string probe = TemporaryNameFor(JoinPath(folder, "writable"));
  const int error = WriteSynced(probe, "x");
  if (error != 0) return CannotWrite(folder, error);
  ::unlink(probe.c_str());
  return absl::OkStatus();
}

absl::Status MakeFolders(absl::string_view path) {
  std::string whole(path);
  for (size_t end = 1; end <= whole.size(); ++end) {
    if (end < whole.size() && whole[end] != '/') continue;
    std::string part = whole.substr(0, end);
    if (::mkdir(part.c_str(), 0755) == 0) continue;
    const int error = errno;  // before FolderExists changes it
    if (!FolderExists(part)) return CannotWrite(part, error);
  }
  return absl::OkStatus();
}

absl::Status RemoveFile(absl::string_view path) {
  if (::unlink(std::string(path).c_str()) == 0 || errno == ENOENT) {
    return absl::OkStatus();
  }
  return ExhaustedError(path, ": cannot be removed: ", std::strerror(errno));
}

bool FileExists(absl::string_view path) {
  struct stat info;
  return ::stat(std::string(path).c_str(), &info) == 0 &&
         S_ISREG(info.st_mode);
}

bool FolderExists(absl::string_view path) {
  struct stat info;
  return ::stat(std::string(path).c_str(), &info) == 0 &&
         S_ISDIR(info.st_mode);
}

absl::StatusOr<std::vector<std::string>> ListFolder(absl::string_view path) {
  std::string name(path);
  DIR* folder = ::opendir(name.c_str());
  if (folder == nullptr) {
    return RefusedError(name, ": is not a folder that can be read: ",
                        std::strerror(errno));
  }
  std::vector<std::string> names;
  while (struct dirent* entry = ::readdir(folder)) {
    absl::string_view entry_name(entry->d_name);
    if (entry_name == "." || entry_name == "..") continue;
    names.emplace_back(entry_name);
  }
  ::closedir(folder);
  std::sort(names.begin(), names.end());
  return names;
}

std::string JoinPath(absl::string_view folder, absl::string_view name) {
  if (folder.empty()) return std::string(name);
  return absl::StrCat(absl::StripSuffix(folder, "/"), "/", name);
}

std::string BaseName(absl::string_view path) {
  while (path.size() > 1 && path.back() == '/') path.remove_suffix(1);
  size_t slash = path.rfind('/');
  return std::string(slash == absl::string_view::npos ? path
                                                      : path.substr(slash + 1));
}

std::string DirName(absl::string_view path) {
  while (path.size() > 1 && path.back() == '/') path.remove_suffix(1);
  size_t slash = path.rfind('/');
  if (slash == absl::string_view::npos) return ".";
  return std::string(path.substr(0, slash == 0 ? 1 : slash));
}

}  // namespace hydrometer::io
