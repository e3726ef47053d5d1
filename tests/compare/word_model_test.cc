// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// Words of a model against brute force over a closed vocabulary: a tiny model
// with random weights whose tokenizer knows only a, b and spaces.

#include "src/compare/word_model.h"

#include <ATen/core/Tensor.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>

#include "src/io/file.h"
#include "tests/temporary_folder.h"

namespace hydrometer::compare {
namespace {

constexpr char kModel[] =
    HYDROMETER_SOURCE_DIR "/tests/fixtures/models/llama-default-f32";
constexpr char kContext[] = "ab ba";
// Ids 6 to 159 of the model have no token: they end a word.
constexpr char kTokenizer[] =
    R"({"version":"1.0","added_tokens":[],"normalizer":null,)"
    R"("pre_tokenizer":{"type":"ByteLevel","add_prefix_space":false,)"
    R"("trim_offsets":true,"use_regex":true},"post_processor":null,)"
    R"("decoder":{"type":"ByteLevel","add_prefix_space":true,)"
    R"("trim_offsets":true,"use_regex":true},"model":{"type":"BPE",)"
    R"("vocab":{"Ġ":0,"a":1,"b":2,"Ġa":3,"Ġb":4,"ab":5},)"
    R"("merges":[["Ġ","a"],["Ġ","b"],["a","b"]]}})";

class WordModelTest : public ::testing::Test {
 protected:
  void SetUp() override {
    for (const char* name : {"/config.json", "/model.safetensors"}) {
      std::filesystem::copy_file(std::string(kModel) + name, folder_ / name);
    }
    ASSERT_TRUE(
        io::WriteFileAtomically(folder_ / "tokenizer.json", kTokenizer).ok());
    auto subject = record::OpenSubject(folder_.path());
    ASSERT_TRUE(subject.ok()) << subject.status();
    subject_ = std::make_unique<record::Subject>(*std::move(subject));
  }

  WordModel Load(int threads = 2) {
    model::LoadOptions options;
    options.thread_count = threads;
    auto model = WordModel::Load(*subject_, options);
    EXPECT_TRUE(model.ok()) << model.status();
    return *std::move(model);
  }

  // log p(next | ids) over the vocabulary, in double precision.
  std::vector<double> NextLogProbs(const model::Model& model,
                                   const std::vector<int32_t>& ids) {
    const int64_t length = static_cast<int64_t>(ids.size());
    at::Tensor tensor = at::zeros({1, length}, at::kLong);
    std::copy(ids.begin(), ids.end(), tensor.mutable_data_ptr<int64_t>());
    auto hidden = model.FinalHidden(tensor);
    EXPECT_TRUE(hidden.ok()) << hidden.status();
    auto logits = model.Logits(
        hidden->select(0, 0).narrow(0, length - 1, 1).contiguous());
    EXPECT_TRUE(logits.ok()) << logits.status();
    const float* z = logits->const_data_ptr<float>();
    double sum = 0;
    for (int v = 0; v < 160; ++v) sum += std::exp(double{z[v]});
    std::vector<double> log_probs(160);
    for (int v = 0; v < 160; ++v) log_probs[v] = z[v] - std::log(sum);
    return log_probs;
  }

