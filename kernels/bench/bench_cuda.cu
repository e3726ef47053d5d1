// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// hydrometer_bench_cuda: the CUDA kernels against what bounds them, in one run
// with the competitors interleaved, as a Markdown table on stdout. Needs no
// LibTorch and no Google Benchmark. Without a GPU every row is "not measured",
// and the exit code is 77.
#include <cuda_runtime.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <string>
#include <vector>

#include "kernels/device_cuda.h"
#include "kernels/head_cuda.h"
#include "kernels/head_gemm.h"
#include "kernels/pair_divergence_cuda.h"
#include "kernels/panel_divergence_cuda.h"
#include "kernels/row_statistics_cuda.h"

namespace hydrometer::kernels {
namespace {

constexpr int kRepetitions = 15;
bool g_failed = false;

void Check(int error, const char* what) {
  if (error == 0) return;
  std::fprintf(stderr, "bench: %s: %s\n", what, CudaErrorText(error));
  g_failed = true;
}

// Device memory that is freed at the end of its scope.
class Buffer {
 public:
  explicit Buffer(size_t bytes) {
    Check(cudaMalloc(&data_, bytes), "cudaMalloc");
  }
  ~Buffer() { cudaFree(data_); }
  Buffer(const Buffer&) = delete;
  template <class T>
  T* As() {
    return static_cast<T*>(data_);
  }

 private:
  void* data_ = nullptr;
};

// Logits that are different in every place and about normal, standard
// deviation 2; `seed` and `other` rows differ by `noise`.
template <bool kBFloat16>
__global__ void FillKernel(void* data, int64_t count, uint32_t seed,
                           float scale) {
  const int64_t step = int64_t{gridDim.x} * blockDim.x;
  for (int64_t i = int64_t{blockIdx.x} * blockDim.x + threadIdx.x; i < count;
       i += step) {
    float sum = 0;
    for (uint32_t k = 0; k < 3; ++k) {
      // The third term alone depends on the seed: rows are alike, not equal.
      uint64_t z = (static_cast<uint64_t>(i) * 3 + k) * 0x9E3779B97F4A7C15u +
                   (k == 2 ? seed : 0u);
      z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
      z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
      sum += static_cast<float>(z >> 40) * 0x1p-24f - 0.5f;
    }
    const float value = sum * scale;
    if (kBFloat16) {
      const uint32_t bits = __float_as_uint(value) + 0x8000u;
      static_cast<uint16_t*>(data)[i] = static_cast<uint16_t>(bits >> 16);
    } else {
      static_cast<float*>(data)[i] = value;
    }
  }
}

// Reads everything once: the bandwidth that the ratios are against.
__global__ void ReadKernel(const uint4* data, int64_t count, uint32_t* sink) {
  const int64_t step = int64_t{gridDim.x} * blockDim.x;
  uint32_t mix = 0;
  int64_t i = int64_t{blockIdx.x} * blockDim.x + threadIdx.x;
  for (; i + 3 * step < count; i += 4 * step) {
    const uint4 a = __ldg(data + i), b = __ldg(data + i + step);
    const uint4 c = __ldg(data + i + 2 * step), d = __ldg(data + i + 3 * step);
    mix ^= a.x ^ a.y ^ a.z ^ a.w ^ b.x ^ b.y ^ b.z ^ b.w;
    mix ^= c.x ^ c.y ^ c.z ^ c.w ^ d.x ^ d.y ^ d.z ^ d.w;
  }
  for (; i < count; i += step) {
    const uint4 a = __ldg(data + i);
    mix ^= a.x ^ a.y ^ a.z ^ a.w;
  }
  if (mix == 0x12345678u) *sink = mix;  // keeps the loads
}

int Processors() {
  int count = 1;
  Check(cudaDeviceGetAttribute(&count, cudaDevAttrMultiProcessorCount, 0),
        "multiprocessor count");
  return count;
}

struct Entry {
  std::string name;
  std::function<int()> run;
  std::vector<float> times_ms = {};

