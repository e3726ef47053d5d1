// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// Device code that reads a row of logits, eight consecutive tokens (a chunk) at
// a time. Chunk c holds tokens 8c .. 8c + 7 whatever the row's address, so that
// results do not depend on alignment; tokens past the row's end read as masked.
//
// RowReader<kType, kAligned>: rows without a transform. kAligned: the row
// starts at a multiple of 16 bytes, and a chunk is one or two 128-bit loads.
// Otherwise it is read as 32-bit words, shifted where a 16-bit row starts
// between two; nothing outside the row is read.
// AnyRowReader: every type, alignment and transform, chosen as it runs.
//
// Tests: the kernels' suite, on the interpreter and on a GPU.
#ifndef HYDROMETER_KERNELS_ROW_READER_CUH_
#define HYDROMETER_KERNELS_ROW_READER_CUH_

#include <cuda_fp16.h>

#include "kernels/launch.h"
#include "kernels/rows.h"

namespace hydrometer::kernels {

inline constexpr int kChunk = 8;
inline constexpr float kMasked = -__builtin_huge_valf();

__device__ __forceinline__ float BFloat16ToFloat(unsigned bits) {
  return __uint_as_float(bits << 16);
}

// One element as fp32.
__device__ __forceinline__ float LoadElement(const void* row, DataType type,
                                             int64_t i) {
  if (type == DataType::kFloat32) {
    return __ldg(static_cast<const float*>(row) + i);
  }
  const unsigned short bits =
      __ldg(static_cast<const unsigned short*>(row) + i);
  return type == DataType::kBFloat16 ? BFloat16ToFloat(bits)
                                     : __half2float(__ushort_as_half(bits));
}

__device__ __forceinline__ float Transformed(float z, Transform transform) {
  if (transform.soft_cap > 0 && z > kMasked) {
    z = transform.soft_cap * tanhf(z / transform.soft_cap);
  }
  return transform.temperature == 1.0f ? z : z / transform.temperature;
}

// The elementwise maximum (or minimum) of two pairs of 16-bit elements; NaN
// gives way to a number.
template <DataType kType, bool kMax>
__device__ __forceinline__ unsigned Extreme2(unsigned a, unsigned b) {
#ifdef HYDROMETER_SIMT
  unsigned out = 0;
  for (int shift = 0; shift <= 16; shift += 16) {
    const unsigned short ha = a >> shift, hb = b >> shift;
    float fa, fb;
    if (kType == DataType::kBFloat16) {
      fa = BFloat16ToFloat(ha);
      fb = BFloat16ToFloat(hb);
    } else {
      fa = __half2float(__ushort_as_half(ha));
      fb = __half2float(__ushort_as_half(hb));
    }
    const bool take_a = fb != fb || (kMax ? fa > fb : fa < fb);
    out |= static_cast<unsigned>(take_a ? ha : hb) << shift;
  }
  return out;
#else
  unsigned out;
  if constexpr (kType == DataType::kBFloat16) {
    if constexpr (kMax) {
      asm("max.bf16x2 %0, %1, %2;" : "=r"(out) : "r"(a), "r"(b));
    } else {
      asm("min.bf16x2 %0, %1, %2;" : "=r"(out) : "r"(a), "r"(b));
    }
  } else {
    if constexpr (kMax) {
      asm("max.f16x2 %0, %1, %2;" : "=r"(out) : "r"(a), "r"(b));
    } else {
      asm("min.f16x2 %0, %1, %2;" : "=r"(out) : "r"(a), "r"(b));
    }
  }
  return out;
#endif
}

// A chunk as it lies in memory.
template <DataType kType>
struct RawChunk {
  static constexpr bool kWide = kType == DataType::kFloat32;
  static constexpr int kWords = kWide ? 8 : 4;
  unsigned words[kWords];

