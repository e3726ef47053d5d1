// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// Benchmarks on the CPU, all cores. Rows come from a set larger than the last
// level of cache and are walked through, so that every row is read from memory.
// A row is a shared random row (spread 3) and a deviation of its own (spread
// 1).
#include "kernels/bench/cpu_benchmarks.h"

#include <benchmark/benchmark.h>

#include <cmath>
#include <cstring>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "kernels/bench/baselines.h"
#include "kernels/head.h"
#include "kernels/pair_divergence.h"
#include "kernels/panel_divergence.h"
#include "kernels/panel_gram.h"
#include "kernels/parallel_for.h"
#include "kernels/row_statistics.h"

namespace hydrometer::kernels {
namespace {

constexpr int64_t kVocab = 128256;
constexpr int64_t kSetBytes = int64_t{80} << 20;  // each of p and q: half
constexpr int kPairsPerCall = 8;

uint16_t BFloat16(double v) {
  const float f = static_cast<float>(v);
  uint32_t bits;
  std::memcpy(&bits, &f, 4);
  return static_cast<uint16_t>((bits + 0x8000) >> 16);
}

// Nearly normal numbers, fast: four uniform ones.
double Random(uint64_t* state) {
  double sum = -2;
  for (int i = 0; i < 4; ++i) {
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    sum += static_cast<double>(*state >> 11) * 0x1p-53;
  }
  return sum * 1.7320508;
}

// Rows r of all members share one base row.
struct RowSet {
  RowSet(int members, int64_t row_count, int64_t vocab_count)
      : rows(row_count), vocab(vocab_count), data(members) {
    uint64_t state = 7;
    for (auto& d : data) d.resize(rows * vocab);
    for (int64_t i = 0; i < rows * vocab; ++i) {
      const double base = 3 * Random(&state);
      for (auto& d : data) d[i] = BFloat16(base + Random(&state));
    }
    lse.assign(members, std::vector<double>(rows));
    for (int m = 0; m < members; ++m) {
      RowStatistics out;
      out.lse_nats = lse[m].data();
      static_cast<void>(ComputeRowStatistics(View(m, 0, rows), {}, out));
    }
  }
  Rows View(int member, int64_t first, int64_t count) const {
    Rows v;
    v.data = data[member].data() + first * vocab;
    v.type = DataType::kBFloat16;
    v.row_count = count;
    v.vocab_count = v.row_stride = vocab;
    return v;
  }
  int64_t rows, vocab;
  std::vector<std::vector<uint16_t>> data;
  std::vector<std::vector<double>> lse;
};

const RowSet& PairSet() {
  static const RowSet* set = new RowSet(2, kSetBytes / 4 / kVocab, kVocab);
  return *set;
}

// Walks through a set in steps of `step` rows.
struct Walk {
  int64_t rows, step, at = 0;
  int64_t Next() {
    const int64_t now = at;
    at = at + 2 * step > rows ? 0 : at + step;
    return now;
  }
};

struct PairBuffers {
  double real[6][kPairsPerCall];
  int32_t count[4][kPairsPerCall];
  PairDivergences Out() {
    return {real[0], real[1],  real[2],  real[3],  real[4],
            real[5], count[0], count[1], count[2], count[3]};
  }
};

void PairKernel(benchmark::State& state, const RowSet& set, bool lse_given,
                int64_t items) {
  PairBuffers buffers;
  Walk walk{set.rows, kPairsPerCall};
  for (auto _ : state) {
    const int64_t r = walk.Next();
    PairDivergenceRequest request;
    request.k = kBenchTopK;
    if (lse_given) {
      request.p_lse_nats = set.lse[0].data() + r;
      request.q_lse_nats = set.lse[1].data() + r;
    }
    const absl::Status s = ComputePairDivergence(set.View(0, r, kPairsPerCall),
                                                 set.View(1, r, kPairsPerCall),
                                                 request, buffers.Out());
    if (!s.ok()) state.SkipWithError(std::string(s.message()).c_str());
  }
  state.SetItemsProcessed(state.iterations() * items);
}

void PairScalar(benchmark::State& state) {
  const RowSet& set = PairSet();
  Walk walk{set.rows, kPairsPerCall};
  std::vector<PairRow> out(kPairsPerCall);
  for (auto _ : state) {
    const int64_t r = walk.Next();
    ParallelFor(kPairsPerCall, 1, [&](const Chunk& c) {
      const int64_t at = (r + c.begin) * set.vocab;
      out[c.begin] = ScalarPair(
          set.data[0].data() + at, set.data[1].data() + at, set.vocab,
          set.lse[0][r + c.begin], set.lse[1][r + c.begin]);
    });
    benchmark::DoNotOptimize(out.data());
  }
  state.SetItemsProcessed(state.iterations() * kPairsPerCall);
}

void PairRead(benchmark::State& state, bool both) {
  const RowSet& set = PairSet();
  Walk walk{set.rows, kPairsPerCall};
  std::vector<uint64_t> out(kPairsPerCall);
  for (auto _ : state) {
    const int64_t r = walk.Next();
    ParallelFor(kPairsPerCall, 1, [&](const Chunk& c) {
      const int64_t at = (r + c.begin) * set.vocab;
      out[c.begin] = ReadAll(set.data[0].data() + at, set.vocab * 2);
      if (both) {
        out[c.begin] += ReadAll(set.data[1].data() + at, set.vocab * 2);
      }
    });
    benchmark::DoNotOptimize(out.data());
  }
  state.SetItemsProcessed(state.iterations() * kPairsPerCall);
}

void RowKernel(benchmark::State& state) {
  const RowSet& set = PairSet();
  Walk walk{set.rows, kPairsPerCall};
  double lse[kPairsPerCall], entropy[kPairsPerCall];
  int32_t ids[kPairsPerCall * kBenchTopK];
  double log_prob[kPairsPerCall * kBenchTopK];
  const RowStatistics out = {lse, entropy, nullptr, nullptr, ids, log_prob};
  for (auto _ : state) {
    const int64_t r = walk.Next();
    static_cast<void>(ComputeRowStatistics(set.View(0, r, kPairsPerCall),
                                           {nullptr, kBenchTopK}, out));
  }
  state.SetItemsProcessed(state.iterations() * kPairsPerCall);
}

#ifdef HYDROMETER_BENCH_TORCH
void PairTorch(benchmark::State& state) {
  const RowSet& set = PairSet();
  Walk walk{set.rows, kPairsPerCall};
  double sum = 0;
  for (auto _ : state) {
    const int64_t at = walk.Next() * set.vocab;
    sum += TorchPairs(set.data[0].data() + at, set.data[1].data() + at,
                      kPairsPerCall, set.vocab, ThreadCount());
  }
  benchmark::DoNotOptimize(sum);
  state.SetItemsProcessed(state.iterations() * kPairsPerCall);
}
#endif

// ---- Panels ----------------------------------------------------------------

constexpr int kPanelMembers = 20;
constexpr int kPanelPositions = 4;

const RowSet& PanelSet() {
  static const RowSet* set = new RowSet(kPanelMembers, kPanelPositions, kVocab);
  return *set;
}

struct Scratch {
  explicit Scratch(size_t bytes) : memory(bytes + 64) {}
  Workspace View() {
    void* at = memory.data();
    size_t space = memory.size();
    const size_t bytes = space - 64;
    return {std::align(64, bytes, at, space), bytes};
  }
  std::vector<char> memory;
};

void PanelKernel(benchmark::State& state, bool all) {
  const RowSet& set = PanelSet();
  std::vector<Rows> members;
  std::vector<double> lse;
  for (int m = 0; m < kPanelMembers; ++m) {
    members.push_back(set.View(m, 0, kPanelPositions));
    lse.insert(lse.end(), set.lse[m].begin(), set.lse[m].end());
  }
  const size_t pairs = kPanelMembers * (kPanelMembers - 1) / 2;
  std::vector<double> out[6];
  for (auto& v : out) v.resize(pairs * kPanelPositions);
  PanelDivergences results;
  results.js_nats = out[0].data();
  if (all) {
    results = {out[0].data(), out[1].data(), out[2].data(), out[3].data(),
               out[4].data(), out[5].data()};
  }
  Scratch scratch(*PanelDivergenceWorkspaceBytes(members, lse.data(), results));
  for (auto _ : state) {
    static_cast<void>(
        ComputePanelDivergence(members, lse.data(), results, scratch.View()));
  }
  state.SetItemsProcessed(state.iterations() * kPanelPositions);
}

void PanelPairByPair(benchmark::State& state) {
  const RowSet& set = PanelSet();
  std::vector<double> js(kPanelPositions);
  for (auto _ : state) {
    for (int x = 0; x < kPanelMembers; ++x) {
      for (int y = x + 1; y < kPanelMembers; ++y) {
        PairDivergenceRequest request;
        request.p_lse_nats = set.lse[x].data();
        request.q_lse_nats = set.lse[y].data();
        PairDivergences out;
        out.js_nats = js.data();
        static_cast<void>(ComputePairDivergence(set.View(x, 0, kPanelPositions),
                                                set.View(y, 0, kPanelPositions),
                                                request, out));
      }
    }
  }
  state.SetItemsProcessed(state.iterations() * kPanelPositions);
}

// 36 members, 11 references, a vocabulary of 1,024: one position an item.
void GramKernel(benchmark::State& state) {
  constexpr int kMembers = 36, kSpecs = 11;
  constexpr int64_t kPositions = 128;
  static const RowSet* set = new RowSet(kMembers, kPositions, 1024);
  std::vector<Rows> members;
  for (int m = 0; m < kMembers; ++m) {
    members.push_back(set->View(m, 0, kPositions));
  }
  std::vector<int32_t> ids(kSpecs);
  std::vector<WeightSpec> specs;
  for (int s = 0; s < kSpecs; ++s) {
    ids[s] = s * 3;
    specs.push_back({absl::MakeConstSpan(&ids[s], 1), false});
  }
  const PanelGramRequest request{specs, nullptr};
  std::vector<double> gram(kSpecs * kMembers * kMembers);
  std::vector<int64_t> count(kSpecs);
  Scratch scratch(*PanelGramWorkspaceBytes(members, request));
  for (auto _ : state) {
    static_cast<void>(AccumulatePanelGram(
        members, request, {gram.data(), count.data()}, scratch.View()));
  }
  state.SetItemsProcessed(state.iterations() * kPositions);
}

// 96 wide hidden states to 1,024 logits and their lse: one position an item.
void HeadKernel(benchmark::State& state) {
  constexpr int64_t kRows = 1024, kHidden = 96, kTokens = 1024;
  std::vector<float> hidden(kRows * kHidden), weight(kTokens * kHidden);
  uint64_t seed = 5;
  for (float& v : hidden) v = static_cast<float>(Random(&seed));
  for (float& v : weight) v = static_cast<float>(Random(&seed) / 5);
  std::vector<float> logits(kRows * kTokens);
  std::vector<double> lse(kRows);
  Head head;
  head.hidden = hidden.data();
  head.weight = weight.data();
  head.hidden_stride = head.weight_stride = head.hidden_size = kHidden;
  head.row_count = kRows;
  head.vocab_count = head.logits_stride = kTokens;
  head.logits = logits.data();
  if (state.range(0)) head.lse_nats = lse.data();
  Scratch scratch(*HeadWorkspaceBytes(head));
  for (auto _ : state) {
    static_cast<void>(ComputeHead(head, scratch.View()));
  }
  state.SetItemsProcessed(state.iterations() * kRows);
  state.counters["GFLOP/s"] =
      benchmark::Counter(2e-9 * kRows * kHidden * kTokens *
                             static_cast<double>(state.iterations()),
                         benchmark::Counter::kIsRate);
}

void Sweep(benchmark::State& state, int64_t vocab) {
  static auto* sets = new std::map<int64_t, std::unique_ptr<RowSet>>;
  std::unique_ptr<RowSet>& set = (*sets)[vocab];
  if (set == nullptr) {
    const int64_t calls = kSetBytes / 4 / vocab / kPairsPerCall;
    set = std::make_unique<RowSet>(2, calls * kPairsPerCall, vocab);
  }
  PairKernel(state, *set, true, kPairsPerCall * vocab);
}

}  // namespace

void RegisterCpuBenchmarks() {
  const auto add = [](const std::string& name, auto&&... run) {
    return benchmark::RegisterBenchmark(name.c_str(), run...)
        ->UseRealTime()
        ->MeasureProcessCPUTime();
  };
  add("pair/kernel_lse_given", [](benchmark::State& s) {
    PairKernel(s, PairSet(), true, kPairsPerCall);
  });
  add("pair/kernel_raw", [](benchmark::State& s) {
    PairKernel(s, PairSet(), false, kPairsPerCall);
  });
  add("pair/scalar_loop", PairScalar);
  add("pair/read_both_rows", [](benchmark::State& s) { PairRead(s, true); });
  add("row/kernel", RowKernel);
  add("row/read_row", [](benchmark::State& s) { PairRead(s, false); });
#ifdef HYDROMETER_BENCH_TORCH
  add("pair/libtorch", PairTorch);
#endif
  add("panel/js", [](benchmark::State& s) { PanelKernel(s, false); });
  add("panel/six_metrics", [](benchmark::State& s) { PanelKernel(s, true); });
  add("panel/pair_by_pair", PanelPairByPair);
  add("gram/36_members_11_specs", GramKernel);
  add("head/lse_0", HeadKernel)->Arg(0);
  add("head/lse_1", HeadKernel)->Arg(1);
  for (int64_t vocab : {32000, 32003, 50257, 65537, 100003, 128256, 151936,
                        200029, 262143, 262144}) {
    add("sweep/" + std::to_string(vocab),
        [vocab](benchmark::State& s) { Sweep(s, vocab); });
  }
}

}  // namespace hydrometer::kernels
