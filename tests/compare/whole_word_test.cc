// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// The whole-word view of five models of the zoo, one of them under another
// vocabulary, on the licence's text.

#include "src/compare/whole_word.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "src/base/errors.h"
#include "src/io/observations_file.h"
#include "tests/compare/renamed_model.h"
#include "tests/record/zoo_subject.h"
#include "tests/temporary_folder.h"

namespace hydrometer::compare {
namespace {

constexpr int64_t kPlaces = 40;

class WholeWordTest : public ::testing::Test {
 protected:
  void SetUp() override {
    RenameTokens(ZooPath("references/ref_a"), folder_ / "renamed");
    Add(folder_ / "renamed", Role::kSuspect);
    Add(ZooPath("references/ref_a"), Role::kReference);
    Add(ZooPath("controls/control_01"), Role::kControl);
    Add(ZooPath("controls/control_02"), Role::kControl);
    Add(ZooPath("controls/control_16"), Role::kControl);
    auto set = probe::LoadTextFile(HYDROMETER_SOURCE_DIR "/LICENSE");
    ASSERT_TRUE(set.ok()) << set.status();
    sets_.push_back(*std::move(set));
  }

  void Add(const std::string& directory, Role role) {
    auto subject = record::OpenSubject(directory);
    ASSERT_TRUE(subject.ok()) << subject.status();
    subject->member.role = role;
    subjects_.push_back(*std::move(subject));
  }

  absl::StatusOr<Observations> Compare(int threads = 2) {
    ProbeSetSummary summary;
    summary.name = "text";
    summary.counted = true;
    WholeWordOptions options;
    options.load.thread_count = threads;
    options.places.max_places = kPlaces;
    // All three controls are near enough; two are taken.
    options.placebo_loss_distance_nats = 100;
    options.max_placebos = 2;
    options.progress = [this](int64_t done, int64_t total) {
      EXPECT_LE(done, total);
      EXPECT_GT(done, done_);
      done_ = done;
      return absl::OkStatus();
    };
    done_ = 0;
    return CompareWholeWords(subjects_, sets_, {summary}, options);
  }

  TemporaryFolder folder_;
  std::vector<record::Subject> subjects_;
  std::vector<probe::ProbeSet> sets_;
  int64_t done_ = 0;
};

TEST_F(WholeWordTest, ARenamedModelIsItself) {
  ASSERT_NE(subjects_[0].tokenizer.Encode(" the")->ids,
            subjects_[1].tokenizer.Encode(" the")->ids);
  auto seen = Compare();
  ASSERT_TRUE(seen.ok()) << seen.status();
  EXPECT_EQ(seen->view, kWholeWords);
  const int64_t m = 5, places = seen->probe_count();
  ASSERT_EQ(places, kPlaces);
  ASSERT_EQ(seen->weightings.size(), 3u);
  EXPECT_EQ(seen->weightings[0].name, "ref_a");
  ASSERT_EQ(seen->gram_sum.size(), 3u * places * m * m);
  ASSERT_EQ(seen->loss_sum.size(), static_cast<size_t>(places * m));
  for (int64_t p = 0; p < places; ++p) {
    EXPECT_EQ(seen->probes[p].position_count, 1);
    // The order of additions in the head may differ with the rows' order.
    EXPECT_NEAR(seen->loss_sum[p * m], seen->loss_sum[p * m + 1], 1e-4);
    EXPECT_GT(seen->loss_sum[p * m], 0);
  }
  for (int64_t k = 0; k < 3; ++k) {
    std::vector<double> gram(m * m, 0);
    for (int64_t p = 0; p < places; ++p) {
      for (int64_t i = 0; i < m * m; ++i) {
        gram[i] += seen->gram_sum[(k * places + p) * m * m + i];
      }
    }
    const auto correlation = [&](int x, int y) {
      return gram[x * m + y] / std::sqrt(gram[x * m + x] * gram[y * m + y]);
    };
    EXPECT_NEAR(correlation(0, 1), 1, 1e-6);
    EXPECT_LT(correlation(0, 2), 0.99);
    EXPECT_GT(gram[0], 0);
  }
}

// What has no meaning in this view is absent, and stays so in a file.
TEST_F(WholeWordTest, DivergencesAreAbsent) {
  auto seen = Compare();
  ASSERT_TRUE(seen.ok()) << seen.status();
  const std::string path = folder_ / "observations.safetensors";
  ASSERT_TRUE(io::WriteObservations(path, *seen).ok());
  auto read = io::ReadObservations(path);
  ASSERT_TRUE(read.ok()) << read.status();
  for (const Observations* x : {&*seen, &*read}) {
    EXPECT_EQ(x->view, kWholeWords);
    EXPECT_TRUE(x->pair_sum.empty());
    EXPECT_TRUE(x->entropy_sum.empty());
    EXPECT_TRUE(x->tempered_loss_sum.empty());
    EXPECT_TRUE(x->kl_median.empty());
    EXPECT_TRUE(x->largest_position_kl.empty());
  }
  EXPECT_EQ(read->gram_sum, seen->gram_sum);
}

TEST_F(WholeWordTest, SameBitsOnEveryRunAndThreadCount) {
  auto one = Compare(1), two = Compare(2);
  ASSERT_TRUE(one.ok() && two.ok());
  EXPECT_EQ(one->gram_sum, two->gram_sum);
  EXPECT_EQ(one->loss_sum, two->loss_sum);
}

TEST_F(WholeWordTest, ATextWithoutPlacesIsRefused) {
  sets_[0].probes.resize(1);
  sets_[0].probes[0].text = "Too short for any place.";
  auto seen = Compare();
  EXPECT_EQ(ExitCodeFor(seen.status()), kExitRefused);
  EXPECT_THAT(std::string(seen.status().message()),
              testing::HasSubstr("no place in the counted sets"));
}

}  // namespace
}  // namespace hydrometer::compare
