// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/compare/word_tokens.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "absl/strings/str_cat.h"
#include "tests/record/zoo_subject.h"

namespace hydrometer::compare {
namespace {

using ::testing::ElementsAre;
using Part = WordVocabulary::Part;

// SentencePiece's alphabet without a pre-tokenizer: merges may cross spaces.
text::Tokenizer Pieces(bool prefix_space) {
  const std::string replace =
      R"({"type":"Replace","pattern":{"String":" "},"content":"▁"})";
  const std::string normalizer =
      absl::StrCat(R"({"type":"Sequence","normalizers":[)",
                   prefix_space ? R"({"type":"Prepend","prepend":"▁"},)" : "",
                   replace, "]}");
  auto tokenizer = text::Tokenizer::FromJson(
      absl::StrCat(
          R"({"version":"1.0","added_tokens":[],"normalizer":)", normalizer,
          R"(,"pre_tokenizer":null,"post_processor":null,)",
          R"("decoder":{"type":"Sequence","decoders":[{"type":"Replace",)",
          R"("pattern":{"String":"▁"},"content":" "},{"type":"Fuse"}]},)",
          R"("model":{"type":"BPE","vocab":{"▁":0,"a":1,"b":2,".":3,)",
          R"(".▁":4,"▁a":5},"merges":[[".","▁"],["▁","a"]]}})"),
      "pieces");
  EXPECT_TRUE(tokenizer.ok()) << tokenizer.status();
  return *std::move(tokenizer);
}

std::string Spelled(const text::Tokenizer& tokenizer,
                    const WordTokens& tokens) {
  std::string bytes;
  for (size_t i = tokens.context_count; i < tokens.ids.size(); ++i) {
    absl::StrAppend(&bytes, tokenizer.TokenBytes(tokens.ids[i]));
  }
  return bytes;
}

TEST(WordTokens, AreTheLastOnesOfTheWholeText) {
  const text::Tokenizer tokenizer = Pieces(false);
  auto tokens = TokensOfWord(tokenizer, "bb", "ab");
  ASSERT_TRUE(tokens.ok()) << tokens.status();
  EXPECT_THAT(tokens->ids, ElementsAre(2, 2, 5, 2));
  EXPECT_EQ(tokens->context_count, 2);
}

// "b. a" is "b", ".▁", "a": the full stop's token holds the word's space.
TEST(WordTokens, AreEncodedApartWhereAMergeCrosses) {
  auto tokens = TokensOfWord(Pieces(false), "b.", "ab");
  ASSERT_TRUE(tokens.ok()) << tokens.status();
  EXPECT_THAT(tokens->ids, ElementsAre(2, 3, 5, 2));
  EXPECT_EQ(tokens->context_count, 2);
}

// The space that is put before every text goes to the context, once.
TEST(WordTokens, PrefixSpaceIsNotDoubled) {
  auto tokens = TokensOfWord(Pieces(true), "b.", "ab");
  ASSERT_TRUE(tokens.ok()) << tokens.status();
  EXPECT_THAT(tokens->ids, ElementsAre(0, 2, 3, 5, 2));
  EXPECT_EQ(tokens->context_count, 3);
  tokens = TokensOfWord(Pieces(true), "b", "ba");
  ASSERT_TRUE(tokens.ok()) << tokens.status();
  EXPECT_THAT(tokens->ids, ElementsAre(0, 2, 0, 2, 1));
  EXPECT_EQ(tokens->context_count, 2);
}

TEST(WordTokens, SpellTheWordInRealTokenizers) {
  std::vector<std::string> paths = {ZooPath("references/ref_a")};
  for (const char* name :
       {"gpt2", "llama2", "llama3", "qwen2", "deepseek-llm"}) {
    paths.push_back(
        absl::StrCat(HYDROMETER_SOURCE_DIR, "/../shared/tokenizers/", name));
  }
  for (const std::string& path : paths) {
    if (!std::filesystem::exists(path)) continue;
    SCOPED_TRACE(path);
    auto tokenizer = text::Tokenizer::FromFile(path + "/tokenizer.json");
    ASSERT_TRUE(tokenizer.ok()) << tokenizer.status();
    for (const char* context : {"The council met on Tuesday, as",
                                "He said \xe2\x80\x9cno\xe2\x80\x9d.",
                                "x = (1 +", "Ende gut, alles gut;"}) {
      auto before = TokensOfContext(*tokenizer, context);
      ASSERT_TRUE(before.ok());
      for (const char* word :
           {"a", "The", "unbelievably", "qzxjk", "don", "I"}) {
        auto tokens = TokensOfWord(*tokenizer, context, word);
        ASSERT_TRUE(tokens.ok()) << tokens.status();
        EXPECT_EQ(Spelled(*tokenizer, *tokens), absl::StrCat(" ", word))
            << context;
        // The same context for every word: else their probabilities would
        // not be those of one distribution.
        EXPECT_EQ(
            std::vector<int32_t>(tokens->ids.begin(),
                                 tokens->ids.begin() + tokens->context_count),
            *before);
      }
    }
  }
}

TEST(WordVocabulary, SortsTokensByWhatTheyDoToAWord) {
  const text::Tokenizer tokenizer = Pieces(false);
  const WordVocabulary vocabulary = MakeWordVocabulary(tokenizer, 8);
  EXPECT_THAT(vocabulary.begins_with_letter,
              ElementsAre(0, 1, 1, 0, 0, 0, 0, 0));
  EXPECT_THAT(
      vocabulary.part,
      ElementsAre(Part::kStart, Part::kLetters, Part::kLetters, Part::kEnd,
                  Part::kEnd, Part::kStart, Part::kEnd, Part::kEnd));
  EXPECT_EQ(vocabulary.letters[5], "a");
}

TEST(WordVocabulary, KnowsPartsOfCharacters) {
  auto tokenizer = text::Tokenizer::FromFile(ZooPath("references/ref_a") +
                                             "/tokenizer.json");
  ASSERT_TRUE(tokenizer.ok());
  const WordVocabulary vocabulary =
      MakeWordVocabulary(*tokenizer, tokenizer->vocab_size());
  const auto letter = [&](const std::string& bytes) -> int {
    for (int32_t id = 0; id < tokenizer->vocab_size(); ++id) {
      if (!tokenizer->IsSpecial(id) && tokenizer->TokenBytes(id) == bytes) {
        return vocabulary.begins_with_letter[id];
      }
    }
    return -1;
  };
  EXPECT_EQ(letter("e"), 1);
  EXPECT_EQ(letter("7"), 0);
  EXPECT_EQ(letter(" the"), 0);
  EXPECT_EQ(letter("\xc3"), 1);  // most of what it begins: Latin letters
  EXPECT_EQ(letter("\xe2"), 0);  // dashes and quotes
  EXPECT_EQ(letter("\xa9"), 0);  // begins nothing
}

}  // namespace
}  // namespace hydrometer::compare
