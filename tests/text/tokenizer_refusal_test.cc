// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// Bad tokenizer files and bad texts: refused with a line that names the file
// and the fault, never a crash. The mutation tests say the most under
// AddressSanitizer and UndefinedBehaviorSanitizer.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "src/base/errors.h"
#include "src/io/file.h"
#include "src/text/tokenizer.h"

namespace hydrometer::text {
namespace {

using testing::HasSubstr;

// A file with `model` fields and other top-level fields put in.
std::string File(absl::string_view model, absl::string_view rest = "") {
  return absl::StrCat(R"({"version":"1.0",)", rest, R"("model":{"type":"BPE",)",
                      model, "}}");
}
constexpr absl::string_view kModel =
    R"("vocab":{"a":0,"b":1,"ab":2,"<unk>":3},"merges":["a b"])";

void ExpectRefused(const std::string& json, absl::string_view wanted) {
  const auto tokenizer = Tokenizer::FromJson(json, "bad.json");
  ASSERT_FALSE(tokenizer.ok()) << json;
  EXPECT_EQ(ExitCodeFor(tokenizer.status()), kExitRefused);
  const std::string message(tokenizer.status().message());
  EXPECT_THAT(message, HasSubstr("bad.json"));
  EXPECT_THAT(message, HasSubstr(std::string(wanted)));
  EXPECT_EQ(message.find('\n'), std::string::npos) << message;
}

TEST(TokenizerRefusal, AcceptsTheFileThatTheOthersSpoil) {
  const auto tokenizer = Tokenizer::FromJson(File(kModel), "good.json");
  ASSERT_TRUE(tokenizer.ok()) << tokenizer.status();
  EXPECT_EQ(tokenizer->Encode("aab")->ids, (std::vector<int32_t>{0, 2}));
  EXPECT_EQ(tokenizer->vocab_size(), 4);
}

TEST(TokenizerRefusal, VocabularyAndMerges) {
  ExpectRefused(File(R"("vocab":{"a":0,"b":0},"merges":[])"), "both have id 0");
  ExpectRefused(File(R"("vocab":{"a":0,"a":1},"merges":[])"), "a");
  ExpectRefused(File(R"("vocab":{"a":-1},"merges":[])"), "token id is -1");
  ExpectRefused(File(R"("vocab":{"a":4294967296},"merges":[])"), "token id");
  ExpectRefused(File(R"("vocab":{"a":1.5},"merges":[])"), "token id is 1.5");
  ExpectRefused(File(R"("vocab":{},"merges":[])"), "empty");
  ExpectRefused(File(R"("vocab":[],"merges":[])"), "vocab");
  ExpectRefused(File(R"("vocab":{"a":0,"b":1},"merges":["a c"])"),
                "no token \"c\"");
  ExpectRefused(File(R"("vocab":{"a":0,"b":1},"merges":["a b"])"),
                "no token \"ab\"");
  ExpectRefused(File(R"("vocab":{"a":0,"b":1},"merges":["ab"])"), "one space");
  ExpectRefused(File(R"("vocab":{"a":0},"merges":[["a"]])"), "merge 0");
  ExpectRefused(File(absl::StrCat(kModel, R"(,"unk_token":"?")")), "unk_token");
  ExpectRefused(File(absl::StrCat(kModel, R"(,"dropout":0.1)")), "dropout");
  ExpectRefused(File(absl::StrCat(kModel, R"(,"end_of_word_suffix":"</w>")")),
                "end_of_word_suffix");
  ExpectRefused(R"({"model":{"type":"Unigram","vocab":[]}})", "Unigram");
}

TEST(TokenizerRefusal, UnknownComponentsByName) {
  for (absl::string_view key :
       {"normalizer", "pre_tokenizer", "post_processor", "decoder"}) {
    const std::string rest =
        absl::StrCat("\"", key, "\":{\"type\":\"Frobnicate\"},");
    ExpectRefused(File(kModel, rest), "Frobnicate");
    ExpectRefused(File(kModel, absl::StrCat("\"", key, "\":[],")), key);
    ExpectRefused(File(kModel, absl::StrCat("\"", key, "\":{},")), "type");
  }
  ExpectRefused(File(kModel, R"("normalizer":{"type":"Precompiled"},)"),
                "Precompiled");
  ExpectRefused(absl::StrReplaceAll(File(kModel), {{"1.0", "2.0"}}), "2.0");
}

TEST(TokenizerRefusal, AddedTokens) {
  const auto added = [](absl::string_view token) {
    return File(kModel, absl::StrCat(R"("added_tokens":[)", token, "],"));
  };
  ExpectRefused(added(R"({"id":9,"content":"x"})"), "want 4");
  ExpectRefused(added(R"({"id":4,"content":"ab"})"), "want 2");
  ExpectRefused(added(R"({"id":4,"content":""})"), "empty");
  ExpectRefused(added(R"({"id":2,"content":"ab"},{"id":2,"content":"ab"})"),
                "twice");
  ExpectRefused(added(R"({"content":"x"})"), "id");
  ExpectRefused(File(kModel, R"("added_tokens":{},)"), "array");
}

TEST(TokenizerRefusal, PostProcessorIdBeyondTheVocabulary) {
  ExpectRefused(File(kModel, R"("post_processor":{"type":"BertProcessing",)"
                             R"("cls":["a",0],"sep":["z",4]},)"),
                "has id 4, want at most 3");
  ExpectRefused(
      File(kModel, R"("post_processor":{"type":"TemplateProcessing","single":)"
                   R"([{"SpecialToken":{"id":"z","type_id":0}}],"pair":[],)"
                   R"("special_tokens":{}},)"),
      "special_tokens");
}

TEST(TokenizerRefusal, BrokenJson) {
  ExpectRefused("", "bad.json");
  ExpectRefused("[]", "object");
  ExpectRefused(File("\"vocab\":{\"\xff\":0},\"merges\":[]"), "bad.json");
  std::string deep = "null";
  for (int i = 0; i < 100; ++i) {
    deep = absl::StrCat(R"({"type":"Sequence","normalizers":[)", deep, "]}");
  }
  ExpectRefused(File(kModel, absl::StrCat("\"normalizer\":", deep, ",")),
                "bad.json");
}

TEST(TokenizerRefusal, PatternThatExplodes) {
  const auto tokenizer = Tokenizer::FromJson(
      File(kModel, R"("pre_tokenizer":{"type":"Split","behavior":"Isolated",)"
                   R"("invert":false,"pattern":{"Regex":"(a+)+$"}},)"),
      "t.json");
  ASSERT_TRUE(tokenizer.ok()) << tokenizer.status();
  EXPECT_TRUE(tokenizer->Encode("aaaa").ok());
  const auto encoding = tokenizer->Encode(std::string(40, 'a') + "b");
  ASSERT_FALSE(encoding.ok());
  EXPECT_THAT(std::string(encoding.status().message()), HasSubstr("given up"));
  ExpectRefused(File(kModel, R"("normalizer":{"type":"Replace","content":"",)"
                             R"("pattern":{"Regex":"("}},)"),
                "pattern");
}

TEST(TokenizerRefusal, TextThatIsNotUtf8) {
  const auto tokenizer = Tokenizer::FromJson(File(kModel), "t.json");
  ASSERT_TRUE(tokenizer.ok());
  for (const char* bad : {"ab\xff", "ab\xc3", "ab\xed\xa0\x80", "ab\xc0\x80",
                          "ab\xf4\x90\x80\x80"}) {
    const auto encoding = tokenizer->Encode(bad);
    ASSERT_FALSE(encoding.ok());
    EXPECT_THAT(std::string(encoding.status().message()), HasSubstr("byte 2"));
  }
}

std::string FixtureJson() {
  const auto json = io::ReadFile(
      absl::StrCat(HYDROMETER_SOURCE_DIR, "/tests/text/fixture/tokenizer.json"),
      int64_t{1} << 24);
  return json.ok() ? *json : "";
}

// One to four edits: bytes changed, cut, doubled, numbers blown up.
std::string Mutated(std::string json, std::mt19937* random) {
  const auto below = [&](size_t bound) { return (*random)() % bound; };
  static constexpr const char* kParts[] = {
      "-1",      "4294967295", "99999999999999999999",
      "null",    "[]",         "{}",
      "\"\"",    "true",       "1e400",
      "\\ud800", "\xff",       "Regex",
      "String",  "Sequence"};
  for (size_t edits = 1 + below(4); edits > 0; --edits) {
    // Most of the file is vocabulary; components are at its start.
    const size_t at = below(below(2) == 0 ? json.size() : 3000);
    switch (below(5)) {
      case 0:
        json[at] = static_cast<char>((*random)());
        break;
      case 1:
        json.erase(at, 1 + below(8));
        break;
      case 2:
        json.insert(at, json.substr(below(json.size()), below(40)));
        break;
      case 3:
        json.replace(at, 1 + below(3), kParts[below(std::size(kParts))]);
        break;
      default:
        json[at] = "0123456789{}[]\",:tfn"[below(20)];
        break;
    }
  }
  return json;
}

TEST(TokenizerRefusal, MutatedFilesDoNotCrash) {
  const std::string json = FixtureJson();
  ASSERT_GT(json.size(), 3000u);
  std::mt19937 random(1);
  int accepted = 0;
  for (int i = 0; i < 2000; ++i) {
    const auto tokenizer =
        Tokenizer::FromJson(Mutated(json, &random), "m.json");
    if (!tokenizer.ok()) {
      EXPECT_EQ(ExitCodeFor(tokenizer.status()), kExitRefused);
      continue;
    }
    ++accepted;
    const auto encoding = tokenizer->Encode(
        " [MASK] the caf\xc3\xa9 e\xcc\x81 12345 [WORD]\r\n  it's "
        "\xe6\xb0\xb4");
    if (!encoding.ok()) continue;
    ASSERT_EQ(encoding->ids.size(), encoding->offsets.size());
    for (int32_t id : encoding->ids) {
      ASSERT_LT(id, tokenizer->vocab_size());
      tokenizer->TokenBytes(id);
    }
    EXPECT_TRUE(tokenizer->Decode(encoding->ids).ok());
  }
  EXPECT_GT(accepted, 20);
  EXPECT_LT(accepted, 1980);
}

TEST(TokenizerRefusal, RandomBytesAreEncodedOrRefused) {
  const auto tokenizer = Tokenizer::FromJson(FixtureJson(), "fixture");
  ASSERT_TRUE(tokenizer.ok()) << tokenizer.status();
  std::mt19937 random(2);
  int refused = 0;
  for (int i = 0; i < 2000; ++i) {
    std::string bytes(random() % 40, ' ');
    for (char& byte : bytes) {
      // Half of the bytes are ASCII, so that some texts are valid.
      byte = static_cast<char>(random() % (i % 2 == 0 ? 256 : 128));
    }
    const auto encoding = tokenizer->Encode(bytes);
    if (!encoding.ok()) {
      ++refused;
      continue;
    }
    for (const Span& span : encoding->offsets) {
      ASSERT_LE(span.start, span.end);
      ASSERT_LE(span.end, bytes.size());
    }
  }
  EXPECT_GT(refused, 500);
  EXPECT_LT(refused, 1100);
}

}  // namespace
}  // namespace hydrometer::text