  static __device__ __forceinline__ float Convert(unsigned bits) {
    if (kWide) return __uint_as_float(bits);
    if (kType == DataType::kBFloat16) return BFloat16ToFloat(bits);
    return __half2float(__ushort_as_half(static_cast<unsigned short>(bits)));
  }
  __device__ __forceinline__ void ToFloat(float (&out)[kChunk]) const {
#pragma unroll
    for (int i = 0; i < kWords; ++i) {
      if constexpr (kWide) {
        out[i] = __uint_as_float(words[i]);
      } else if constexpr (kType == DataType::kBFloat16) {
        out[2 * i] = __uint_as_float(words[i] << 16);
        out[2 * i + 1] = __uint_as_float(words[i] & 0xffff0000u);
      } else {
        out[2 * i] = Convert(words[i] & 0xffffu);
        out[2 * i + 1] = Convert(words[i] >> 16);
      }
    }
  }
  // Whether either chunk has a masked token.
  static __device__ __forceinline__ bool AnyMasked(const RawChunk& a,
                                                   const RawChunk& b) {
    RawChunk least;
#pragma unroll
    for (int i = 0; i < kWords; ++i) {
      if constexpr (kWide) {
        least.words[i] = __float_as_uint(
            fminf(__uint_as_float(a.words[i]), __uint_as_float(b.words[i])));
      } else {
        least.words[i] = Extreme2<kType, false>(a.words[i], b.words[i]);
      }
    }
    return least.template Extreme<false>() == kMasked;
  }
  // The largest (smallest) element; NaN gives way to a number.
  template <bool kMax>
  __device__ __forceinline__ float Extreme() const {
    if constexpr (kWide) {
      float best = __uint_as_float(words[0]);
#pragma unroll
      for (int i = 1; i < kWords; ++i) {
        const float v = __uint_as_float(words[i]);
        best = kMax ? fmaxf(best, v) : fminf(best, v);
      }
      return best;
    } else {
      const unsigned best =
          Extreme2<kType, kMax>(Extreme2<kType, kMax>(words[0], words[1]),
                                Extreme2<kType, kMax>(words[2], words[3]));
      const float low = Convert(best & 0xffffu), high = Convert(best >> 16);
      return kMax ? fmaxf(low, high) : fminf(low, high);
    }
  }
};

template <DataType kType, bool kAligned>
class RowReader {
 public:
  using Raw = RawChunk<kType>;
  static constexpr bool k16Bit = kType != DataType::kFloat32;

  __device__ RowReader(const Rows& rows, int64_t row)
      : vocab_(static_cast<int>(rows.vocab_count)) {
    const int size = Raw::kWide ? 4 : 2;
    data_ = static_cast<const char*>(rows.data) + row * rows.row_stride * size;
    // A chunk's first and last 32-bit words may reach one element out of it.
    odd_ = !kAligned && (reinterpret_cast<size_t>(data_) & 2) != 0;
    full_ = static_cast<int>(static_cast<unsigned>(vocab_) / kChunk);
    if (odd_ && full_ * kChunk == vocab_) --full_;
  }

  __device__ __forceinline__ int vocab() const { return vocab_; }

  // Whether FetchWhole may read the chunk.
  __device__ __forceinline__ bool Whole(int chunk) const {
    return chunk < full_ && (kAligned || !odd_ || chunk > 0);
  }
  __device__ __forceinline__ Raw Fetch(int chunk) const {
    return Whole(chunk) ? FetchWhole(chunk) : FetchEdge(chunk);
  }
  __device__ __forceinline__ Raw FetchWhole(int chunk) const {
    Raw raw;
    if constexpr (kAligned) {
      const uint4* from =
          static_cast<const uint4*>(static_cast<const void*>(data_));
#pragma unroll
      for (int i = 0; i < Raw::kWords / 4; ++i) {
        const uint4 v =
            __ldg(from + static_cast<int64_t>(chunk) * (Raw::kWords / 4) + i);
        raw.words[4 * i] = v.x;
        raw.words[4 * i + 1] = v.y;
        raw.words[4 * i + 2] = v.z;
        raw.words[4 * i + 3] = v.w;
      }
    } else {
      const char* at = data_ + static_cast<int64_t>(chunk) * (Raw::kWords * 4);
      if (!odd_) {
        const unsigned* from =
            static_cast<const unsigned*>(static_cast<const void*>(at));
#pragma unroll
        for (int i = 0; i < Raw::kWords; ++i) raw.words[i] = __ldg(from + i);
      } else {
        const unsigned* from =
            static_cast<const unsigned*>(static_cast<const void*>(at - 2));
        unsigned low = __ldg(from);
#pragma unroll
        for (int i = 0; i < Raw::kWords; ++i) {
          const unsigned high = __ldg(from + i + 1);
          raw.words[i] = __funnelshift_r(low, high, 16);
          low = high;
        }
      }
    }
    return raw;
  }

  __device__ __forceinline__ void PrefetchWhole(int chunk) const {
    PrefetchL2(data_ + static_cast<int64_t>(chunk) * (Raw::kWords * 4));
  }

