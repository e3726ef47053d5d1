// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// The only place of this folder that starts threads.
//
// Work is cut into chunks by the caller's sizes alone, never by the number of
// threads, and a chunk is done by one thread from its begin to its end. Results
// that are written per item, or per chunk and then added in chunk order, are
// therefore the same bits for any thread count.
//
// Threads are started on first use; between calls they look for work for some
// microseconds, then sleep. A call from inside a body runs its chunks on the
// calling thread.
//
// Tests: tests/kernels/parallel_for_test.cc.
#ifndef HYDROMETER_KERNELS_PARALLEL_FOR_H_
#define HYDROMETER_KERNELS_PARALLEL_FOR_H_

#include <cstdint>

#include "absl/functional/function_ref.h"

namespace hydrometer::kernels {

// Threads used from the next ParallelFor on; at least 1, at most
// kMaxThreadCount (values outside are brought inside). The default is the
// number of cores. Not to be called while a ParallelFor runs.
inline constexpr int kMaxThreadCount = 256;
void SetThreadCount(int thread_count);
int ThreadCount();

// One chunk of items [begin, end). `worker` is in [0, ThreadCount()) and no two
// chunks with the same worker run at once: use it to choose scratch memory,
// never to choose what is computed.
struct Chunk {
  int64_t index = 0;
  int64_t begin = 0;
  int64_t end = 0;
  int worker = 0;
};

// Calls body once for each chunk of [0, item_count) and returns when all are
// done. chunk_size >= 1; the last chunk may be shorter. The order in which
// chunks run is not fixed. The body must not throw.
void ParallelFor(int64_t item_count, int64_t chunk_size,
                 absl::FunctionRef<void(const Chunk&)> body);

}  // namespace hydrometer::kernels

#endif  // HYDROMETER_KERNELS_PARALLEL_FOR_H_
