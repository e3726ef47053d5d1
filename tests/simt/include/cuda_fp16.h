// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// fp16 on the interpreter: the type and the conversions that the kernels use.
#ifndef HYDROMETER_TESTS_SIMT_CUDA_FP16_H_
#define HYDROMETER_TESTS_SIMT_CUDA_FP16_H_

#include <cmath>
#include <cstdint>

struct __half {
  uint16_t bits;
};
inline __half __ushort_as_half(unsigned short bits) { return {bits}; }
inline float __half2float(__half h) {
  const int exponent = h.bits >> 10 & 31, fraction = h.bits & 1023;
  float value;
  if (exponent == 31) {
    value = fraction == 0 ? INFINITY : NAN;
  } else if (exponent == 0) {
    value = std::ldexp(static_cast<float>(fraction), -24);
  } else {
    value = std::ldexp(static_cast<float>(fraction + 1024), exponent - 25);
  }
  return (h.bits & 0x8000) != 0 ? -value : value;
}

#endif  // HYDROMETER_TESTS_SIMT_CUDA_FP16_H_
