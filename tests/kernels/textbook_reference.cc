// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
#include "tests/kernels/textbook_reference.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace hydrometer::kernels {
namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

// a log(a / b), 0 for a = 0.
double Term(double a, double log_a, double log_b) {
  return a == 0 ? 0 : a * (log_a - log_b);
}

}  // namespace

double TransformLogit(double z, const Transform& t) {
  if (t.soft_cap > 0 && std::isfinite(z)) {
    z = t.soft_cap * std::tanh(z / t.soft_cap);
  }
  return z / t.temperature;
}

RowReference ReferenceRow(const Row& raw, const Transform& t) {
  RowReference out;
  Row z(raw.size());
  double max = -kInf;
  bool poisoned = false;
  for (size_t i = 0; i < raw.size(); ++i) {
    z[i] = TransformLogit(raw[i], t);
    poisoned |= std::isnan(raw[i]) || raw[i] == kInf;
    max = std::max(max, z[i]);
  }
  if (poisoned || max == -kInf) {
    out.lse = poisoned ? kNaN : -kInf;
    out.entropy = kNaN;
    out.log_prob.assign(raw.size(), kNaN);
    return out;
  }
  long double sum = 0;
  for (double v : z) sum += std::exp(static_cast<long double>(v) - max);
  const long double lse = max + std::log(sum);
  out.lse = static_cast<double>(lse);
  long double entropy = 0;
  for (size_t i = 0; i < z.size(); ++i) {
    const long double l = z[i] - lse;
    out.log_prob.push_back(static_cast<double>(l));
    if (z[i] == -kInf) continue;
    entropy -= std::exp(l) * l;
    out.order.push_back(static_cast<int>(i));
  }
  out.entropy = static_cast<double>(entropy);
  std::stable_sort(out.order.begin(), out.order.end(),
                   [&](int a, int b) { return raw[a] > raw[b]; });
  return out;
}

Row LogProbabilities(const Row& raw, const Transform& t) {
  return ReferenceRow(raw, t).log_prob;
}

PairReference ReferencePair(const Row& p, const Transform& tp, const Row& q,
                            const Transform& tq, int k) {
  const RowReference a = ReferenceRow(p, tp);
  const RowReference b = ReferenceRow(q, tq);
  PairReference out;
  if (!std::isfinite(a.lse) || !std::isfinite(b.lse)) {
    return {kNaN, kNaN, kNaN, kNaN, kNaN, kNaN, -1, -1, -1, -1};
  }
  long double js = 0, tv = 0, h = 0, pq = 0, pp = 0, qq = 0, kl1 = 0, kl2 = 0;
  for (size_t i = 0; i < p.size(); ++i) {
    const double lp = a.log_prob[i], lq = b.log_prob[i];
    const double pi = std::exp(lp), qi = std::exp(lq);
    // The textbook sum's first-order terms cancel: leave them out exactly.
    const double x = lp == lq ? 0 : lp - lq;
    kl1 += lp == -kInf ? qi : lq == -kInf ? kInf : pi * (x + std::expm1(-x));
    kl2 += lq == -kInf ? pi : lp == -kInf ? kInf : qi * (-x + std::expm1(x));
    const double m = (pi + qi) / 2;
    if (lp == -kInf && lq == -kInf) continue;
    const double lm = std::log(m);
    js += (Term(pi, lp, lm) + Term(qi, lq, lm)) / 2;
    tv += std::abs(pi - qi) / 2;
    h += std::pow(std::exp(lp / 2) - std::exp(lq / 2), 2) / 2;
    pq += pi * qi;
    pp += pi * pi;
    qq += qi * qi;
  }
  out.kl_pq = kl1;
  out.kl_qp = kl2;
  out.js = js;
  out.tv = tv;
  out.hellinger = std::sqrt(h);
  out.cosine = pq / std::sqrt(pp * qq);
  const auto rank = [](const std::vector<int>& order, const Row& raw, int id) {
    const auto at = std::find(order.begin(), order.end(), id);
    if (at != order.end()) return static_cast<int>(at - order.begin()) + 1;
    // A masked token comes after all others and after masked lower ids.
    int rank = static_cast<int>(order.size()) + 1;
    for (int i = 0; i < id; ++i) rank += raw[i] == -kInf;
    return rank;
  };
  out.top1_agrees = a.order[0] == b.order[0];
  out.p_rank_of_q_top1 = rank(a.order, p, b.order[0]);
  out.q_rank_of_p_top1 = rank(b.order, q, a.order[0]);
  for (int i = 0; i < std::min<int>(k, a.order.size()); ++i) {
    for (int j = 0; j < std::min<int>(k, b.order.size()); ++j) {
      out.topk_overlap += a.order[i] == b.order[j];
    }
  }
  return out;
}

bool ReferenceGram(const std::vector<Row>& rows,
                   const std::vector<Transform>& transforms,
                   const std::vector<int32_t>& weighting, bool without_top,
                   std::vector<double>* gram) {
  const size_t m = rows.size(), v = rows[0].size();
  std::vector<Row> l;
  for (size_t i = 0; i < m; ++i) {
    l.push_back(LogProbabilities(rows[i], transforms[i]));
    if (!std::isfinite(ReferenceRow(rows[i], transforms[i]).lse)) return false;
  }
  Row w(v, 0.0);
  for (size_t i = 0; i < v; ++i) {
    bool masked = false;
    for (const Row& row : l) masked |= row[i] == -kInf;
    for (int32_t j : weighting) w[i] += masked ? 0 : std::exp(l[j][i]);
  }
  if (without_top) *std::max_element(w.begin(), w.end()) = 0;
  const double mass = std::accumulate(w.begin(), w.end(), 0.0);
  if (!(mass > 0)) return false;
  for (size_t i = 0; i < v; ++i) {
    w[i] /= mass;
    for (Row& row : l) row[i] = w[i] == 0 ? 0 : row[i];
  }
  for (Row& row : l) {
    double mean = 0;
    for (size_t i = 0; i < v; ++i) mean += w[i] * row[i];
    for (size_t i = 0; i < v; ++i) row[i] -= mean;
  }
  gram->assign(m * m, 0);
  for (size_t x = 0; x < m; ++x) {
    for (size_t y = 0; y < m; ++y) {
      for (size_t i = 0; i < v; ++i) {
        (*gram)[x * m + y] += w[i] * l[x][i] * l[y][i];
      }
    }
  }
  return true;
}

}  // namespace hydrometer::kernels
