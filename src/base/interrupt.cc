// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/base/interrupt.h"

#include <csignal>

namespace hydrometer {
namespace {

volatile std::sig_atomic_t g_signal = 0;

void Remember(int signal) { g_signal = signal; }

}  // namespace

void CatchInterrupts() {
  struct sigaction action = {};
  action.sa_handler = Remember;
  // The handler is dropped after its first use: a second signal kills.
  action.sa_flags = SA_RESTART | SA_RESETHAND;
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

int InterruptSignal() { return g_signal; }

absl::Status CheckInterrupted() {
  if (g_signal == 0) return absl::OkStatus();
  return absl::CancelledError(
      "interrupted; the same command goes on from here");
}

}  // namespace hydrometer
