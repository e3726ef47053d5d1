// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// The safetensors format: an 8-byte little-endian header length, a JSON
// header, and the tensors' bytes. A file is taken to be hostile: every number
// of the header is held against the file's size before a byte is touched.
//
// A file is refused if it is cut, if its header is longer than 100,000,000
// bytes or longer than the file, if the JSON is not strict or a key stands
// twice, if a dtype is unknown, if a shape is negative or overflows, if
// shape and byte range disagree, or if the byte ranges overlap, leave holes
// or do not end with the file.
//
// Source: https://github.com/huggingface/safetensors#format.
// Tests: tests/io/safetensors_test.cc, safetensors_fuzz_test.cc.
//
// Writing: safetensors_writer.h.
#ifndef HYDROMETER_SRC_IO_SAFETENSORS_H_
#define HYDROMETER_SRC_IO_SAFETENSORS_H_

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "src/io/mapped_file.h"

namespace hydrometer::io {

// Element types that can be read and written. kF8E4M3 and kF8E5M2 are known
// so that `inspect` can name them; no model of those is run.
enum class DType {
  kBool,
  kU8,
  kI8,
  kU16,
  kI16,
  kU32,
  kI32,
  kU64,
  kI64,
  kF8E4M3,
  kF8E5M2,
  kF16,
  kBF16,
  kF32,
  kF64,
};

// The format's own name: "BF16", "I64".
absl::string_view DTypeName(DType dtype);
// Bytes of one element.
int64_t DTypeBytes(DType dtype);

// A tensor somewhere in memory, row-major. Borrowed: `data` lives as long as
// the file it came from. `data` need not be aligned to the element.
struct TensorView {
  std::string name;
  DType dtype = DType::kF32;
  std::vector<int64_t> shape;     // empty: a scalar of one element
  const uint8_t* data = nullptr;  // may be null if byte_count is 0
  int64_t byte_count = 0;         // elements x DTypeBytes(dtype)

  int64_t element_count() const { return byte_count / DTypeBytes(dtype); }
};

// "[2, 3]", for messages.
std::string ShapeText(absl::Span<const int64_t> shape);

// The first element, in row-major order, that is NaN or infinite; -1 if all
// are finite or the dtype has no such values.
int64_t FirstNonFinite(const TensorView& tensor);

// What the header says. Views point into the bytes that were parsed.
struct SafetensorsContent {
  std::map<std::string, TensorView> tensors;    // by name
  std::map<std::string, std::string> metadata;  // "__metadata__"
};

// Parses a whole file that lies in memory; `name` is what errors call it.
absl::StatusOr<SafetensorsContent> ParseSafetensors(
    absl::Span<const uint8_t> bytes, absl::string_view name);

// An opened file; keeps the map that its views point into. Movable.
class SafetensorsFile {
 public:
  static absl::StatusOr<SafetensorsFile> Open(absl::string_view path);

  const std::map<std::string, TensorView>& tensors() const {
    return content_.tensors;
  }
  const std::map<std::string, std::string>& metadata() const {
    return content_.metadata;
  }
  // nullptr if there is none of that name.
  const TensorView* Find(absl::string_view name) const;
  absl::Span<const uint8_t> bytes() const { return file_.bytes(); }

 private:
  MappedFile file_;
  SafetensorsContent content_;
};

// `name` in quotes, printable (src/base/printable.h), cut to 200 bytes: names
// come from foreign files and go into one-line messages.
std::string QuotedName(absl::string_view name);

}  // namespace hydrometer::io

#endif  // HYDROMETER_SRC_IO_SAFETENSORS_H_
