// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// A SIMT interpreter: runs the threads of a CUDA block as fibres on one host
// thread, so that a kernel's own source runs and is checked without a GPU.
// include/cuda_runtime.h gives the CUDA names; a .cu file compiled as C++ with
// that folder first on the include path runs on this machine.
//
// A warp's lanes run one after another until each waits at a warp collective
// or a barrier; the order of lanes, warps and blocks is a fixed function of
// Options. A launch stops at its first violation, which Report() then names:
//   - a global read or write outside an allocation, of a freed one, or at an
//     address that is not a multiple of the access's alignment;
//   - a global read of bytes that nobody wrote;
//   - __syncthreads that not all threads reach, or reach at another line;
//   - a warp collective with lanes missing, or a shuffle from such a lane;
//   - SharedArray and SharedView: index out of range, a read of an element
//     that this block has not written, and two threads that touch an element
//     (one of them writing) with no barrier between.
//
// Not caught: accesses through plain pointers (use the loads and stores of
// cuda_runtime.h; AddressSanitizer sees the rest), plain __shared__ arrays,
// races in global memory, bank conflicts, and the rounding of the hardware's
// approximate functions.
//
// Errors: Launch returns false after a violation. Tests: simt_test.cc.
#ifndef HYDROMETER_TESTS_SIMT_SIMT_H_
#define HYDROMETER_TESTS_SIMT_SIMT_H_

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "tests/simt/fibre.h"

namespace simt {

struct Index {
  unsigned x = 0, y = 0, z = 0;
};

enum class Schedule { kForward, kReverse, kShuffled };

struct Options {
  Schedule schedule = Schedule::kForward;
  uint64_t seed = 1;  // kShuffled only
};

// One device allocation; device addresses are host addresses.
struct Allocation {
  size_t size_bytes = 0;
  std::vector<bool> written;  // per byte
};

enum class State : uint8_t { kReady, kBarrier, kWarp, kDone };

// What a lane brings to a warp collective.
struct WarpOp {
  enum Kind : uint8_t { kSync, kShuffle, kVote } kind = kSync;
  uint32_t mask = 0;
  int source_lane = 0;  // kShuffle
  uint64_t value = 0;   // in
  uint64_t result = 0;  // out: the source's value, or the ballot
};

struct Thread {
  Fibre fibre;
  State state = State::kDone;
  Index index;
  int linear = 0;
  uint32_t warp_epoch = 0;  // __syncwarp of the whole warp so far
  WarpOp op;
  const char* file = "";
  int line = 0;
};

class Machine {
 public:
  static Machine& Get() {
    static Machine machine;
    return machine;
  }

  Options options;
  Index grid_dim, block_dim, block_idx;
  uint64_t block_serial = 0;  // one value per block ever run
  uint32_t block_epoch = 0;   // barriers passed in this block
  std::vector<char> dynamic_shared;
  std::map<uintptr_t, Allocation> allocations;

  const std::string& Report() const { return report_; }
  void ClearReport() { report_.clear(); }
  bool running() const { return current_ != nullptr; }
  Thread& current() { return *current_; }

  // Runs `body` once per thread of the grid.
  bool Launch(Index grid, Index block, size_t shared_bytes,
              const std::function<void()>& body);

  // Ends the launch from inside a thread, whose stack is left as it is: the
  // message is formatted without owning memory there.
  template <class... Values>
  void Violation(const char* format, Values... values) {
    char what[256], where[96];
    std::snprintf(what, sizeof what, format, values...);
    where[0] = '\0';
    if (current_ != nullptr) {
      std::snprintf(where, sizeof where, " by thread %d of block (%u,%u,%u)",
                    current_->linear, block_idx.x, block_idx.y, block_idx.z);
    }
    report_.assign(what).append(where);
    if (current_ != nullptr) {
      aborted_ = true;
      SwitchFibre(&current_->fibre, &scheduler_);  // never comes back
    }
  }

  // Checks a global access; false if it may not be done.
  bool CheckGlobal(const void* address, size_t size, size_t align, bool write);

  void Barrier(const char* file, int line) {
    Wait(State::kBarrier, file, line);
  }
  uint64_t Collective(WarpOp op, const char* file, int line) {
    current_->op = op;
    Wait(State::kWarp, file, line);
    return current_->op.result;
  }

