// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/compare/comparison.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "src/base/errors.h"
#include "src/base/interrupt.h"
#include "src/base/status_macros.h"
#include "src/compare/exhibits.h"
#include "src/compare/logits_chunk.h"

namespace hydrometer::compare {
namespace {

constexpr int kTopK = 10;
// The grid on which the temperature of copied text is looked for; b = 1 is
// the model as it is.
constexpr double kInverseTemperatures[] = {0.64, 0.8, 1.0, 1.25, 1.5625};
constexpr double kOne = 1.0;

class Comparison {
 public:
  Comparison(const Panel& panel, const CompareOptions& options)
      : panel_(panel),
        options_(options),
        member_count_(panel.members().size()) {}

  absl::StatusOr<Observations> Run() {
    HYDROMETER_ASSIGN_OR_RETURN(
        chunk_, LogitsChunk::Make(panel_, options_.device,
                                  options_.logits_chunk_bytes));
    Describe();
    HYDROMETER_RETURN_IF_ERROR(ReadLosses());
    ChooseWeightings();
    HYDROMETER_RETURN_IF_ERROR(ReadEverything());
    Quantiles();
    HYDROMETER_ASSIGN_OR_RETURN(
        seen_.exhibits,
        MakeExhibits(panel_, options_, std::move(scores_), chunk_));
    return std::move(seen_);
  }

 private:
  void Describe() {
    for (const MemberRecordings& member : panel_.members()) {
      seen_.members.push_back(member.member);
      if (member.member.role == Role::kReference) {
        references_.push_back(static_cast<int32_t>(seen_.members.size()) - 1);
      }
      if (member.member.role == Role::kControl) {
        controls_.push_back(static_cast<int32_t>(seen_.members.size()) - 1);
      }
    }
    seen_.sets = panel_.sets();
    seen_.left_out = panel_.left_out();
    for (const PanelProbe& probe : panel_.probes()) {
      seen_.probes.push_back({probe.set_index, probe.id, probe.row_count()});
      total_rows_ += probe.row_count();
      if (panel_.IsPrimary(probe.set_index)) total_rows_ += probe.row_count();
    }
    const size_t per_member = seen_.probes.size() * member_count_;
    seen_.loss_sum.assign(per_member, 0);
    seen_.entropy_sum.assign(per_member, 0);
    seen_.pair_sum.assign(
        seen_.probes.size() * seen_.pair_count() * kPairMetricCount, 0);
    seen_.inverse_temperatures.assign(std::begin(kInverseTemperatures),
                                      std::end(kInverseTemperatures));
    seen_.tempered_loss_sum.assign(
        member_count_ * seen_.inverse_temperatures.size(), 0);
    kl_of_.resize(references_.size() * member_count_);
  }

  // Calls body(probe index, probe, first row, row count) chunk by chunk.
  template <typename Body>
  absl::Status ForEachChunk(bool primary_only, Body body) {
    for (size_t p = 0; p < panel_.probes().size(); ++p) {
      const PanelProbe& probe = panel_.probes()[p];
      if (primary_only && !panel_.IsPrimary(probe.set_index)) continue;
      for (int64_t row = 0; row < probe.row_count();
           row += chunk_.max_rows()) {
        const int64_t count =
            std::min(chunk_.max_rows(), probe.row_count() - row);
        HYDROMETER_RETURN_IF_ERROR(chunk_.Load(probe, row, count));
        HYDROMETER_RETURN_IF_ERROR(body(p, probe, row, count));
        done_rows_ += count;
      }
      HYDROMETER_RETURN_IF_ERROR(CheckInterrupted());
      if (options_.progress) {
        HYDROMETER_RETURN_IF_ERROR(options_.progress(done_rows_, total_rows_));
      }
    }
    return absl::OkStatus();
  }

  absl::Status ReadLosses() {
    primary_loss_.assign(member_count_, 0);
    return ForEachChunk(
        true, [&](size_t, const PanelProbe&, int64_t, int64_t count) {
          const size_t grid = seen_.inverse_temperatures.size();
          for (size_t b = 0; b < grid; ++b) {
            auto log_probs = chunk_.TokenLogProbs(
                static_cast<float>(kOne / seen_.inverse_temperatures[b]));
            if (!log_probs.ok()) return log_probs.status();
            for (int64_t m = 0; m < member_count_; ++m) {
              double sum = 0;
              for (int64_t i = 0; i < count; ++i) {
                sum -= (*log_probs)[m * count + i];
              }
              seen_.tempered_loss_sum[m * grid + b] += sum;
              if (seen_.inverse_temperatures[b] == kOne) {
                primary_loss_[m] += sum;
              }
            }
          }
          primary_rows_ += count;
          return absl::OkStatus();
        });
  }

