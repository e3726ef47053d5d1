// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// SIGINT and SIGTERM end long work at its next safe point: what was recorded
// by then stays usable, and the same command goes on from there.
//
// Tests: tests/cli/interruption_test.cc.
#ifndef HYDROMETER_SRC_BASE_INTERRUPT_H_
#define HYDROMETER_SRC_BASE_INTERRUPT_H_

#include "absl/status/status.h"

namespace hydrometer {

// From now on the two signals only set a flag; a second one ends the process.
void CatchInterrupts();

// CancelledError once a signal has come, else OK. Long loops ask between
// pieces of work.
absl::Status CheckInterrupted();

// The signal that came, or 0.
int InterruptSignal();

}  // namespace hydrometer

#endif  // HYDROMETER_SRC_BASE_INTERRUPT_H_
