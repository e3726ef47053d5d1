// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/stats/assignment.h"

#include <cmath>
#include <limits>

#include "src/base/errors.h"

namespace hydrometer::stats {
namespace {

// Dual prices and the matching so far; -1: free.
struct State {
  std::vector<double> row_price, column_price;
  std::vector<int64_t> column_of_row, row_of_column;
};

// Adds `start` to the matching along the cheapest alternating path.
void Augment(absl::Span<const double> cost, int64_t n, int64_t start,
             State& state) {
  std::vector<double> distance(n, std::numeric_limits<double>::infinity());
  std::vector<int64_t> row_before(n, -1);
  std::vector<bool> settled(n, false);
  std::vector<int64_t> visited_rows;
  double reached = 0;
  int64_t row = start, sink = -1;
  while (sink < 0) {
    visited_rows.push_back(row);
    int64_t nearest = -1;
    for (int64_t j = 0; j < n; ++j) {
      if (settled[j]) continue;
      const double via = reached + cost[row * n + j] - state.row_price[row] -
                         state.column_price[j];
      if (via < distance[j]) {
        distance[j] = via;
        row_before[j] = row;
      }
      if (nearest < 0 || distance[j] < distance[nearest] ||
          (distance[j] == distance[nearest] && state.row_of_column[j] < 0 &&
           state.row_of_column[nearest] >= 0)) {
        nearest = j;
      }
    }
    reached = distance[nearest];
    settled[nearest] = true;
    if (state.row_of_column[nearest] < 0) {
      sink = nearest;
    } else {
      row = state.row_of_column[nearest];
    }
  }
  for (const int64_t visited : visited_rows) {
    state.row_price[visited] +=
        visited == start ? reached
                         : reached - distance[state.column_of_row[visited]];
  }
  for (int64_t j = 0; j < n; ++j) {
    if (settled[j]) state.column_price[j] -= reached - distance[j];
  }
  for (int64_t column = sink;;) {
    const int64_t owner = row_before[column];
    const int64_t next = state.column_of_row[owner];
    state.row_of_column[column] = owner;
    state.column_of_row[owner] = column;
    if (owner == start) break;
    column = next;
  }
}

}  // namespace

absl::StatusOr<std::vector<int64_t>> LeastCostAssignment(
    absl::Span<const double> cost, int64_t n) {
  if (n < 0 || static_cast<int64_t>(cost.size()) != n * n) {
    return InternalError("assignment: ", cost.size(), " costs, want ", n,
                         " squared");
  }
  for (const double c : cost) {
    if (!std::isfinite(c)) return RefusedError("assignment: cost not finite");
  }
  State state;
  state.row_price.assign(n, 0.0);
  state.column_price.assign(n, 0.0);
  state.column_of_row.assign(n, -1);
  state.row_of_column.assign(n, -1);
  for (int64_t row = 0; row < n; ++row) Augment(cost, n, row, state);
  return state.column_of_row;
}

absl::StatusOr<std::vector<int64_t>> GreatestGainAssignment(
    absl::Span<const double> gain, int64_t n) {
  std::vector<double> cost(gain.begin(), gain.end());
  for (double& c : cost) c = -c;
  return LeastCostAssignment(cost, n);
}

}  // namespace hydrometer::stats
