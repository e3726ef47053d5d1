// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "tests/simt/simt.h"

#include <cuda_fp16.h>
#include <cuda_runtime.h>

#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "kernels/launch.h"

namespace hydrometer::kernels {
namespace {

using ::testing::HasSubstr;

// Device memory for one test.
template <class T>
class DeviceArray {
 public:
  explicit DeviceArray(std::vector<T> values) : count_(values.size()) {
    cudaMalloc(reinterpret_cast<void**>(&data_), count_ * sizeof(T));
    cudaMemcpy(data_, values.data(), count_ * sizeof(T),
               cudaMemcpyHostToDevice);
  }
  explicit DeviceArray(size_t count) : count_(count) {
    cudaMalloc(reinterpret_cast<void**>(&data_), count_ * sizeof(T));
  }
  ~DeviceArray() { cudaFree(data_); }
  T* get() { return data_; }
  std::vector<T> Host() {
    std::vector<T> values(count_);
    cudaMemcpy(values.data(), data_, count_ * sizeof(T),
               cudaMemcpyDeviceToHost);
    return values;
  }

 private:
  size_t count_;
  T* data_ = nullptr;
};

class SimtTest : public ::testing::Test {
 protected:
  ~SimtTest() override { simt::Machine::Get().options = {}; }
  template <class... P, class... A>
  std::string Run(void (*kernel)(P...), dim3 grid, dim3 block, A... a) {
    simt::Machine::Get().ClearReport();
    const cudaError_t error = Launch(kernel, grid, block, 64, nullptr, a...);
    EXPECT_EQ(error == cudaSuccess, simt::Machine::Get().Report().empty());
    return simt::Machine::Get().Report();
  }
};

__global__ void Indices(int* out) {
  const int thread = threadIdx.x + blockDim.x * threadIdx.y;
  const int block = blockIdx.x + gridDim.x * blockIdx.y;
  StoreGlobal(out + block * blockDim.x * blockDim.y + thread,
              block * 100 + thread);
}

TEST_F(SimtTest, EveryThreadOfTheGridRunsOnceWithItsIndices) {
  for (const auto schedule :
       {simt::Schedule::kForward, simt::Schedule::kReverse,
        simt::Schedule::kShuffled}) {
    simt::Machine::Get().options.schedule = schedule;
    DeviceArray<int> out(6 * 12);
    ASSERT_EQ(Run(Indices, dim3(2, 3), dim3(4, 3), out.get()), "");
    const std::vector<int> host = out.Host();
    for (int i = 0; i < 72; ++i) EXPECT_EQ(host[i], i / 12 * 100 + i % 12);
  }
}

__global__ void ReverseThroughShared(const float* in, float* out) {
  __shared__ SharedArray<float, 96> buffer;
  buffer[threadIdx.x] = __ldg(in + threadIdx.x);
  __syncthreads();
  StoreGlobal(out + threadIdx.x, float(buffer[95 - threadIdx.x]));
}

TEST_F(SimtTest, SharedMemoryCrossesABarrier) {
  std::vector<float> values(96);
  for (int i = 0; i < 96; ++i) values[i] = i;
  DeviceArray<float> in(values), out(96);
  ASSERT_EQ(Run(ReverseThroughShared, 1, 96, in.get(), out.get()), "");
  EXPECT_EQ(out.Host()[0], 95);
  EXPECT_EQ(out.Host()[95], 0);
}

__global__ void Shuffles(int* out) {
  const int lane = threadIdx.x;
  int* mine = out + lane * 8;
  StoreGlobal(mine + 0, __shfl_down_sync(0xffffffffu, lane, 4));
  StoreGlobal(mine + 1, __shfl_up_sync(0xffffffffu, lane, 1));
  StoreGlobal(mine + 2, __shfl_xor_sync(0xffffffffu, lane, 16));
  StoreGlobal(mine + 3, __shfl_sync(0xffffffffu, lane, 7));
  StoreGlobal(mine + 4, __shfl_down_sync(0xffffffffu, lane, 4, 8));
  StoreGlobal(mine + 5,
              static_cast<int>(__ballot_sync(0xffffffffu, lane % 2 == 1)));
  StoreGlobal(mine + 6, __any_sync(0xffffffffu, lane == 9) ? 1 : 0);
  StoreGlobal(mine + 7, __all_sync(0xffffffffu, lane < 31) ? 1 : 0);
}

TEST_F(SimtTest, ShufflesAndVotes) {
  DeviceArray<int> out(32 * 8);
  ASSERT_EQ(Run(Shuffles, 1, 32, out.get()), "");
  const std::vector<int> host = out.Host();
  for (int lane = 0; lane < 32; ++lane) {
    EXPECT_EQ(host[lane * 8 + 0], lane + 4 < 32 ? lane + 4 : lane);
    EXPECT_EQ(host[lane * 8 + 1], lane > 0 ? lane - 1 : 0);
    EXPECT_EQ(host[lane * 8 + 2], lane ^ 16);
    EXPECT_EQ(host[lane * 8 + 3], 7);
    EXPECT_EQ(host[lane * 8 + 4], lane % 8 < 4 ? lane + 4 : lane);
    EXPECT_EQ(static_cast<unsigned>(host[lane * 8 + 5]), 0xaaaaaaaau);
    EXPECT_EQ(host[lane * 8 + 6], 1);
    EXPECT_EQ(host[lane * 8 + 7], 0);
  }
}

__global__ void DoubleShuffle(double* out) {
  const double mine = 1.0 / (1 + threadIdx.x);
  StoreGlobal(out + threadIdx.x, __shfl_xor_sync(0xffffffffu, mine, 1));
}

TEST_F(SimtTest, ShufflesDoubles) {
  DeviceArray<double> out(32);
  ASSERT_EQ(Run(DoubleShuffle, 1, 32, out.get()), "");
  EXPECT_EQ(out.Host()[4], 1.0 / 6);
}

__global__ void ReadAt(const float* in, float* out, int i) {
  StoreGlobal(out, __ldg(in + i));
}
__global__ void WriteAt(float* out, int i) { StoreGlobal(out + i, 1.0f); }
__global__ void ReadVectorAt(const float* in, float* out, int i) {
  StoreGlobal(out, __ldg(reinterpret_cast<const float4*>(in + i)).x);
}

TEST_F(SimtTest, SeesGlobalAccessesOutsideABuffer) {
  DeviceArray<float> in(std::vector<float>(8, 2.0f)), out(1);
  EXPECT_EQ(Run(ReadAt, 1, 1, in.get(), out.get(), 7), "");
  EXPECT_THAT(Run(ReadAt, 1, 1, in.get(), out.get(), 8),
              HasSubstr("read of 4 bytes"));
  EXPECT_THAT(Run(ReadAt, 1, 1, in.get(), out.get(), -1),
              HasSubstr("outside every buffer"));
  EXPECT_THAT(Run(WriteAt, 1, 1, out.get(), 1), HasSubstr("write of 4 bytes"));
  EXPECT_EQ(Run(ReadVectorAt, 1, 1, in.get(), out.get(), 4), "");
  EXPECT_THAT(Run(ReadVectorAt, 1, 1, in.get(), out.get(), 8),
              HasSubstr("read of 16 bytes"));
}

TEST_F(SimtTest, SeesMisalignedVectors) {
  DeviceArray<float> in(std::vector<float>(8, 2.0f)), out(1);
  EXPECT_THAT(Run(ReadVectorAt, 1, 1, in.get(), out.get(), 1),
              HasSubstr("misaligned"));
}

TEST_F(SimtTest, SeesReadsOfUnwrittenAndFreedMemory) {
  DeviceArray<float> in(4), out(1);
  EXPECT_THAT(Run(ReadAt, 1, 1, in.get(), out.get(), 0),
              HasSubstr("nobody wrote"));
  float* freed = nullptr;
  {
    DeviceArray<float> gone(std::vector<float>(4, 0.0f));
    freed = gone.get();
  }
  EXPECT_THAT(Run(ReadAt, 1, 1, freed, out.get(), 0),
              HasSubstr("outside every buffer"));
}

__global__ void BarrierForSome(int limit) {
  if (static_cast<int>(threadIdx.x) < limit) __syncthreads();
}
__global__ void BarriersApart() {
  if (threadIdx.x < 32) {
    __syncthreads();
  } else {
    __syncthreads();
  }
}

TEST_F(SimtTest, SeesDivergentBarriers) {
  EXPECT_EQ(Run(BarrierForSome, 1, 64, 64), "");
  EXPECT_THAT(Run(BarrierForSome, 1, 64, 40),
              testing::AllOf(HasSubstr("divergent barrier"),
                             HasSubstr("40 threads (first 0) wait"),
                             HasSubstr("24 threads (first 40) exited")));
  EXPECT_THAT(Run(BarriersApart, 1, 64), HasSubstr("divergent barrier"));
}

__global__ void ShuffleForSome(int limit, int* out) {
  int value = threadIdx.x;
  if (static_cast<int>(threadIdx.x) < limit) {
    value = __shfl_xor_sync(0xffffffffu, value, 1);
  }
  StoreGlobal(out + threadIdx.x, value);
}
__global__ void ShuffleFromOutsideTheMask(int* out) {
  int value = threadIdx.x;
  if (threadIdx.x < 16) value = __shfl_sync(0x0000ffffu, value, 20);
  StoreGlobal(out + threadIdx.x, value);
}

TEST_F(SimtTest, SeesCollectivesWithLanesMissing) {
  DeviceArray<int> out(32);
  EXPECT_EQ(Run(ShuffleForSome, 1, 32, 32, out.get()), "");
  EXPECT_THAT(Run(ShuffleForSome, 1, 32, 31, out.get()),
              HasSubstr("lanes missing"));
  EXPECT_THAT(Run(ShuffleForSome, 1, 20, 20, out.get()),
              HasSubstr("lanes missing"));
  EXPECT_THAT(Run(ShuffleFromOutsideTheMask, 1, 32, out.get()),
              HasSubstr("missing lane"));
}

__global__ void SharedUse(int what, float* out) {
  __shared__ SharedArray<float, 64> buffer;
  const int t = threadIdx.x;
  if (what == 0) StoreGlobal(out + t, float(buffer[t]));  // unwritten
  if (what == 1) buffer[t + 1] = 0;                       // range
  if (what == 2) {                                        // read race
    if (t == 0) buffer[0] = 1;
    StoreGlobal(out + t, float(buffer[0]));
  }
  if (what == 3) {  // write race: the second round has no barrier before it
    buffer[t] = 1;
    __syncthreads();
    StoreGlobal(out + t, float(buffer[t ^ 1]));
    buffer[t] = 2;
  }
  if (what == 4) {  // a warp barrier is enough within a warp
    buffer[t] = 1;
    __syncwarp();
    StoreGlobal(out + t, float(buffer[t ^ 1]));
  }
  if (what == 5) {  // but not between warps
    if (t == 0) buffer[0] = 1;
    __syncwarp();
    StoreGlobal(out + t, float(buffer[0]));
  }
  if (what == 6 && t < 16) {
    HYDROMETER_DYNAMIC_SHARED(float, dynamic);  // 64 bytes
    dynamic[t] = 1;
    StoreGlobal(out + t, float(dynamic[t]));
  }
  if (what == 8) {  // thread 1 writes what thread 0 has just read
    if (t == 1) buffer[1] = 1;
    __syncthreads();
    if (t == 0) StoreGlobal(out, float(buffer[1]));
    if (t == 1) buffer[1] = 2;
  }
  if (what == 7) {
    HYDROMETER_DYNAMIC_SHARED(float, dynamic);
    dynamic[t] = 1;
  }
}

TEST_F(SimtTest, SeesMisuseOfSharedMemory) {
  DeviceArray<float> out(64);
  EXPECT_THAT(Run(SharedUse, 1, 64, 0, out.get()),
              HasSubstr("before it is written"));
  EXPECT_THAT(Run(SharedUse, 1, 64, 1, out.get()),
              HasSubstr("shared index 64"));
  EXPECT_THAT(Run(SharedUse, 1, 64, 2, out.get()),
              HasSubstr("without a barrier"));
  EXPECT_THAT(Run(SharedUse, 1, 64, 3, out.get()),
              HasSubstr("without a barrier"));
  EXPECT_THAT(Run(SharedUse, 1, 64, 8, out.get()),
              HasSubstr("write without a barrier"));
  EXPECT_EQ(Run(SharedUse, 1, 64, 4, out.get()), "");
  EXPECT_THAT(Run(SharedUse, 1, 64, 5, out.get()),
              HasSubstr("without a barrier"));
  EXPECT_EQ(Run(SharedUse, 1, 64, 6, out.get()), "");
  EXPECT_THAT(Run(SharedUse, 1, 64, 7, out.get()),
              HasSubstr("dynamic shared index 16"));
}

__global__ void LeavesAnElement(float* out) {
  __shared__ SharedArray<float, 1> buffer;
  if (blockIdx.x == 0) buffer[0] = 1;
  StoreGlobal(out + blockIdx.x, float(buffer[0]));
}

TEST_F(SimtTest, ABlockDoesNotInheritAnothersSharedMemory) {
  DeviceArray<float> out(2);
  EXPECT_THAT(Run(LeavesAnElement, 2, 1, out.get()),
              HasSubstr("before it is written"));
}

__global__ void CountShared(int* out) {
  __shared__ SharedArray<int, 1> count;
  if (threadIdx.x == 0) count[0] = 0;
  __syncthreads();
  AtomicAddShared(count[0], 2);
  __syncthreads();
  if (threadIdx.x == 0) StoreGlobal(out, int(count[0]));
}

TEST_F(SimtTest, SharedAtomics) {
  DeviceArray<int> out(1);
  ASSERT_EQ(Run(CountShared, 1, 100, out.get()), "");
  EXPECT_EQ(out.Host()[0], 200);
}

TEST_F(SimtTest, RefusesBadLaunches) {
  EXPECT_THAT(Run(BarrierForSome, 1, 1025, 0), HasSubstr("bad launch"));
  EXPECT_THAT(Run(BarrierForSome, 0, 32, 0), HasSubstr("bad launch"));
}

TEST_F(SimtTest, ConvertsHalves) {
  EXPECT_EQ(__half2float(__ushort_as_half(0x3c00)), 1.0f);
  EXPECT_EQ(__half2float(__ushort_as_half(0xc000)), -2.0f);
  EXPECT_EQ(__half2float(__ushort_as_half(0x0001)), 0x1p-24f);
  EXPECT_EQ(__half2float(__ushort_as_half(0x7bff)), 65504.0f);
  EXPECT_EQ(__half2float(__ushort_as_half(0xfc00)), -INFINITY);
  EXPECT_TRUE(std::isnan(__half2float(__ushort_as_half(0x7e00))));
}

}  // namespace
}  // namespace hydrometer::kernels
