// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// Probe sets: texts with a card. A set is a folder that holds card.json and
// either the texts themselves (probes.jsonl) or a recipe that cuts them from
// files of this machine (probes/README.md describes both). A passage of a
// recipe that is missing or differs here is left out and counted, because its
// hash says what everybody else compared.
//
// Errors: RefusedError for a set that is malformed or differs from its card.
// Tests: tests/probe/probe_set_test.cc.
#ifndef HYDROMETER_SRC_PROBE_PROBE_SET_H_
#define HYDROMETER_SRC_PROBE_PROBE_SET_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "src/base/observations.h"

namespace hydrometer::probe {

struct Card {
  std::string name;
  std::string version;
  std::string licence;
  std::string purpose;
  Origin origin = Origin::kHuman;
  bool counted = false;     // counted as evidence, or only shown
  bool recipe = false;      // cut from files of this machine
  std::string file;         // probes.jsonl or recipe.jsonl
  std::string file_sha256;  // of the file's bytes, as the card says
};

struct Probe {
  std::string id;
  std::string text;  // UTF-8
};

struct ProbeSet {
  Card card;
  std::vector<Probe> probes;
  std::vector<std::string> left_out_ids;
  // SHA-256 over ids and texts in use, in order: what recordings are
  // addressed by. It differs from the card's where passages were left out.
  std::string content_sha256;
};

// Where passages of a recipe are looked for: each root is put before the
// recipe's absolute path, and the first file whose passage has the recipe's
// hash wins. DefaultRecipeRoots(): "/" and $HYDROMETER_HUMAN_ROOT or
// <probes folder>/../.cache/human.
std::vector<std::string> DefaultRecipeRoots(absl::string_view probes_folder);

// The folder that holds the shipped sets: $HYDROMETER_PROBES, or the one of
// the source tree that this program was built from.
std::string ProbesFolder();

// Loads the set in `folder` (which holds card.json).
absl::StatusOr<ProbeSet> LoadProbeSet(
    absl::string_view folder, const std::vector<std::string>& recipe_roots);

// A user's own text as a set, counted and taken to be of human origin. A
// file *.jsonl holds one {"text": ..., "id": optional} a line; any other file
// is cut at blank lines. A passage that repeats an earlier one byte for byte
// is left out and counted.
absl::StatusOr<ProbeSet> LoadTextFile(absl::string_view path);

// `spec`: a shipped set's name, "text:FILE", or a folder with a card.json.
absl::StatusOr<ProbeSet> LoadProbeSpec(absl::string_view spec);

// The names of the shipped sets, sorted.
absl::StatusOr<std::vector<std::string>> ShippedProbeSets();

// The hash that ProbeSet::content_sha256 holds.
std::string ContentSha256(const std::vector<Probe>& probes);

}  // namespace hydrometer::probe

#endif  // HYDROMETER_SRC_PROBE_PROBE_SET_H_