  TemporaryFolder folder_;
  std::unique_ptr<record::Subject> subject_;
};

// All words of a and b with 1 to `letters` letters.
std::vector<std::string> AllWords(int letters) {
  std::vector<std::string> words;
  for (int n = 1; n <= letters; ++n) {
    for (int bits = 0; bits < 1 << n; ++bits) {
      std::string word;
      for (int i = 0; i < n; ++i) word += bits >> i & 1 ? 'b' : 'a';
      words.push_back(word);
    }
  }
  return words;
}

TEST_F(WordModelTest, EqualsBruteForce) {
  const WordModel words = Load();
  auto model = model::Model::Load(folder_.path());
  ASSERT_TRUE(model.ok()) << model.status();
  std::vector<WordQuery> queries;
  for (const std::string& word : AllWords(4)) {
    queries.push_back({kContext, word});
  }
  auto got = words.LogProbs(queries);
  ASSERT_TRUE(got.ok()) << got.status();
  for (size_t i = 0; i < queries.size(); ++i) {
    auto encoding = subject_->tokenizer.Encode(std::string(kContext) + " " +
                                               queries[i].word);
    ASSERT_TRUE(encoding.ok());
    // "ab", "Ġb", "a", then the word.
    std::vector<int32_t> ids(encoding->ids.begin(), encoding->ids.begin() + 3);
    double want = 0;
    for (size_t t = 3; t < encoding->ids.size(); ++t) {
      want += NextLogProbs(*model, ids)[encoding->ids[t]];
      ids.push_back(encoding->ids[t]);
    }
    const std::vector<double> next = NextLogProbs(*model, ids);
    double mass = 1;
    for (int letter : {1, 2, 5}) mass -= std::exp(next[letter]);
    want += std::log(mass);
    // Logits are fp32: about 1e-6 each.
    EXPECT_NEAR((*got)[i], want, 2e-5) << queries[i].word;
  }
}

// Words are disjoint, and all of them begin with one of three tokens; what
// words of up to eight letters leave of that mass are longer words and other
// spellings.
TEST_F(WordModelTest, WordsSumToNoMoreThanTheirFirstTokens) {
  const WordModel words = Load();
  auto model = model::Model::Load(folder_.path());
  ASSERT_TRUE(model.ok()) << model.status();
  std::vector<WordQuery> queries;
  for (const std::string& word : AllWords(8)) {
    queries.push_back({kContext, word});
  }
  int64_t asked = 0;
  auto got = words.LogProbs(queries, [&](int64_t count) {
    asked += count;
    return absl::OkStatus();
  });
  ASSERT_TRUE(got.ok()) << got.status();
  EXPECT_EQ(asked, static_cast<int64_t>(queries.size()));
  double sum = 0;
  for (double log_prob : *got) sum += std::exp(log_prob);
  auto ids = TokensOfContext(subject_->tokenizer, kContext);
  ASSERT_TRUE(ids.ok());
  const std::vector<double> next = NextLogProbs(*model, *ids);
  const double first =
      std::exp(next[0]) + std::exp(next[3]) + std::exp(next[4]);
  EXPECT_LE(sum, first * (1 + 1e-5));
  EXPECT_GT(sum, 0.5 * first);
}

// What the other queries of a call are, their order and the threads change
// no bit.
TEST_F(WordModelTest, SameBitsInAnyCompany) {
  std::vector<WordQuery> queries;
  for (const std::string& word : AllWords(5)) {
    queries.push_back({kContext, word});
  }
  auto forward = Load(1).LogProbs(queries);
  std::reverse(queries.begin(), queries.end());
  auto backward = Load(2).LogProbs(queries);
  ASSERT_TRUE(forward.ok() && backward.ok());
  std::reverse(backward->begin(), backward->end());
  EXPECT_EQ(*forward, *backward);
}

// Frequencies of 2,000 drawn words against their probabilities among drawn
// ones: within five standard errors for each of the commonest words.
TEST_F(WordModelTest, DrawsFromItsOwnDistribution) {
  const WordModel words = Load();
  const std::vector<std::string> contexts(2000, kContext);
  auto drawn = words.Draw(contexts, 7);
  ASSERT_TRUE(drawn.ok()) << drawn.status();
  std::map<std::string, int> count;
  for (const std::string& word : *drawn) {
    ASSERT_FALSE(word.empty());
    ASSERT_LE(word.size(), 12u);
    EXPECT_EQ(word.find_first_not_of("ab"), std::string::npos) << word;
    ++count[word];
  }
  EXPECT_GT(count.size(), 3u);
  auto again = words.Draw(contexts, 7);
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(*drawn, *again);
  auto other = words.Draw(contexts, 8);
  ASSERT_TRUE(other.ok());
  EXPECT_NE(*drawn, *other);

  // "a" and "b" are spelled in two ways ("Ġa", and "Ġ" "a"); the chances of
  // both, of the model's own tokens.
  auto model = model::Model::Load(folder_.path());
  ASSERT_TRUE(model.ok());
  auto context = TokensOfContext(subject_->tokenizer, kContext);
  ASSERT_TRUE(context.ok());
  const std::vector<double> first = NextLogProbs(*model, *context);
  const double start =
      std::exp(first[0]) + std::exp(first[3]) + std::exp(first[4]);
  const auto ends = [&](std::vector<int32_t> ids) {
    const std::vector<double> next = NextLogProbs(*model, ids);
    return 1 - std::exp(next[1]) - std::exp(next[2]) - std::exp(next[5]);
  };
  for (int letter = 1; letter <= 2; ++letter) {
    std::vector<int32_t> merged = *context, apart = *context;
    merged.push_back(letter + 2);
    apart.push_back(0);
    const std::vector<double> bare = NextLogProbs(*model, apart);
    const double letters =
        std::exp(bare[1]) + std::exp(bare[2]) + std::exp(bare[5]);
    apart.push_back(letter);
    const double want = std::exp(first[letter + 2]) / start * ends(merged) +
                        std::exp(first[0]) / start * std::exp(bare[letter]) /
                            letters * ends(apart);
    const double got = count[letter == 1 ? "a" : "b"] / 2000.0;
    EXPECT_NEAR(got, want, 5 * std::sqrt(want * (1 - want) / 2000));
  }
}

}  // namespace
}  // namespace hydrometer::compare