 private:
  static void ThreadMain() {
    Machine& machine = Get();
    FibreStarted();
    (*machine.body_)();
    machine.current_->state = State::kDone;
    SwitchFibre(&machine.current_->fibre, &machine.scheduler_);
  }
  void Wait(State state, const char* file, int line) {
    current_->state = state;
    current_->file = file;
    current_->line = line;
    SwitchFibre(&current_->fibre, &scheduler_);
  }
  bool RunBlock();
  bool RunWarp(int warp);
  bool ResolveWarp(int warp);
  bool ResolveBarrier();
  void DescribeStuck();
  std::vector<int> Order(int count);

  Fibre scheduler_;
  std::vector<Thread> threads_;
  std::vector<Thread*> block_;  // the threads of the running block
  Thread* current_ = nullptr;
  const std::function<void()>* body_ = nullptr;
  bool aborted_ = false;
  std::string report_;
  uint64_t random_ = 1;
};

inline std::vector<int> Machine::Order(int count) {
  std::vector<int> order(count);
  for (int i = 0; i < count; ++i) order[i] = i;
  if (options.schedule == Schedule::kReverse) {
    std::reverse(order.begin(), order.end());
  } else if (options.schedule == Schedule::kShuffled) {
    for (int i = count - 1; i > 0; --i) {
      random_ = random_ * 6364136223846793005u + 1442695040888963407u;
      std::swap(order[i], order[(random_ >> 33) % (i + 1)]);
    }
  }
  return order;
}

inline bool Machine::Launch(Index grid, Index block, size_t shared_bytes,
                            const std::function<void()>& body) {
  const uint64_t count = uint64_t{block.x} * block.y * block.z;
  if (running() || count == 0 || count > 1024 || grid.x == 0 || grid.y == 0 ||
      grid.z == 0 || grid.y > 65535 || grid.z > 65535 ||
      shared_bytes > 227 * 1024) {
    report_ = "bad launch configuration";
    return false;
  }
  grid_dim = grid;
  block_dim = block;
  body_ = &body;
  random_ = options.seed;
  if (threads_.size() < count) threads_.resize(count);
  dynamic_shared.assign(shared_bytes, 0);
  const int blocks = static_cast<int>(grid.x * grid.y * grid.z);
  for (int b : Order(blocks)) {
    block_idx = {b % grid.x, b / grid.x % grid.y, b / grid.x / grid.y};
    block_.clear();
    for (uint64_t t = 0; t < count; ++t) {
      Thread& thread = threads_[t];
      thread.state = State::kReady;
      thread.linear = static_cast<int>(t);
      thread.index = {static_cast<unsigned>(t % block.x),
                      static_cast<unsigned>(t / block.x % block.y),
                      static_cast<unsigned>(t / block.x / block.y)};
      thread.warp_epoch = 0;
      StartFibre(&thread.fibre, &ThreadMain);
      block_.push_back(&thread);
    }
    if (!RunBlock()) return false;
  }
  return true;
}

inline bool Machine::RunBlock() {
  ++block_serial;
  block_epoch = 0;
  const int warps = static_cast<int>((block_.size() + 31) / 32);
  while (true) {
    for (int warp : Order(warps)) {
      while (RunWarp(warp) && ResolveWarp(warp)) {
      }
      if (aborted_) {
        aborted_ = false;
        return false;
      }
    }
    const auto done =
        std::count_if(block_.begin(), block_.end(),
                      [](const Thread* t) { return t->state == State::kDone; });
    if (done == static_cast<int>(block_.size())) return true;
    if (!ResolveBarrier()) {
      DescribeStuck();
      return false;
    }
  }
}

// Runs every ready lane to its next wait; false after a violation.
inline bool Machine::RunWarp(int warp) {
  const int first = warp * 32;
  const int lanes = std::min<int>(32, block_.size() - first);
  for (int lane : Order(lanes)) {
    Thread* thread = block_[first + lane];
    if (thread->state != State::kReady) continue;
    current_ = thread;
    SwitchFibre(&scheduler_, &thread->fibre);
    current_ = nullptr;
    if (aborted_) return false;
  }
  return true;
}

// Completes collectives whose lanes have all come; true if there was one.
inline bool Machine::ResolveWarp(int warp) {
  const int first = warp * 32;
  const int lanes = std::min<int>(32, block_.size() - first);
  bool resolved = false;
  for (int lane = 0; lane < lanes; ++lane) {
    const WarpOp op = block_[first + lane]->op;
    if (block_[first + lane]->state != State::kWarp) continue;
    bool complete = (op.mask >> lane & 1) != 0;
    for (int i = 0; i < 32 && complete; ++i) {
      if ((op.mask >> i & 1) == 0) continue;
      complete = i < lanes && block_[first + i]->state == State::kWarp &&
                 block_[first + i]->op.kind == op.kind &&
                 block_[first + i]->op.mask == op.mask;
    }
    if (!complete) continue;
    uint64_t ballot = 0;
    uint64_t values[32] = {};
    for (int i = 0; i < lanes; ++i) {
      if ((op.mask >> i & 1) == 0) continue;
      values[i] = block_[first + i]->op.value;
      if (values[i] != 0) ballot |= uint64_t{1} << i;
    }
    const bool whole =
        lanes == 32 ? op.mask == 0xffffffffu : op.mask == (1u << lanes) - 1;
    for (int i = 0; i < lanes; ++i) {
      Thread* t = block_[first + i];
      if ((op.mask >> i & 1) == 0) continue;
      if (op.kind == WarpOp::kShuffle) {
        if ((op.mask >> t->op.source_lane & 1) == 0) {
          report_ = std::string("shuffle from a missing lane at ") + t->file +
                    ":" + std::to_string(t->line);
          aborted_ = true;
          return false;
        }
        t->op.result = values[t->op.source_lane];
      } else {
        t->op.result = ballot;
      }
      if (op.kind == WarpOp::kSync && whole) ++t->warp_epoch;
      t->state = State::kReady;
    }
    resolved = true;
  }
  return resolved;
}

// Opens the block's barrier if every thread waits there, at one line.
inline bool Machine::ResolveBarrier() {
  for (const Thread* t : block_) {
    if (t->state != State::kBarrier || t->line != block_[0]->line ||
        std::strcmp(t->file, block_[0]->file) != 0) {
      return false;
    }
  }
  for (Thread* t : block_) t->state = State::kReady;
  ++block_epoch;
  return true;
}

inline void Machine::DescribeStuck() {
  std::map<std::string, std::pair<int, int>> groups;  // what: count, first
  bool collective = false;
  for (const Thread* t : block_) {
    std::string what = "exited";
    if (t->state != State::kDone) {
      what = t->state == State::kBarrier ? "wait at __syncthreads "
                                         : "wait at a warp collective ";
      what += std::string(t->file) + ":" + std::to_string(t->line);
      collective |= t->state == State::kWarp;
    }
    auto [it, fresh] = groups.try_emplace(what, 0, t->linear);
    ++it->second.first;
  }
  report_ =
      collective ? "warp collective with lanes missing:" : "divergent barrier:";
  for (const auto& [what, group] : groups) {
    report_ += " " + std::to_string(group.first) + " threads (first " +
               std::to_string(group.second) + ") " + what + ";";
  }
}

inline bool Machine::CheckGlobal(const void* address, size_t size, size_t align,
                                 bool write) {
  const auto start = reinterpret_cast<uintptr_t>(address);
  const char* access = write ? "write" : "read";
  if (start % align != 0) {
    Violation("misaligned global %s of %zu bytes at %p", access, size, address);
    return false;
  }
  auto it = allocations.upper_bound(start);
  if (it == allocations.begin() ||
      start + size > (--it)->first + it->second.size_bytes) {
    Violation("global %s of %zu bytes at %p outside every buffer", access, size,
              address);
    return false;
  }
  const size_t offset = start - it->first;
  for (size_t i = offset; i < offset + size; ++i) {
    if (write) {
      it->second.written[i] = true;
    } else if (!it->second.written[i]) {
      Violation("global read of %zu bytes at %p that nobody wrote", size,
                address);
      return false;
    }
  }
  return true;
}

}  // namespace simt

#endif  // HYDROMETER_TESTS_SIMT_SIMT_H_
