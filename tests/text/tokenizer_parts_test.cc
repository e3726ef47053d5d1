// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// The parts of a tokenizer one by one, against values worked out by hand or
// against slower code; and what Tokenizer says about its tokens.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "src/io/sha256.h"
#include "src/text/aligned_text.h"
#include "src/text/bpe_merger.h"
#include "src/text/byte_alphabet.h"
#include "src/text/split_behavior.h"
#include "src/text/tokenizer.h"
#include "src/text/unicode_normalization.h"
#include "src/text/utf8.h"

namespace hydrometer::text {
namespace {

std::vector<std::string> Pieces(SplitBehavior behavior) {
  const std::string text = "the-final--countdown";
  std::vector<Span> spans;
  SplitAt({{3, 4}, {9, 10}, {10, 11}}, 20, behavior, false, &spans);
  std::vector<std::string> pieces;
  for (const Span& s : spans) {
    pieces.push_back(text.substr(s.start, s.end - s.start));
  }
  return pieces;
}

TEST(SplitBehavior, TheExampleOfTheHeader) {
  using V = std::vector<std::string>;
  EXPECT_EQ(Pieces(SplitBehavior::kRemoved), (V{"the", "final", "countdown"}));
  EXPECT_EQ(Pieces(SplitBehavior::kIsolated),
            (V{"the", "-", "final", "-", "-", "countdown"}));
  EXPECT_EQ(Pieces(SplitBehavior::kMergedWithPrevious),
            (V{"the-", "final-", "-", "countdown"}));
  EXPECT_EQ(Pieces(SplitBehavior::kMergedWithNext),
            (V{"the", "-final", "-", "-countdown"}));
  EXPECT_EQ(Pieces(SplitBehavior::kContiguous),
            (V{"the", "-", "final", "--", "countdown"}));
}

TEST(AlignedText, KnowsWhereEveryByteCameFrom) {
  const std::string original = "x\u00e9 y";  // bytes 0, 1-2, 3, 4
  AlignedText text(original, 1, 5);
  EXPECT_EQ(text.SpanOf(1, 2), (Span{1, 3}));  // whole characters
  text.Prepend("__");
  EXPECT_EQ(text.text(), "__\u00e9 y");
  EXPECT_EQ(text.SpanOf(0, 2), (Span{1, 3}));
  text.Replace({{4, 5}}, "\u2581");
  EXPECT_EQ(text.text(), "__\u00e9\u2581y");
  EXPECT_EQ(text.SpanOf(4, 7), (Span{3, 4}));
  text.Transform({{'a', 0}, {'b', -2}, {'c', 1}, {'d', 0}}, 1);
  EXPECT_EQ(text.text(), "abcd");
  EXPECT_EQ(text.SpanOf(0, 1), (Span{1, 3}));  // "_"
  EXPECT_EQ(text.SpanOf(3, 4), (Span{4, 5}));  // "y"
}

std::string Normal(absl::string_view text, NormalizationForm form) {
  std::string out;
  for (const CharChange& c : NormalizedChanges(text, form)) {
    AppendChar(c.code_point, &out);
  }
  // The quick check may only say yes when nothing changes.
  if (IsPlainlyNormalized(text, form)) {
    EXPECT_EQ(out, text);
  }
  return out;
}

TEST(UnicodeNormalization, FormsOfTheStandard) {
  using F = NormalizationForm;
  EXPECT_EQ(Normal("e\u0301", F::kNfc), "\u00e9");
  EXPECT_EQ(Normal("\u00e9", F::kNfd), "e\u0301");
  EXPECT_EQ(Normal("a\u0302\u0323", F::kNfc), "\u1ead");  // reordered
  EXPECT_EQ(Normal("\u03b5\u0301", F::kNfc), "\u03ad");   // not U+1F73
  EXPECT_EQ(Normal("\u1f73", F::kNfc), "\u03ad");
  EXPECT_EQ(Normal("\u03ca\u0301", F::kNfc), "\u0390");
  EXPECT_EQ(Normal("\u0958", F::kNfc), "\u0915\u093c");  // excluded
  EXPECT_EQ(Normal("\u1100\u1161\u11a8", F::kNfc), "\uac01");
  EXPECT_EQ(Normal("\uac01", F::kNfd), "\u1100\u1161\u11a8");
  EXPECT_EQ(Normal("\ufb01\u2460", F::kNfkc), "fi1");
  EXPECT_EQ(Normal("\ufb01", F::kNfc), "\ufb01");
  EXPECT_EQ(Normal("a\u0315\u0300", F::kNfc), "\u00e0\u0315");
}

TEST(Utf8, InvalidPartsAsTheStandardCountsThem) {
  EXPECT_EQ(ValidUtf8Prefix("a\u00e9\u6c34\U0001f600"), 10u);
  EXPECT_EQ(ValidUtf8Prefix("12345678\xe6\xb0"), 8u);
  EXPECT_EQ(ReplaceInvalidUtf8("a\xf0\x9f\x98z\xff\xe2\x82"),
            "a\ufffdz\ufffd\ufffd");
  EXPECT_EQ(ReplaceInvalidUtf8("\xed\xa0\x80"), "\ufffd\ufffd\ufffd");
}

TEST(ByteAlphabet, IsOneToOne) {
  for (int byte = 0; byte < 256; ++byte) {
    EXPECT_EQ(ByteOfChar(CharOfByte(static_cast<unsigned char>(byte))), byte);
  }
  EXPECT_EQ(CharOfByte(' '), 0x120u);
  EXPECT_EQ(CharOfByte('a'), static_cast<uint32_t>('a'));
  EXPECT_EQ(ByteOfChar(' '), -1);
}

// The definition: merge the leftmost pair of lowest rank until none is left.
std::vector<uint32_t> SlowMerge(const MergeTable& table,
                                std::vector<uint32_t> ids) {
  while (true) {
    size_t best = ids.size();
    const MergeTable::Entry* entry = nullptr;
    for (size_t i = 0; i + 1 < ids.size(); ++i) {
      const auto* found = table.Find(ids[i], ids[i + 1]);
      if (found && (!entry || found->rank < entry->rank)) {
        entry = found;
        best = i;
      }
    }
    if (entry == nullptr) return ids;
    ids[best] = entry->merged_id;
    ids.erase(ids.begin() + static_cast<std::ptrdiff_t>(best) + 1);
  }
}

TEST(BpeMerger, ScanAndHeapFollowTheDefinition) {
  std::mt19937 random(4);
  BpeMerger merger;
  for (int round = 0; round < 300; ++round) {
    MergeTable table(60);
    for (uint32_t rank = 0; rank < 60; ++rank) {
      const uint32_t bound = 4 + rank;  // only ids that exist by then
      table.Set(static_cast<uint32_t>(random()) % bound,
                static_cast<uint32_t>(random()) % bound, rank, 4 + rank);
    }
    std::vector<uint32_t> ids(1 + random() % 120);
    std::vector<Symbol> symbols;
    for (uint32_t& id : ids) {
      id = static_cast<uint32_t>(random()) % 4;
      symbols.push_back({id, 1});
    }
    merger.Merge(table, &symbols);
    std::vector<uint32_t> merged;
    uint32_t bytes = 0;
    for (const Symbol& symbol : symbols) {
      merged.push_back(symbol.id);
      bytes += symbol.bytes;
    }
    EXPECT_EQ(merged, SlowMerge(table, ids));
    EXPECT_EQ(bytes, ids.size());
  }
}

TEST(Tokenizer, SaysWhatItsTokensAre) {
  const std::string json = R"({"added_tokens":[
      {"id":3,"content":"<s>","special":true,"normalized":false},
      {"id":4,"content":"\u2581x","normalized":false}],
    "decoder":{"type":"Sequence","decoders":[
      {"type":"Replace","pattern":{"String":"\u2581"},"content":" "},
      {"type":"ByteFallback"},{"type":"Fuse"},
      {"type":"Strip","content":" ","start":1,"stop":0}]},
    "post_processor":{"type":"TemplateProcessing",
      "single":[{"SpecialToken":{"id":"<s>","type_id":0}},
                {"Sequence":{"id":"A","type_id":0}}],"pair":[],
      "special_tokens":{"<s>":{"id":"<s>","ids":[3],"tokens":["<s>"]}}},
    "model":{"vocab":{"\u2581a":0,"<0xE9>":1,"b":2},"merges":[]}})";
  const auto tokenizer = Tokenizer::FromJson(json, "t.json");
  ASSERT_TRUE(tokenizer.ok()) << tokenizer.status();
  EXPECT_EQ(tokenizer->vocab_size(), 5);
  EXPECT_EQ(tokenizer->TokenText(0), "\u2581a");
  EXPECT_EQ(tokenizer->TokenBytes(0), " a");
  EXPECT_EQ(tokenizer->TokenBytes(1), "\xe9");
  EXPECT_EQ(tokenizer->TokenBytes(4), "\u2581x");
  EXPECT_EQ(tokenizer->bos_id(), 3);
  EXPECT_EQ(tokenizer->eos_id(), std::nullopt);
  EXPECT_EQ(tokenizer->special_ids(), (std::vector<int32_t>{3}));
  EXPECT_TRUE(tokenizer->IsSpecial(3));
  EXPECT_FALSE(tokenizer->IsSpecial(4));
  EXPECT_FALSE(tokenizer->HasToken(5));
  EXPECT_FALSE(tokenizer->HasToken(-1));
  EXPECT_EQ(tokenizer->IdOf("b"), 2);
  EXPECT_EQ(*tokenizer->Decode({3, 0, 2}), "<s> ab");
  EXPECT_EQ(*tokenizer->Decode({3, 0, 2, 77}, true), "ab");
  EXPECT_EQ(tokenizer->Fingerprint(), io::Sha256Hex(json));
  const auto encoding = tokenizer->Encode("b<s>");
  ASSERT_TRUE(encoding.ok());
  EXPECT_EQ(encoding->ids, (std::vector<int32_t>{3, 2, 3}));
  EXPECT_EQ(encoding->offsets, (std::vector<Span>{{0, 0}, {0, 1}, {1, 4}}));
}

}  // namespace
}  // namespace hydrometer::text
