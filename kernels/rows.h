// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// Borrowed views of rows of logits: what every comparison kernel reads.
//
// A view owns nothing. The memory it names must stay valid and unchanged until
// the operation has finished: on the CPU until the call returns, on CUDA until
// the stream has passed the launch. Plain structs without constructors, so that
// device code and host code share this header; it includes nothing of CUDA.
//
// Values (the same in every operation of this folder):
//   -inf   a masked token: its probability is 0. A soft cap leaves it -inf.
//   NaN or +inf anywhere in a row: the row is not a distribution; every real
//          result that depends on the row is NaN, every id, rank and count -1.
//   all tokens -inf (an empty row): lse is -inf; other results as for NaN.
//   Finite logits must have magnitude below 1e30.
//
// Tests: tests/kernels/arguments_test.cc, tests/kernels/boundary_test.cc.
#ifndef HYDROMETER_KERNELS_ROWS_H_
#define HYDROMETER_KERNELS_ROWS_H_

#include <cstddef>
#include <cstdint>

namespace hydrometer::kernels {

enum class DataType : int32_t { kFloat32 = 0, kBFloat16 = 1, kFloat16 = 2 };
enum class Device : int32_t { kCpu = 0, kCuda = 1 };

// What is done to a logit z before anything else, in this order:
//   z = soft_cap * tanh(z / soft_cap)   when soft_cap > 0
//   z = z / temperature                 temperature > 0, finite
struct Transform {
  float soft_cap = 0.0f;  // 0: none
  float temperature = 1.0f;
};

// Shape [row_count, vocab_count], row r at data + r * row_stride elements.
// Padding rows of a vocabulary are ignored by giving the vocab_count that is
// used: row_stride may be larger. `data` is aligned to its element size (2 or 4
// bytes); nothing else is asked. row_count 0 is fine: nothing is touched.
struct Rows {
  const void* data = nullptr;
  DataType type = DataType::kFloat32;
  Device device = Device::kCpu;
  int64_t row_count = 0;
  int64_t vocab_count = 0;  // 1 .. kMaxVocabCount
  int64_t row_stride = 0;   // >= vocab_count; in elements
  Transform transform;
};

inline constexpr int64_t kMaxVocabCount = int64_t{1} << 24;
inline constexpr int kMaxTopK = 64;
inline constexpr int kMaxPanelMembers = 128;
inline constexpr int kMaxWeightSpecs = 32;

// Scratch memory that the caller owns, on the device of the rows, aligned to 64
// bytes. Each operation says with a ...WorkspaceBytes function how much it
// needs; its content before and after a call means nothing. Two calls that may
// run at once need two workspaces.
struct Workspace {
  void* data = nullptr;
  size_t bytes = 0;
};

// A cudaStream_t, or null for the default stream. The CPU ignores it.
using Stream = void*;

}  // namespace hydrometer::kernels

#endif  // HYDROMETER_KERNELS_ROWS_H_
