// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// The comparison against the textbook, in double precision, from the same
// recordings: four members of the zoo, a few probes.

#include "src/compare/comparison.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "kernels/parallel_for.h"
#include "src/compare/weight_match.h"
#include "src/record/recorder.h"
#include "tests/record/zoo_subject.h"
#include "tests/temporary_folder.h"

namespace hydrometer::compare {
namespace {

const struct {
  const char* path;
  Role role;
} kMembers[] = {{"suspects/a_text100", Role::kSuspect},
                {"references/ref_a", Role::kReference},
                {"controls/control_01", Role::kControl},
                {"controls/control_16", Role::kControl}};
constexpr int kMemberCount = 4;
constexpr int kProbeCount = 3;

class ComparisonTest : public ::testing::Test {
 protected:
  std::vector<MemberRecordings> Record() {
    set_ = SmallSet(kProbeCount);
    std::vector<MemberRecordings> members;
    for (const auto& [path, role] : kMembers) {
      auto subject = record::OpenSubject(ZooPath(path));
      EXPECT_TRUE(subject.ok()) << subject.status();
      record::RecordOptions options;
      options.store = folder_ / "store";
      auto result = record::Recorder(*subject, options).Record(set_);
      EXPECT_TRUE(result.ok()) << result.status();
      MemberRecordings member;
      member.member = subject->member;
      member.member.role = role;
      member.recordings.push_back(
          *record::Recording::Open(options.store, result->key));
      member.head = *io::SafetensorsFile::Open(record::HeadPath(
          options.store, subject->member.weights_sha256));
      members.push_back(std::move(member));
    }
    return members;
  }

  Panel MakePanel() {
    ProbeSetSummary summary;
    summary.name = "small";
    summary.origin = Origin::kHuman;
    summary.counted = true;
    std::vector<std::string> ids;
    auto members = Record();
    for (const probe::Probe& probe : set_.probes) ids.push_back(probe.id);
    auto panel = Panel::Make({summary}, {ids}, std::move(members));
    EXPECT_TRUE(panel.ok()) << panel.status();
    return *std::move(panel);
  }

