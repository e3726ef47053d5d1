// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// The table of backends that every kernel test runs on. A backend takes and
// gives host memory: it copies where its device needs that. To add one, derive
// from Backend and put `static const bool added = AddBackend(...)` in any test
// file of this folder.
#ifndef HYDROMETER_TESTS_KERNELS_BACKENDS_H_
#define HYDROMETER_TESTS_KERNELS_BACKENDS_H_

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "kernels/capabilities.h"
#include "kernels/head.h"
#include "kernels/pair_divergence.h"
#include "kernels/panel_divergence.h"
#include "kernels/panel_gram.h"
#include "kernels/row_statistics.h"

namespace hydrometer::kernels {

class Backend {
 public:
  virtual ~Backend() = default;
  virtual std::string Name() const = 0;
  // Not empty: why the tests of this backend are skipped.
  virtual std::string SkipReason() const { return ""; }
  // Largest rows * vocabulary worth running here (an interpreter is slow).
  virtual int64_t MaxElements() const { return int64_t{1} << 30; }
  virtual absl::Status RowStatisticsOf(const Rows& rows,
                                       const RowStatisticsRequest& request,
                                       const RowStatistics& out) = 0;
  virtual absl::Status PairDivergenceOf(const Rows& p, const Rows& q,
                                        const PairDivergenceRequest& request,
                                        const PairDivergences& out) = 0;
  virtual absl::Status PanelGramOf(absl::Span<const Rows> members,
                                   const PanelGramRequest& request,
                                   const PanelGram& out) = 0;
  virtual absl::Status PanelDivergenceOf(absl::Span<const Rows> members,
                                         const double* lse_nats,
                                         const PanelDivergences& out) = 0;
  virtual absl::Status HeadOf(const Head& head) = 0;
};

// 64-byte aligned scratch memory of the host.
class HostWorkspace {
 public:
  explicit HostWorkspace(size_t bytes) : memory_(bytes + 64) {
    void* at = memory_.data();
    size_t space = memory_.size();
    view_ = {std::align(64, bytes, at, space), bytes};
  }
  Workspace View() const { return view_; }

 private:
  std::vector<char> memory_;
  Workspace view_;
};

// The CPU with one Highway target forced.
class CpuBackend : public Backend {
 public:
  explicit CpuBackend(std::string target) : target_(std::move(target)) {}
  std::string Name() const override { return "cpu_" + target_; }

  absl::Status RowStatisticsOf(const Rows& rows,
                               const RowStatisticsRequest& request,
                               const RowStatistics& out) override {
    const Forced forced(target_);
    return ComputeRowStatistics(rows, request, out);
  }
  absl::Status PairDivergenceOf(const Rows& p, const Rows& q,
                                const PairDivergenceRequest& request,
                                const PairDivergences& out) override {
    const Forced forced(target_);
    return ComputePairDivergence(p, q, request, out);
  }
  absl::Status PanelGramOf(absl::Span<const Rows> members,
                           const PanelGramRequest& request,
                           const PanelGram& out) override {
    const Forced forced(target_);
    auto bytes = PanelGramWorkspaceBytes(members, request);
    if (!bytes.ok()) return bytes.status();
    const HostWorkspace workspace(*bytes);
    return AccumulatePanelGram(members, request, out, workspace.View());
  }
  absl::Status PanelDivergenceOf(absl::Span<const Rows> members,
                                 const double* lse_nats,
                                 const PanelDivergences& out) override {
    const Forced forced(target_);
    auto bytes = PanelDivergenceWorkspaceBytes(members, lse_nats, out);
    if (!bytes.ok()) return bytes.status();
    const HostWorkspace workspace(*bytes);
    return ComputePanelDivergence(members, lse_nats, out, workspace.View());
  }
  absl::Status HeadOf(const Head& head) override {
    const Forced forced(target_);
    auto bytes = HeadWorkspaceBytes(head);
    if (!bytes.ok()) return bytes.status();
    const HostWorkspace workspace(*bytes);
    return ComputeHead(head, workspace.View());
  }

 private:
  struct Forced {
    explicit Forced(const std::string& target) {
      EXPECT_TRUE(ForceCpuTarget(target).ok()) << target;
    }
    ~Forced() { EXPECT_TRUE(ForceCpuTarget("").ok()); }
  };
  std::string target_;
};

inline std::vector<std::unique_ptr<Backend>>& BackendTable() {
  static auto* table = [] {
    auto* t = new std::vector<std::unique_ptr<Backend>>;
    for (const std::string& name : GetCapabilities().cpu_targets_usable) {
      t->push_back(std::make_unique<CpuBackend>(name));
    }
    return t;
  }();
  return *table;
}

inline bool AddBackend(std::unique_ptr<Backend> backend) {
  BackendTable().push_back(std::move(backend));
  return true;
}

inline std::vector<Backend*> AllBackends() {
  std::vector<Backend*> all;
  for (const auto& b : BackendTable()) all.push_back(b.get());
  return all;
}

class BackendTest : public ::testing::TestWithParam<Backend*> {
 protected:
  void SetUp() override {
    if (!GetParam()->SkipReason().empty()) {
      GTEST_SKIP() << GetParam()->SkipReason();
    }
  }
  bool TooLarge(int64_t elements) const {
    return elements > GetParam()->MaxElements();
  }
};

inline std::string BackendName(const ::testing::TestParamInfo<Backend*>& info) {
  std::string name = info.param->Name();
  for (char& c : name) {
    if (!std::isalnum(static_cast<unsigned char>(c))) c = '_';
  }
  return name;
}

}  // namespace hydrometer::kernels

// One line in each test file, after its suite derived from BackendTest.
#define HYDROMETER_ON_ALL_BACKENDS(suite)   \
  INSTANTIATE_TEST_SUITE_P(Backends, suite, \
                           ::testing::ValuesIn(AllBackends()), BackendName)

#endif  // HYDROMETER_TESTS_KERNELS_BACKENDS_H_
