// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include <cstdio>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "src/base/errors.h"
#include "src/base/printable.h"
#include "src/cli/commands.h"
#include "src/io/checkpoint.h"
#include "src/model/config.h"
#include "src/record/subject.h"

namespace hydrometer::cli {
namespace {

void Line(absl::string_view name, absl::string_view value) {
  absl::PrintF("%-14s%s\n", name, Printable(value));
}

void PrintConfig(const model::ModelConfig& config) {
  Line("architecture", config.architecture->name);
  Line("layers", absl::StrCat(config.layer_count));
  Line("hidden", absl::StrCat(config.hidden_size, ", MLP ",
                              config.intermediate_size));
  Line("heads", absl::StrCat(config.head_count, " of ", config.head_dim,
                             ", key-value heads ",
                             config.key_value_head_count));
  Line("vocabulary", absl::StrCat(config.vocab_size, ", output head ",
                                  config.tied_head ? "tied to the embedding"
                                                   : "separate"));
  Line("context", absl::StrCat(config.max_position_embeddings, " tokens"));
  Line("rope theta", absl::StrCat(config.rope.theta));
}

void PrintIgnored(const std::vector<io::IgnoredFile>& files) {
  for (const io::IgnoredFile& file : files) {
    Line("ignored", absl::StrCat(file.name, ": ", file.reason));
  }
}

void PrintModel(const record::Subject& subject) {
  const model::ModelDescription& model = subject.description;
  PrintConfig(model.config);
  Line("parameters", absl::StrCat(model.parameter_count));
  for (const auto& [dtype, count] : model.parameters_by_dtype) {
    Line("  stored as", absl::StrCat(dtype, ": ", count));
  }
  Line("weights", absl::StrCat("sha256 ", model.weights_sha256));
  Line("tokenizer",
       absl::StrCat("sha256 ", subject.tokenizer.Fingerprint(), ", ",
                    subject.tokenizer.vocab_size(), " ids"));
  for (const model::DescribedFile& file : model.files) {
    Line("file", absl::StrCat(file.name, ", ", file.bytes, " bytes, sha256 ",
                              file.sha256));
  }
  for (const std::string& tensor : model.ignored_tensors) {
    Line("ignored", absl::StrCat("tensor ", tensor));
  }
  PrintIgnored(model.ignored);
}

// Of a model that is refused: what can be read all the same.
void PrintWhatCanBeRead(const std::string& directory) {
  auto config_path = io::PathInModelDirectory(directory, "config.json");
  if (config_path.ok()) {
    auto config = model::ReadModelConfig(*config_path);
    if (config.ok()) PrintConfig(*config);
  }
  auto checkpoint = io::Checkpoint::Open(directory);
  if (!checkpoint.ok()) return;
  Line("tensors", absl::StrCat(checkpoint->tensors().size()));
  for (const std::string& file : checkpoint->weight_files()) {
    Line("file", file);
  }
  PrintIgnored(checkpoint->ignored_files());
}

}  // namespace

absl::StatusOr<int> RunInspect(const Arguments& arguments) {
  const std::string& directory = arguments.positional()[0];
  absl::StatusOr<record::Subject> subject = record::OpenSubject(directory);
  Line("model", directory);
  if (!subject.ok()) {
    PrintWhatCanBeRead(directory);
    Line("refused", subject.status().message());
    return subject.status();
  }
  if (!subject->member.link_target.empty()) {
    Line("link to", subject->member.link_target);
  }
  PrintModel(*subject);
  Line("refused", "nothing");
  return kExitFinished;
}

}  // namespace hydrometer::cli
