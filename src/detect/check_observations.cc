// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/detect/check_observations.h"

#include <cmath>
#include <set>
#include <string>
#include <vector>

#include "src/base/errors.h"
#include "src/base/status_macros.h"

namespace hydrometer::detect {
namespace {

constexpr char kWhere[] = "observations";

absl::Status CheckMembers(const Observations& o) {
  std::set<std::string> names;
  int64_t suspects = 0, references = 0;
  for (const Member& member : o.members) {
    if (member.name.empty() || !names.insert(member.name).second) {
      return RefusedError(kWhere, ": member name \"", member.name,
                          "\" is empty or there twice");
    }
    suspects += member.role == Role::kSuspect;
    references += member.role == Role::kReference;
  }
  if (suspects != 1 || references < 1) {
    return RefusedError(kWhere, ": ", suspects, " suspects and ", references,
                        " references, want one suspect and a reference");
  }
  return absl::OkStatus();
}

absl::Status CheckProbes(const Observations& o) {
  std::set<std::string> names;
  for (const ProbeSetSummary& set : o.sets) {
    if (!names.insert(set.name).second) {
      return RefusedError(kWhere, ": probe set \"", set.name,
                          "\" is there twice");
    }
  }
  int64_t positions = 0;
  for (const ProbeSummary& probe : o.probes) {
    if (probe.set_index < 0 ||
        probe.set_index >= static_cast<int64_t>(o.sets.size())) {
      return RefusedError(kWhere, ": probe \"", probe.id, "\" is of set ",
                          probe.set_index, " of ", o.sets.size());
    }
    if (probe.position_count < 0) {
      return RefusedError(kWhere, ": probe \"", probe.id, "\" has ",
                          probe.position_count, " positions");
    }
    positions += probe.position_count;
  }
  if (positions == 0) {
    return RefusedError(kWhere, ": no scored position, want at least one");
  }
  return absl::OkStatus();
}

absl::Status CheckArray(const std::vector<double>& values, int64_t wanted,
                        bool optional, bool not_negative,
                        absl::string_view name) {
  const int64_t size = static_cast<int64_t>(values.size());
  if (size != wanted && !(optional && size == 0)) {
    return RefusedError(kWhere, ": ", name, " has ", size, " numbers, want ",
                        wanted);
  }
  // A sum of products with zero is NaN as soon as one number is not finite;
  // one pass without a branch, for arrays of tens of millions.
  double poison = 0;
  for (const double v : values) poison += v * 0.0;
  if (!(poison == 0)) {
    return RefusedError(kWhere, ": ", name, " has a number that is not finite");
  }
  if (not_negative) {
    for (const double v : values) {
      // Rounding may push a distance of zero a little below.
      if (v < -1e-6) {
        return RefusedError(kWhere, ": ", name, " has ", v,
                            ", want nothing below 0");
      }
    }
  }
  return absl::OkStatus();
}

absl::Status CheckWeightings(const Observations& o) {
  for (const Weighting& weighting : o.weightings) {
    if (weighting.member_indices.empty()) {
      return RefusedError(kWhere, ": weighting \"", weighting.name,
                          "\" has no members");
    }
    for (const int32_t index : weighting.member_indices) {
      if (index < 0 || index >= o.member_count()) {
        return RefusedError(kWhere, ": weighting \"", weighting.name,
                            "\" names member ", index, " of ",
                            o.member_count());
      }
    }
  }
  const int64_t m = o.member_count(), p = o.probe_count();
  for (size_t k = 0; k < o.weightings.size(); ++k) {
    for (int64_t probe = 0; probe < p; ++probe) {
      const double* gram =
          &o.gram_sum[(static_cast<int64_t>(k) * p + probe) * m * m];
      for (int64_t i = 0; i < m; ++i) {
        for (int64_t j = 0; j < i; ++j) {
          // Symmetric up to the order of additions, and no correlation
          // beyond one.
          const double size = gram[i * m + i] + gram[j * m + j];
          if (std::abs(gram[i * m + j] - gram[j * m + i]) > 1e-6 * size ||
              2 * std::abs(gram[i * m + j]) > (1 + 1e-6) * size + 1e-12) {
            return RefusedError(kWhere, ": weighting \"", o.weightings[k].name,
                                "\", probe ", probe, ": entry ", i, ", ", j,
                                " is not that of a Gram matrix");
          }
        }
      }
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckObservations(const Observations& o) {
  HYDROMETER_RETURN_IF_ERROR(CheckMembers(o));
  HYDROMETER_RETURN_IF_ERROR(CheckProbes(o));
  const int64_t m = o.member_count(), p = o.probe_count();
  const int64_t k = static_cast<int64_t>(o.weightings.size());
  const int64_t grid = static_cast<int64_t>(o.inverse_temperatures.size());
  int64_t references = 0;
  for (const Member& member : o.members) {
    references += member.role == Role::kReference;
  }
  struct Row {
    const std::vector<double>& values;
    int64_t wanted;
    bool optional, not_negative;
    const char* name;
  };
  const Row rows[] = {
      {o.loss_sum, p * m, false, true, "loss_sum"},
      {o.entropy_sum, p * m, true, true, "entropy_sum"},
      {o.gram_sum, k * p * m * m, false, false, "gram_sum"},
      // Models of different vocabularies have no divergences.
      {o.pair_sum, p * o.pair_count() * kPairMetricCount, o.view != "logits",
       false, "pair_sum"},
      {o.inverse_temperatures, grid, true, true, "inverse_temperatures"},
      {o.tempered_loss_sum, m * grid, true, true, "tempered_loss_sum"},
      {o.kl_median, references * m, true, true, "kl_median"},
      {o.kl_quantile_999, references * m, true, true, "kl_quantile_999"},
      {o.reference_text_loss, m, true, true, "reference_text_loss"},
      {o.largest_position_kl, references, true, true, "largest_position_kl"},
  };
  for (const Row& row : rows) {
    HYDROMETER_RETURN_IF_ERROR(CheckArray(row.values, row.wanted, row.optional,
                                          row.not_negative, row.name));
  }
  if (!std::isfinite(o.numerics_noise_nats) || o.numerics_noise_nats < 0) {
    return RefusedError(kWhere, ": numerics_noise_nats is ",
                        o.numerics_noise_nats, ", want 0 or above");
  }
  return CheckWeightings(o);
}

}  // namespace hydrometer::detect
