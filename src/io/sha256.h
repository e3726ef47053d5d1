// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// SHA-256 over bytes that arrive in pieces.
//
// Source: FIPS 180-4, through OpenSSL. Tests: tests/io/sha256_test.cc.
#ifndef HYDROMETER_SRC_IO_SHA256_H_
#define HYDROMETER_SRC_IO_SHA256_H_

#include <cstddef>
#include <memory>
#include <string>

#include "absl/strings/string_view.h"

namespace hydrometer::io {

class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;

  void Update(absl::string_view bytes);
  void Update(const void* bytes, size_t byte_count);
  // Length first, then the bytes: pieces cannot run into one another.
  void UpdateFramed(absl::string_view bytes);
  // 64 lower-case hexadecimal digits. The object is spent afterwards.
  std::string HexDigest();

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

// The digest of `bytes`.
std::string Sha256Hex(absl::string_view bytes);

}  // namespace hydrometer::io

#endif  // HYDROMETER_SRC_IO_SHA256_H_
