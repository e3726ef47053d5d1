// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
#include "src/text/normalizer.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "src/base/errors.h"
#include "src/base/status_macros.h"
#include "src/text/component_fields.h"
#include "src/text/unicode_normalization.h"
#include "src/text/unicode_table.h"
#include "src/text/utf8.h"

namespace hydrometer::text {
namespace {

using NormalizerPointer = std::unique_ptr<Normalizer>;

class FormNormalizer : public Normalizer {
 public:
  explicit FormNormalizer(NormalizationForm form) : form_(form) {}
  absl::Status Normalize(AlignedText* text) const override {
    if (!IsPlainlyNormalized(text->text(), form_)) {
      text->Transform(NormalizedChanges(text->text(), form_), 0);
    }
    return absl::OkStatus();
  }

 private:
  NormalizationForm form_;
};

class LowercaseNormalizer : public Normalizer {
 public:
  absl::Status Normalize(AlignedText* text) const override {
    std::vector<CharChange> changes;
    bool changed = false;
    for (size_t i = 0; i < text->size();) {
      const DecodedChar c = DecodeChar(text->text(), i);
      i += c.bytes;
      const Lowercased lower = ToLowercase(c.code_point);
      changed |= lower.first != c.code_point;
      changes.push_back({lower.first, 0});
      if (lower.second != 0) changes.push_back({lower.second, 1});
    }
    if (changed) text->Transform(changes, 0);
    return absl::OkStatus();
  }
};

// Drops the characters for which `drop` holds.
template <typename Drop>
void DropChars(AlignedText* text, Drop drop) {
  std::vector<CharChange> changes;
  uint32_t removed_first = 0;
  bool changed = false;
  size_t index = 0;
  for (size_t i = 0; i < text->size(); ++index) {
    const DecodedChar c = DecodeChar(text->text(), i);
    i += c.bytes;
    if (!drop(index, c.code_point)) {
      changes.push_back({c.code_point, 0});
      continue;
    }
    changed = true;
    if (changes.empty()) {
      ++removed_first;
    } else {
      --changes.back().change;
    }
  }
  if (changed) text->Transform(changes, removed_first);
}

class StripAccentsNormalizer : public Normalizer {
 public:
  absl::Status Normalize(AlignedText* text) const override {
    DropChars(text, [](size_t, uint32_t c) { return HasFlag(c, kAccentMark); });
    return absl::OkStatus();
  }
};

class StripNormalizer : public Normalizer {
 public:
  StripNormalizer(bool left, bool right) : left_(left), right_(right) {}
  absl::Status Normalize(AlignedText* text) const override {
    size_t count = 0, first_kept = 0, end_kept = 0;
    bool any = false;
    for (size_t i = 0; i < text->size(); ++count) {
      const DecodedChar c = DecodeChar(text->text(), i);
      i += c.bytes;
      if (HasFlag(c.code_point, kSpace)) continue;
      if (!any) first_kept = count;
      any = true;
      end_kept = count + 1;
    }
    if (!any) first_kept = left_ ? count : 0;
    DropChars(text, [&](size_t index, uint32_t) {
      return (left_ && index < first_kept) || (right_ && index >= end_kept);
    });
    return absl::OkStatus();
  }

 private:
  bool left_, right_;
};

class PrependNormalizer : public Normalizer {
 public:
  explicit PrependNormalizer(std::string prefix) : prefix_(std::move(prefix)) {}
  absl::Status Normalize(AlignedText* text) const override {
    text->Prepend(prefix_);
    return absl::OkStatus();
  }

 private:
  std::string prefix_;
};

class ReplaceNormalizer : public Normalizer {
 public:
  ReplaceNormalizer(Pattern pattern, std::string content)
      : pattern_(std::move(pattern)), content_(std::move(content)) {}
  absl::Status Normalize(AlignedText* text) const override {
    std::vector<Span> matches;
    if (text->size() == 0) return absl::OkStatus();
    HYDROMETER_RETURN_IF_ERROR(pattern_.FindAll(text->text(), &matches));
    text->Replace(matches, content_);
    return absl::OkStatus();
  }

 private:
  Pattern pattern_;
  std::string content_;
};

class SequenceNormalizer : public Normalizer {
 public:
  explicit SequenceNormalizer(std::vector<NormalizerPointer> parts)
      : parts_(std::move(parts)) {}
  absl::Status Normalize(AlignedText* text) const override {
    for (const NormalizerPointer& part : parts_) {
      HYDROMETER_RETURN_IF_ERROR(part->Normalize(text));
    }
    return absl::OkStatus();
  }

 private:
  std::vector<NormalizerPointer> parts_;
};

absl::StatusOr<NormalizerPointer> MakeSequence(const rapidjson::Value& value,
                                               absl::string_view where) {
  HYDROMETER_ASSIGN_OR_RETURN(const rapidjson::Value* parts,
                              io::GetArray(value, "normalizers", where));
  std::vector<NormalizerPointer> made;
  for (const rapidjson::Value& part : parts->GetArray()) {
    HYDROMETER_ASSIGN_OR_RETURN(NormalizerPointer one,
                                MakeNormalizer(part, where));
    if (one != nullptr) made.push_back(std::move(one));
  }
  return std::make_unique<SequenceNormalizer>(std::move(made));
}

absl::StatusOr<NormalizerPointer> MakeWithFields(const rapidjson::Value& value,
                                                 absl::string_view type,
                                                 absl::string_view where) {
  if (type == "Prepend") {
    HYDROMETER_ASSIGN_OR_RETURN(std::string prefix,
                                io::GetString(value, "prepend", where));
    return std::make_unique<PrependNormalizer>(std::move(prefix));
  }
  if (type == "Replace") {
    HYDROMETER_ASSIGN_OR_RETURN(Pattern pattern,
                                Pattern::FromJson(value, where));
    HYDROMETER_ASSIGN_OR_RETURN(std::string content,
                                io::GetString(value, "content", where));
    return std::make_unique<ReplaceNormalizer>(std::move(pattern),
                                               std::move(content));
  }
  if (type == "Strip") {
    HYDROMETER_ASSIGN_OR_RETURN(const bool left,
                                io::GetBool(value, "strip_left", where));
    HYDROMETER_ASSIGN_OR_RETURN(const bool right,
                                io::GetBool(value, "strip_right", where));
    return std::make_unique<StripNormalizer>(left, right);
  }
  return RefusedError(where, ": normalizer \"", type, "\" is not supported");
}

}  // namespace

absl::StatusOr<std::unique_ptr<Normalizer>> MakeNormalizer(
    const rapidjson::Value& value, absl::string_view where) {
  if (value.IsNull()) return NormalizerPointer();
  HYDROMETER_ASSIGN_OR_RETURN(const std::string type,
                              io::GetString(value, "type", where));
  static constexpr struct {
    const char* name;
    NormalizationForm form;
  } kForms[] = {{"NFC", NormalizationForm::kNfc},
                {"NFD", NormalizationForm::kNfd},
                {"NFKC", NormalizationForm::kNfkc},
                {"NFKD", NormalizationForm::kNfkd}};
  for (const auto& form : kForms) {
    if (type == form.name) return std::make_unique<FormNormalizer>(form.form);
  }
  if (type == "Lowercase") return std::make_unique<LowercaseNormalizer>();
  if (type == "StripAccents") return std::make_unique<StripAccentsNormalizer>();
  if (type == "Sequence") return MakeSequence(value, where);
  return MakeWithFields(value, type, absl::StrCat(where, " ", type));
}

}  // namespace hydrometer::text
