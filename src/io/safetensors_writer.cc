// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/io/safetensors_writer.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "src/base/errors.h"
#include "src/base/status_macros.h"
#include "src/io/file.h"
#include "src/io/json.h"

namespace hydrometer::io {
namespace {

absl::Status CheckTensors(const std::vector<TensorView>& tensors) {
  for (size_t i = 0; i < tensors.size(); ++i) {
    const TensorView& tensor = tensors[i];
    int64_t want = DTypeBytes(tensor.dtype);
    for (int64_t dim : tensor.shape) {
      if (dim < 0 || __builtin_mul_overflow(want, dim, &want)) {
        return InternalError("tensor ", QuotedName(tensor.name), " has shape ",
                             ShapeText(tensor.shape));
      }
    }
    if (tensor.byte_count != want ||
        (tensor.data == nullptr && tensor.byte_count > 0)) {
      return InternalError("tensor ", QuotedName(tensor.name), " has ",
                           tensor.byte_count, " bytes to write, want ", want);
    }
    if (tensor.name == "__metadata__" ||
        (i > 0 && tensors[i - 1].name == tensor.name)) {
      return InternalError("tensor name ", QuotedName(tensor.name),
                           " is taken");
    }
  }
  return absl::OkStatus();
}

rapidjson::Value StringValue(absl::string_view text,
                             rapidjson::Document::AllocatorType& allocator) {
  return rapidjson::Value(
      text.data(), static_cast<rapidjson::SizeType>(text.size()), allocator);
}

// The eight length bytes and the JSON header, padded with spaces so that the
// data begins at a multiple of 8.
absl::StatusOr<std::string> Header(
    const std::vector<TensorView>& tensors,
    const std::map<std::string, std::string>& metadata) {
  rapidjson::Document header(rapidjson::kObjectType);
  auto& allocator = header.GetAllocator();
  if (!metadata.empty()) {
    rapidjson::Value object(rapidjson::kObjectType);
    for (const auto& [key, text] : metadata) {
      object.AddMember(StringValue(key, allocator),
                       StringValue(text, allocator), allocator);
    }
    header.AddMember("__metadata__", object, allocator);
  }
  int64_t begin = 0;
  for (const TensorView& tensor : tensors) {
    rapidjson::Value shape(rapidjson::kArrayType);
    for (int64_t dim : tensor.shape) shape.PushBack(dim, allocator);
    rapidjson::Value range(rapidjson::kArrayType);
    range.PushBack(begin, allocator);
    range.PushBack(begin + tensor.byte_count, allocator);
    begin += tensor.byte_count;
    rapidjson::Value entry(rapidjson::kObjectType);
    entry.AddMember("dtype", StringValue(DTypeName(tensor.dtype), allocator),
                    allocator);
    entry.AddMember("shape", shape, allocator);
    entry.AddMember("data_offsets", range, allocator);
    header.AddMember(StringValue(tensor.name, allocator), entry, allocator);
  }
  std::string text = WriteJson(header);
  // Reading it back strictly is what shows that the text is UTF-8.
  if (!ParseJson(text, "header").ok()) {
    return InternalError("a tensor name or metadata text is not UTF-8");
  }
  text.resize((text.size() + 7) / 8 * 8, ' ');
  std::string bytes(8, '\0');
  for (int i = 0; i < 8; ++i) {
    bytes[i] = static_cast<char>(text.size() >> (8 * i) & 0xff);
  }
  return bytes + text;
}

// 0, or the errno of the failed call.
int WriteAll(int fd, const void* data, size_t byte_count) {
  const char* next = static_cast<const char*>(data);
  while (byte_count > 0) {
    ssize_t put = ::write(fd, next, byte_count);
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return errno;
    next += put;
    byte_count -= static_cast<size_t>(put);
  }
  return 0;
}

int WriteFile(int fd, const std::string& header,
              const std::vector<TensorView>& tensors) {
  int error = WriteAll(fd, header.data(), header.size());
  for (const TensorView& tensor : tensors) {
    if (error != 0) break;
    error = WriteAll(fd, tensor.data, static_cast<size_t>(tensor.byte_count));
  }
  if (error == 0 && ::fsync(fd) != 0) error = errno;
  return error;
}

}  // namespace

absl::Status WriteSafetensors(
    absl::string_view path, std::vector<TensorView> tensors,
    const std::map<std::string, std::string>& metadata) {
  std::sort(
      tensors.begin(), tensors.end(),
      [](const TensorView& a, const TensorView& b) { return a.name < b.name; });
  HYDROMETER_RETURN_IF_ERROR(Annotate(CheckTensors(tensors), path));
  std::stable_sort(tensors.begin(), tensors.end(),
                   [](const TensorView& a, const TensorView& b) {
                     return DTypeBytes(a.dtype) > DTypeBytes(b.dtype);
                   });
  HYDROMETER_ASSIGN_OR_RETURN(std::string header, Header(tensors, metadata));

  const std::string target(path);
  const std::string temporary = TemporaryNameFor(path);
  const int fd =
      ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
  int error = fd < 0 ? errno : WriteFile(fd, header, tensors);
  if (fd >= 0 && ::close(fd) != 0 && error == 0) error = errno;
  if (error == 0 && ::rename(temporary.c_str(), target.c_str()) != 0) {
    error = errno;
  }
  if (error == 0) return absl::OkStatus();
  if (fd >= 0) ::unlink(temporary.c_str());
  return ExhaustedError(target, ": cannot be written: ", std::strerror(error));
}

}  // namespace hydrometer::io
