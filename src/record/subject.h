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
  std::string directory;  // as given: to open files with, not to show
  // Name, path and link in valid UTF-8, hashes, sizes; the role is the
  // caller's.
  Member member;
  model::ModelDescription description;
  text::Tokenizer tokenizer;
  std::string config_sha256;
};

// Checks the directory, its weights and its tokenizer; refuses a tokenizer
// with ids beyond the model's vocabulary.
absl::StatusOr<Subject> OpenSubject(absl::string_view directory);

// What may be a model directory below `folder`, sorted by name: every
// sub-folder and every link that does not lead to a file, but for hidden
// ones. Whether one is a model is OpenSubject's to say. RefusedError when
// there is none.
absl::StatusOr<std::vector<std::string>> ModelDirectories(
    absl::string_view folder);

}  // namespace hydrometer::record

#endif  // HYDROMETER_SRC_RECORD_SUBJECT_H_
