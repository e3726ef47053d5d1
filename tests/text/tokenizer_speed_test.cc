// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// The encoder's side of scripts/bench_tokenizer.py; skipped without it. One
// thread; documents of a JSON Lines file; the best of three rounds.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "absl/strings/str_split.h"
#include "src/io/file.h"
#include "src/io/json.h"
#include "src/text/tokenizer.h"

namespace hydrometer::text {
namespace {

TEST(TokenizerSpeed, BestOfThreeRounds) {
  const char* file = std::getenv("HYDROMETER_BENCH_TOKENIZER");
  const char* texts = std::getenv("HYDROMETER_BENCH_TEXTS");
  if (file == nullptr || texts == nullptr) {
    GTEST_SKIP() << "run by scripts/bench_tokenizer.py";
  }
  const auto tokenizer = Tokenizer::FromFile(file);
  ASSERT_TRUE(tokenizer.ok()) << tokenizer.status();
  const auto lines = io::ReadFile(texts, int64_t{1} << 30);
  ASSERT_TRUE(lines.ok()) << lines.status();
  std::vector<std::string> documents;
  for (absl::string_view line : absl::StrSplit(*lines, '\n')) {
    if (line.empty()) continue;
    const auto one = io::ParseJson(line, texts);
    ASSERT_TRUE(one.ok()) << one.status();
    documents.push_back((*one)["text"].GetString());
  }
  double best_seconds = 1e30;
  size_t token_count = 0;
  for (int round = 0; round < 3; ++round) {
    token_count = 0;
    const auto start = std::chrono::steady_clock::now();
    for (const std::string& document : documents) {
      const auto encoding =
          tokenizer->Encode(document, {.add_special_tokens = false});
      ASSERT_TRUE(encoding.ok()) << encoding.status();
      token_count += encoding->ids.size();
    }
    best_seconds = std::min(
        best_seconds,
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start)
            .count());
  }
  std::printf("BENCH %.6f %zu\n", best_seconds, token_count);
}

}  // namespace
}  // namespace hydrometer::text
