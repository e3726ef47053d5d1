// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// Tokenizer against the official wheel: same ids, offsets and decoded texts.
// The committed fixture always runs. With HYDROMETER_PYTHON naming a Python
// that has the wheel, scripts/make_tokenizer_fixtures.py trains a tokenizer
// for every kind of component and writes 2,000 texts for each, and for the
// real ones in ../shared/tokenizers where that folder is.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "src/io/file.h"
#include "src/io/json.h"
#include "src/text/tokenizer.h"

namespace hydrometer::text {
namespace {

constexpr int kCaseCount = 2000;
constexpr int64_t kMaxBytes = int64_t{1} << 30;

std::string SharedFolder() {
  return absl::StrCat(HYDROMETER_SOURCE_DIR, "/../shared/tokenizers");
}

std::vector<int32_t> Ids(const rapidjson::Value& array) {
  std::vector<int32_t> ids;
  for (const auto& id : array.GetArray()) ids.push_back(id.GetInt());
  return ids;
}

std::vector<int32_t> Flat(const std::vector<Span>& spans) {
  std::vector<int32_t> flat;
  for (const Span& span : spans) {
    flat.push_back(static_cast<int32_t>(span.start));
    flat.push_back(static_cast<int32_t>(span.end));
  }
  return flat;
}

// What differs between the tokenizer and one case; "" if nothing.
std::string Difference(const Tokenizer& tokenizer,
                       const rapidjson::Value& one) {
  const std::string text(one["text"].GetString(),
                         one["text"].GetStringLength());
  const auto plain = tokenizer.Encode(text, {.add_special_tokens = false});
  const auto special = tokenizer.Encode(text);
  if (!plain.ok()) return std::string(plain.status().message());
  if (!special.ok()) return std::string(special.status().message());
  std::string difference;
  const auto check = [&](absl::string_view what, const auto& got,
                         const auto& want) {
    if (difference.empty() && got != want) {
      difference = absl::StrCat(what, " of \"", absl::Utf8SafeCEscape(text),
                                "\": ", testing::PrintToString(got), ", want ",
                                testing::PrintToString(want));
    }
  };
  check("ids", plain->ids, Ids(one["ids"]));
  if (one.HasMember("special")) {
    check("offsets", Flat(plain->offsets), Ids(one["offsets"]));
    check("ids with special tokens", special->ids, Ids(one["special"]));
    for (bool skip : {false, true}) {
      const auto& want = one[skip ? "plain" : "decoded"];
      if (want.IsNull()) continue;
      const auto decoded = tokenizer.Decode(special->ids, skip);
      check(skip ? "plain text" : "decoded text",
            decoded.ok() ? *decoded : std::string(decoded.status().message()),
            std::string(want.GetString(), want.GetStringLength()));
    }
  }
  return difference;
}

// Runs every line of FOLDER/cases.jsonl.
void RunCases(const std::string& folder, int expected_count) {
  SCOPED_TRACE(folder);
  const auto tokenizer = Tokenizer::FromFile(folder + "/tokenizer.json");
  ASSERT_TRUE(tokenizer.ok()) << tokenizer.status();
  const auto cases = io::ReadFile(folder + "/cases.jsonl", kMaxBytes);
  ASSERT_TRUE(cases.ok()) << cases.status();
  int count = 0, mismatches = 0;
  for (absl::string_view line : absl::StrSplit(*cases, '\n')) {
    if (line.empty()) continue;
    ++count;
    const auto one = io::ParseJson(line, "case");
    ASSERT_TRUE(one.ok()) << one.status();
    const std::string difference = Difference(*tokenizer, *one);
    if (difference.empty()) continue;
    if (++mismatches <= 3) ADD_FAILURE() << difference;
  }
  EXPECT_EQ(mismatches, 0);
  EXPECT_EQ(count, expected_count);
}

TEST(TokenizerDifferential, CommittedFixture) {
  RunCases(absl::StrCat(HYDROMETER_SOURCE_DIR, "/tests/text/fixture"), 50);
}

TEST(TokenizerDifferential, PublishedCasesOfRealTokenizers) {
  if (!io::FolderExists(SharedFolder())) {
    GTEST_SKIP() << SharedFolder() << " is not there";
  }
  for (const char* name :
       {"deepseek-llm", "gpt2", "llama2", "llama3", "qwen2"}) {
    SCOPED_TRACE(name);
    const std::string folder = absl::StrCat(SharedFolder(), "/", name);
    const auto tokenizer = Tokenizer::FromFile(folder + "/tokenizer.json");
    ASSERT_TRUE(tokenizer.ok()) << tokenizer.status();
    const auto cases = io::ReadJsonFile(folder + "/cases.json");
    ASSERT_TRUE(cases.ok()) << cases.status();
    int equal = 0;
    for (const auto& one : cases->GetArray()) {
      const std::string difference = Difference(*tokenizer, one);
      EXPECT_EQ(difference, "");
      equal += difference.empty();
    }
    EXPECT_EQ(equal, 46);
  }
}

TEST(TokenizerDifferential, GeneratedTexts) {
  const char* python = std::getenv("HYDROMETER_PYTHON");
  if (python == nullptr) {
    GTEST_SKIP() << "HYDROMETER_PYTHON does not name a Python with the "
                    "tokenizers wheel";
  }
  if (std::system(
          absl::StrCat("'", python, "' -c 'import tokenizers'").c_str()) != 0) {
    GTEST_SKIP() << python << " has no tokenizers wheel";
  }
  const std::string folder =
      absl::StrCat(testing::TempDir(), "/hydrometer_tokenizers");
  std::string command = absl::StrCat("'", python, "' '", HYDROMETER_SOURCE_DIR,
                                     "/scripts/make_tokenizer_fixtures.py' '",
                                     folder, "' --count ", kCaseCount);
  if (io::FolderExists(SharedFolder())) {
    absl::StrAppend(&command, " --shared '", SharedFolder(), "'");
  }
  ASSERT_EQ(std::system(command.c_str()), 0) << command;
  const auto names = io::ListFolder(folder);
  ASSERT_TRUE(names.ok()) << names.status();
  EXPECT_GE(names->size(), 16);
  for (const std::string& name : *names) {
    RunCases(io::JoinPath(folder, name), kCaseCount);
  }
}

}  // namespace
}  // namespace hydrometer::text
