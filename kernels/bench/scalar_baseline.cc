// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
#include <algorithm>
#include <cmath>
#include <cstring>
#include <functional>
#include <utility>
#include <vector>

#include "kernels/bench/baselines.h"

namespace hydrometer::kernels {
namespace {

float ToFloat(uint16_t h) {
  const uint32_t bits = static_cast<uint32_t>(h) << 16;
  float v;
  std::memcpy(&v, &bits, 4);
  return v;
}

std::vector<int> TopIds(const uint16_t* row, int64_t vocab) {
  using Entry = std::pair<float, int64_t>;  // logit, -id
  std::vector<Entry> heap;
  for (int64_t i = 0; i < vocab; ++i) {
    const Entry e{ToFloat(row[i]), -i};
    if (static_cast<int>(heap.size()) < kBenchTopK) {
      heap.push_back(e);
      std::push_heap(heap.begin(), heap.end(), std::greater<>());
    } else if (e > heap.front()) {
      std::pop_heap(heap.begin(), heap.end(), std::greater<>());
      heap.back() = e;
      std::push_heap(heap.begin(), heap.end(), std::greater<>());
    }
  }
  std::sort(heap.begin(), heap.end(), std::greater<>());
  std::vector<int> ids;
  for (const Entry& e : heap) ids.push_back(static_cast<int>(-e.second));
  return ids;
}

int Rank(const uint16_t* row, int64_t vocab, int id) {
  const float z = ToFloat(row[id]);
  int rank = 1;
  for (int64_t i = 0; i < vocab; ++i) {
    const float v = ToFloat(row[i]);
    rank += v > z || (v == z && i < id);
  }
  return rank;
}

}  // namespace

PairRow ScalarPair(const uint16_t* p, const uint16_t* q, int64_t vocab,
                   double p_lse, double q_lse) {
  double kl_pq = 0, kl_qp = 0, js = 0, tv = 0, bc = 0, pq = 0, pp = 0, qq = 0;
  for (int64_t i = 0; i < vocab; ++i) {
    const double lp = ToFloat(p[i]) - p_lse;
    const double lq = ToFloat(q[i]) - q_lse;
    const double pi = std::exp(lp);
    const double qi = std::exp(lq);
    const double lm = std::log((pi + qi) / 2);
    kl_pq += pi * (lp - lq);
    kl_qp += qi * (lq - lp);
    js += (pi * (lp - lm) + qi * (lq - lm)) / 2;
    tv += std::abs(pi - qi) / 2;
    bc += std::sqrt(pi * qi);
    pq += pi * qi;
    pp += pi * pi;
    qq += qi * qi;
  }
  PairRow out{{kl_pq, kl_qp, js, tv, std::sqrt(std::max(0.0, 1 - bc)),
               pq / std::sqrt(pp * qq)},
              {}};
  const std::vector<int> a = TopIds(p, vocab), b = TopIds(q, vocab);
  out.count[0] = a[0] == b[0];
  out.count[1] = Rank(p, vocab, b[0]);
  out.count[2] = Rank(q, vocab, a[0]);
  for (int id : a) out.count[3] += std::count(b.begin(), b.end(), id);
  return out;
}

uint64_t ReadAll(const void* data, int64_t bytes) {
  // Eight independent sums of 32-byte vectors: bound by memory, not by adding.
  using Vector = uint64_t __attribute__((vector_size(32), aligned(2)));
  const Vector* v = static_cast<const Vector*>(data);
  Vector s0{}, s1{}, s2{}, s3{};
  const int64_t count = bytes / static_cast<int64_t>(sizeof(Vector)) / 4 * 4;
  for (int64_t i = 0; i < count; i += 4) {
    s0 += v[i];
    s1 += v[i + 1];
    s2 += v[i + 2];
    s3 += v[i + 3];
  }
  s0 += s1 + s2 + s3;
  return s0[0] + s0[1] + s0[2] + s0[3];
}

}  // namespace hydrometer::kernels
