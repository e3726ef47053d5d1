// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// Fibres: stacks that one host thread switches between. A few instructions on
// x86-64; ucontext elsewhere. Tells AddressSanitizer about each switch.
// A fibre that is started again before it ended is simply forgotten, so code
// on it may own nothing.
// Tests: simt_test.cc.
#ifndef HYDROMETER_TESTS_SIMT_FIBRE_H_
#define HYDROMETER_TESTS_SIMT_FIBRE_H_

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>

#if !defined(__x86_64__)
#include <ucontext.h>
#endif

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#define HYDROMETER_SIMT_ASAN 1
#endif

namespace simt {

#ifdef HYDROMETER_SIMT_ASAN
inline constexpr size_t kStackBytes = 256 * 1024;
#else
inline constexpr size_t kStackBytes = 64 * 1024;
#endif

struct Fibre {
  std::unique_ptr<char[]> stack;  // none for the scheduler's own
  void* stack_pointer = nullptr;
#if !defined(__x86_64__)
  ucontext_t context;
#endif
  void* fake_stack = nullptr;    // AddressSanitizer's
  const void* bottom = nullptr;  // AddressSanitizer's
  size_t size = 0;               // AddressSanitizer's
};

#if defined(__x86_64__)
// Saves the callee-saved registers and the stack pointer, takes the other's.
__attribute__((naked, noinline)) inline void SwitchStack(void** /*save*/,
                                                         void* /*load*/) {
  asm volatile(
      "pushq %rbp\n pushq %rbx\n pushq %r12\n"
      "pushq %r13\n pushq %r14\n pushq %r15\n"
      "movq %rsp, (%rdi)\n movq %rsi, %rsp\n"
      "popq %r15\n popq %r14\n popq %r13\n"
      "popq %r12\n popq %rbx\n popq %rbp\n"
      "ret");
}
#endif

// The fibre that was left last; its stack bounds are learnt on arrival.
inline Fibre* g_left = nullptr;

// First thing on a new fibre.
inline void FibreStarted() {
#ifdef HYDROMETER_SIMT_ASAN
  __sanitizer_finish_switch_fiber(nullptr, &g_left->bottom, &g_left->size);
#endif
}

inline void SwitchFibre(Fibre* from, Fibre* to) {
  g_left = from;
#ifdef HYDROMETER_SIMT_ASAN
  __sanitizer_start_switch_fiber(&from->fake_stack, to->bottom, to->size);
#endif
#if defined(__x86_64__)
  SwitchStack(&from->stack_pointer, to->stack_pointer);
#else
  swapcontext(&from->context, &to->context);
#endif
#ifdef HYDROMETER_SIMT_ASAN
  __sanitizer_finish_switch_fiber(from->fake_stack, &g_left->bottom,
                                  &g_left->size);
#endif
}

// Makes the next switch to `fibre` begin `entry`, which must never return.
inline void StartFibre(Fibre* fibre, void (*entry)()) {
  if (fibre->stack == nullptr) {
    fibre->stack.reset(new char[kStackBytes]);
  }
  fibre->bottom = fibre->stack.get();
  fibre->size = kStackBytes;
  fibre->fake_stack = nullptr;
#ifdef HYDROMETER_SIMT_ASAN
  ASAN_UNPOISON_MEMORY_REGION(fibre->stack.get(), kStackBytes);
#endif
#if defined(__x86_64__)
  const auto end =
      reinterpret_cast<uintptr_t>(fibre->stack.get() + kStackBytes);
  // After the first `ret` the stack stands as at any function's entry: 8
  // bytes off a multiple of 16.
  auto* top = reinterpret_cast<void**>((end & ~uintptr_t{15}) - 16);
  top[1] = nullptr;
  top[0] = reinterpret_cast<void*>(entry);
  for (int i = 1; i <= 6; ++i) top[-i] = nullptr;
  fibre->stack_pointer = top - 6;
#else
  getcontext(&fibre->context);
  fibre->context.uc_stack.ss_sp = fibre->stack.get();
  fibre->context.uc_stack.ss_size = kStackBytes;
  fibre->context.uc_link = nullptr;
  makecontext(&fibre->context, entry, 0);
#endif
}

}  // namespace simt

#endif  // HYDROMETER_TESTS_SIMT_FIBRE_H_