  // One Gram matrix for each reference (with and without its top token), for
  // the controls together, and for each member that could be a placebo.
  void ChooseWeightings() {
    auto add = [&](const std::string& name, std::vector<int32_t> members,
                   bool without_top) {
      seen_.weightings.push_back({name, std::move(members), without_top});
    };
    for (int32_t reference : references_) {
      add(seen_.members[reference].name, {reference}, false);
      add(seen_.members[reference].name, {reference}, true);
    }
    if (!controls_.empty()) add("controls", controls_, false);
    std::vector<std::pair<double, int32_t>> candidates;
    for (int32_t m = 0; m < member_count_ && primary_rows_ > 0; ++m) {
      const Role role = seen_.members[m].role;
      if (role != Role::kControl && role != Role::kPlacebo) continue;
      double distance = INFINITY;
      for (int32_t reference : references_) {
        distance = std::min(distance, std::fabs(primary_loss_[m] -
                                                primary_loss_[reference]) /
                                          primary_rows_);
      }
      // A placebo that was given is a rival at any distance.
      if (role == Role::kPlacebo ||
          distance <= options_.placebo_loss_distance_nats) {
        candidates.emplace_back(distance, m);
      }
    }
    std::sort(candidates.begin(), candidates.end());
    if (static_cast<int64_t>(candidates.size()) > options_.max_placebos) {
      candidates.resize(options_.max_placebos);
    }
    for (const auto& [distance, m] : candidates) {
      add(seen_.members[m].name, {m}, false);
    }
    seen_.gram_sum.assign(seen_.weightings.size() * seen_.probes.size() *
                              member_count_ * member_count_,
                          0);
  }

  absl::Status ReadEverything() {
    return ForEachChunk(false, [&](size_t p, const PanelProbe& probe,
                                   int64_t row, int64_t count) -> absl::Status {
      HYDROMETER_ASSIGN_OR_RETURN(LogitsChunk::Statistics statistics,
                                  chunk_.RowStatistics(kTopK));
      HYDROMETER_ASSIGN_OR_RETURN(LogitsChunk::Divergences divergences,
                                  chunk_.PairDivergences());
      AddStatistics(p, count, statistics);
      AddPairs(p, count, statistics, divergences);
      if (panel_.IsPrimary(probe.set_index)) {
        Score(p, row, count, statistics, divergences);
      }
      return AddGrams(p);
    });
  }

  void AddStatistics(size_t p, int64_t count,
                     const LogitsChunk::Statistics& statistics) {
    for (int64_t m = 0; m < member_count_; ++m) {
      for (int64_t i = 0; i < count; ++i) {
        seen_.loss_sum[p * member_count_ + m] -=
            statistics.token_log_prob[m * count + i];
        seen_.entropy_sum[p * member_count_ + m] +=
            statistics.entropy[m * count + i];
      }
    }
  }

  static double TopKOverlap(const int32_t* a, const int32_t* b) {
    int common = 0;
    for (int i = 0; i < kTopK; ++i) {
      common += a[i] >= 0 && std::find(b, b + kTopK, a[i]) != b + kTopK;
    }
    return static_cast<double>(common) / kTopK;
  }

  void AddPairs(size_t p, int64_t count,
                const LogitsChunk::Statistics& statistics,
                const LogitsChunk::Divergences& d) {
    const int64_t pair_count = seen_.pair_count();
    double* sums = &seen_.pair_sum[p * pair_count * kPairMetricCount];
    for (int64_t i = 0; i < count; ++i) {
      for (int64_t x = 0; x < member_count_; ++x) {
        for (int64_t y = x + 1; y < member_count_; ++y) {
          const int64_t pair = seen_.PairIndex(x, y);
          const int64_t from = i * pair_count + pair;
          const int32_t* a =
              &statistics.top_ids[(x * count + i) * kTopK];
          const int32_t* b =
              &statistics.top_ids[(y * count + i) * kTopK];
          double* sum = sums + pair * kPairMetricCount;
          auto add = [sum](PairMetric metric, double value) {
            sum[static_cast<int>(metric)] += value;
          };
          add(PairMetric::kKlPq, d.kl_pq[from]);
          add(PairMetric::kKlQp, d.kl_qp[from]);
          add(PairMetric::kJs, d.js[from]);
          add(PairMetric::kTotalVariation, d.total_variation[from]);
          add(PairMetric::kHellinger, d.hellinger[from]);
          add(PairMetric::kCosine, d.cosine[from]);
          add(PairMetric::kTopOneAgreement, a[0] == b[0] ? 1 : 0);
          add(PairMetric::kTopKOverlap, TopKOverlap(a, b));
        }
      }
    }
  }

