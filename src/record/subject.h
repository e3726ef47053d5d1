// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// Subject: a model together with its tokenizer, as a directory holds them.
// Looking at one runs every check that loading would, without loading it, so
// that all that is wrong with a panel is known before any work.
//
// Errors: RefusedError that names the file. Tests: tests/record/subject_test.cc.
#ifndef HYDROMETER_SRC_RECORD_SUBJECT_H_
#define HYDROMETER_SRC_RECORD_SUBJECT_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "src/base/observations.h"
#include "src/model/description.h"
#include "src/text/tokenizer.h"

namespace hydrometer::record {

struct Subject {
  std::string directory;
  Member member;  // name, hashes, sizes; the role is the caller's
  model::ModelDescription description;
  text::Tokenizer tokenizer;
  std::string config_sha256;
};

// Checks the directory, its weights and its tokenizer; refuses a tokenizer
// with ids beyond the model's vocabulary.
absl::StatusOr<Subject> OpenSubject(absl::string_view directory);

// The model directories below `folder` (entries that hold a config.json),
// sorted by name; links are followed. RefusedError when there is none.
absl::StatusOr<std::vector<std::string>> ModelDirectories(
    absl::string_view folder);

}  // namespace hydrometer::record

#endif  // HYDROMETER_SRC_RECORD_SUBJECT_H_
