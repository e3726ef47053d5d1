// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// The CUDA row of the backend table: copies a test's host memory to the device
// and the results back. In a build with HYDROMETER_SIMT the device is the
// interpreter of tests/simt; in a build without CUDA, or without a GPU, its
// tests are skipped, and fail when HYDROMETER_REQUIRE_GPU is 1.
#include <cstdlib>
#include <cstring>

#include "tests/kernels/backends.h"

#ifdef HYDROMETER_KERNELS_CUDA
#include <cuda_runtime.h>
#endif

namespace hydrometer::kernels {
namespace {

#ifdef HYDROMETER_KERNELS_CUDA

// Device memory for one call. An address keeps its place within 256 bytes, so
// that alignment is what the test made it.
class DeviceMemory {
 public:
  DeviceMemory() = default;
  DeviceMemory(const DeviceMemory&) = delete;
  ~DeviceMemory() {
    for (void* block : blocks_) cudaFree(block);
  }

  // Copies `count` elements; null stays null.
  template <class T>
  T* In(T* host, size_t count) {
    if (host == nullptr) return nullptr;
    const size_t bytes = count * sizeof(T);
    char* device = Allocate(bytes, reinterpret_cast<uintptr_t>(host) % 256);
    if (bytes > 0) {
      Try(cudaMemcpy(device, host, bytes, cudaMemcpyHostToDevice));
    }
    return reinterpret_cast<T*>(device);
  }
  // The same, and copies back in Finish.
  template <class T>
  void InOut(T** host, size_t count) {
    if (*host == nullptr) return;
    T* device = In(*host, count);
    backs_.push_back({*host, device, count * sizeof(T)});
    *host = device;
  }
  Rows InRows(Rows rows) {
    const size_t size = rows.type == DataType::kFloat32 ? 4 : 2;
    const size_t count =
        rows.row_count == 0
            ? 0
            : (rows.row_count - 1) * rows.row_stride + rows.vocab_count;
    rows.data = In(static_cast<const char*>(rows.data), count * size);
    rows.device = Device::kCuda;
#ifdef HYDROMETER_SIMT
    for (int64_t r = 0; r + 1 < rows.row_count; ++r) {  // what lies between
      const char* end = static_cast<const char*>(rows.data) +
                        (r * rows.row_stride + rows.vocab_count) * size;
      simt::MarkWritten(end, (rows.row_stride - rows.vocab_count) * size,
                        false);
    }
#endif
    return rows;
  }
  Workspace Work(size_t bytes) { return {Allocate(bytes, 0), bytes}; }

  // Waits, copies the results back; the first error of all.
  absl::Status Finish(absl::Status status) {
    if (!status.ok()) return status;
    Try(cudaDeviceSynchronize());
    for (const Back& b : backs_) {
      if (b.bytes == 0) continue;
      Try(cudaMemcpy(b.host, b.device, b.bytes, cudaMemcpyDeviceToHost));
    }
    if (error_ == cudaSuccess) return absl::OkStatus();
    return absl::InternalError(cudaGetErrorString(error_));
  }

 private:
  struct Back {
    void* host;
    const void* device;
    size_t bytes;
  };
  char* Allocate(size_t bytes, size_t offset) {
    void* block = nullptr;
    Try(cudaMalloc(&block, bytes + offset));
    blocks_.push_back(block);
    return static_cast<char*>(block) + offset;
  }
  void Try(cudaError_t error) {
    if (error_ == cudaSuccess) error_ = error;
  }

  std::vector<void*> blocks_;
  std::vector<Back> backs_;
  cudaError_t error_ = cudaSuccess;
};

class CudaBackend : public Backend {
 public:
  std::string Name() const override { return "cuda"; }
  std::string SkipReason() const override {
    const char* require = std::getenv("HYDROMETER_REQUIRE_GPU");
    if (require != nullptr && std::strcmp(require, "1") == 0) return "";
    return std::string(CheckCudaUsable().message());
  }
#ifdef HYDROMETER_SIMT
  int64_t MaxElements() const override { return 60000; }
#endif

  absl::Status RowStatisticsOf(const Rows& rows,
                               const RowStatisticsRequest& request,
                               const RowStatistics& out) override {
    DeviceMemory memory;
    const Rows r = memory.InRows(rows);
    const size_t n = rows.row_count;
    RowStatisticsRequest q = request;
    q.token_id = memory.In(request.token_id, n);
    RowStatistics o = out;
    memory.InOut(&o.lse_nats, n);
    memory.InOut(&o.entropy_nats, n);
    memory.InOut(&o.token_log_prob, n);
    memory.InOut(&o.top1_id, n);
    memory.InOut(&o.topk_id, n * request.k);
    memory.InOut(&o.topk_log_prob, n * request.k);
    auto bytes = RowStatisticsWorkspaceBytes(r, q, o);
    if (!bytes.ok()) return bytes.status();
    return memory.Finish(ComputeRowStatistics(r, q, o, memory.Work(*bytes)));
  }

