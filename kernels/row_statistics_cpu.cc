// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// Row statistics on the CPU: block maxima in one pass over memory, then sums
// while the row is in cache. A row is one thread's work.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/row_statistics_cpu.cc"
#include <hwy/foreach_target.h>
// After foreach_target.
#include "kernels/parallel_for.h"
#include "kernels/row_pass-inl.h"
#include "kernels/row_statistics_args.h"

HWY_BEFORE_NAMESPACE();
namespace hydrometer::kernels {
namespace HWY_NAMESPACE {

inline constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

HWY_INLINE double TransformedNats(double z, const Transform& t) {
  if (t.soft_cap > 0 && std::abs(z) < kInfinity) {
    z = t.soft_cap * std::tanh(z / t.soft_cap);
  }
  return z / t.temperature;
}

template <class Type>
void WriteTopK(const RowStatisticsArgs& args, int64_t r,
               const typename Type::Raw* row, const BlockMaxima& maxima,
               const RowSums& sums, bool valid) {
  int32_t ids[kMaxTopK];
  float values[kMaxTopK];
  const int found = valid ? TopK<Type>(row, args.rows.vocab_count, maxima,
                                       args.k, ids, values)
                          : 0;
  for (int j = 0; j < args.k; ++j) {
    const int64_t at = r * args.k + j;
    if (args.topk_id != nullptr) args.topk_id[at] = j < found ? ids[j] : -1;
    if (args.topk_log_prob == nullptr) continue;
    if (!valid) {
      args.topk_log_prob[at] = kNaN;
    } else if (j < found) {
      args.topk_log_prob[at] =
          (TransformedNats(values[j], args.rows.transform) - sums.top_nats) -
          std::log1p(sums.rest);
    } else {
      args.topk_log_prob[at] = -std::numeric_limits<double>::infinity();
    }
  }
}

template <class Type, bool kTransform>
void OneRow(const RowStatisticsArgs& args, int64_t r) {
  using Raw = typename Type::Raw;
  const Rows& rows = args.rows;
  const int64_t count = rows.vocab_count;
  const Raw* row = static_cast<const Raw*>(rows.data) + r * rows.row_stride;
  const Reader<Type, kTransform> reader{row, ScaleOf(rows.transform)};
  BlockMaxima maxima;
  FindBlockMaxima<Type>(row, count, maxima);
  const RowSums sums = SumRow(reader, count, maxima, rows.transform);
  const bool valid = std::abs(sums.lse_nats) < kInfinity;
  if (args.lse_nats != nullptr) args.lse_nats[r] = sums.lse_nats;
  if (args.entropy_nats != nullptr) {
    args.entropy_nats[r] =
        valid ? std::log1p(sums.rest) + sums.rest_log / (1.0 + sums.rest)
              : kNaN;
  }
  if (args.top1_id != nullptr) {
    args.top1_id[r] = valid ? static_cast<int32_t>(sums.top1) : -1;
  }
  if (args.token_log_prob != nullptr) {
    const int64_t id = args.token_id == nullptr ? -1 : args.token_id[r];
    double value = kNaN;
    if (valid && id >= 0 && id < count) {
      const double z = ScalarLogit<Type>(row, id);
      value = (TransformedNats(z, rows.transform) - sums.top_nats) -
              std::log1p(sums.rest);
    }
    args.token_log_prob[r] = value;
  }
  if (args.k > 0) WriteTopK<Type>(args, r, row, maxima, sums, valid);
}

template <class Type>
void AllRows(const RowStatisticsArgs& args) {
  const bool transform = args.rows.transform.soft_cap > 0;
  // About 16,384 tokens a chunk, by the shape alone.
  const int64_t chunk = HWY_MAX(int64_t{1}, 16384 / args.rows.vocab_count);
  ParallelFor(args.rows.row_count, chunk, [&](const Chunk& c) HWY_ATTR {
    for (int64_t r = c.begin; r < c.end; ++r) {
      if (transform) {
        OneRow<Type, true>(args, r);
      } else {
        OneRow<Type, false>(args, r);
      }
    }
  });
}

void RowStatisticsTarget(const RowStatisticsArgs& args) {
  switch (args.rows.type) {
    case DataType::kFloat32:
      return AllRows<Float32>(args);
    case DataType::kBFloat16:
      return AllRows<BFloat16>(args);
    case DataType::kFloat16:
      return AllRows<Float16>(args);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace hydrometer::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace hydrometer::kernels {

HWY_EXPORT(RowStatisticsTarget);

void RowStatisticsCpu(const RowStatisticsArgs& args) {
  HWY_DYNAMIC_DISPATCH(RowStatisticsTarget)(args);
}

}  // namespace hydrometer::kernels
#endif  // HWY_ONCE
