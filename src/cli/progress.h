// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// Progress of long work on stderr: on a terminal one line that is rewritten,
// with rate and time left; elsewhere one plain line per finished item.
//
// Tests: tests/cli/progress_test.cc.
#ifndef HYDROMETER_SRC_CLI_PROGRESS_H_
#define HYDROMETER_SRC_CLI_PROGRESS_H_

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

#include "absl/strings/string_view.h"

namespace hydrometer::cli {

class Progress {
 public:
  using Clock = std::function<double()>;                  // seconds
  using Sink = std::function<void(absl::string_view)>;    // to stderr
  Progress(bool terminal, Clock clock, Sink sink);
  // For stderr and the steady clock.
  static Progress ForStandardError();
  ~Progress();

  // Starts a phase of `item_count` items ("recording", 28 models) whose whole
  // work is `unit_count` units ("positions"); 0: not known.
  void Start(absl::string_view phase, int64_t item_count,
             absl::string_view unit);
  // Item `index` (from 0) is `name`; `done` of its `total` units are done.
  void Update(int64_t index, absl::string_view name, int64_t done,
              int64_t total);
  // The item is finished; `note` follows its name ("recorded", "re-used"). On
  // a terminal only a note of several words is shown ("recorded again: ...").
  void Finish(int64_t index, absl::string_view name, int64_t units,
              absl::string_view note);
  // Clears the rewritten line.
  void Clear();

 private:
  bool terminal_;
  Clock clock_;
  Sink sink_;
  std::string phase_, unit_;
  int64_t item_count_ = 0;
  int64_t finished_units_ = 0;
  double start_seconds_ = 0, last_shown_seconds_ = -1, item_seconds_ = 0;
  bool line_open_ = false;
};

}  // namespace hydrometer::cli

#endif  // HYDROMETER_SRC_CLI_PROGRESS_H_
