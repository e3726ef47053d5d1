// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// Row statistics on CUDA: one block a row, one streaming pass, and small
// second looks for ids. No workspace. Results do not depend on alignment.
#include "kernels/row_select.cuh"
#include "kernels/row_softmax.cuh"
#include "kernels/row_statistics_cuda.h"

namespace hydrometer::kernels {
namespace {

template <class Reader>
__device__ void WriteTopK(const RowStatisticsArgs& args, const Reader& reader,
                          int64_t row, double lse, bool bad, float thread_max) {
  __shared__ TopKScratch scratch;
  const double nan = static_cast<double>(__uint_as_float(0x7fc00000u));
  if (!bad) BlockTopK(scratch, reader, thread_max, args.k);
  for (int i = threadIdx.x; i < args.k; i += blockDim.x) {
    int id = -1;
    double log_prob = bad ? nan : static_cast<double>(kMasked);
    if (!bad) {
      const unsigned long long key = scratch.keys[i];
      if (key != 0) {
        id = KeyToken(key);
        log_prob = reader.At(id) - lse;
      }
    }
    const int64_t at = row * args.k + i;
    if (args.topk_id != nullptr) StoreGlobal(args.topk_id + at, id);
    if (args.topk_log_prob != nullptr) {
      StoreGlobal(args.topk_log_prob + at, log_prob);
    }
  }
}

template <class Reader>
__global__ void __launch_bounds__(256)
    RowStatisticsKernel(RowStatisticsArgs args) {
  const int64_t row = blockIdx.x;
  const Reader reader(args.rows, row);
  float thread_max;
  const RowSoftmax softmax = BlockSoftmax(reader, &thread_max);
  const double lse = softmax.lse_nats;
  const bool bad = !(fabs(lse) < 1e300);  // NaN, or empty
  if (threadIdx.x == 0) {
    if (args.lse_nats != nullptr) StoreGlobal(args.lse_nats + row, lse);
    if (args.entropy_nats != nullptr) {
      StoreGlobal(args.entropy_nats + row, softmax.entropy_nats);
    }
    if (args.token_log_prob != nullptr) {
      const int token =
          args.token_id == nullptr ? -1 : __ldg(args.token_id + row);
      double log_prob = static_cast<double>(__uint_as_float(0x7fc00000u));
      if (!bad && token >= 0 && token < reader.vocab()) {
        log_prob = reader.At(token) - lse;
      }
      StoreGlobal(args.token_log_prob + row, log_prob);
    }
  }
  if (args.top1_id != nullptr) {
    const int id = bad ? -1 : BlockFirstMax(reader, thread_max, softmax.max);
    if (threadIdx.x == 0) StoreGlobal(args.top1_id + row, id);
  }
  if (args.k > 0) WriteTopK(args, reader, row, lse, bad, thread_max);
}

template <DataType kType>
cudaError_t LaunchType(const RowStatisticsArgs& args, cudaStream_t stream) {
  const dim3 grid(static_cast<unsigned>(args.rows.row_count));
  const dim3 block(BlockThreads(args.rows.vocab_count));
  return RowsAligned(args.rows)
             ? Launch(RowStatisticsKernel<RowReader<kType, true>>, grid, block,
                      0, stream, args)
             : Launch(RowStatisticsKernel<RowReader<kType, false>>, grid, block,
                      0, stream, args);
}

}  // namespace

size_t RowStatisticsCudaWorkspaceBytes(const RowStatisticsArgs&) { return 0; }

int LaunchRowStatistics(const RowStatisticsArgs& args, Stream stream) {
  const auto cuda_stream = static_cast<cudaStream_t>(stream);
  if (args.rows.row_count == 0) return cudaSuccess;
  if (HasTransform(args.rows.transform)) {
    return Launch(RowStatisticsKernel<AnyRowReader>,
                  dim3(static_cast<unsigned>(args.rows.row_count)),
                  dim3(BlockThreads(args.rows.vocab_count)), 0, cuda_stream,
                  args);
  }
  switch (args.rows.type) {
    case DataType::kFloat32:
      return LaunchType<DataType::kFloat32>(args, cuda_stream);
    case DataType::kBFloat16:
      return LaunchType<DataType::kBFloat16>(args, cuda_stream);
    default:
      return LaunchType<DataType::kFloat16>(args, cuda_stream);
  }
}

}  // namespace hydrometer::kernels
