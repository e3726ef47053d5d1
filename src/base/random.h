// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// Philox4x32-10, a counter-based generator: the n-th number of stream s under
// a seed is a pure function of (seed, s, n), so that results do not depend on
// threads, order or library. The standard library's distributions differ
// between implementations and are not used.
//
// Not for cryptography. Copying a generator copies its place in the stream.
//
// Source: Salmon et al., "Parallel Random Numbers: As Easy as 1, 2, 3" (2011).
// Tests: tests/base/random_test.cc (the authors' known answers).
#ifndef HYDROMETER_SRC_BASE_RANDOM_H_
#define HYDROMETER_SRC_BASE_RANDOM_H_

#include <array>
#include <cstdint>

namespace hydrometer {

// One block: ten rounds over `counter` under `key`.
std::array<uint32_t, 4> Philox4x32(std::array<uint32_t, 4> counter,
                                   std::array<uint32_t, 2> key);

// A stream of numbers. Different (seed, stream) pairs are independent.
class Random {
 public:
  explicit Random(uint64_t seed, uint64_t stream = 0);

  uint32_t Uint32();
  uint64_t Uint64();
  double Uniform();            // [0, 1), 53 bits
  uint64_t Below(uint64_t n);  // 0 .. n-1 without bias; n >= 1
  double Normal();             // mean 0, variance 1 (Box-Muller)

 private:
  std::array<uint32_t, 2> key_;
  uint64_t stream_;
  uint64_t block_count_ = 0;
  std::array<uint32_t, 4> block_ = {};
  int used_ = 4;  // words of block_ already handed out
};

}  // namespace hydrometer

#endif  // HYDROMETER_SRC_BASE_RANDOM_H_
