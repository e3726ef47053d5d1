// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/compare/word_places.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "src/base/errors.h"

namespace hydrometer::compare {
namespace {

using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;

probe::ProbeSet SetOf(const std::vector<std::string>& texts) {
  probe::ProbeSet set;
  set.card.counted = true;
  for (const std::string& text : texts) {
    set.probes.push_back({"p" + std::to_string(set.probes.size()), text});
  }
  return set;
}

WordPlaceOptions Short() {
  WordPlaceOptions options;
  options.context_chars = 12;
  options.least_context_chars = 4;
  return options;
}

const ContextFits kAlways = [](absl::string_view) { return true; };

std::vector<std::string> WordsOf(const std::string& text,
                                 const WordPlaceOptions& options) {
  auto places = FindWordPlaces({SetOf({text})}, options, kAlways);
  EXPECT_TRUE(places.ok()) << places.status();
  std::vector<std::string> words;
  for (const WordPlace& place : *places) words.push_back(place.word);
  return words;
}

TEST(WordPlaces, AreASpaceAndOneToTwelveLetters) {
  EXPECT_THAT(WordsOf("abcd one two-three don't x1 12 extraordinary "
                      "extraordinar last",
                      Short()),
              ElementsAre("one", "two", "don", "x", "extraordinar"));
}

TEST(WordPlaces, WantTextBeforeAndNoSecondSpace) {
  EXPECT_THAT(WordsOf("abc one, two", Short()), ElementsAre());
  EXPECT_THAT(WordsOf("abc one,  two, three,\n four. ", Short()),
              ElementsAre("three"));
}

// A word that goes on in letters beyond ASCII is not whole.
TEST(WordPlaces, LettersAreThoseOfUnicode) {
  EXPECT_THAT(
      WordsOf("abcd caf\xc3\xa9 na\xc3\xafve clich\xe2\x80\x94 end. ", Short()),
      ElementsAre("clich", "end"));
}

TEST(WordPlaces, ContextBeginsWithAWordAndIsCountedInCharacters) {
  auto places = FindWordPlaces(
      {SetOf({"\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9 aaa bbb ccc ddd."})}, Short(),
      kAlways);
  ASSERT_TRUE(places.ok()) << places.status();
  std::map<std::string, std::string> context;
  for (const WordPlace& place : *places) {
    context[place.word] = place.context;
    EXPECT_EQ(place.probe_id, "p0");
  }
  // Four characters of eight bytes are enough.
  EXPECT_EQ(context["aaa"], "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9");
  EXPECT_EQ(context["bbb"], "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9 aaa");
  // Sixteen characters stand before ddd: the twelve nearest begin at a word.
  EXPECT_EQ(context["ddd"], "aaa bbb ccc");
}

TEST(WordPlaces, AreSpreadOverProbesAndStable) {
  const std::string text =
      "abcd one two three four five six seven eight nine ten. ";
  const probe::ProbeSet set = SetOf({text, text, text, text});
  WordPlaceOptions options = Short();
  options.max_places = 6;
  auto places = FindWordPlaces({set}, options, kAlways);
  ASSERT_TRUE(places.ok()) << places.status();
  std::map<int64_t, int> count;
  std::vector<std::pair<int64_t, int64_t>> order;
  for (const WordPlace& place : *places) {
    ++count[place.probe_in_set];
    order.emplace_back(place.probe_in_set, place.space_byte);
    EXPECT_EQ(text[place.space_byte], ' ');
    EXPECT_EQ(text.substr(place.space_byte + 1, place.word.size()), place.word);
  }
  EXPECT_THAT(count, UnorderedElementsAre(std::pair(0, 2), std::pair(1, 2),
                                          std::pair(2, 1), std::pair(3, 1)));
  EXPECT_TRUE(std::is_sorted(order.begin(), order.end()));
  auto again = FindWordPlaces({set}, options, kAlways);
  ASSERT_TRUE(again.ok());
  for (size_t i = 0; i < places->size(); ++i) {
    EXPECT_EQ((*places)[i].space_byte, (*again)[i].space_byte);
  }
  // More probes than places: even steps.
  options.max_places = 2;
  places = FindWordPlaces({set}, options, kAlways);
  ASSERT_TRUE(places.ok());
  EXPECT_EQ((*places)[0].probe_in_set, 0);
  EXPECT_EQ((*places)[1].probe_in_set, 2);
}

TEST(WordPlaces, AreOnlyInCountedTextOfPeople) {
  const std::string text = "abcd one two. ";
  probe::ProbeSet shown = SetOf({text}), written = SetOf({text});
  shown.card.counted = false;
  written.card.origin = Origin::kModel;
  auto places =
      FindWordPlaces({shown, written, SetOf({text})}, Short(), kAlways);
  ASSERT_TRUE(places.ok());
  ASSERT_EQ(places->size(), 2u);
  EXPECT_EQ((*places)[0].set_index, 2);
}

TEST(WordPlaces, ContextsAreCutToFit) {
  const probe::ProbeSet set = SetOf({"aa bb cc dd ee ff gg."});
  auto places = FindWordPlaces({set}, Short(), [](absl::string_view context) {
    return absl::StatusOr<bool>(context.size() <= 6);
  });
  ASSERT_TRUE(places.ok()) << places.status();
  EXPECT_EQ(places->size(), 5u);
  for (const WordPlace& place : *places) {
    EXPECT_LE(place.context.size(), 6u);
    EXPECT_GE(place.context.size(), 4u);
  }
  places =
      FindWordPlaces({set}, Short(), [](absl::string_view) { return false; });
  ASSERT_TRUE(places.ok());
  EXPECT_TRUE(places->empty());
  places = FindWordPlaces({set}, Short(),
                          [](absl::string_view) -> absl::StatusOr<bool> {
                            return RefusedError("no");
                          });
  EXPECT_FALSE(places.ok());
}

}  // namespace
}  // namespace hydrometer::compare
