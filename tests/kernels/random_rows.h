// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// Test rows of any type, with a stride, an offset and a way back to doubles.
#ifndef HYDROMETER_TESTS_KERNELS_RANDOM_ROWS_H_
#define HYDROMETER_TESTS_KERNELS_RANDOM_ROWS_H_

#include <cmath>
#include <cstdint>
#include <cstring>
#include <vector>

#include "kernels/rows.h"
#include "tests/kernels/textbook_reference.h"

namespace hydrometer::kernels {

// splitmix64: the same numbers everywhere.
class TestRandom {
 public:
  explicit TestRandom(uint64_t seed) : state_(seed) {}
  uint64_t Next() {
    uint64_t z = (state_ += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
  }
  double Uniform() { return (Next() >> 11) * 0x1p-53; }
  double Normal() {
    return std::sqrt(-2 * std::log(1 - Uniform())) *
           std::cos(6.283185307179586 * Uniform());
  }

 private:
  uint64_t state_;
};

inline uint16_t ToBFloat16(float v) {
  uint32_t bits;
  std::memcpy(&bits, &v, 4);
  if (std::isnan(v)) return 0x7FC0;
  bits += 0x7FFF + ((bits >> 16) & 1);
  return static_cast<uint16_t>(bits >> 16);
}

inline float FromBFloat16(uint16_t h) {
  const uint32_t bits = static_cast<uint32_t>(h) << 16;
  float v;
  std::memcpy(&v, &bits, 4);
  return v;
}

inline float FromFloat16(uint16_t h) {
  const int exponent = (h >> 10) & 31;
  const int mantissa = h & 1023;
  double v = exponent == 0 ? std::ldexp(mantissa, -24)
                           : std::ldexp(1024 + mantissa, exponent - 25);
  if (exponent == 31) v = mantissa ? NAN : INFINITY;
  return static_cast<float>(h & 0x8000 ? -v : v);
}

// Nearest, by search in the ordered bit patterns; slow and plain.
inline uint16_t ToFloat16(float v) {
  const uint16_t sign = std::signbit(v) ? 0x8000 : 0;
  const float a = std::abs(v);
  if (std::isnan(v)) return 0x7E00;
  if (a >= 65520.0f) return sign | 0x7C00;
  uint16_t low = 0, high = 0x7BFF;
  while (low < high) {
    const uint16_t mid = (low + high + 1) / 2;
    if (FromFloat16(mid) <= a)
      low = mid;
    else
      high = mid - 1;
  }
  if (low < 0x7BFF && FromFloat16(low + 1) - a < a - FromFloat16(low)) ++low;
  return sign | low;
}

// Rows in their own memory: `offset` elements past an aligned address, padding
// between rows filled with +inf so that a read past a row shows.
class TestRows {
 public:
  TestRows(DataType type, int64_t rows, int64_t vocab, int64_t stride = 0,
           int64_t offset = 0)
      : offset_(offset) {
    view_.type = type;
    view_.row_count = rows;
    view_.vocab_count = vocab;
    view_.row_stride = stride == 0 ? vocab : stride;
    const size_t count = offset + rows * view_.row_stride + 64;
    if (type == DataType::kFloat32) {
      floats_.assign(count, INFINITY);
    } else {
      halves_.assign(count, type == DataType::kBFloat16 ? 0x7F80 : 0x7C00);
    }
  }

  void Set(int64_t row, int64_t token, double value) {
    const int64_t at = offset_ + row * view_.row_stride + token;
    const float v = static_cast<float>(value);
    if (view_.type == DataType::kFloat32) floats_[at] = v;
    if (view_.type == DataType::kBFloat16) halves_[at] = ToBFloat16(v);
    if (view_.type == DataType::kFloat16) halves_[at] = ToFloat16(v);
  }
  double Get(int64_t row, int64_t token) const {
    const int64_t at = offset_ + row * view_.row_stride + token;
    if (view_.type == DataType::kFloat32) return floats_[at];
    if (view_.type == DataType::kBFloat16) return FromBFloat16(halves_[at]);
    return FromFloat16(halves_[at]);
  }
  Row GetRow(int64_t row) const {
    Row out(view_.vocab_count);
    for (int64_t i = 0; i < view_.vocab_count; ++i) out[i] = Get(row, i);
    return out;
  }
  Rows View() const {
    Rows view = view_;
    view.data = view.type == DataType::kFloat32
                    ? static_cast<const void*>(floats_.data() + offset_)
                    : halves_.data() + offset_;
    view.transform = transform;
    return view;
  }
  Transform transform;

  // Normal logits with the given spread around `centre`'s rows (or 0).
  void FillNormal(uint64_t seed, double spread,
                  const TestRows* centre = nullptr) {
    TestRandom random(seed);
    for (int64_t r = 0; r < view_.row_count; ++r) {
      for (int64_t i = 0; i < view_.vocab_count; ++i) {
        const double base = centre == nullptr ? 0 : centre->Get(r, i);
        Set(r, i, base + spread * random.Normal());
      }
    }
  }

 private:
  int64_t offset_;
  Rows view_;
  std::vector<float> floats_;
  std::vector<uint16_t> halves_;
};

// The boundary grid: vectors of 4, 8, 16 lanes and blocks of 512 and 1,024, one
// less and one more; the vocabularies of GPT-2, Llama 3, Qwen 2, Gemma.
inline std::vector<int64_t> SmallVocabularies() {
  return {1,  2,   3,   7,   8,   9,   15,  16,   17,   31,   32,
          33, 255, 256, 257, 511, 512, 513, 1023, 1024, 1025, 2049};
}
inline std::vector<int64_t> LargeVocabularies() {
  return {50257, 128256, 151936, 262144};
}
inline std::vector<DataType> AllTypes() {
  return {DataType::kFloat32, DataType::kBFloat16, DataType::kFloat16};
}

// |got - want| <= relative |want| + absolute; NaN and infinities must match.
inline bool Near(double got, double want, double relative,
                 double absolute = 1e-12) {
  if (std::isnan(want)) return std::isnan(got);
  if (std::isinf(want)) return got == want;
  return std::abs(got - want) <= relative * std::abs(want) + absolute;
}

}  // namespace hydrometer::kernels

#define EXPECT_CLOSE(got, want, relative)                                      \
  EXPECT_TRUE(::hydrometer::kernels::Near(got, want, relative))                \
      << #got << " is " << (got) << ", want " << (want) << ", relative error " \
      << std::abs(((got) - (want)) / (want))

#endif  // HYDROMETER_TESTS_KERNELS_RANDOM_ROWS_H_