  double Seconds() const {
    std::vector<float> sorted = times_ms;
    std::sort(sorted.begin(), sorted.end());
    return sorted.empty() ? 0 : sorted[sorted.size() / 2] * 1e-3;
  }
};

// Medians of kRepetitions rounds; every round runs each entry once.
void Measure(std::vector<Entry>* entries) {
  cudaEvent_t start, stop;
  Check(cudaEventCreate(&start), "event");
  Check(cudaEventCreate(&stop), "event");
  for (int round = -2; round < kRepetitions && !g_failed; ++round) {
    for (Entry& entry : *entries) {
      Check(cudaEventRecord(start), "record");
      Check(entry.run(), entry.name.c_str());
      Check(cudaEventRecord(stop), "record");
      Check(cudaEventSynchronize(stop), entry.name.c_str());
      float ms = 0;
      Check(cudaEventElapsedTime(&ms, start, stop), "elapsed");
      if (round >= 0) entry.times_ms.push_back(ms);
    }
  }
  cudaEventDestroy(start);
  cudaEventDestroy(stop);
}

void Line(const std::string& what, const char* unit, double value,
          const std::string& against) {
  std::printf("| %s | %.3f %s | %s |\n", what.c_str(), value, unit,
              against.c_str());
}

// Pair divergence, all metrics, against reading the same bytes.
void BenchPairs(DataType type, int64_t vocab, int64_t stride,
                const char* title) {
  const bool half = type != DataType::kFloat32;
  const int64_t size = half ? 2 : 4;
  // About 4 GB, many times the L2 cache.
  const int64_t rows = (int64_t{2} << 30) / (stride * size);
  const int64_t bytes = rows * stride * size;
  Buffer p(bytes + 64), q(bytes + 64), p_lse(rows * 8), q_lse(rows * 8);
  Buffer results(rows * 8 * 6), counts(rows * 4 * 4), sink(4);
  const dim3 grid(Processors() * 8);
  if (half) {
    FillKernel<true><<<grid, 256>>>(p.As<void>(), rows * stride, 1, 7);
    FillKernel<true><<<grid, 256>>>(q.As<void>(), rows * stride, 2, 7);
  } else {
    FillKernel<false><<<grid, 256>>>(p.As<void>(), rows * stride, 1, 7);
    FillKernel<false><<<grid, 256>>>(q.As<void>(), rows * stride, 2, 7);
  }
  Check(cudaGetLastError(), "fill");
  PairDivergenceArgs args;
  args.p.data = p.As<void>();
  args.q.data = q.As<void>();
  for (Rows* view : {&args.p, &args.q}) {
    view->type = type;
    view->device = Device::kCuda;
    view->row_count = rows;
    view->vocab_count = vocab;
    view->row_stride = stride;
  }
  args.pair_count = rows;
  double* r = results.As<double>();
  args.kl_pq_nats = r;
  args.kl_qp_nats = r + rows;
  args.js_nats = r + 2 * rows;
  args.tv = r + 3 * rows;
  args.hellinger = r + 4 * rows;
  args.cosine = r + 5 * rows;
  int32_t* c = counts.As<int32_t>();
  args.top1_agrees = c;
  args.p_rank_of_q_top1 = c + rows;
  args.q_rank_of_p_top1 = c + 2 * rows;
  PairDivergenceArgs given = args;
  given.p_lse_nats = p_lse.As<double>();
  given.q_lse_nats = q_lse.As<double>();
  PairDivergenceArgs top_k = given;
  top_k.k = 10;
  top_k.topk_overlap_count = c + 3 * rows;
  RowStatisticsArgs statistics;
  statistics.rows = args.p;
  statistics.lse_nats = p_lse.As<double>();
  Check(LaunchRowStatistics(statistics, nullptr), "row statistics");
  statistics.rows = args.q;
  statistics.lse_nats = q_lse.As<double>();
  std::vector<Entry> entries = {
      {"read",
       [&] {
         ReadKernel<<<grid, 512>>>(p.As<uint4>(), bytes / 16,
                                   sink.As<uint32_t>());
         ReadKernel<<<grid, 512>>>(q.As<uint4>(), bytes / 16,
                                   sink.As<uint32_t>());
         return static_cast<int>(cudaGetLastError());
       }},
      {"given", [&] { return LaunchPairDivergence(given, nullptr); }},
      {"top-k", [&] { return LaunchPairDivergence(top_k, nullptr); }},
      {"raw", [&] { return LaunchPairDivergence(args, nullptr); }},
      {"statistics", [&] { return LaunchRowStatistics(statistics, nullptr); }},
  };
  Measure(&entries);
  if (g_failed) return;
  const double read = entries[0].Seconds();
  const std::string name = title;
  Line(name + ": read bandwidth", "TB/s", 2.0 * bytes / read * 1e-12, "-");
  const char* against = "of that bandwidth, each row counted once";
  Line(name + ": log-sum-exp given", "", read / entries[1].Seconds(), against);
  Line(name + ": given, with top-10 overlap", "", read / entries[2].Seconds(),
       against);
  Line(name + ": raw logits", "", read / entries[3].Seconds(), against);
  Line(name + ": row statistics (one row)", "",
       read / 2 / entries[4].Seconds(), against);
  Line(name + ": a pair, given", "us", entries[1].Seconds() / rows * 1e6,
       "-");
  Line(name + ": a pair and token, given", "ps",
       entries[1].Seconds() / rows / vocab * 1e12, "for the V comparison");
}

// One position of a panel against its pairs one by one.
void BenchPanel() {
  constexpr int kMembers = 20;
  constexpr int64_t kVocab = 128256, kPositions = 256;
  Buffer rows(kMembers * kPositions * kVocab * 2);
  Buffer lse(kMembers * kPositions * 8);
  const int64_t pairs = kMembers * (kMembers - 1) / 2;
  Buffer js(pairs * kPositions * 8);
  FillKernel<true><<<Processors() * 8, 256>>>(
      rows.As<void>(), kMembers * kPositions * kVocab, 1, 7);
  PanelDivergenceArgs args = {};
  RowStatisticsArgs statistics;
  statistics.rows.data = rows.As<void>();
  statistics.rows.type = DataType::kBFloat16;
  statistics.rows.device = Device::kCuda;
  statistics.rows.row_count = kMembers * kPositions;
  statistics.rows.vocab_count = statistics.rows.row_stride = kVocab;
  statistics.lse_nats = lse.As<double>();
  Check(LaunchRowStatistics(statistics, nullptr), "row statistics");
  for (int m = 0; m < kMembers; ++m) {
    args.members[m] = {rows.As<uint16_t>() + m * kPositions * kVocab, kVocab,
                       {}};
  }
  args.member_count = kMembers;
  args.type = DataType::kBFloat16;
  args.position_count = kPositions;
  args.vocab_count = kVocab;
  args.lse_nats = lse.As<double>();
  args.js_nats = js.As<double>();
  PairDivergenceArgs pair;
  pair.p = pair.q = statistics.rows;
  pair.p.row_count = pair.q.row_count = kPositions;
  pair.pair_count = kPositions;
  pair.js_nats = js.As<double>();
  std::vector<Entry> entries = {
      {"panel", [&] { return LaunchPanelDivergence(args, nullptr); }},
      {"pairs", [&] {
         for (int x = 0; x < kMembers; ++x) {
           for (int y = x + 1; y < kMembers; ++y) {
             pair.p.data = args.members[x].data;
             pair.q.data = args.members[y].data;
             pair.p_lse_nats = args.lse_nats + x * kPositions;
             pair.q_lse_nats = args.lse_nats + y * kPositions;
             if (int error = LaunchPairDivergence(pair, nullptr)) return error;
           }
         }
         return 0;
       }}};
  Measure(&entries);
  if (g_failed) return;
  Line("panel divergence, JS, M = 20, V = 128,256", "x",
       entries[1].Seconds() / entries[0].Seconds(),
       "faster than pair by pair");
}

// Hidden states of two models to all metrics, against the two bare products.
void BenchHead() {
  constexpr int64_t kHidden = 4096, kVocab = 128256, kRows = 4096;
  Buffer hidden(kRows * kHidden * 2), weight(kVocab * kHidden * 2);
  Buffer p(kRows * kVocab * 4), q(kRows * kVocab * 4);
  Buffer p_lse(kRows * 8), q_lse(kRows * 8), results(kRows * 8 * 6);
  const dim3 grid(Processors() * 8);
  FillKernel<true><<<grid, 256>>>(hidden.As<void>(), kRows * kHidden, 1, 2);
  FillKernel<true><<<grid, 256>>>(weight.As<void>(), kVocab * kHidden, 2,
                                  0.06f);
  HeadArgs head;
  head.hidden = hidden.As<void>();
  head.weight = weight.As<void>();
  head.hidden_type = head.weight_type = DataType::kBFloat16;
  head.hidden_stride = head.weight_stride = head.hidden_size = kHidden;
  head.row_count = kRows;
  head.vocab_count = head.logits_stride = kVocab;
  head.logits = p.As<float>();
  head.lse_nats = p_lse.As<double>();
  const size_t work_bytes = HeadCudaWorkspaceBytes(head);
  Buffer work(work_bytes);
  head.workspace = {work.As<void>(), work_bytes};
  HeadArgs second = head;
  second.logits = q.As<float>();
  second.lse_nats = q_lse.As<double>();
  HeadGemmArgs bare;
  bare.hidden = head.hidden;
  bare.weight = head.weight;
  bare.hidden_stride = bare.weight_stride = bare.hidden_size = kHidden;
  bare.row_count = kRows;
  bare.vocab_count = bare.logits_stride = kVocab;
  bare.type = DataType::kBFloat16;
  bare.logits = p.As<float>();
  bare.workspace = work.As<void>();
  bare.workspace_bytes = kHeadGemmWorkspaceBytes;
  PairDivergenceArgs pair;
  for (Rows* view : {&pair.p, &pair.q}) {
    view->device = Device::kCuda;
    view->row_count = kRows;
    view->vocab_count = view->row_stride = kVocab;
  }
  pair.p.data = head.logits;
  pair.q.data = second.logits;
  pair.p_lse_nats = head.lse_nats;
  pair.q_lse_nats = second.lse_nats;
  pair.pair_count = kRows;
  double* r = results.As<double>();
  pair.kl_pq_nats = r;
  pair.kl_qp_nats = r + kRows;
  pair.js_nats = r + 2 * kRows;
  pair.tv = r + 3 * kRows;
  pair.hellinger = r + 4 * kRows;
  pair.cosine = r + 5 * kRows;
  std::vector<Entry> entries = {
      {"bare",
       [&] {
         const int error = HeadGemm(bare, nullptr);
         return error != 0 ? error : HeadGemm(bare, nullptr);
       }},
      {"logits and lse",
       [&] {
         const int error = LaunchHead(head, nullptr);
         return error != 0 ? error : LaunchHead(second, nullptr);
       }},
      {"all", [&] {
         int error = LaunchHead(head, nullptr);
         if (error == 0) error = LaunchHead(second, nullptr);
         return error != 0 ? error : LaunchPairDivergence(pair, nullptr);
       }}};
  Measure(&entries);
  if (g_failed) return;
  const double bare_seconds = entries[0].Seconds();
  Line("two bare products, H = 4,096, V = 128,256, N = 4,096, bf16",
       "TFLOP/s", 4.0 * kRows * kHidden * kVocab / bare_seconds * 1e-12, "-");
  Line("hidden states to logits and log-sum-exp", "x",
       entries[1].Seconds() / bare_seconds, "the bare products' time");
  Line("hidden states to all metrics", "x",
       entries[2].Seconds() / bare_seconds, "the bare products' time");
}

int Main() {
  char description[256];
  CudaDeviceDescription(description, sizeof description);
  std::printf("device: %s\n\n| what | result | against |\n|---|---|---|\n",
              description);
  if (CudaDeviceError() != 0) {
    std::printf("| every row | not measured | |\n");
    return 77;
  }
  const struct {
    DataType type;
    int64_t vocab, stride;
    const char* title;
  } cases[] = {
      {DataType::kBFloat16, 128256, 128256, "pairs, bf16, V = 128,256"},
      {DataType::kBFloat16, 32000, 32000, "pairs, bf16, V = 32,000"},
      {DataType::kBFloat16, 50257, 50257, "pairs, bf16, V = 50,257"},
      {DataType::kBFloat16, 151936, 151936, "pairs, bf16, V = 151,936"},
      {DataType::kBFloat16, 262144, 262144, "pairs, bf16, V = 262,144"},
      {DataType::kFloat32, 128256, 128256, "pairs, fp32, V = 128,256"},
  };
  for (const auto& c : cases) {
    if (!g_failed) BenchPairs(c.type, c.vocab, c.stride, c.title);
  }
  if (!g_failed) BenchPanel();
  if (!g_failed) BenchHead();
  return g_failed ? 1 : 0;
}

}  // namespace
}  // namespace hydrometer::kernels

int main() { return hydrometer::kernels::Main(); }
