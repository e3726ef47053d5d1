// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// Models of the shipped zoo and a few texts, for tests that run real models.
#ifndef HYDROMETER_TESTS_RECORD_ZOO_SUBJECT_H_
#define HYDROMETER_TESTS_RECORD_ZOO_SUBJECT_H_

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "src/probe/probe_set.h"
#include "src/record/subject.h"

namespace hydrometer {

inline std::string ZooPath(const std::string& name) {
  return std::string(HYDROMETER_SOURCE_DIR) + "/zoo/" + name;
}

// `count` texts of different lengths, in memory.
inline probe::ProbeSet SmallSet(int count) {
  probe::ProbeSet set;
  set.card.name = "small";
  set.card.version = "1";
  set.card.counted = true;
  for (int i = 0; i < count; ++i) {
    std::string text = absl::StrCat("Passage ", i, ": the option");
    for (int word = 0; word < 6 + (i * 7) % 23; ++word) {
      absl::StrAppend(&text, word % 3 == 0 ? " sets the file" : " is used",
                      word % 5 == 0 ? ", and " : " ", (i + 1) * word);
    }
    set.probes.push_back({absl::StrCat("p", i), text + "."});
  }
  set.content_sha256 = probe::ContentSha256(set.probes);
  return set;
}

}  // namespace hydrometer

#endif  // HYDROMETER_TESTS_RECORD_ZOO_SUBJECT_H_
