// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// The same model under another vocabulary: token ids are renamed in the
// tokenizer and the rows of the embedding and the head move with them, so
// that the function of texts is the same and the ids are not.
#ifndef HYDROMETER_TESTS_COMPARE_RENAMED_MODEL_H_
#define HYDROMETER_TESTS_COMPARE_RENAMED_MODEL_H_

#include <gtest/gtest.h>
#include <string.h>

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "src/io/file.h"
#include "src/io/json.h"
#include "src/io/safetensors.h"
#include "src/io/safetensors_writer.h"

namespace hydrometer {

// Ids of added tokens stay, the others are mirrored: first becomes last. Here
// added tokens are the first ones.
inline void RenameTokens(const std::string& from, const std::string& to) {
  std::filesystem::create_directories(to);
  std::filesystem::copy_file(from + "/config.json", to + "/config.json");
  auto json = io::ReadJsonFile(from + "/tokenizer.json");
  ASSERT_TRUE(json.ok()) << json.status();
  const int first = static_cast<int>((*json)["added_tokens"].Size());
  auto& vocabulary = (*json)["model"]["vocab"];
  const int size = static_cast<int>(vocabulary.MemberCount());
  for (auto& token : vocabulary.GetObject()) {
    const int id = token.value.GetInt();
    if (id >= first) token.value.SetInt(size - 1 - (id - first));
  }
  ASSERT_TRUE(
      io::WriteFileAtomically(to + "/tokenizer.json", io::WriteJson(*json))
          .ok());
  auto weights = io::SafetensorsFile::Open(from + "/model.safetensors");
  ASSERT_TRUE(weights.ok()) << weights.status();
  std::vector<io::TensorView> tensors;
  for (const auto& [name, tensor] : weights->tensors()) {
    tensors.push_back(tensor);
  }
  std::vector<std::vector<uint8_t>> moved;
  for (io::TensorView& tensor : tensors) {
    if (tensor.shape.empty() || tensor.shape[0] != size) continue;
    const int64_t row = tensor.byte_count / size;
    std::vector<uint8_t> rows(tensor.byte_count);
    for (int id = 0; id < size; ++id) {
      const int other = id < first ? id : size - 1 - (id - first);
      memcpy(&rows[other * row], tensor.data + id * row, row);
    }
    moved.push_back(std::move(rows));
    tensor.data = moved.back().data();
  }
  ASSERT_FALSE(moved.empty());
  ASSERT_TRUE(
      io::WriteSafetensors(to + "/model.safetensors", std::move(tensors)).ok());
}

}  // namespace hydrometer

#endif  // HYDROMETER_TESTS_COMPARE_RENAMED_MODEL_H_
