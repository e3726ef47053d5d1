// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/model/launches.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>
#include <vector>

namespace hydrometer::model {

absl::Status RunLaunches(int64_t count, int thread_count,
                         absl::FunctionRef<absl::Status(int64_t)> run) {
  std::atomic<int64_t> next{0};
  std::mutex mutex;
  int64_t failed_index = count;
  absl::Status failure;
  auto work = [&] {
    for (int64_t i = next.fetch_add(1); i < count; i = next.fetch_add(1)) {
      absl::Status status = run(i);
      if (status.ok()) continue;
      next.store(count);
      std::lock_guard<std::mutex> lock(mutex);
      if (i < failed_index) {
        failed_index = i;
        failure = status;
      }
      return;
    }
  };
  const int64_t helpers = std::min<int64_t>(thread_count, count) - 1;
  std::vector<std::thread> threads;
  for (int64_t i = 0; i < helpers; ++i) threads.emplace_back(work);
  work();
  for (std::thread& thread : threads) thread.join();
  return failure;
}

}  // namespace hydrometer::model
