// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// A model whose weights are finite and whose answers are not.
#ifndef HYDROMETER_TESTS_RECORD_OVERFLOWING_MODEL_H_
#define HYDROMETER_TESTS_RECORD_OVERFLOWING_MODEL_H_

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "src/io/file.h"
#include "src/io/safetensors.h"
#include "tests/record/zoo_subject.h"

namespace hydrometer {

// A copy of a small model whose last norm multiplies by the largest bfloat16:
// what enters the head overflows.
inline void MakeOverflowingModel(const std::string& to) {
  std::filesystem::copy(ZooPath("controls/control_16"), to);
  const std::string path = to + "/model.safetensors";
  std::string bytes = *io::ReadFile(path, 1 << 28);
  auto file = io::SafetensorsFile::Open(path);
  ASSERT_TRUE(file.ok()) << file.status();
  const io::TensorView* norm = file->Find("model.norm.weight");
  ASSERT_NE(norm, nullptr);
  ASSERT_EQ(norm->dtype, io::DType::kBF16);
  const int64_t begin = norm->data - file->bytes().data();
  for (int64_t i = 0; i < norm->byte_count; ++i) bytes[begin + i] = 0x7f;
  ASSERT_TRUE(io::WriteFileAtomically(path, bytes).ok());
}

}  // namespace hydrometer

#endif  // HYDROMETER_TESTS_RECORD_OVERFLOWING_MODEL_H_
