// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/detect/resample.h"

#include <algorithm>

#include "src/stats/bootstrap.h"

namespace hydrometer::detect {
namespace {

// Columns of a per-probe array that go into a replicate's array: values of
// probe p are from[p * stride + source[e]], and land in target[e] and
// mirror[e] (the same place where there is nothing to mirror).
struct Columns {
  const double* from;
  int64_t stride;
  std::vector<int64_t> source, target, mirror;
};

void AddUp(const Columns& columns, const std::vector<int>& probes,
           const std::vector<float>& counts,
           std::vector<double> PanelSums::*array,
           std::vector<PanelSums>& replicates) {
  const int64_t width = static_cast<int64_t>(columns.source.size());
  const int64_t clusters = static_cast<int64_t>(probes.size());
  std::vector<double> values(clusters * width);
  for (int64_t c = 0; c < clusters; ++c) {
    const double* row = columns.from + probes[c] * columns.stride;
    for (int64_t e = 0; e < width; ++e) {
      values[c * width + e] = row[columns.source[e]];
    }
  }
  const std::vector<double> sums =
      stats::ResampledSums(counts, values, clusters, width);
  for (size_t b = 0; b < replicates.size(); ++b) {
    std::vector<double>& to = replicates[b].*array;
    const double* row = &sums[static_cast<int64_t>(b) * width];
    for (int64_t e = 0; e < width; ++e) {
      to[columns.target[e]] = row[e];
      to[columns.mirror[e]] = row[e];
    }
  }
}

// Of all pairs: the adjusted likenesses read everybody's.
Columns PairColumns(const Observations& observations) {
  Columns columns{observations.pair_sum.data(),
                  observations.pair_count() * kPairMetricCount};
  for (int64_t pair = 0; pair < observations.pair_count(); ++pair) {
    for (const PairMetric metric :
         {PairMetric::kKlPq, PairMetric::kKlQp, PairMetric::kJs,
          PairMetric::kTopOneAgreement}) {
      columns.source.push_back(pair * kPairMetricCount +
                               static_cast<int64_t>(metric));
    }
  }
  columns.target = columns.mirror = columns.source;
  return columns;
}

// The lower triangle of weighting `k`.
Columns GramColumns(const Observations& observations, int64_t k) {
  const int64_t m = observations.member_count();
  Columns columns{
      observations.gram_sum.data() + k * observations.probe_count() * m * m,
      m * m};
  for (int64_t i = 0; i < m; ++i) {
    for (int64_t j = 0; j <= i; ++j) {
      columns.source.push_back(i * m + j);
      columns.target.push_back(k * m * m + i * m + j);
      columns.mirror.push_back(k * m * m + j * m + i);
    }
  }
  return columns;
}

}  // namespace

std::vector<PanelSums> Resample(const Observations& observations,
                                const Scope& scope,
                                const std::vector<int>& weightings,
                                int64_t replicates, uint64_t seed) {
  const std::vector<int>& probes = scope.probe_indices;
  const int64_t clusters = static_cast<int64_t>(probes.size());
  if (replicates <= 0 || clusters < 2) return {};
  const std::vector<float> counts =
      stats::BootstrapCounts(replicates, clusters, seed);
  const int64_t m = observations.member_count();
  std::vector<PanelSums> result(replicates);
  for (int64_t b = 0; b < replicates; ++b) {
    PanelSums& sums = result[b];
    sums.member_count = m;
    sums.probe_count = clusters;
    for (int64_t c = 0; c < clusters; ++c) {
      sums.position_count +=
          counts[b * clusters + c] *
          static_cast<double>(observations.probes[probes[c]].position_count);
    }
    sums.loss.assign(m, 0.0);
    if (!observations.pair_sum.empty()) {
      sums.pair.assign(observations.pair_count() * kPairMetricCount, 0.0);
    }
    sums.gram.assign(observations.weightings.size() * m * m, 0.0);
  }
  Columns loss{observations.loss_sum.data(), m};
  for (int64_t i = 0; i < m; ++i) loss.source.push_back(i);
  loss.target = loss.mirror = loss.source;
  AddUp(loss, probes, counts, &PanelSums::loss, result);
  if (!observations.pair_sum.empty()) {
    AddUp(PairColumns(observations), probes, counts,
          &PanelSums::pair, result);
  }
  for (const int k : weightings) {
    AddUp(GramColumns(observations, k), probes, counts, &PanelSums::gram,
          result);
  }
  return result;
}

}  // namespace hydrometer::detect