  // KL(reference || X) of each position, and the positions that may be
  // exhibits.
  void Score(size_t p, int64_t first_row, int64_t count,
             const LogitsChunk::Statistics& statistics,
             const LogitsChunk::Divergences& d) {
    const double* log_prob = statistics.token_log_prob.data();
    const absl::Span<const int32_t> ids = panel_.ids(panel_.probes()[p]);
    for (size_t r = 0; r < references_.size(); ++r) {
      const int64_t t = references_[r];
      for (int64_t i = 0; i < count; ++i) {
        auto kl_to = [&](int64_t x) {
          if (x == t) return 0.0;
          const int64_t from = i * seen_.pair_count() +
                               seen_.PairIndex(std::min(x, t), std::max(x, t));
          return t < x ? d.kl_pq[from] : d.kl_qp[from];
        };
        for (int64_t x = 0; x < member_count_; ++x) {
          kl_of_[r * member_count_ + x].push_back(
              static_cast<float>(kl_to(x)));
        }
        if (controls_.empty()) continue;
        PositionNumbers at;
        at.reference_log_prob = log_prob[t * count + i];
        at.suspect_log_prob = log_prob[i];
        at.suspect_kl_nats = kl_to(0);
        for (int32_t control : controls_) {
          at.controls_log_prob +=
              log_prob[control * count + i] / controls_.size();
          at.controls_kl_nats += kl_to(control) / controls_.size();
        }
        const std::optional<double> score = ExhibitScore(at);
        if (!score) continue;
        const int64_t row = first_row + i;
        scores_.push_back({static_cast<int32_t>(r), static_cast<int32_t>(p),
                           row, ids[kFirstScoredRow + row + 1], *score});
      }
    }
  }

  absl::Status AddGrams(size_t p) {
    std::vector<kernels::WeightSpec> specs;
    for (const Weighting& weighting : seen_.weightings) {
      specs.push_back({weighting.member_indices, weighting.without_top});
    }
    if (specs.empty()) return absl::OkStatus();
    const size_t square = member_count_ * member_count_;
    std::vector<double> gram(specs.size() * square, 0);
    HYDROMETER_RETURN_IF_ERROR(chunk_.AddGrams(specs, gram.data()));
    for (size_t k = 0; k < specs.size(); ++k) {
      double* to =
          &seen_.gram_sum[(k * seen_.probes.size() + p) * square];
      for (size_t i = 0; i < square; ++i) to[i] += gram[k * square + i];
    }
    return absl::OkStatus();
  }

  void Quantiles() {
    for (std::vector<float>& values : kl_of_) {
      std::sort(values.begin(), values.end());
      auto at = [&](double share) -> double {
        if (values.empty()) return 0;
        return values[static_cast<size_t>(share * (values.size() - 1) + 0.5)];
      };
      seen_.kl_median.push_back(at(0.5));
      seen_.kl_quantile_999.push_back(at(0.999));
    }
    // Without positions on real text there is no largest one.
    for (size_t r = 0; r < references_.size(); ++r) {
      const std::vector<float>& of_suspect = kl_of_[r * member_count_];
      if (of_suspect.empty()) continue;
      seen_.largest_position_kl.push_back(of_suspect.back());
    }
  }

  const Panel& panel_;
  const CompareOptions& options_;
  const int64_t member_count_;
  Observations seen_;
  LogitsChunk chunk_;
  std::vector<int32_t> references_, controls_;
  std::vector<double> primary_loss_;
  std::vector<std::vector<float>> kl_of_;  // [R][M], one value a position
  std::vector<PositionScore> scores_;
  int64_t primary_rows_ = 0, done_rows_ = 0, total_rows_ = 0;
};

}  // namespace

absl::StatusOr<Observations> Compare(const Panel& panel,
                                     const CompareOptions& options) {
  return Comparison(panel, options).Run();
}

}  // namespace hydrometer::compare
