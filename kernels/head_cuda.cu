// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// The head on CUDA. The vocabulary is cut into tiles whose logits fit the L2
// cache; after each tile's product its log-sum-exp is taken from there, and the
// tiles' are joined in rising order at the end. Products go through cuBLASLt;
// where it cannot (matrices of two types, odd strides) through a plain kernel.
// Workspace: cuBLASLt's, then the tiles' log-sum-exp [N, tiles].
#include "kernels/head_cuda.h"
#include "kernels/head_gemm.h"
#include "kernels/row_softmax.cuh"

namespace hydrometer::kernels {
namespace {

constexpr int64_t kTileBytes = int64_t{32} << 20;  // of logits
constexpr int kEdge = 16;                          // of the plain product

int64_t TileTokens(const HeadArgs& args) {
  int64_t tokens = kTileBytes / 4 / args.row_count / 256 * 256;
  tokens = tokens < 1024 ? 1024 : tokens;
  return tokens < args.vocab_count ? tokens : args.vocab_count;
}
int64_t TileCount(const HeadArgs& args) {
  const int64_t tokens = TileTokens(args);
  return (args.vocab_count + tokens - 1) / tokens;
}

// logits = hidden x weight^T, one thread a logit, sums in rising order.
__global__ void __launch_bounds__(kEdge* kEdge)
    PlainProductKernel(HeadArgs args) {
  __shared__ SharedArray<float, kEdge * kEdge> hidden;
  __shared__ SharedArray<float, kEdge * kEdge> weight;
  const int x = threadIdx.x % kEdge, y = threadIdx.x / kEdge;
  const int64_t token = int64_t{blockIdx.x} * kEdge + x;
  const int64_t row = int64_t{blockIdx.y} * kEdge + y;
  const int64_t weight_row = int64_t{blockIdx.x} * kEdge + y;
  float sum = 0;
  for (int64_t first = 0; first < args.hidden_size; first += kEdge) {
    const int64_t h = first + x;
    const bool inside = h < args.hidden_size;
    __syncthreads();
    hidden[y * kEdge + x] = inside && row < args.row_count
                                ? LoadElement(args.hidden, args.hidden_type,
                                              row * args.hidden_stride + h)
                                : 0.0f;
    weight[y * kEdge + x] =
        inside && weight_row < args.vocab_count
            ? LoadElement(args.weight, args.weight_type,
                          weight_row * args.weight_stride + h)
            : 0.0f;
    __syncthreads();
#pragma unroll
    for (int i = 0; i < kEdge; ++i) {
      sum = fmaf(hidden[y * kEdge + i], weight[x * kEdge + i], sum);
    }
  }
  if (row < args.row_count && token < args.vocab_count) {
    StoreGlobal(args.logits + row * args.logits_stride + token, sum);
  }
}

__global__ void __launch_bounds__(256) AddBiasKernel(HeadArgs args) {
  const int64_t token = int64_t{blockIdx.x} * 256 + threadIdx.x;
  if (token >= args.vocab_count) return;
  const float bias = __ldg(args.bias + token);
  for (int64_t row = blockIdx.y; row < args.row_count; row += gridDim.y) {
    float* at = args.logits + row * args.logits_stride + token;
    StoreGlobal(at, __ldcg(at) + bias);
  }
}

// One block a row of the tile; lse[row * tiles].
template <class Reader>
__global__ void __launch_bounds__(256)
    TileLseKernel(Rows tile, double* lse_nats, int64_t tiles) {
  const int64_t row = blockIdx.x;
  float unused;
  const RowSoftmax softmax = BlockSoftmax(Reader(tile, row), &unused);
  if (threadIdx.x == 0) StoreGlobal(lse_nats + row * tiles, softmax.lse_nats);
}

// One thread a row.
__global__ void __launch_bounds__(128)
    JoinTilesKernel(const double* tile_lse, int64_t tiles, int64_t rows,
                    double* lse_nats) {
  const int64_t row = int64_t{blockIdx.x} * 128 + threadIdx.x;
  if (row >= rows) return;
  const double empty = static_cast<double>(kMasked);
  double most = empty;
  bool bad = false;
  for (int64_t i = 0; i < tiles; ++i) {
    const double lse = __ldcg(tile_lse + row * tiles + i);
    bad = bad || lse != lse;
    most = lse > most ? lse : most;
  }
  double sum = 0;
  for (int64_t i = 0; i < tiles && most > empty; ++i) {
    sum += exp(__ldcg(tile_lse + row * tiles + i) - most);
  }
  double lse = most > empty ? most + log(sum) : empty;
  if (bad) lse = static_cast<double>(__uint_as_float(0x7fc00000u));
  StoreGlobal(lse_nats + row, lse);
}

cudaError_t PlainProduct(const HeadArgs& args, cudaStream_t stream) {
  const auto across =
      static_cast<unsigned>((args.vocab_count + kEdge - 1) / kEdge);
  // The grid's second dimension is short: rows in runs.
  constexpr int64_t kRun = int64_t{65535} * kEdge;
  for (int64_t first = 0; first < args.row_count; first += kRun) {
    HeadArgs run = args;
    const int size = args.hidden_type == DataType::kFloat32 ? 4 : 2;
    run.hidden = static_cast<const char*>(args.hidden) +
                 first * args.hidden_stride * size;
    run.logits = args.logits + first * args.logits_stride;
    run.row_count =
        args.row_count - first < kRun ? args.row_count - first : kRun;
    const auto down =
        static_cast<unsigned>((run.row_count + kEdge - 1) / kEdge);
    const cudaError_t error = Launch(PlainProductKernel, dim3(across, down),
                                     dim3(kEdge * kEdge), 0, stream, run);
    if (error != cudaSuccess) return error;
  }
  return cudaSuccess;
}

// The logits of one tile: `args` with its part of the weights.
cudaError_t TileLogits(const HeadArgs& args, cudaStream_t stream) {
  constexpr int kNotSupported = 801;
  int error = kNotSupported;
  if (args.hidden_type == args.weight_type) {
    HeadGemmArgs gemm;
    gemm.hidden = args.hidden;
    gemm.hidden_stride = args.hidden_stride;
    gemm.row_count = args.row_count;
    gemm.weight = args.weight;
    gemm.weight_stride = args.weight_stride;
    gemm.vocab_count = args.vocab_count;
    gemm.hidden_size = args.hidden_size;
    gemm.type = args.hidden_type;
    gemm.logits = args.logits;
    gemm.logits_stride = args.logits_stride;
    gemm.workspace = args.workspace.data;
    gemm.workspace_bytes = kHeadGemmWorkspaceBytes;
    error = HeadGemm(gemm, stream);
  }
  if (error == kNotSupported) error = PlainProduct(args, stream);
  if (error != 0) return static_cast<cudaError_t>(error);
  if (args.bias == nullptr) return cudaSuccess;
  const auto down =
      static_cast<unsigned>(args.row_count < 1024 ? args.row_count : 1024);
  return Launch(
      AddBiasKernel,
      dim3(static_cast<unsigned>((args.vocab_count + 255) / 256), down),
      dim3(256), 0, stream, args);
}

cudaError_t TileLse(const HeadArgs& args, double* lse_nats, int64_t tiles,
                    cudaStream_t stream) {
  Rows rows;
  rows.data = args.logits;
  rows.device = Device::kCuda;
  rows.row_count = args.row_count;
  rows.vocab_count = args.vocab_count;
  rows.row_stride = args.logits_stride;
  rows.transform = args.transform;
  const dim3 grid(static_cast<unsigned>(args.row_count));
  const dim3 block(BlockThreads(args.vocab_count));
  if (!HasTransform(rows.transform) && RowsAligned(rows)) {
    return Launch(TileLseKernel<RowReader<DataType::kFloat32, true>>, grid,
                  block, 0, stream, rows, lse_nats, tiles);
  }
  return Launch(TileLseKernel<AnyRowReader>, grid, block, 0, stream, rows,
                lse_nats, tiles);
}

}  // namespace

size_t HeadCudaWorkspaceBytes(const HeadArgs& args) {
  if (args.row_count == 0) return 0;
  const size_t lse = args.lse_nats == nullptr
                         ? 0
                         : sizeof(double) * args.row_count * TileCount(args);
  return kHeadGemmWorkspaceBytes + lse;
}

int LaunchHead(const HeadArgs& args, Stream stream) {
  const auto cuda_stream = static_cast<cudaStream_t>(stream);
  if (args.row_count == 0) return cudaSuccess;
  const int64_t tokens = TileTokens(args), tiles = TileCount(args);
  double* tile_lse = static_cast<double*>(static_cast<void*>(
      static_cast<char*>(args.workspace.data) + kHeadGemmWorkspaceBytes));
  const int size = args.weight_type == DataType::kFloat32 ? 4 : 2;
  for (int64_t i = 0; i < tiles; ++i) {
    HeadArgs tile = args;
    const int64_t first = i * tokens;
    tile.weight = static_cast<const char*>(args.weight) +
                  first * args.weight_stride * size;
    tile.vocab_count =
        args.vocab_count - first < tokens ? args.vocab_count - first : tokens;
    tile.logits = args.logits + first;
    tile.bias = args.bias == nullptr ? nullptr : args.bias + first;
    cudaError_t error = TileLogits(tile, cuda_stream);
    if (error != cudaSuccess) return error;
    if (args.lse_nats == nullptr) continue;
    error = TileLse(tile, tile_lse + i, tiles, cuda_stream);
    if (error != cudaSuccess) return error;
  }
  if (args.lse_nats == nullptr) return cudaSuccess;
  return Launch(JoinTilesKernel,
                dim3(static_cast<unsigned>((args.row_count + 127) / 128)),
                dim3(128), 0, cuda_stream, static_cast<const double*>(tile_lse),
                tiles, args.row_count, args.lse_nats);
}

}  // namespace hydrometer::kernels
