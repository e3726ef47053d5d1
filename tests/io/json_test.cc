// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/io/json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <random>
#include <string>

#include "src/base/errors.h"

namespace hydrometer::io {
namespace {

using ::testing::HasSubstr;

std::string Refusal(absl::string_view text) {
  auto document = ParseJson(text, "a.json");
  EXPECT_FALSE(document.ok()) << text;
  EXPECT_EQ(ExitCodeFor(document.status()), kExitRefused);
  return std::string(document.status().message());
}

TEST(Json, RefusesWhatIsNotStrict) {
  EXPECT_THAT(Refusal(""), HasSubstr("a.json: not JSON at byte 0"));
  EXPECT_THAT(Refusal("{\"a\":1,\"a\":2}"), HasSubstr("\"a\" appears twice"));
  EXPECT_THAT(Refusal("[1] x"), HasSubstr("not JSON at byte 4"));
  EXPECT_THAT(Refusal("[NaN]"), HasSubstr("not JSON"));
  EXPECT_THAT(Refusal("[1e999]"), HasSubstr("not JSON"));
  EXPECT_THAT(Refusal("\"\xff\""), HasSubstr("not JSON"));
  EXPECT_THAT(Refusal("/**/1"), HasSubstr("not JSON"));
  EXPECT_THAT(Refusal(std::string(100000, '[')), HasSubstr("64 levels deep"));
}

TEST(Json, DuplicateKeysInDifferentObjectsAreFine) {
  EXPECT_TRUE(ParseJson("[{\"a\":1},{\"a\":{\"a\":2}}]", "a.json").ok());
}

TEST(Json, GettersNameFileKeySeenAndWanted) {
  auto document = ParseJson("{\"n\":\"five\",\"d\":1.5}", "c.json");
  ASSERT_TRUE(document.ok());
  EXPECT_EQ(GetInt(*document, "n", "c.json").status().message(),
            "c.json: key \"n\" is the string \"five\", want an integer");
  EXPECT_EQ(GetInt(*document, "d", "c.json").status().message(),
            "c.json: key \"d\" is the number 1.5, want an integer");
  EXPECT_EQ(GetBool(*document, "x", "c.json").status().message(),
            "c.json: key \"x\" is missing, want true or false");
  EXPECT_EQ(*GetDouble(*document, "d", "c.json"), 1.5);
}

TEST(Json, StringsInMessagesAreOneLineAndCutBetweenCharacters) {
  auto document = ParseJson("{\"n\":\"a\\n\\u001b[31m\\u0000b\",\"l\":\"" +
                                std::string(59, 'x') + "\xc3\xa9\"}",
                            "c.json");
  ASSERT_TRUE(document.ok());
  EXPECT_EQ(GetInt(*document, "n", "c.json").status().message(),
            "c.json: key \"n\" is the string \"a\\n\\x1b[31m\\x00b\", want an "
            "integer");
  EXPECT_EQ(GetInt(*document, "l", "c.json").status().message(),
            "c.json: key \"l\" is the string \"" + std::string(59, 'x') +
                "...\", want an integer");
  EXPECT_THAT(Refusal("{\"\\n\":1,\"\\n\":2}"), HasSubstr("key \"\\n\""));
}

// Zeros with large exponents are undefined behaviour in RapidJSON's own
// conversion; the sanitizers see it.
TEST(Json, NumbersAreReadExactly) {
  auto document = ParseJson(
      "[0e50,-0e-50,0.0e-400,1e-400,9223372036854775807,18446744073709551615,"
      "18446744073709551616,-0,2.0,1E2,0.1]", "a.json");
  ASSERT_TRUE(document.ok()) << document.status();
  const rapidjson::Value& list = *document;
  for (int i = 0; i < 4; ++i) EXPECT_EQ(list[i].GetDouble(), 0.0) << i;
  EXPECT_EQ(list[4].GetInt64(), std::numeric_limits<int64_t>::max());
  EXPECT_EQ(list[5].GetUint64(), std::numeric_limits<uint64_t>::max());
  EXPECT_TRUE(list[6].IsDouble());
  EXPECT_EQ(list[6].GetDouble(), 18446744073709551616.0);
  EXPECT_TRUE(list[7].IsInt());
  EXPECT_FALSE(list[8].IsInt64());
  EXPECT_EQ(list[9].GetDouble(), 100.0);
  EXPECT_EQ(list[10].GetDouble(), 0.1);
  EXPECT_THAT(Refusal("[-1e400]"), HasSubstr("not JSON"));
  EXPECT_THAT(Refusal("[-1.9e308]"), HasSubstr("-1.9e308 is beyond"));
}

TEST(Json, DoublesRoundTripInShortestForm) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 2000; ++i) {
    const uint64_t bits = random();
    double x;
    static_assert(sizeof(bits) == sizeof(x));
    memcpy(&x, &bits, sizeof(x));
    if (!std::isfinite(x)) continue;
    rapidjson::Document document;
    document.SetDouble(x);
    auto back = ParseJson(WriteJson(document), "x");
    ASSERT_TRUE(back.ok());
    EXPECT_EQ(back->GetDouble(), x);
  }
  rapidjson::Document document;
  document.SetDouble(0.1);
  EXPECT_EQ(WriteJson(document), "0.1");
  document.SetDouble(std::numeric_limits<double>::quiet_NaN());
  EXPECT_EQ(WriteJson(document), "null");
}

// Any mutation of a document is either refused or a document: no crash.
TEST(Json, SurvivesMutations) {
  const std::string seed =
      "{\"a\":[1,2.5e3,true,null,\"x\\u00e9\\n\"],\"b\":{\"c\":{}}}";
  std::mt19937 random(7);
  for (int i = 0; i < 5000; ++i) {
    std::string text = seed;
    for (unsigned n = 1 + random() % 3; n > 0; --n) {
      text[random() % text.size()] = static_cast<char>(random());
    }
    auto document = ParseJson(text, "a.json");
    if (document.ok()) WriteJson(*document);
  }
}

}  // namespace
}  // namespace hydrometer::io
