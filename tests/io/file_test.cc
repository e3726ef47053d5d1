// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/io/file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <thread>
#include <vector>

#include "src/base/errors.h"
#include "src/io/sha256.h"
#include "tests/temporary_folder.h"

namespace hydrometer::io {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(File, RoundTripAndReplace) {
  TemporaryFolder folder;
  const std::string path = folder / "x";
  ASSERT_TRUE(WriteFileAtomically(path, std::string("a\0b", 3)).ok());
  EXPECT_EQ(*ReadFile(path, 100), std::string("a\0b", 3));
  ASSERT_TRUE(WriteFileAtomically(path, "").ok());
  EXPECT_EQ(*ReadFile(path, 100), "");
  EXPECT_THAT(*ListFolder(folder.path()), ElementsAre("x"));
}

TEST(File, RefusalsNameTheFileAndTheReason) {
  TemporaryFolder folder;
  EXPECT_THAT(std::string(ReadFile(folder / "no", 1).status().message()),
              HasSubstr("/no: cannot be opened"));
  EXPECT_THAT(std::string(ReadFile(folder.path(), 1).status().message()),
              HasSubstr("not a regular file"));
  ASSERT_TRUE(WriteFileAtomically(folder / "big", "12345").ok());
  EXPECT_THAT(std::string(ReadFile(folder / "big", 4).status().message()),
              HasSubstr("has 5 bytes, want at most 4"));
}

TEST(File, NamedPipeIsRefusedWithoutWaiting) {
  TemporaryFolder folder;
  ASSERT_EQ(::mkfifo((folder / "pipe").c_str(), 0600), 0);
  EXPECT_THAT(std::string(ReadFile(folder / "pipe", 1).status().message()),
              HasSubstr("not a regular file"));
}

TEST(File, OutputThatCannotBeWrittenIsExhaustion) {
  absl::Status status = WriteFileAtomically("/proc/none/x", "a");
  EXPECT_EQ(ExitCodeFor(status), kExitExhausted);
}

// The cause is that of mkdir, not of the look afterwards.
TEST(File, FolderThatCannotBeMadeSaysWhy) {
  TemporaryFolder folder;
  ASSERT_EQ(::symlink("nowhere", (folder / "link").c_str()), 0);
  const absl::Status status = MakeFolders(folder / "link/x");
  EXPECT_EQ(ExitCodeFor(status), kExitExhausted);
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("link: cannot be written: File exists"));
}

TEST(File, FilesWrittenTogetherAppearAllOrNot) {
  TemporaryFolder folder;
  ASSERT_TRUE(WriteFileAtomically(folder / "a", "old").ok());
  const absl::Status status = WriteFilesTogether(
      {{folder / "a", "new"}, {folder / "missing/b", "new"}});
  EXPECT_EQ(ExitCodeFor(status), kExitExhausted);
  EXPECT_THAT(std::string(status.message()), HasSubstr("missing/b"));
  EXPECT_EQ(*ReadFile(folder / "a", 100), "old");
  EXPECT_THAT(*ListFolder(folder.path()), ElementsAre("a"));
  ASSERT_TRUE(
      WriteFilesTogether({{folder / "a", "1"}, {folder / "b", "2"}}).ok());
  EXPECT_EQ(*ReadFile(folder / "a", 100), "1");
  EXPECT_EQ(*ReadFile(folder / "b", 100), "2");
}

TEST(File, FolderThatTakesNoFilesIsFound) {
  TemporaryFolder folder;
  EXPECT_TRUE(CheckFolderWritable(folder.path()).ok());
  EXPECT_TRUE(ListFolder(folder.path())->empty());
  EXPECT_EQ(ExitCodeFor(CheckFolderWritable("/proc")), kExitExhausted);
  EXPECT_EQ(ExitCodeFor(CheckFolderWritable(folder / "no")), kExitExhausted);
}

TEST(File, TwoWritersOfOneNameLeaveOneWholeFile) {
  TemporaryFolder folder;
  const std::string path = folder / "x";
  std::vector<std::thread> writers;
  for (char letter : {'a', 'b', 'c', 'd'}) {
    writers.emplace_back([&path, letter] {
      for (int i = 0; i < 20; ++i) {
        EXPECT_TRUE(
            WriteFileAtomically(path, std::string(50000, letter)).ok());
      }
    });
  }
  for (std::thread& writer : writers) writer.join();
  const std::string bytes = *ReadFile(path, 1 << 20);
  EXPECT_EQ(bytes, std::string(50000, bytes[0]));
  EXPECT_THAT(*ListFolder(folder.path()), ElementsAre("x"));
}

TEST(File, Names) {
  EXPECT_EQ(BaseName("/a/b/"), "b");
  EXPECT_EQ(BaseName("b"), "b");
  EXPECT_EQ(DirName("/a/b"), "/a");
  EXPECT_EQ(DirName("b"), ".");
  EXPECT_EQ(JoinPath("a/", "b"), "a/b");
}

TEST(Sha256, KnownAnswers) {
  // FIPS 180-4, examples.
  EXPECT_EQ(Sha256Hex("abc"),
            "ba7816bf8f01cfea414140de5dae2223"
            "b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(Sha256Hex(""),
            "e3b0c44298fc1c149afbf4c8996fb924"
            "27ae41e4649b934ca495991b7852b855");
}

TEST(Sha256, FramingKeepsPiecesApart) {
  Sha256 first, second;
  first.UpdateFramed("ab");
  first.UpdateFramed("c");
  second.UpdateFramed("a");
  second.UpdateFramed("bc");
  EXPECT_NE(first.HexDigest(), second.HexDigest());
}

}  // namespace
}  // namespace hydrometer::io
