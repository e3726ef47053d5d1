// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/io/safetensors_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>

#include <cstring>
#include <string>
#include <vector>

#include "src/base/errors.h"
#include "src/io/file.h"
#include "tests/temporary_folder.h"

namespace hydrometer::io {
namespace {

TensorView View(const std::string& name, DType dtype,
                std::vector<int64_t> shape, const void* data) {
  int64_t bytes = DTypeBytes(dtype);
  for (int64_t dim : shape) bytes *= dim;
  return {name, dtype, std::move(shape), static_cast<const uint8_t*>(data),
          bytes};
}

TEST(SafetensorsWriter, WhatIsWrittenIsReadBack) {
  TemporaryFolder folder;
  const float floats[] = {1.5f, -2.0f, 0.0f};
  const int64_t ids[] = {7, 9};
  const uint8_t flags[] = {1, 0, 1};
  ASSERT_TRUE(
      WriteSafetensors(folder / "a.safetensors",
                       {View("z", DType::kF32, {3}, floats),
                        View("flags", DType::kBool, {3}, flags),
                        View("ids", DType::kI64, {1, 2}, ids),
                        View("none", DType::kF16, {0, 4}, nullptr)},
                       {{"format", "pt"}, {"text", "\"quoted\"\nlines é"}})
          .ok());
  auto file = SafetensorsFile::Open(folder / "a.safetensors");
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_EQ(file->metadata().at("text"), "\"quoted\"\nlines é");
  ASSERT_EQ(file->tensors().size(), 4u);
  const TensorView* z = file->Find("z");
  ASSERT_NE(z, nullptr);
  EXPECT_EQ(std::memcmp(z->data, floats, sizeof(floats)), 0);
  EXPECT_EQ(file->Find("ids")->shape, (std::vector<int64_t>{1, 2}));
  EXPECT_EQ(std::memcmp(file->Find("flags")->data, flags, 3), 0);
  EXPECT_EQ(file->Find("absent"), nullptr);
  // Aligned for readers that map the file.
  EXPECT_EQ(reinterpret_cast<uintptr_t>(file->Find("ids")->data) % 8, 0u);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(z->data) % 4, 0u);
}

TEST(SafetensorsWriter, BytesDependOnTheContentAlone) {
  TemporaryFolder folder;
  const float x[] = {1, 2};
  const TensorView a = View("a", DType::kF32, {2}, x);
  const TensorView b = View("b", DType::kF32, {1, 2}, x);
  ASSERT_TRUE(WriteSafetensors(folder / "1", {a, b}).ok());
  ASSERT_TRUE(WriteSafetensors(folder / "2", {b, a}).ok());
  const std::string bytes = *ReadFile(folder / "1", 1000);
  EXPECT_EQ(bytes, *ReadFile(folder / "2", 1000));
  // The layout of the format's page, to the byte.
  const std::string header =
      "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},"
      "\"b\":{\"dtype\":\"F32\",\"shape\":[1,2],\"data_offsets\":[8,16]}}";
  EXPECT_EQ(bytes.substr(8, header.size()), header);
  EXPECT_EQ(bytes.size() % 8, 0u);
}

TEST(SafetensorsWriter, ReadOnlyOrMissingFolderIsExhausted) {
  auto status = WriteSafetensors("/proc/no-such-folder/a.safetensors", {});
  EXPECT_EQ(ExitCodeFor(status), kExitExhausted);
  EXPECT_THAT(std::string(status.message()),
              testing::HasSubstr("a.safetensors: cannot be written"));
}

// A file size limit stands in for a full disk: write(2) fails part-way.
TEST(SafetensorsWriter, FullDiskIsExhaustedAndLeavesNothing) {
  TemporaryFolder folder;
  const std::vector<uint8_t> zeros(1 << 16);
  rlimit before;
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  rlimit small = before;
  small.rlim_cur = 4096;
  auto* old_handler = ::signal(SIGXFSZ, SIG_IGN);
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  auto status = WriteSafetensors(
      folder / "a", {View("x", DType::kU8, {1 << 16}, zeros.data())});
  ::setrlimit(RLIMIT_FSIZE, &before);
  ::signal(SIGXFSZ, old_handler);
  EXPECT_EQ(ExitCodeFor(status), kExitExhausted) << status;
  EXPECT_TRUE(ListFolder(folder.path())->empty());
}

TEST(SafetensorsWriter, CallersMistakesAreInternal) {
  TemporaryFolder folder;
  const float x[] = {1, 2};
  auto code = [&](std::vector<TensorView> tensors,
                  std::map<std::string, std::string> metadata = {}) {
    return ExitCodeFor(
        WriteSafetensors(folder / "a", std::move(tensors), metadata));
  };
  TensorView wrong = View("a", DType::kF32, {2}, x);
  wrong.byte_count = 4;
  EXPECT_EQ(code({wrong}), kExitBug);
  const TensorView a = View("a", DType::kF32, {2}, x);
  EXPECT_EQ(code({a, a}), kExitBug);
  EXPECT_EQ(code({View("__metadata__", DType::kF32, {2}, x)}), kExitBug);
  EXPECT_EQ(code({View("a", DType::kF32, {2}, nullptr)}), kExitBug);
  EXPECT_EQ(code({a}, {{"k", "\xff"}}), kExitBug);
  EXPECT_TRUE(ListFolder(folder.path())->empty());
}

}  // namespace
}  // namespace hydrometer::io