  // The chunk element by element, masked past the end.
  __device__ __forceinline__ Raw FetchEdge(int chunk) const {
    Raw raw;
#pragma unroll
    for (int i = 0; i < Raw::kWords; ++i) {
      if constexpr (Raw::kWide) {
        const int token = chunk * kChunk + i;
        raw.words[i] =
            token < vocab_ ? __float_as_uint(At(token)) : 0xff800000u;
      } else {
        const unsigned masked =
            kType == DataType::kBFloat16 ? 0xff80u : 0xfc00u;
        const unsigned short* from =
            static_cast<const unsigned short*>(static_cast<const void*>(data_));
        const int token = chunk * kChunk + 2 * i;
        const unsigned low = token < vocab_ ? __ldg(from + token) : masked;
        const unsigned high =
            token + 1 < vocab_ ? __ldg(from + token + 1) : masked;
        raw.words[i] = low | high << 16;
      }
    }
    return raw;
  }

  __device__ __forceinline__ void ToFloat(const Raw& raw,
                                          float (&out)[kChunk]) const {
    raw.ToFloat(out);
  }
  // The largest of the chunk.
  __device__ __forceinline__ float Most(const Raw& raw) const {
    return raw.template Extreme<true>();
  }
  __device__ __forceinline__ float At(int token) const {
    return LoadElement(data_, kType, token);
  }

 private:
  const char* data_;
  int vocab_;
  int full_;  // chunks that need no edge treatment at the end
  bool odd_;
};

class AnyRowReader {
 public:
  static constexpr bool k16Bit = false;  // transforms leave the grid
  struct Raw {
    float values[kChunk];

    static __device__ __forceinline__ bool AnyMasked(const Raw& a,
                                                     const Raw& b) {
      bool masked = false;
#pragma unroll
      for (int i = 0; i < kChunk; ++i) {
        masked |= a.values[i] == kMasked || b.values[i] == kMasked;
      }
      return masked;
    }
  };
  __device__ AnyRowReader(const Rows& rows, int64_t row)
      : AnyRowReader(static_cast<const char*>(rows.data) +
                         row * rows.row_stride *
                             (rows.type == DataType::kFloat32 ? 4 : 2),
                     rows.type, rows.transform,
                     static_cast<int>(rows.vocab_count)) {}
  __device__ AnyRowReader(const void* row, DataType type, Transform transform,
                          int vocab)
      : data_(row), type_(type), transform_(transform), vocab_(vocab) {}

  __device__ __forceinline__ int vocab() const { return vocab_; }
  __device__ __forceinline__ bool Whole(int) const { return true; }
  __device__ __forceinline__ void PrefetchWhole(int) const {}
  __device__ __forceinline__ Raw FetchWhole(int chunk) const {
    return Fetch(chunk);
  }
  __device__ __forceinline__ Raw FetchEdge(int chunk) const {
    return Fetch(chunk);
  }
  __device__ __forceinline__ Raw Fetch(int chunk) const {
    Raw raw;
#pragma unroll
    for (int i = 0; i < kChunk; ++i) {
      const int token = chunk * kChunk + i;
      raw.values[i] = token < vocab_ ? At(token) : kMasked;
    }
    return raw;
  }
  __device__ __forceinline__ void ToFloat(const Raw& raw,
                                          float (&out)[kChunk]) const {
#pragma unroll
    for (int i = 0; i < kChunk; ++i) out[i] = raw.values[i];
  }
  __device__ __forceinline__ float Most(const Raw& raw) const {
    float most = raw.values[0];
#pragma unroll
    for (int i = 1; i < kChunk; ++i) most = fmaxf(most, raw.values[i]);
    return most;
  }
  __device__ __forceinline__ float At(int token) const {
    return Transformed(LoadElement(data_, type_, token), transform_);
  }

 private:
  const void* data_;
  DataType type_;
  Transform transform_;
  int vocab_;
};

// Host: whether every row of the view starts at a multiple of 16 bytes.
inline bool RowsAligned(const Rows& rows) {
  const int64_t size = rows.type == DataType::kFloat32 ? 4 : 2;
  return reinterpret_cast<size_t>(rows.data) % 16 == 0 &&
         rows.row_stride * size % 16 == 0;
}
inline bool HasTransform(const Transform& transform) {
  return transform.soft_cap > 0 || transform.temperature != 1.0f;
}
// Threads of a block that works on one row: a multiple of 32, at most 256.
inline int BlockThreads(int64_t vocab_count) {
  const int64_t chunks = (vocab_count + kChunk - 1) / kChunk;
  return chunks >= 256 ? 256 : static_cast<int>((chunks + 31) / 32 * 32);
}

}  // namespace hydrometer::kernels

#endif  // HYDROMETER_KERNELS_ROW_READER_CUH_