  absl::Status PairDivergenceOf(const Rows& p, const Rows& q,
                                const PairDivergenceRequest& request,
                                const PairDivergences& out) override {
    DeviceMemory memory;
    const Rows a = memory.InRows(p), b = memory.InRows(q);
    PairDivergenceRequest r = request;
    const size_t n =
        request.p_index != nullptr ? request.pair_count : p.row_count;
    r.p_index = memory.In(request.p_index, n);
    r.q_index = memory.In(request.q_index, n);
    r.p_lse_nats = memory.In(request.p_lse_nats, p.row_count);
    r.q_lse_nats = memory.In(request.q_lse_nats, q.row_count);
    PairDivergences o = out;
    for (double** d : {&o.kl_pq_nats, &o.kl_qp_nats, &o.js_nats, &o.tv,
                       &o.hellinger, &o.cosine}) {
      memory.InOut(d, n);
    }
    for (int32_t** i : {&o.top1_agrees, &o.p_rank_of_q_top1,
                        &o.q_rank_of_p_top1, &o.topk_overlap_count}) {
      memory.InOut(i, n);
    }
    auto bytes = PairDivergenceWorkspaceBytes(a, b, r, o);
    if (!bytes.ok()) return bytes.status();
    return memory.Finish(
        ComputePairDivergence(a, b, r, o, memory.Work(*bytes)));
  }

  absl::Status PanelGramOf(absl::Span<const Rows> members,
                           const PanelGramRequest& request,
                           const PanelGram& out) override {
    DeviceMemory memory;
    const std::vector<Rows> m = InMembers(members, &memory);
    PanelGramRequest r = request;
    r.lse_nats = memory.In(request.lse_nats, Cells(members));
    PanelGram o = out;
    const size_t specs = request.weights.size();
    memory.InOut(&o.gram, specs * members.size() * members.size());
    memory.InOut(&o.position_count, specs);
    auto bytes = PanelGramWorkspaceBytes(m, r);
    if (!bytes.ok()) return bytes.status();
    return memory.Finish(AccumulatePanelGram(m, r, o, memory.Work(*bytes)));
  }

  absl::Status PanelDivergenceOf(absl::Span<const Rows> members,
                                 const double* lse_nats,
                                 const PanelDivergences& out) override {
    DeviceMemory memory;
    const std::vector<Rows> m = InMembers(members, &memory);
    const double* lse = memory.In(lse_nats, Cells(members));
    PanelDivergences o = out;
    const size_t count =
        members.empty()
            ? 0
            : members.size() * (members.size() - 1) / 2 * members[0].row_count;
    for (double** d :
         {&o.js_nats, &o.kl_xy_nats, &o.kl_yx_nats, &o.tv, &o.hellinger,
          &o.cosine}) {
      memory.InOut(d, count);
    }
    auto bytes = PanelDivergenceWorkspaceBytes(m, lse, o);
    if (!bytes.ok()) return bytes.status();
    return memory.Finish(
        ComputePanelDivergence(m, lse, o, memory.Work(*bytes)));
  }

  absl::Status HeadOf(const Head& head) override {
    DeviceMemory memory;
    Head h = head;
    h.device = Device::kCuda;
    h.hidden = InMatrix(head.hidden, head.hidden_type, head.row_count,
                        head.hidden_stride, head.hidden_size, &memory);
    h.weight = InMatrix(head.weight, head.weight_type, head.vocab_count,
                        head.weight_stride, head.hidden_size, &memory);
    h.bias = memory.In(head.bias, head.vocab_count);
    memory.InOut(&h.logits, head.row_count == 0
                                ? 0
                                : (head.row_count - 1) * head.logits_stride +
                                      head.vocab_count);
    memory.InOut(&h.lse_nats, head.row_count);
    auto bytes = HeadWorkspaceBytes(h);
    if (!bytes.ok()) return bytes.status();
    return memory.Finish(ComputeHead(h, memory.Work(*bytes)));
  }

 private:
  static std::vector<Rows> InMembers(absl::Span<const Rows> members,
                                     DeviceMemory* memory) {
    std::vector<Rows> in;
    for (const Rows& rows : members) in.push_back(memory->InRows(rows));
    return in;
  }
  static size_t Cells(absl::Span<const Rows> members) {
    return members.empty() ? 0 : members.size() * members[0].row_count;
  }
  static const void* InMatrix(const void* data, DataType type, int64_t rows,
                              int64_t stride, int64_t width,
                              DeviceMemory* memory) {
    const size_t size = type == DataType::kFloat32 ? 4 : 2;
    const size_t count = rows == 0 ? 0 : (rows - 1) * stride + width;
    return memory->In(static_cast<const char*>(data), count * size);
  }
};

#else

// A build without CUDA: every test of the row is skipped with this reason, or
// fails with it.
class CudaBackend : public Backend {
 public:
  std::string Name() const override { return "cuda"; }
  std::string SkipReason() const override {
    const char* require = std::getenv("HYDROMETER_REQUIRE_GPU");
    if (require != nullptr && std::strcmp(require, "1") == 0) return "";
    return std::string(CheckCudaUsable().message());
  }
  absl::Status RowStatisticsOf(const Rows&, const RowStatisticsRequest&,
                               const RowStatistics&) override {
    return CheckCudaUsable();
  }
  absl::Status PairDivergenceOf(const Rows&, const Rows&,
                                const PairDivergenceRequest&,
                                const PairDivergences&) override {
    return CheckCudaUsable();
  }
  absl::Status PanelGramOf(absl::Span<const Rows>, const PanelGramRequest&,
                           const PanelGram&) override {
    return CheckCudaUsable();
  }
  absl::Status PanelDivergenceOf(absl::Span<const Rows>, const double*,
                                 const PanelDivergences&) override {
    return CheckCudaUsable();
  }
  absl::Status HeadOf(const Head&) override { return CheckCudaUsable(); }
};

#endif  // HYDROMETER_KERNELS_CUDA

[[maybe_unused]] const bool added = AddBackend(std::make_unique<CudaBackend>());

}  // namespace
}  // namespace hydrometer::kernels
