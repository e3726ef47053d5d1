// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// Cuts the panel of one audit out of the observations of a larger panel, so
// that many audits of a zoo cost one comparison: every sum is per member or
// per pair, so leaving members out is leaving numbers out.
#ifndef HYDROMETER_TESTS_AUDIT_SELECT_MEMBERS_H_
#define HYDROMETER_TESTS_AUDIT_SELECT_MEMBERS_H_

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "src/base/observations.h"

namespace hydrometer {

// `chosen`: (index in `all`, role in the result), the suspect first, one
// reference. Weightings whose members are not chosen fall away.
inline Observations SelectMembers(
    const Observations& all,
    const std::vector<std::pair<int32_t, Role>>& chosen,
    const std::string& sibling_of) {
  Observations x;
  x.sets = all.sets;
  x.probes = all.probes;
  x.view = all.view;
  x.device = all.device;
  x.compute = all.compute;
  x.numerics = all.numerics;
  x.inverse_temperatures = all.inverse_temperatures;
  std::vector<int32_t> place(all.members.size(), -1);
  int64_t reference_in_all = 0;
  for (const auto& [index, role] : chosen) {
    place[index] = static_cast<int32_t>(x.members.size());
    Member member = all.members[index];
    member.role = role;
    member.sibling_of = role == Role::kSibling ? sibling_of : "";
    if (role == Role::kReference) {
      for (int32_t i = 0; i < index; ++i) {
        reference_in_all += all.members[i].role == Role::kReference;
      }
    }
    x.members.push_back(std::move(member));
  }
  const int64_t m = x.member_count(), n = all.member_count();
  const int64_t probes = all.probe_count();
  for (int64_t p = 0; p < probes; ++p) {
    for (const auto& [i, role] : chosen) {
      x.loss_sum.push_back(all.loss_sum[p * n + i]);
      x.entropy_sum.push_back(all.entropy_sum[p * n + i]);
    }
    for (int64_t a = 0; a < m; ++a) {
      for (int64_t b = a + 1; b < m; ++b) {
        const int64_t i = chosen[a].first, j = chosen[b].first;
        const double* from =
            &all.pair_sum[(p * all.pair_count() +
                           all.PairIndex(std::min(i, j), std::max(i, j))) *
                          kPairMetricCount];
        for (int metric = 0; metric < kPairMetricCount; ++metric) {
          // The two KL directions change places with the pair's order.
          const int turned = i < j || metric > 1 ? metric : 1 - metric;
          x.pair_sum.push_back(from[turned]);
        }
      }
    }
  }
  for (size_t k = 0; k < all.weightings.size(); ++k) {
    Weighting weighting = all.weightings[k];
    bool kept = true;
    for (int32_t& member : weighting.member_indices) {
      member = place[member];
      kept &= member >= 0;
    }
    if (!kept) continue;
    x.weightings.push_back(std::move(weighting));
    for (int64_t p = 0; p < probes; ++p) {
      const double* gram = &all.gram_sum[(k * probes + p) * n * n];
      for (const auto& [i, role_i] : chosen) {
        for (const auto& [j, role_j] : chosen) {
          x.gram_sum.push_back(gram[i * n + j]);
        }
      }
    }
  }
  const size_t grid = all.inverse_temperatures.size();
  for (const auto& [i, role] : chosen) {
    for (size_t b = 0; b < grid; ++b) {
      x.tempered_loss_sum.push_back(all.tempered_loss_sum[i * grid + b]);
    }
    x.kl_median.push_back(all.kl_median[reference_in_all * n + i]);
    x.kl_quantile_999.push_back(all.kl_quantile_999[reference_in_all * n + i]);
  }
  // Not known for another suspect than the panel's own.
  x.largest_position_kl = {1e9};
  return x;
}

}  // namespace hydrometer

#endif  // HYDROMETER_TESTS_AUDIT_SELECT_MEMBERS_H_
