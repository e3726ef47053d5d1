// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/cli/progress.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "src/base/printable.h"

namespace hydrometer::cli {
namespace {

constexpr double kRedrawSeconds = 0.1;
constexpr char kClearLine[] = "\r\x1b[K";

std::string TimeLeft(double seconds) {
  const int64_t whole = static_cast<int64_t>(std::max(0.0, seconds) + 0.5);
  if (whole >= 3600) {
    return absl::StrFormat("%d h %02d min", whole / 3600, whole / 60 % 60);
  }
  if (whole >= 60) return absl::StrFormat("%d min %02d s", whole / 60, whole % 60);
  return absl::StrFormat("%d s", whole);
}

}  // namespace

Progress::Progress(bool terminal, Clock clock, Sink sink)
    : terminal_(terminal), clock_(std::move(clock)), sink_(std::move(sink)) {}

Progress Progress::ForStandardError() {
  return Progress(
      ::isatty(STDERR_FILENO) == 1,
      [] {
        return std::chrono::duration<double>(
                   std::chrono::steady_clock::now().time_since_epoch())
            .count();
      },
      [](absl::string_view text) {
        std::fwrite(text.data(), 1, text.size(), stderr);
        std::fflush(stderr);
      });
}

Progress::~Progress() { Clear(); }

void Progress::Start(absl::string_view phase, int64_t item_count,
                     absl::string_view unit) {
  Clear();
  phase_ = std::string(phase);
  unit_ = std::string(unit);
  item_count_ = item_count;
  finished_units_ = 0;
  start_seconds_ = item_seconds_ = clock_();
  last_shown_seconds_ = -1;
}

void Progress::Update(int64_t index, absl::string_view name, int64_t done,
                      int64_t total) {
  if (!terminal_) return;
  const double now = clock_();
  if (last_shown_seconds_ >= 0 && now - last_shown_seconds_ < kRedrawSeconds) {
    return;
  }
  last_shown_seconds_ = now;
  const double elapsed = now - start_seconds_;
  const double share = total > 0 ? static_cast<double>(done) / total : 0;
  const double items_done = index + share;
  std::string line = absl::StrFormat("%s %d/%d %s", phase_, index + 1,
                                     item_count_, Printable(name));
  if (elapsed > 0.5) {
    const double rate = (finished_units_ + done) / elapsed;
    absl::StrAppendFormat(&line, "  %.0f %s/s", rate, unit_);
    if (items_done > 0) {
      absl::StrAppend(&line, "  ",
                      TimeLeft(elapsed * (item_count_ - items_done) /
                               items_done),
                      " left");
    }
  }
  sink_(absl::StrCat(kClearLine, FitColumns(line, 78)));
  line_open_ = true;
}

void Progress::Finish(int64_t index, absl::string_view name, int64_t units,
                      absl::string_view note) {
  finished_units_ += units;
  const double now = clock_();
  const double seconds = now - item_seconds_;
  item_seconds_ = now;
  // A note of one word says what was to be expected.
  if (terminal_ && !absl::StrContains(note, ' ')) return;
  Clear();
  std::string line =
      absl::StrFormat("%s %d/%d %s: %s", phase_, index + 1, item_count_,
                      Printable(name), Printable(note));
  if (units > 0 && seconds > 0) {
    absl::StrAppendFormat(&line, ", %d %s, %.0f/s", units, unit_,
                          units / seconds);
  }
  sink_(absl::StrCat(line, "\n"));
}

void Progress::Clear() {
  if (line_open_) sink_(kClearLine);
  line_open_ = false;
}

}  // namespace hydrometer::cli
