// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// Thousands of deterministic mutants of small valid files. Under the
// sanitizer preset every touched byte counts; everywhere, what is accepted
// must keep the format's promises.

#include <gtest/gtest.h>

#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "src/base/errors.h"
#include "src/io/safetensors.h"

namespace hydrometer::io {
namespace {

std::string ValidFile() {
  std::string header =
      "{\"__metadata__\":{\"format\":\"pt\"},"
      "\"a\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[0,24]},"
      "\"b\":{\"dtype\":\"BF16\",\"shape\":[4],\"data_offsets\":[24,32]},"
      "\"c\":{\"dtype\":\"I64\",\"shape\":[],\"data_offsets\":[32,40]}}";
  std::string bytes(8, '\0');
  bytes[0] = static_cast<char>(header.size());
  return bytes + header + std::string(40, '\x3f');
}

// Pieces that steer mutants past the JSON parser and into the checks.
constexpr const char* kPieces[] = {"0",
                                   "-1",
                                   "9",
                                   "24",
                                   "18446744073709551615",
                                   "9223372036854775807",
                                   "4294967296",
                                   "1e3",
                                   "[]",
                                   "{}",
                                   "null",
                                   "\"F64\"",
                                   "\"F8_E4M3\"",
                                   "\"\"",
                                   ",",
                                   ":",
                                   "\"a\"",
                                   "true",
                                   "[0,0]",
                                   "[40,40]",
                                   "[0,40]",
                                   "\\u0000",
                                   " "};

std::string Mutant(std::mt19937& random) {
  std::string bytes = ValidFile();
  const int edits = 1 + random() % 3;
  for (int i = 0; i < edits && !bytes.empty(); ++i) {
    const size_t at = random() % bytes.size();
    switch (random() % 6) {
      case 0:  // one bit
        bytes[at] ^= static_cast<char>(1 << random() % 8);
        break;
      case 1:  // cut
        bytes.resize(at);
        break;
      case 2:  // remove a stretch
        bytes.erase(at, 1 + random() % 12);
        break;
      case 3: {  // copy a stretch elsewhere
        const std::string stretch = bytes.substr(at, 1 + random() % 40);
        bytes.insert(random() % bytes.size(), stretch);
        break;
      }
      default: {  // overwrite with a telling piece
        const std::string piece = kPieces[random() % std::size(kPieces)];
        bytes.replace(at, random() % 4, piece);
        // Half the time keep the header's length true.
        if (bytes.size() > 48 && random() % 2) {
          bytes[0] = static_cast<char>((bytes.size() - 48) & 0xff);
          bytes[1] = static_cast<char>((bytes.size() - 48) >> 8);
        }
      }
    }
  }
  return bytes;
}

TEST(SafetensorsFuzz, MutantsAreRefusedOrSound) {
  std::mt19937 random(20240611);
  int accepted = 0, refused = 0;
  for (int i = 0; i < 20000; ++i) {
    const std::string mutant = Mutant(random);
    // An allocation of exactly the file's size: a byte beyond is an error
    // that the sanitizer sees.
    const std::vector<uint8_t> bytes(mutant.begin(), mutant.end());
    auto content = ParseSafetensors(bytes, "m");
    if (!content.ok()) {
      ++refused;
      EXPECT_EQ(ExitCodeFor(content.status()), kExitRefused);
      continue;
    }
    ++accepted;
    int64_t total = 0;
    for (const auto& [name, tensor] : content->tensors) {
      int64_t want = DTypeBytes(tensor.dtype);
      for (int64_t dim : tensor.shape) want *= dim;
      EXPECT_EQ(want, tensor.byte_count);
      EXPECT_GE(tensor.data, bytes.data() + 8);
      EXPECT_LE(tensor.data + tensor.byte_count, bytes.data() + bytes.size());
      FirstNonFinite(tensor);
      total += tensor.byte_count;
    }
    EXPECT_LE(total, static_cast<int64_t>(bytes.size()) - 8);
  }
  // Both branches must have been walked for the test to mean anything.
  EXPECT_GT(accepted, 200);
  EXPECT_GT(refused, 5000);
}

}  // namespace
}  // namespace hydrometer::io
