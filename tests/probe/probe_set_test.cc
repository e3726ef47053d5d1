// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/probe/probe_set.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "src/base/errors.h"
#include "src/io/file.h"
#include "src/io/sha256.h"
#include "tests/temporary_folder.h"

namespace hydrometer::probe {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

void WriteSet(const TemporaryFolder& folder, const std::string& content,
              const std::string& kind, const std::string& lines) {
  const std::string file = kind == "recipe" ? "recipe.jsonl" : "probes.jsonl";
  ASSERT_TRUE(io::WriteFileAtomically(folder / file, lines).ok());
  ASSERT_TRUE(
      io::WriteFileAtomically(
          folder / "card.json",
          absl::StrCat("{\"name\":\"t\",\"version\":\"1\",\"licence\":\"CC0\","
                       "\"purpose\":\"p\",\"origin\":\"human\",\"evidence\":"
                       "\"counted\",\"content\":\"",
                       kind, "\",\"file\":\"", file, "\",\"sha256\":\"",
                       io::Sha256Hex(content), "\"}"))
          .ok());
}

TEST(ProbeSet, LoadsTexts) {
  TemporaryFolder folder;
  const std::string lines =
      "{\"id\":\"a\",\"text\":\"x\"}\n{\"id\":\"b\",\"text\":\"y z\"}\n";
  WriteSet(folder, lines, "texts", lines);
  auto set = LoadProbeSet(folder.path(), {});
  ASSERT_TRUE(set.ok()) << set.status();
  EXPECT_EQ(set->probes.size(), 2u);
  EXPECT_EQ(set->probes[1].text, "y z");
  EXPECT_TRUE(set->card.counted);
  EXPECT_EQ(set->content_sha256, ContentSha256(set->probes));
}

TEST(ProbeSet, ContentThatDiffersFromItsCardIsRefused) {
  TemporaryFolder folder;
  WriteSet(folder, "something else", "texts", "{\"id\":\"a\",\"text\":\"x\"}\n");
  auto set = LoadProbeSet(folder.path(), {});
  EXPECT_EQ(ExitCodeFor(set.status()), kExitRefused);
  EXPECT_THAT(std::string(set.status().message()),
              HasSubstr("probes.jsonl: has SHA-256"));
}

TEST(ProbeSet, DuplicateIdsAndEmptyTextsAreRefused) {
  for (const char* lines :
       {"{\"id\":\"a\",\"text\":\"x\"}\n{\"id\":\"a\",\"text\":\"y\"}\n",
        "{\"id\":\"a\",\"text\":\"\"}\n", "{\"id\":\"a\"}\n", "[]\n"}) {
    TemporaryFolder folder;
    WriteSet(folder, lines, "texts", lines);
    EXPECT_EQ(ExitCodeFor(LoadProbeSet(folder.path(), {}).status()),
              kExitRefused)
        << lines;
  }
}

TEST(ProbeSet, RecipeLeavesOutWhatDiffers) {
  TemporaryFolder folder;
  ASSERT_TRUE(io::MakeFolders(folder / "root/usr").ok());
  ASSERT_TRUE(
      io::WriteFileAtomically(folder / "root/usr/d.txt", "one two three").ok());
  auto line = [](const char* id, int offset, int length, const char* text) {
    return absl::StrCat("{\"id\":\"", id, "\",\"path\":\"/usr/d.txt\",",
                        "\"offset\":", offset, ",\"length\":", length,
                        ",\"sha256\":\"", io::Sha256Hex(text), "\"}\n");
  };
  const std::string lines = line("a", 4, 3, "two") + line("b", 0, 3, "uno") +
                            line("c", 8, 99, "three");
  WriteSet(folder, lines, "recipe", lines);
  auto set = LoadProbeSet(folder.path(), {"/nowhere", folder / "root"});
  ASSERT_TRUE(set.ok()) << set.status();
  ASSERT_EQ(set->probes.size(), 1u);
  EXPECT_EQ(set->probes[0].text, "two");
  EXPECT_THAT(set->left_out_ids, ElementsAre("b", "c"));
}

TEST(ProbeSet, RecipeCannotLeaveItsRoot) {
  TemporaryFolder folder;
  const std::string lines =
      "{\"id\":\"a\",\"path\":\"/x/../../etc/passwd\",\"offset\":0,"
      "\"length\":3,\"sha256\":\"0\"}\n";
  WriteSet(folder, lines, "recipe", lines);
  EXPECT_THAT(
      std::string(LoadProbeSet(folder.path(), {"/"}).status().message()),
      HasSubstr("want an absolute path without"));
}

TEST(ProbeSet, TextFileIsCutAtBlankLines) {
  TemporaryFolder folder;
  ASSERT_TRUE(
      io::WriteFileAtomically(folder / "t.txt", "a\nb\n\n\n\nc\n").ok());
  auto set = LoadTextFile(folder / "t.txt");
  ASSERT_TRUE(set.ok()) << set.status();
  ASSERT_EQ(set->probes.size(), 2u);
  EXPECT_EQ(set->probes[0].text, "a\nb");
  EXPECT_EQ(set->probes[1].text, "c");
  EXPECT_EQ(set->card.origin, Origin::kHuman);
}

TEST(ProbeSet, LineEndsOfWindowsAndBlanksEndAPassageToo) {
  TemporaryFolder folder;
  ASSERT_TRUE(
      io::WriteFileAtomically(
          folder / "t.txt", "\r\n  a\r\nb\r\n\r\nc \r\n \t\r\nd\n\t\ne\r\n\r\n")
          .ok());
  auto set = LoadTextFile(folder / "t.txt");
  ASSERT_TRUE(set.ok()) << set.status();
  ASSERT_EQ(set->probes.size(), 4u);
  EXPECT_EQ(set->probes[0].text, "  a\r\nb");
  EXPECT_EQ(set->probes[1].text, "c ");
  EXPECT_EQ(set->probes[2].text, "d");
  EXPECT_EQ(set->probes[3].text, "e");
}

TEST(ProbeSet, RepeatedPassagesAreLeftOutAndCounted) {
  TemporaryFolder folder;
  ASSERT_TRUE(
      io::WriteFileAtomically(folder / "t.txt", "a\n\nb\n\na\n\nc\n").ok());
  auto set = LoadTextFile(folder / "t.txt");
  ASSERT_TRUE(set.ok()) << set.status();
  ASSERT_EQ(set->probes.size(), 3u);
  EXPECT_EQ(set->probes[2].text, "c");
  EXPECT_EQ(set->probes[2].id, "text-4");
  EXPECT_THAT(set->left_out_ids, ElementsAre("text-3"));
  ASSERT_TRUE(io::WriteFileAtomically(
                  folder / "t.jsonl",
                  "{\"text\":\"a\"}\n{\"text\":\"a\",\"id\":\"x\"}\n")
                  .ok());
  set = LoadTextFile(folder / "t.jsonl");
  ASSERT_TRUE(set.ok()) << set.status();
  EXPECT_EQ(set->probes.size(), 1u);
  EXPECT_THAT(set->left_out_ids, ElementsAre("x"));
}

TEST(ProbeSet, NamesThatAreNoUtf8AreReplaced) {
  TemporaryFolder folder;
  ASSERT_TRUE(io::WriteFileAtomically(folder / "t\xff", "a\n").ok());
  auto set = LoadTextFile(folder / "t\xff");
  ASSERT_TRUE(set.ok()) << set.status();
  EXPECT_EQ(set->card.name, "text:t\xef\xbf\xbd");
  EXPECT_THAT(set->card.file, ::testing::EndsWith("/t\xef\xbf\xbd"));
}

TEST(ProbeSet, EmptyNamesAreRefused) {
  TemporaryFolder folder;
  WriteSet(folder, "", "texts", "");
  std::string card = *io::ReadFile(folder / "card.json", 1 << 20);
  card.replace(card.find("\"t\""), 3, "\"\"");
  ASSERT_TRUE(io::WriteFileAtomically(folder / "card.json", card).ok());
  const absl::Status status = LoadProbeSet(folder.path(), {}).status();
  EXPECT_EQ(ExitCodeFor(status), kExitRefused);
  EXPECT_THAT(std::string(status.message()), HasSubstr("name is empty"));
  EXPECT_EQ(ExitCodeFor(LoadProbeSpec("text:").status()), kExitUsage);
}

TEST(ProbeSet, EveryShippedSetMatchesItsCard) {
  auto names = ShippedProbeSets();
  ASSERT_TRUE(names.ok()) << names.status();
  for (const char* wanted : {"answers", "code", "facts", "human", "noise",
                             "openings", "prose"}) {
    EXPECT_THAT(*names, ::testing::Contains(wanted));
  }
  for (const std::string& name : *names) {
    auto set = LoadProbeSpec(name);
    ASSERT_TRUE(set.ok()) << set.status();
    EXPECT_EQ(set->card.name, name);
    EXPECT_GE(set->probes.size() + set->left_out_ids.size(), 120u) << name;
    // Evidence about inherited error needs text that no model wrote.
    if (set->card.counted) {
      EXPECT_EQ(set->card.origin, Origin::kHuman);
    }
  }
}

TEST(ProbeSet, UnknownSpecIsAUsageError) {
  EXPECT_EQ(ExitCodeFor(LoadProbeSpec("no-such-set").status()), kExitUsage);
}

}  // namespace
}  // namespace hydrometer::probe