  TemporaryFolder folder_;
  probe::ProbeSet set_;
};

// log p(v) of every member at one row, in double precision.
std::vector<std::vector<double>> LogProbs(const Panel& panel,
                                          const PanelProbe& probe,
                                          int64_t row) {
  std::vector<std::vector<double>> all;
  for (const MemberRecordings& member : panel.members()) {
    const record::Recording& recording = member.recordings[0];
    const int64_t size = recording.header().hidden_size;
    const float* hidden = recording.hidden(probe.probe_in_set) +
                          (kFirstScoredRow + row) * size;
    const std::vector<float> weight = FloatValues(*member.head.Find("weight"));
    std::vector<double> logits(panel.vocab_size());
    double top = -INFINITY;
    for (int64_t v = 0; v < panel.vocab_size(); ++v) {
      for (int64_t i = 0; i < size; ++i) {
        logits[v] += double{hidden[i]} * weight[v * size + i];
      }
      top = std::max(top, logits[v]);
    }
    double sum = 0;
    for (double logit : logits) sum += std::exp(logit - top);
    for (double& logit : logits) logit -= top + std::log(sum);
    all.push_back(std::move(logits));
  }
  return all;
}

// Relative, or absolute below 1; fp32 heads and kernels leave about 1e-6.
void ExpectNear(double got, double want, const char* what) {
  EXPECT_NEAR(got, want, 2e-5 * std::max(1.0, std::fabs(want))) << what;
}

TEST_F(ComparisonTest, EqualsTheTextbook) {
  const Panel panel = MakePanel();
  auto seen = Compare(panel, CompareOptions());
  ASSERT_TRUE(seen.ok()) << seen.status();
  ASSERT_EQ(seen->member_count(), kMemberCount);
  ASSERT_EQ(seen->probe_count(), kProbeCount);
  for (int p = 0; p < kProbeCount; ++p) {
    const PanelProbe& probe = panel.probes()[p];
    ASSERT_GT(probe.row_count(), 0);
    double loss[kMemberCount] = {}, entropy[kMemberCount] = {};
    double kl[kMemberCount][kMemberCount] = {};
    double js[kMemberCount][kMemberCount] = {};
    double tv[kMemberCount][kMemberCount] = {};
    double hellinger[kMemberCount][kMemberCount] = {};
    double cosine[kMemberCount][kMemberCount] = {};
    double agree[kMemberCount][kMemberCount] = {};
    double gram[2][kMemberCount][kMemberCount] = {};
    for (int64_t row = 0; row < probe.row_count(); ++row) {
      const auto l = LogProbs(panel, probe, row);
      const int32_t next = panel.ids(probe)[kFirstScoredRow + row + 1];
      const size_t top_of_reference =
          std::max_element(l[1].begin(), l[1].end()) - l[1].begin();
      for (int x = 0; x < kMemberCount; ++x) {
        loss[x] -= l[x][next];
        for (double value : l[x]) entropy[x] -= std::exp(value) * value;
        for (int y = 0; y < kMemberCount; ++y) {
          double dot = 0, xx = 0, yy = 0, squares = 0;
          for (size_t v = 0; v < l[x].size(); ++v) {
            const double a = std::exp(l[x][v]), b = std::exp(l[y][v]);
            const double m = (a + b) / 2;
            kl[x][y] += a * (l[x][v] - l[y][v]);
            js[x][y] += (a * std::log(a / m) + b * std::log(b / m)) / 2;
            tv[x][y] += std::fabs(a - b) / 2;
            squares += std::pow(std::sqrt(a) - std::sqrt(b), 2);
            dot += a * b;
            xx += a * a;
            yy += b * b;
          }
          hellinger[x][y] += std::sqrt(squares / 2);
          cosine[x][y] += dot / std::sqrt(xx * yy);
          agree[x][y] +=
              std::max_element(l[x].begin(), l[x].end()) - l[x].begin() ==
              std::max_element(l[y].begin(), l[y].end()) - l[y].begin();
        }
      }
      for (int without = 0; without < 2; ++without) {
        double mass = 0;
        std::vector<double> w(l[1].size());
        for (size_t v = 0; v < w.size(); ++v) {
          w[v] = without && v == top_of_reference ? 0 : std::exp(l[1][v]);
          mass += w[v];
        }
        double mean[kMemberCount] = {};
        for (int x = 0; x < kMemberCount; ++x) {
          for (size_t v = 0; v < w.size(); ++v) {
            mean[x] += w[v] / mass * l[x][v];
          }
        }
        for (int x = 0; x < kMemberCount; ++x) {
          for (int y = 0; y < kMemberCount; ++y) {
            for (size_t v = 0; v < w.size(); ++v) {
              gram[without][x][y] += w[v] / mass * (l[x][v] - mean[x]) *
                                     (l[y][v] - mean[y]);
            }
          }
        }
      }
    }
    for (int x = 0; x < kMemberCount; ++x) {
      ExpectNear(seen->loss_sum[p * kMemberCount + x], loss[x], "loss");
      ExpectNear(seen->entropy_sum[p * kMemberCount + x], entropy[x],
                 "entropy");
      for (int y = 0; y < kMemberCount; ++y) {
        for (int k = 0; k < 2; ++k) {
          ASSERT_EQ(seen->weightings[k].without_top, k == 1);
          ExpectNear(seen->gram_sum[((k * kProbeCount + p) * kMemberCount +
                                     x) * kMemberCount + y],
                     gram[k][x][y], "gram");
        }
        if (y <= x) continue;
        const double* sum =
            &seen->pair_sum[(p * seen->pair_count() + seen->PairIndex(x, y)) *
                            kPairMetricCount];
        auto of = [sum](PairMetric metric) {
          return sum[static_cast<int>(metric)];
        };
        ExpectNear(of(PairMetric::kKlPq), kl[x][y], "kl_pq");
        ExpectNear(of(PairMetric::kKlQp), kl[y][x], "kl_qp");
        ExpectNear(of(PairMetric::kJs), js[x][y], "js");
        ExpectNear(of(PairMetric::kTotalVariation), tv[x][y], "tv");
        ExpectNear(of(PairMetric::kHellinger), hellinger[x][y], "hellinger");
        ExpectNear(of(PairMetric::kCosine), cosine[x][y], "cosine");
        EXPECT_EQ(of(PairMetric::kTopOneAgreement), agree[x][y]);
      }
    }
  }
}

TEST_F(ComparisonTest, SameBitsForAnyThreadCountAndAgainInASecondRun) {
  const Panel panel = MakePanel();
  std::vector<Observations> runs;
  for (int threads : {1, 2, 3}) {
    kernels::SetThreadCount(threads);
    runs.push_back(*Compare(panel, CompareOptions()));
  }
  for (const Observations& run : runs) {
    EXPECT_EQ(run.gram_sum, runs[0].gram_sum);
    EXPECT_EQ(run.pair_sum, runs[0].pair_sum);
    EXPECT_EQ(run.loss_sum, runs[0].loss_sum);
    EXPECT_EQ(run.tempered_loss_sum, runs[0].tempered_loss_sum);
  }
}

// Chunks of few rows: the same sums to rounding, in little memory.
TEST_F(ComparisonTest, ChunksDoNotChangeTheSums) {
  const Panel panel = MakePanel();
  CompareOptions small;
  small.logits_chunk_bytes = 1;  // one row
  auto whole = Compare(panel, CompareOptions());
  auto parts = Compare(panel, small);
  ASSERT_TRUE(whole.ok() && parts.ok());
  for (size_t i = 0; i < whole->pair_sum.size(); ++i) {
    ExpectNear(parts->pair_sum[i], whole->pair_sum[i], "pair");
  }
  for (size_t i = 0; i < whole->gram_sum.size(); ++i) {
    ExpectNear(parts->gram_sum[i], whole->gram_sum[i], "gram");
  }
}

// Every place that is shown is what the report says of it, by the textbook.
TEST_F(ComparisonTest, ExhibitsAreErrorsOfTheReference) {
  const Panel panel = MakePanel();
  CompareOptions options;
  options.exhibit_count = 4;
  options.token_bytes = [](int32_t id) { return "<" + std::to_string(id) + ">"; };
  auto seen = Compare(panel, options);
  ASSERT_TRUE(seen.ok());
  ASSERT_FALSE(seen->exhibits.empty());
  for (size_t i = 0; i < seen->exhibits.size(); ++i) {
    const TextExhibit& exhibit = seen->exhibits[i];
    if (i > 0) {
      EXPECT_LE(exhibit.score_nats, seen->exhibits[i - 1].score_nats);
    }
    EXPECT_EQ(exhibit.answers.size(), 3u);
    const PanelProbe* probe = nullptr;
    for (const PanelProbe& other : panel.probes()) {
      if (other.id == exhibit.probe_id) probe = &other;
    }
    ASSERT_NE(probe, nullptr);
    const int64_t row = exhibit.position_index - kFirstScoredRow - 1;
    const auto l = LogProbs(panel, *probe, row);
    const int32_t next = panel.ids(*probe)[exhibit.position_index];
    EXPECT_EQ(exhibit.token, options.token_bytes(next));
    auto kl = [&](int x) {
      double sum = 0;
      for (size_t v = 0; v < l[1].size(); ++v) {
        sum += std::exp(l[1][v]) * (l[1][v] - l[x][v]);
      }
      return sum;
    };
    const double controls = (l[2][next] + l[3][next]) / 2;
    const double controls_kl = (kl(2) + kl(3)) / 2;
    EXPECT_LT(l[1][next], controls);
    EXPECT_EQ(exhibit.score_nats > 0, kl(0) < controls_kl);
    EXPECT_EQ(exhibit.score_nats > 0, l[0][next] < controls);
    ExpectNear(exhibit.score_nats,
               controls - std::max(l[0][next], l[1][next]) + controls_kl -
                   kl(0),
               "score");
  }
}

TEST_F(ComparisonTest, ExhibitsSayWhereTheTextGoesOn) {
  const Panel panel = MakePanel();
  CompareOptions options;
  options.token_bytes = [](int32_t) { return std::string("x"); };
  auto seen = Compare(panel, options);
  ASSERT_TRUE(seen.ok());
  bool cut = false, whole = false;
  for (const TextExhibit& exhibit : seen->exhibits) {
    const bool begins_earlier = exhibit.position_index > 40;
    EXPECT_EQ(exhibit.before.find("…") == 0, begins_earlier);
    (begins_earlier ? cut : whole) = true;
    const PanelProbe* probe = nullptr;
    for (const PanelProbe& other : panel.probes()) {
      if (other.id == exhibit.probe_id) probe = &other;
    }
    EXPECT_EQ(exhibit.after.find("…") != std::string::npos,
              exhibit.position_index + 11 <
                  static_cast<int64_t>(panel.ids(*probe).size()));
  }
  EXPECT_TRUE(cut || whole);
}

TEST_F(ComparisonTest, MemberThatReadsOtherTokensIsLeftOutWithTheReason) {
  auto members = Record();
  auto other = record::OpenSubject(ZooPath("controls/control_02"));
  record::RecordOptions options;
  options.store = folder_ / "store";
  probe::ProbeSet changed = set_;
  for (probe::Probe& probe : changed.probes) probe.text = "Other" + probe.text;
  auto result = record::Recorder(*other, options).Record(changed);
  MemberRecordings odd;
  odd.member = other->member;
  odd.recordings.push_back(
      *record::Recording::Open(options.store, result->key));
  members.push_back(std::move(odd));
  std::vector<std::string> ids;
  for (const probe::Probe& probe : set_.probes) ids.push_back(probe.id);
  ProbeSetSummary summary;
  summary.name = "small";
  auto panel = Panel::Make({summary}, {ids}, std::move(members));
  ASSERT_TRUE(panel.ok());
  ASSERT_EQ(panel->left_out().size(), 1u);
  EXPECT_EQ(panel->left_out()[0].first, "control_02");
  EXPECT_EQ(panel->members().size(), 4u);
}

}  // namespace
}  // namespace hydrometer::compare
