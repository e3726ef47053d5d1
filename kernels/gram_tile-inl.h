// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// One register tile of a Gram matrix: 4 x 3 dot products of rows of a buffer
// with kPart columns. 12 sums, 3 rows and 1 load fill the 16 registers of AVX2.
//
// Tests: tests/kernels/panel_gram_test.cc.
#if defined(HYDROMETER_KERNELS_GRAM_TILE_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef HYDROMETER_KERNELS_GRAM_TILE_INL_H_
#undef HYDROMETER_KERNELS_GRAM_TILE_INL_H_
#else
#define HYDROMETER_KERNELS_GRAM_TILE_INL_H_
#endif

#include "kernels/simd-inl.h"

HWY_BEFORE_NAMESPACE();
namespace hydrometer::kernels {
namespace HWY_NAMESPACE {

inline constexpr int64_t kPart = 512;  // tokens a product runs over
inline constexpr int64_t kTileX = 4;
inline constexpr int64_t kTileY = 3;

// Rows x .. x + 3 against rows y .. y + 2 of the centred buffer, added to the
// upper triangle.
HWY_INLINE void GramTile(const float* centred, int64_t x, int64_t y,
                         int64_t padded, int64_t members, double* triangle) {
  const DF d;
  const int64_t lanes = static_cast<int64_t>(hn::Lanes(d));
  const float* a = centred + x * kPart;
  const float* b = centred + y * kPart;
  const VF zero = hn::Zero(d);
  VF s00 = zero, s01 = zero, s02 = zero, s10 = zero, s11 = zero, s12 = zero;
  VF s20 = zero, s21 = zero, s22 = zero, s30 = zero, s31 = zero, s32 = zero;
  for (int64_t i = 0; i < padded; i += lanes) {
    const VF b0 = hn::Load(d, b + i);
    const VF b1 = hn::Load(d, b + kPart + i);
    const VF b2 = hn::Load(d, b + 2 * kPart + i);
    VF v = hn::Load(d, a + i);
    s00 = hn::MulAdd(v, b0, s00);
    s01 = hn::MulAdd(v, b1, s01);
    s02 = hn::MulAdd(v, b2, s02);
    v = hn::Load(d, a + kPart + i);
    s10 = hn::MulAdd(v, b0, s10);
    s11 = hn::MulAdd(v, b1, s11);
    s12 = hn::MulAdd(v, b2, s12);
    v = hn::Load(d, a + 2 * kPart + i);
    s20 = hn::MulAdd(v, b0, s20);
    s21 = hn::MulAdd(v, b1, s21);
    s22 = hn::MulAdd(v, b2, s22);
    v = hn::Load(d, a + 3 * kPart + i);
    s30 = hn::MulAdd(v, b0, s30);
    s31 = hn::MulAdd(v, b1, s31);
    s32 = hn::MulAdd(v, b2, s32);
  }
  const VF sums[kTileX][kTileY] = {
      {s00, s01, s02}, {s10, s11, s12}, {s20, s21, s22}, {s30, s31, s32}};
  for (int64_t i = 0; i < kTileX; ++i) {
    const int64_t row = x + i;
    if (row >= members) break;
    double* out = triangle + row * (2 * members - row + 1) / 2 - row;
    for (int64_t j = 0; j < kTileY; ++j) {
      const int64_t column = y + j;
      if (column < row || column >= members) continue;
      out[column] +=
          static_cast<double>(hn::GetLane(hn::SumOfLanes(d, sums[i][j])));
    }
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace hydrometer::kernels
HWY_AFTER_NAMESPACE();

#endif  // HYDROMETER_KERNELS_GRAM_TILE_INL_H_
