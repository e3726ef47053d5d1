// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// Partial correlation from a Gram matrix: what two variables share beyond all
// the others. The Gram is scaled to unit diagonal, a ridge is added, and
//   P = (G + ridge I)^-1,  rho_ij = -P_ij / sqrt(P_ii P_jj).
//
// Source: Lauritzen, Graphical Models (1996), 5.1.
// Tests: tests/stats/partial_correlation_test.cc.
#ifndef HYDROMETER_SRC_STATS_PARTIAL_CORRELATION_H_
#define HYDROMETER_SRC_STATS_PARTIAL_CORRELATION_H_

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"

namespace hydrometer::stats {

inline constexpr double kDefaultRidge = 1e-3;

// All partial correlations [n][n] with ones on the diagonal; the scale of the
// Gram does not matter. Refused: a diagonal entry that is not positive (a
// variable that does not vary), numbers that are not finite.
absl::StatusOr<std::vector<double>> PartialCorrelations(
    absl::Span<const double> gram, int64_t n, double ridge = kDefaultRidge);

// The one between variables `a` and `b` of `gram` [size][size], given those
// in `given` (indices; a and b are ignored there, repeats too).
absl::StatusOr<double> PartialCorrelation(absl::Span<const double> gram,
                                          int64_t size, int64_t a, int64_t b,
                                          absl::Span<const int> given,
                                          double ridge = kDefaultRidge);

}  // namespace hydrometer::stats

#endif  // HYDROMETER_SRC_STATS_PARTIAL_CORRELATION_H_
