// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include <cstdio>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "src/base/errors.h"
#include "src/base/status_macros.h"
#include "src/cli/commands.h"
#include "src/record/subject.h"
#include "src/text/utf8.h"

namespace hydrometer::cli {
namespace {

void Line(absl::string_view name, absl::string_view value) {
  absl::PrintF("%-14s%s\n", name, value);
}

// Names of foreign files may hold anything: shown without control characters.
std::string Visible(const std::string& name) {
  std::string visible;
  for (char c : text::ReplaceInvalidUtf8(name)) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      absl::StrAppendFormat(&visible, "\\x%02x", static_cast<unsigned>(c));
    } else {
      visible += c;
    }
  }
  return visible;
}

}  // namespace

absl::StatusOr<int> RunInspect(const Arguments& arguments) {
  HYDROMETER_ASSIGN_OR_RETURN(record::Subject subject,
                              record::OpenSubject(arguments.positional()[0]));
  const model::ModelDescription& model = subject.description;
  const model::ModelConfig& config = model.config;
  Line("model", Visible(subject.directory));
  if (!subject.member.link_target.empty()) {
    Line("link to", Visible(subject.member.link_target));
  }
  Line("architecture", config.architecture->name);
  Line("parameters", absl::StrCat(model.parameter_count));
  for (const auto& [dtype, count] : model.parameters_by_dtype) {
    Line("  stored as", absl::StrCat(dtype, ": ", count));
  }
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
  Line("weights", absl::StrCat("sha256 ", model.weights_sha256));
  Line("tokenizer",
       absl::StrCat("sha256 ", subject.tokenizer.Fingerprint(), ", ",
                    subject.tokenizer.vocab_size(), " ids"));
  for (const model::DescribedFile& file : model.files) {
    Line("file", absl::StrCat(Visible(file.name), ", ", file.bytes,
                              " bytes, sha256 ", file.sha256));
  }
  for (const std::string& tensor : model.ignored_tensors) {
    Line("ignored", absl::StrCat("tensor ", Visible(tensor)));
  }
  for (const io::IgnoredFile& file : model.ignored) {
    Line("ignored", absl::StrCat(Visible(file.name), ": ", file.reason));
  }
  Line("refused", "nothing");
  return kExitFinished;
}

}  // namespace hydrometer::cli
