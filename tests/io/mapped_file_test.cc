// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/io/mapped_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <string>
#include <utility>

#include "src/base/errors.h"
#include "src/io/file.h"
#include "tests/temporary_folder.h"

namespace hydrometer::io {
namespace {

std::string Text(const MappedFile& file) {
  return {reinterpret_cast<const char*>(file.bytes().data()),
          file.bytes().size()};
}

TEST(MappedFile, GivesTheBytesAndSurvivesMoves) {
  TemporaryFolder folder;
  ASSERT_TRUE(WriteFileAtomically(folder / "a", "first").ok());
  ASSERT_TRUE(WriteFileAtomically(folder / "b", "second").ok());
  auto a = MappedFile::Open(folder / "a");
  auto b = MappedFile::Open(folder / "b");
  ASSERT_TRUE(a.ok() && b.ok());
  const uint8_t* data = a->bytes().data();
  MappedFile moved = *std::move(a);
  EXPECT_EQ(moved.bytes().data(), data);
  EXPECT_EQ(Text(moved), "first");
  moved = *std::move(b);
  EXPECT_EQ(Text(moved), "second");
}

TEST(MappedFile, EmptyFileIsAnEmptySpan) {
  TemporaryFolder folder;
  ASSERT_TRUE(WriteFileAtomically(folder / "a", "").ok());
  auto file = MappedFile::Open(folder / "a");
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_TRUE(file->bytes().empty());
}

TEST(MappedFile, RefusesWhatIsNoRegularFile) {
  TemporaryFolder folder;
  auto missing = MappedFile::Open(folder / "x");
  EXPECT_EQ(ExitCodeFor(missing.status()), kExitRefused);
  EXPECT_THAT(std::string(missing.status().message()),
              testing::HasSubstr("cannot be opened"));
  auto directory = MappedFile::Open(folder.path());
  EXPECT_EQ(ExitCodeFor(directory.status()), kExitRefused);
  // A pipe that nobody writes to must not block.
  ASSERT_EQ(::mkfifo((folder / "pipe").c_str(), 0600), 0);
  auto pipe = MappedFile::Open(folder / "pipe");
  EXPECT_THAT(std::string(pipe.status().message()),
              testing::HasSubstr("is not a regular file"));
}

TEST(MappedFileDeathTest, AFileThatIsShortenedWhileMappedIsNamed) {
  TemporaryFolder folder;
  const std::string path = folder / "weights";
  ASSERT_TRUE(WriteFileAtomically(path, std::string(3 * 4096, 'x')).ok());
  EXPECT_EXIT(
      {
        ExplainLostPages("hydrometer", kExitRefused);
        auto file = MappedFile::Open(path);
        if (::truncate(path.c_str(), 10) != 0) std::exit(1);
        std::exit(file->bytes()[2 * 4096 + 1] == 'x' ? 2 : 3);
      },
      testing::ExitedWithCode(kExitRefused),
      "^hydrometer: .*/weights: became shorter");
}

}  // namespace
}  // namespace hydrometer::io
