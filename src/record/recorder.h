// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// Recorder: runs a subject over a probe set and leaves a recording in the
// store. Parts that exist are not computed again; a model whose recordings
// are all there is not even loaded. What the store has is re-used only if it
// verifies: a damaged recording is made again, and the result says why.
//
// Errors: RefusedError (model, tokenizer, hidden states that are not finite),
// ExhaustedError (memory, disk), CancelledError (interrupted); whatever was
// written by then stays usable.
// Tests: tests/record/recorder_test.cc, damaged_store_test.cc.
#ifndef HYDROMETER_SRC_RECORD_RECORDER_H_
#define HYDROMETER_SRC_RECORD_RECORDER_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "src/model/model.h"
#include "src/probe/probe_set.h"
#include "src/record/recording.h"
#include "src/record/subject.h"

namespace hydrometer::record {

// No probe is read beyond this many tokens, whatever the model's context.
inline constexpr int64_t kMaxProbeTokens = 4096;

struct RecordOptions {
  std::string store;
  model::LoadOptions load;
  // Sequences in one call of the model; changes memory, never bits.
  int64_t batch_sequences = 64;
  // Called after each batch: (tokens done, tokens in all) of this set.
  std::function<absl::Status(int64_t, int64_t)> progress;
};

// Runs one subject, loading its model at the first need.
class Recorder {
 public:
  // `subject` must outlive the recorder.
  Recorder(const Subject& subject, RecordOptions options);
  ~Recorder();

  // The whole recording, verified; made now if need be.
  struct Result {
    std::string key;
    bool reused = false;  // nothing had to be computed
    // Why something in the store could not be re-used; empty: all could.
    std::string again_reason;
    RecordingHeader header;
    Recording recording;
  };
  absl::StatusOr<Result> Record(const probe::ProbeSet& set);

 private:
  struct EncodedSet;
  struct Part;
  absl::StatusOr<EncodedSet> Encode(const probe::ProbeSet& set) const;
  // Fills in what the store has; true if nothing else is to do.
  absl::StatusOr<bool> Reuse(Result& result);
  absl::Status RecordParts(const EncodedSet& encoded, Result& result);
  absl::Status NeedModel();
  // Makes sure that the store has the model's own head; a file that is there
  // and differs is replaced, and `again_reason` says so.
  absl::Status NeedHead(std::string& again_reason);
  absl::Status WritePart(const Part& part);

  const Subject& subject_;
  RecordOptions options_;
  std::optional<model::Model> model_;
  std::string head_sha256_;  // of the head in the store, once verified
  bool head_is_models_ = false;
  int64_t tokens_done_ = 0, tokens_total_ = 0;
};

// What a recording's numerics are called: the model's, and the padded length.
std::string Numerics(const model::LoadOptions& load, int64_t padded_length);

}  // namespace hydrometer::record

#endif  // HYDROMETER_SRC_RECORD_RECORDER_H_
