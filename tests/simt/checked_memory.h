// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// Device memory of the interpreter: tracked allocations, checked loads and
// stores, shared arrays with shadows. Tests: simt_test.cc.
#ifndef HYDROMETER_TESTS_SIMT_CHECKED_MEMORY_H_
#define HYDROMETER_TESTS_SIMT_CHECKED_MEMORY_H_

#include <cstdlib>

#include "tests/simt/simt.h"

namespace simt {

// 256-byte aligned, filled with a pattern, nothing of it written yet. A size
// of 0 gives an address that may not be touched.
inline void* Allocate(size_t size) {
  const size_t rounded = (size + 511) / 256 * 256;
  void* address = std::aligned_alloc(256, rounded);
  std::memset(address, 0xA5, rounded);
  Machine::Get().allocations[reinterpret_cast<uintptr_t>(address)] = {
      size, std::vector<bool>(size, false)};
  return address;
}

inline bool Free(void* address) {
  if (address == nullptr) return true;
  if (Machine::Get().allocations.erase(reinterpret_cast<uintptr_t>(address)) ==
      0) {
    return false;
  }
  std::free(address);
  return true;
}

// Host code wrote (or, with `written` false, gave up) these bytes.
inline void MarkWritten(const void* address, size_t size, bool written = true) {
  auto& allocations = Machine::Get().allocations;
  const auto start = reinterpret_cast<uintptr_t>(address);
  auto it = allocations.upper_bound(start);
  if (it == allocations.begin()) return;
  --it;
  const size_t offset = start - it->first;
  for (size_t i = offset; i < offset + size && i < it->second.size_bytes; ++i) {
    it->second.written[i] = written;
  }
}

template <class T>
T LoadGlobal(const T* address) {
  T value{};
  if (Machine::Get().CheckGlobal(address, sizeof(T), alignof(T), false)) {
    std::memcpy(&value, address, sizeof(T));
  }
  return value;
}

template <class T>
void StoreGlobal(T* address, T value) {
  if (Machine::Get().CheckGlobal(address, sizeof(T), alignof(T), true)) {
    std::memcpy(static_cast<void*>(address), &value, sizeof(T));
  }
}

// Who touched a shared element last. Two accesses are ordered when a barrier
// of the block lies between, or, in one warp, a __syncwarp of the whole warp.
struct Touch {
  int thread = -1;
  uint32_t block_epoch = 0, warp_epoch = 0;

  bool RacesWith(const Touch& now) const {
    if (thread < 0 || thread == now.thread) return false;
    if (block_epoch != now.block_epoch) return false;
    return thread / 32 != now.thread / 32 || warp_epoch == now.warp_epoch;
  }
};

struct Shadow {
  Touch writer, reader, other_reader;
};

template <class T>
class SharedReference {
 public:
  SharedReference(T* value, Shadow* shadow) : value_(value), shadow_(shadow) {}
  SharedReference(const SharedReference&) = default;
  operator T() const {  // NOLINT: stands for a T
    const Touch now = Now();
    if (shadow_->writer.thread < 0) {
      Machine::Get().Violation("shared memory read before it is written");
    }
    if (shadow_->writer.RacesWith(now)) {
      Machine::Get().Violation(
          "shared memory: read without a barrier since thread %d wrote",
          shadow_->writer.thread);
    }
    if (shadow_->reader.thread != now.thread) {
      shadow_->other_reader = shadow_->reader;
    }
    shadow_->reader = now;
    return *value_;
  }
  SharedReference& operator=(T value) {
    Write();
    *value_ = value;
    return *this;
  }
  SharedReference& operator=(const SharedReference& other) {
    return *this = static_cast<T>(other);
  }
  SharedReference& operator+=(T value) { return *this = T(*this) + value; }
  // Atomic: ordered with other atomic accesses, so only its first use and
  // plain accesses are checked.
  template <class F>
  T Atomic(F f) {
    if (shadow_->writer.thread < 0) {
      Machine::Get().Violation("shared memory read before it is written");
    }
    const T old = *value_;
    *value_ = f(old);
    return old;
  }

 private:
  static Touch Now() {
    Machine& machine = Machine::Get();
    const Thread& thread = machine.current();
    return {thread.linear, machine.block_epoch, thread.warp_epoch};
  }
  void Write() {
    const Touch now = Now();
    for (const Touch& touch :
         {shadow_->writer, shadow_->reader, shadow_->other_reader}) {
      if (touch.RacesWith(now)) {
        Machine::Get().Violation(
            "shared memory: write without a barrier since thread %d touched it",
            touch.thread);
      }
    }
    shadow_->writer = now;
  }

  T* value_;
  Shadow* shadow_;
};

// A __shared__ array whose every access is checked. Its content and shadow
// belong to the running block.
template <class T, int kCount>
class SharedArray {
 public:
  SharedReference<T> operator[](int64_t i) {
    if (serial_ != Machine::Get().block_serial) {
      serial_ = Machine::Get().block_serial;
      for (Shadow& shadow : shadows_) shadow = {};
    }
    if (i < 0 || i >= kCount) {
      Machine::Get().Violation("shared index %lld outside [0, %d)",
                               static_cast<long long>(i), kCount);
    }
    return {&values_[i], &shadows_[i]};
  }

 private:
  T values_[kCount];
  Shadow shadows_[kCount];
  uint64_t serial_ = 0;
};

// The launch's dynamic shared memory as an array of T, bounds and content
// checked as SharedArray's. One view of one type at a time.
template <class T>
class SharedView {
 public:
  SharedReference<T> operator[](int64_t i) const {
    Machine& machine = Machine::Get();
    static std::vector<Shadow> shadows;
    static uint64_t serial = 0;
    const int64_t count = machine.dynamic_shared.size() / sizeof(T);
    if (serial != machine.block_serial) {
      serial = machine.block_serial;
      shadows.assign(count, {});
    }
    if (i < 0 || i >= count) {
      machine.Violation("dynamic shared index %lld outside [0, %lld)",
                        static_cast<long long>(i),
                        static_cast<long long>(count));
    }
    return {reinterpret_cast<T*>(machine.dynamic_shared.data()) + i,
            &shadows[i]};
  }
};

}  // namespace simt

#endif  // HYDROMETER_TESTS_SIMT_CHECKED_MEMORY_H_
