// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/io/safetensors.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/base/errors.h"
#include "src/base/printable.h"
#include "src/base/status_macros.h"
#include "src/io/json.h"

namespace hydrometer::io {
namespace {

constexpr uint64_t kLengthBytes = 8;
// The official library's own limit.
constexpr uint64_t kMaxHeaderBytes = 100'000'000;
constexpr size_t kMaxRank = 64;

struct DTypeRow {
  DType dtype;
  absl::string_view name;
  int64_t bytes;
};
constexpr DTypeRow kDTypes[] = {
    {DType::kBool, "BOOL", 1},      {DType::kU8, "U8", 1},
    {DType::kI8, "I8", 1},          {DType::kU16, "U16", 2},
    {DType::kI16, "I16", 2},        {DType::kU32, "U32", 4},
    {DType::kI32, "I32", 4},        {DType::kU64, "U64", 8},
    {DType::kI64, "I64", 8},        {DType::kF8E4M3, "F8_E4M3", 1},
    {DType::kF8E5M2, "F8_E5M2", 1}, {DType::kF16, "F16", 2},
    {DType::kBF16, "BF16", 2},      {DType::kF32, "F32", 4},
    {DType::kF64, "F64", 8},
};

std::optional<DType> DTypeFromName(absl::string_view name) {
  for (const DTypeRow& row : kDTypes) {
    if (row.name == name) return row.dtype;
  }
  return std::nullopt;
}

absl::string_view StringOf(const rapidjson::Value& value) {
  return {value.GetString(), value.GetStringLength()};
}

// The header's JSON text.
absl::StatusOr<absl::string_view> HeaderText(absl::Span<const uint8_t> bytes,
                                             absl::string_view name) {
  if (bytes.size() < kLengthBytes) {
    return RefusedError(name, ": has ", bytes.size(),
                        " bytes, want at least 8 (the header's length)");
  }
  uint64_t length = 0;
  for (int i = 7; i >= 0; --i) length = length << 8 | bytes[i];
  if (length > kMaxHeaderBytes) {
    return RefusedError(name, ": header length is ", length,
                        " bytes, want at most ", kMaxHeaderBytes);
  }
  if (length > bytes.size() - kLengthBytes) {
    return RefusedError(name, ": header length is ", length,
                        " bytes, want at most ", bytes.size() - kLengthBytes,
                        " (the file has ", bytes.size(), " bytes)");
  }
  return absl::string_view(
      reinterpret_cast<const char*>(bytes.data()) + kLengthBytes, length);
}

// The product of `shape` and the element size, or nullopt if it does not fit.
std::optional<int64_t> ByteCount(absl::Span<const int64_t> shape, DType dtype) {
  int64_t count = DTypeBytes(dtype);
  for (int64_t dim : shape) {
    if (__builtin_mul_overflow(count, dim, &count)) return std::nullopt;
  }
  return count;
}

absl::Status ReadShape(const rapidjson::Value& entry, absl::string_view what,
                       TensorView& tensor) {
  const rapidjson::Value* shape = Find(entry, "shape");
  if (shape == nullptr || !shape->IsArray()) {
    return RefusedError(what, " has no \"shape\", want an array of integers");
  }
  if (shape->Size() > kMaxRank) {
    return RefusedError(what, " has ", shape->Size(),
                        " dimensions, want at most ", kMaxRank);
  }
  for (const rapidjson::Value& dim : shape->GetArray()) {
    if (!dim.IsInt64() || dim.GetInt64() < 0) {
      return RefusedError(what, " has a dimension that is ", TypeName(dim),
                          ", want an integer from 0");
    }
    tensor.shape.push_back(dim.GetInt64());
  }
  return absl::OkStatus();
}

// Checks one entry of the header against the `data` section and fills
// `tensor`, whose data pointer then lies inside `data`.
absl::Status ReadEntry(const rapidjson::Value& entry, absl::string_view what,
                       absl::Span<const uint8_t> data, TensorView& tensor) {
  if (!entry.IsObject()) {
    return RefusedError(what, " is ", TypeName(entry), ", want an object");
  }
  const rapidjson::Value* dtype = Find(entry, "dtype");
  if (dtype == nullptr || !dtype->IsString()) {
    return RefusedError(what, " has no \"dtype\", want a string");
  }
  std::optional<DType> known = DTypeFromName(StringOf(*dtype));
  if (!known) {
    return RefusedError(what, " has dtype ", QuotedName(StringOf(*dtype)),
                        ", want one of BOOL, U8 to U64, I8 to I64, F8_E4M3, "
                        "F8_E5M2, F16, BF16, F32, F64");
  }
  tensor.dtype = *known;
  HYDROMETER_RETURN_IF_ERROR(ReadShape(entry, what, tensor));

  const rapidjson::Value* range = Find(entry, "data_offsets");
  if (range == nullptr || !range->IsArray() || range->Size() != 2 ||
      !(*range)[0].IsUint64() || !(*range)[1].IsUint64()) {
    return RefusedError(what, " has no \"data_offsets\" [begin, end]");
  }
  const uint64_t begin = (*range)[0].GetUint64();
  const uint64_t end = (*range)[1].GetUint64();
  if (begin > end || end > data.size()) {
    return RefusedError(what, " has data_offsets [", begin, ", ", end,
                        "], want a range within ", data.size(),
                        " bytes (the file's data)");
  }
  std::optional<int64_t> want = ByteCount(tensor.shape, tensor.dtype);
  tensor.byte_count = static_cast<int64_t>(end - begin);
  if (!want || *want != tensor.byte_count) {
    return RefusedError(
        what, " has ", tensor.byte_count, " bytes of data, want ",
        want ? absl::StrCat(*want) : "more than any file holds", " (",
        DTypeName(tensor.dtype), " ", ShapeText(tensor.shape), ")");
  }
  tensor.data = data.data() + begin;
  return absl::OkStatus();
}

absl::Status ReadMetadata(const rapidjson::Value& value, absl::string_view name,
                          std::map<std::string, std::string>& metadata) {
  if (!value.IsObject()) {
    return RefusedError(name, ": \"__metadata__\" is ", TypeName(value),
                        ", want an object of strings");
  }
  for (const auto& member : value.GetObject()) {
    if (!member.value.IsString()) {
      return RefusedError(name, ": \"__metadata__\" key ",
                          QuotedName(StringOf(member.name)), " is ",
                          TypeName(member.value), ", want a string");
    }
    metadata.emplace(StringOf(member.name), StringOf(member.value));
  }
  return absl::OkStatus();
}

// The ranges must tile the data section: no overlap, no hole, no rest.
absl::Status CheckTiling(const std::map<std::string, TensorView>& tensors,
                         absl::Span<const uint8_t> data,
                         absl::string_view name) {
  std::vector<const TensorView*> order;
  order.reserve(tensors.size());
  for (const auto& [unused, tensor] : tensors) order.push_back(&tensor);
  std::sort(order.begin(), order.end(),
            [](const TensorView* a, const TensorView* b) {
              if (a->data != b->data) return a->data < b->data;
              return a->byte_count < b->byte_count;
            });
  const uint8_t* expected = data.data();
  for (const TensorView* tensor : order) {
    if (tensor->data != expected) {
      return RefusedError(
          name, ": tensor ", QuotedName(tensor->name), " begins at data byte ",
          tensor->data - data.data(), ", want ", expected - data.data(),
          tensor->data < expected ? " (it overlaps the one before)"
                                  : " (bytes between belong to no tensor)");
    }
    expected += tensor->byte_count;
  }
  if (expected != data.data() + data.size()) {
    return RefusedError(name, ": has ", data.size(), " bytes of data, want ",
                        expected - data.data(),
                        " (the end of the last tensor)");
  }
  return absl::OkStatus();
}

// Widths of the fields that tell NaN and infinity: all exponent bits set.
template <typename Bits>
int64_t FirstWithFullExponent(const TensorView& tensor, Bits exponent_mask) {
  const int64_t count = tensor.element_count();
  for (int64_t i = 0; i < count; ++i) {
    Bits bits;
    std::memcpy(&bits, tensor.data + i * sizeof(Bits), sizeof(Bits));
    if ((bits & exponent_mask) == exponent_mask) return i;
  }
  return -1;
}

}  // namespace

absl::string_view DTypeName(DType dtype) {
  return kDTypes[static_cast<int>(dtype)].name;
}

int64_t DTypeBytes(DType dtype) {
  return kDTypes[static_cast<int>(dtype)].bytes;
}

std::string ShapeText(absl::Span<const int64_t> shape) {
  return absl::StrCat("[", absl::StrJoin(shape, ", "), "]");
}

std::string QuotedName(absl::string_view name) {
  return absl::StrCat("\"", PrintableStart(name, 200), "\"");
}

int64_t FirstNonFinite(const TensorView& tensor) {
  switch (tensor.dtype) {
    case DType::kF16:
      return FirstWithFullExponent<uint16_t>(tensor, 0x7c00);
    case DType::kBF16:
      return FirstWithFullExponent<uint16_t>(tensor, 0x7f80);
    case DType::kF32:
      return FirstWithFullExponent<uint32_t>(tensor, 0x7f800000);
    case DType::kF64:
      return FirstWithFullExponent<uint64_t>(tensor, 0x7ff0000000000000);
    default:
      return -1;
  }
}

absl::StatusOr<SafetensorsContent> ParseSafetensors(
    absl::Span<const uint8_t> bytes, absl::string_view name) {
  HYDROMETER_ASSIGN_OR_RETURN(absl::string_view text, HeaderText(bytes, name));
  const absl::Span<const uint8_t> data =
      bytes.subspan(kLengthBytes + text.size());
  HYDROMETER_ASSIGN_OR_RETURN(rapidjson::Document header,
                              ParseJson(text, absl::StrCat(name, ": header")));
  if (!header.IsObject()) {
    return RefusedError(name, ": header is ", TypeName(header),
                        ", want an object");
  }
  SafetensorsContent content;
  for (const auto& member : header.GetObject()) {
    const absl::string_view key = StringOf(member.name);
    if (key == "__metadata__") {
      HYDROMETER_RETURN_IF_ERROR(
          ReadMetadata(member.value, name, content.metadata));
      continue;
    }
    TensorView tensor;
    tensor.name = std::string(key);
    HYDROMETER_RETURN_IF_ERROR(ReadEntry(
        member.value, absl::StrCat(name, ": tensor ", QuotedName(key)), data,
        tensor));
    content.tensors.emplace(tensor.name, std::move(tensor));
  }
  HYDROMETER_RETURN_IF_ERROR(CheckTiling(content.tensors, data, name));
  return content;
}

absl::StatusOr<SafetensorsFile> SafetensorsFile::Open(absl::string_view path) {
  SafetensorsFile file;
  HYDROMETER_ASSIGN_OR_RETURN(file.file_, MappedFile::Open(path));
  HYDROMETER_ASSIGN_OR_RETURN(file.content_,
                              ParseSafetensors(file.file_.bytes(), path));
  return file;
}

const TensorView* SafetensorsFile::Find(absl::string_view name) const {
  auto it = content_.tensors.find(std::string(name));
  return it == content_.tensors.end() ? nullptr : &it->second;
}

}  // namespace hydrometer::io
