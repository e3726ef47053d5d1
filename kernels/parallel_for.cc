// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/parallel_for.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

namespace hydrometer::kernels {
namespace {

thread_local bool inside_body = false;

// Looks for a short while whether `ready` comes true before its thread goes to
// sleep: calls often follow one another at once, and waking a thread costs
// about as much as comparing a row pair.
constexpr std::chrono::microseconds kLookFor{60};

template <class Ready>
void LookForAWhile(const Ready& ready) {
  const auto end = std::chrono::steady_clock::now() + kLookFor;
  while (!ready() && std::chrono::steady_clock::now() < end) {
    // Another thread may want this core.
    std::this_thread::yield();
  }
}

// Threads that sleep until a job comes. One job at a time; chunks are taken
// from a counter, so that a slow core takes fewer of them.
class Pool {
 public:
  ~Pool() { Resize(1); }

  void Resize(int thread_count) {
    {
      std::lock_guard<std::mutex> lock(mutex_);
      if (thread_count == static_cast<int>(threads_.size()) + 1) return;
      stop_ = true;
    }
    wake_.notify_all();
    for (std::thread& t : threads_) t.join();
    threads_.clear();
    stop_ = false;
    for (int worker = 1; worker < thread_count; ++worker) {
      threads_.emplace_back(
          [this, worker, seen = job_.load()] { Loop(worker, seen); });
    }
  }

  void Run(int64_t item_count, int64_t chunk_size,
           absl::FunctionRef<void(const Chunk&)> body) {
    std::lock_guard<std::mutex> one_job(run_mutex_);
    Resize(wanted_.load());
    {
      std::lock_guard<std::mutex> lock(mutex_);
      body_ = &body;
      item_count_ = item_count;
      chunk_size_ = chunk_size;
      next_chunk_ = 0;
      busy_ = static_cast<int>(threads_.size());
      ++job_;
    }
    wake_.notify_all();
    Work(0);
    LookForAWhile([this] { return busy_ == 0; });
    std::unique_lock<std::mutex> lock(mutex_);
    done_.wait(lock, [this] { return busy_ == 0; });
  }

  std::atomic<int> wanted_{
      std::clamp<int>(static_cast<int>(std::thread::hardware_concurrency()), 1,
                      kMaxThreadCount)};

 private:
  void Loop(int worker, int64_t seen) {
    while (true) {
      LookForAWhile([&] { return job_ != seen || stop_; });
      {
        std::unique_lock<std::mutex> lock(mutex_);
        wake_.wait(lock, [&] { return stop_ || job_ != seen; });
        if (stop_) return;
        seen = job_;
      }
      Work(worker);
      std::lock_guard<std::mutex> lock(mutex_);
      if (--busy_ == 0) done_.notify_one();
    }
  }

  void Work(int worker) {
    inside_body = true;
    while (true) {
      const int64_t index = next_chunk_.fetch_add(1);
      const int64_t begin = index * chunk_size_;
      if (begin >= item_count_) break;
      (*body_)(
          {index, begin, std::min(begin + chunk_size_, item_count_), worker});
    }
    inside_body = false;
  }

  std::mutex run_mutex_;  // held by the one running job
  std::mutex mutex_;      // guards what follows, but for next_chunk_
  std::condition_variable wake_;
  std::condition_variable done_;
  std::vector<std::thread> threads_;
  std::atomic<bool> stop_ = false;  // these three are also read without it
  std::atomic<int64_t> job_ = 0;
  std::atomic<int> busy_ = 0;
  const absl::FunctionRef<void(const Chunk&)>* body_ = nullptr;
  int64_t item_count_ = 0;
  int64_t chunk_size_ = 1;
  std::atomic<int64_t> next_chunk_{0};
};

Pool& ThePool() {
  static Pool* pool = new Pool;  // lives as long as the process
  return *pool;
}

}  // namespace

void SetThreadCount(int thread_count) {
  ThePool().wanted_ = std::clamp(thread_count, 1, kMaxThreadCount);
}

int ThreadCount() { return ThePool().wanted_.load(); }

void ParallelFor(int64_t item_count, int64_t chunk_size,
                 absl::FunctionRef<void(const Chunk&)> body) {
  if (item_count <= 0) return;
  chunk_size = std::max<int64_t>(chunk_size, 1);
  if (inside_body || ThreadCount() == 1 || item_count <= chunk_size) {
    for (int64_t i = 0, begin = 0; begin < item_count;
         ++i, begin += chunk_size) {
      body({i, begin, std::min(begin + chunk_size, item_count), 0});
    }
    return;
  }
  ThePool().Run(item_count, chunk_size, body);
}

}  // namespace hydrometer::kernels
