// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <c10/core/InferenceMode.h>

#include "kernels/bench/baselines.h"

namespace hydrometer::kernels {
namespace {

at::Tensor RankOf(const at::Tensor& logits, const at::Tensor& id) {
  const at::Tensor z = logits.gather(1, id.unsqueeze(1));
  return logits.gt(z).sum(1) + 1;
}

}  // namespace

double TorchPairs(const uint16_t* p, const uint16_t* q, int64_t pairs,
                  int64_t vocab, int threads) {
  const c10::InferenceMode guard;
  at::set_num_threads(threads);
  const auto view = [&](const uint16_t* data) {
    return at::from_blob(const_cast<uint16_t*>(data), {pairs, vocab},
                         at::kBFloat16)
        .to(at::kFloat);
  };
  const at::Tensor zp = view(p), zq = view(q);
  const at::Tensor lp = zp.log_softmax(1), lq = zq.log_softmax(1);
  const at::Tensor pp = lp.exp(), qq = lq.exp();
  const at::Tensor lm = ((pp + qq) / 2).log();
  at::Tensor sum = (pp * (lp - lq)).sum(1);
  sum = sum + (qq * (lq - lp)).sum(1);
  sum = sum + ((pp * (lp - lm)).sum(1) + (qq * (lq - lm)).sum(1)) / 2;
  sum = sum + (pp - qq).abs().sum(1) / 2;
  sum = sum + (1 - (pp * qq).sqrt().sum(1)).clamp_min(0).sqrt();
  sum = sum + at::cosine_similarity(pp, qq, 1);
  const at::Tensor tp = zp.argmax(1), tq = zq.argmax(1);
  sum = sum + tp.eq(tq) + RankOf(zp, tq) + RankOf(zq, tp);
  const at::Tensor kp = std::get<1>(zp.topk(kBenchTopK, 1));
  const at::Tensor kq = std::get<1>(zq.topk(kBenchTopK, 1));
  sum = sum + kp.unsqueeze(2).eq(kq.unsqueeze(1)).sum({1, 2});
  return sum.sum().item<double>();
}

}  // namespace hydrometer::kernels
