// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/base/random.h"

#include <cmath>

namespace hydrometer {
namespace {

constexpr uint64_t kMultiplier0 = 0xD2511F53;
constexpr uint64_t kMultiplier1 = 0xCD9E8D57;
constexpr uint32_t kWeyl0 = 0x9E3779B9;  // golden ratio
constexpr uint32_t kWeyl1 = 0xBB67AE85;  // sqrt(3) - 1

}  // namespace

std::array<uint32_t, 4> Philox4x32(std::array<uint32_t, 4> counter,
                                   std::array<uint32_t, 2> key) {
  for (int round = 0; round < 10; ++round) {
    const uint64_t product0 = kMultiplier0 * counter[0];
    const uint64_t product1 = kMultiplier1 * counter[2];
    counter = {static_cast<uint32_t>(product1 >> 32) ^ counter[1] ^ key[0],
               static_cast<uint32_t>(product1),
               static_cast<uint32_t>(product0 >> 32) ^ counter[3] ^ key[1],
               static_cast<uint32_t>(product0)};
    key[0] += kWeyl0;
    key[1] += kWeyl1;
  }
  return counter;
}

Random::Random(uint64_t seed, uint64_t stream)
    : key_{static_cast<uint32_t>(seed), static_cast<uint32_t>(seed >> 32)},
      stream_(stream) {}

uint32_t Random::Uint32() {
  if (used_ == 4) {
    block_ = Philox4x32(
        {static_cast<uint32_t>(block_count_),
         static_cast<uint32_t>(block_count_ >> 32),
         static_cast<uint32_t>(stream_), static_cast<uint32_t>(stream_ >> 32)},
        key_);
    ++block_count_;
    used_ = 0;
  }
  return block_[used_++];
}

uint64_t Random::Uint64() {
  const uint64_t low = Uint32();
  return low | (static_cast<uint64_t>(Uint32()) << 32);
}

double Random::Uniform() {
  return static_cast<double>(Uint64() >> 11) * 0x1.0p-53;
}

uint64_t Random::Below(uint64_t n) {
  // Rejects the incomplete last run of n values, so that each is as likely.
  const uint64_t rejected = (UINT64_MAX % n + 1) % n;
  uint64_t value = Uint64();
  while (value > UINT64_MAX - rejected) value = Uint64();
  return value % n;
}

double Random::Normal() {
  const double radius = std::sqrt(-2.0 * std::log1p(-Uniform()));
  return radius * std::cos(6.283185307179586476925 * Uniform());
}

}  // namespace hydrometer
