// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/record/subject.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "src/base/errors.h"
#include "src/io/file.h"
#include "tests/record/zoo_subject.h"
#include "tests/temporary_folder.h"

namespace hydrometer::record {
namespace {

using ::testing::HasSubstr;

TEST(Subject, NamesHashesAndLinks) {
  TemporaryFolder folder;
  std::filesystem::create_directory_symlink(ZooPath("references/ref_a"),
                                            folder / "alias");
  auto direct = OpenSubject(ZooPath("references/ref_a"));
  auto linked = OpenSubject(folder / "alias");
  ASSERT_TRUE(direct.ok() && linked.ok()) << linked.status();
  EXPECT_EQ(direct->member.name, "ref_a");
  EXPECT_EQ(direct->member.link_target, "");
  EXPECT_EQ(linked->member.name, "alias");
  EXPECT_EQ(linked->member.link_target, ZooPath("references/ref_a"));
  EXPECT_EQ(linked->member.weights_sha256, direct->member.weights_sha256);
}

TEST(Subject, TokenizerBeyondTheVocabularyIsRefused) {
  TemporaryFolder folder;
  const std::string copy = folder / "m";
  std::filesystem::copy(ZooPath("references/ref_a"), copy);
  std::string json = *io::ReadFile(copy + "/tokenizer.json", 1 << 24);
  const size_t at = json.find("\"added_tokens\"");
  ASSERT_NE(at, std::string::npos);
  const size_t bracket = json.find('[', at);
  json.insert(bracket + 1,
              "{\"id\":5000,\"content\":\"<far>\",\"single_word\":false,"
              "\"lstrip\":false,\"rstrip\":false,\"normalized\":false,"
              "\"special\":true},");
  ASSERT_TRUE(io::WriteFileAtomically(copy + "/tokenizer.json", json).ok());
  auto subject = OpenSubject(copy);
  EXPECT_EQ(ExitCodeFor(subject.status()), kExitRefused);
  EXPECT_THAT(std::string(subject.status().message()),
              HasSubstr("tokenizer.json"));
}

TEST(Subject, NamesAreUtf8WhateverTheFolderIsCalled) {
  TemporaryFolder folder;
  std::filesystem::create_directory_symlink(ZooPath("references/ref_a"),
                                            folder / "real\xff");
  std::filesystem::create_directory_symlink("real\xff", folder / "a\xfe");
  auto subject = OpenSubject(folder / "a\xfe");
  ASSERT_TRUE(subject.ok()) << subject.status();
  EXPECT_EQ(subject->member.name, "a\xef\xbf\xbd");
  EXPECT_EQ(subject->member.path, folder / "a\xef\xbf\xbd");
  EXPECT_EQ(subject->member.link_target, "real\xef\xbf\xbd");
  EXPECT_EQ(subject->directory, folder / "a\xfe");
}

// What is no model must reach OpenSubject, which says so.
TEST(Subject, EveryFolderAndLinkIsACandidate) {
  TemporaryFolder folder;
  namespace fs = std::filesystem;
  fs::create_directory(folder / "empty");
  fs::create_directory(folder / ".hidden");
  fs::create_symlink("nowhere", folder / "dangling");
  fs::create_directory_symlink(ZooPath("references/ref_a"), folder / "good");
  ASSERT_TRUE(io::WriteFileAtomically(folder / "notes.txt", "x").ok());
  fs::create_symlink("notes.txt", folder / "more.txt");
  auto directories = ModelDirectories(folder.path());
  ASSERT_TRUE(directories.ok()) << directories.status();
  EXPECT_THAT(*directories,
              ::testing::ElementsAre(folder / "dangling", folder / "empty",
                                     folder / "good"));
}

TEST(Subject, FolderWithoutModelsIsRefused) {
  TemporaryFolder folder;
  EXPECT_THAT(std::string(ModelDirectories(folder.path()).status().message()),
              HasSubstr("holds no model directories"));
  EXPECT_GE(ModelDirectories(ZooPath("controls"))->size(), 24u);
}

}  // namespace
}  // namespace hydrometer::record
