// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/detect/policy.h"

#include <cmath>
#include <utility>

#include "src/base/errors.h"
#include "src/base/status_macros.h"
#include "src/io/file.h"
#include "src/io/json.h"

namespace hydrometer::detect {
namespace {

struct Row {
  const char* name;
  double Policy::*value;
  double least, most;
  bool whole;  // a count
  const char* meaning;
};

// The least values keep a policy from accusing on nothing: no file can ask
// for fewer than four controls, or for a z of one.
constexpr Row kRows[] = {
    {"min_controls", &Policy::min_controls, 4, 1000, true,
     "controls below which the verdict is inconclusive"},
    {"min_controls_distilled", &Policy::min_controls_distilled, 4, 1000, true,
     "controls below which the verdict is never better than related"},
    {"min_placebos", &Policy::min_placebos, 1, 100, true,
     "placebo references as good as the reference"},
    {"placebo_distance_nats", &Policy::placebo_distance_nats, 0.01, 2, false,
     "largest difference in loss between a placebo and the reference"},
    {"bracket_tolerance", &Policy::bracket_tolerance, 0, 0.5, false,
     "how far losses may lie outside the controls' range, as a part of it"},
    {"min_real_text_probes", &Policy::min_real_text_probes, 2, 1e6, true,
     "probes of counted real text"},
    {"z_accuse", &Policy::z_accuse, 2, 100, false,
     "z(rho2) above which the suspect is nearer than any control"},
    {"z_unrelated", &Policy::z_unrelated, 0, 100, false,
     "z(rho2) at most this: nothing found"},
    {"h_distilled", &Policy::h_distilled, 0.1, 1, false,
     "inherited share from which same data is not needed as explanation"},
    {"h_related", &Policy::h_related, 0.05, 1, false,
     "inherited share from which the suspect carries the reference's errors"},
    {"q_distilled", &Policy::q_distilled, 0, 1, false,
     "membership ratio at most this excludes training on the same data"},
    {"q_same_data", &Policy::q_same_data, 0, 2, false,
     "membership ratio at least this speaks for training on the same data"},
    {"sibling_distance_nats", &Policy::sibling_distance_nats, 0.01, 2, false,
     "how much worse than the suspect a sibling may be and still count"},
    {"min_fine_tunes", &Policy::min_fine_tunes, 1, 1000, true,
     "other fine-tunes of the suspect's base; below: never better than "
     "related"},
    {"identical_half_steps", &Policy::identical_half_steps, 0, 2, false,
     "largest difference of weights, in half steps of 8-bit storage"},
    {"identical_max_kl_nats", &Policy::identical_max_kl_nats, 0, 1, false,
     "mean KL above which equal weights are contradicted by the outputs"},
    {"min_identical_positions", &Policy::min_identical_positions, 1, 1e9, true,
     "positions needed to call two models the same function"},
    {"weight_p", &Policy::weight_p, 0, 1e-3, false,
     "p of the weight test after correction for layers"},
    {"min_weight_units", &Policy::min_weight_units, 4, 1e6, true,
     "hidden units below which a layer is left out of the weight test"},
    {"weight_distance_ratio", &Policy::weight_distance_ratio, 0.01, 1, false,
     "the reference's weights must be nearer than this part of the distance "
     "to any other model whose weights match"},
    {"ridge", &Policy::ridge, 1e-8, 0.1, false,
     "added to the diagonal of the scaled Gram matrix"},
    {"min_controls_quadratic", &Policy::min_controls_quadratic, 6, 1000, true,
     "controls from which the error curve may be quadratic"},
    {"curve_errors", &Policy::curve_errors, 1, 100, false,
     "least size of the curve at the suspect, in leave-one-out errors"},
    {"duplicate_js_nats", &Policy::duplicate_js_nats, 0, 0.05, false,
     "mean JS below which two members count as one model"},
    {"duplicate_js_share", &Policy::duplicate_js_share, 0, 0.5, false,
     "the same for two controls, as a part of the median of all pairs"},
};

std::string KnownNames() {
  std::string names;
  for (const Row& row : kRows) {
    absl::StrAppend(&names, names.empty() ? "" : ", ", row.name);
  }
  return names;
}

absl::Status Check(const Policy& policy, absl::string_view file) {
  for (const Row& row : kRows) {
    const double value = policy.*row.value;
    if (!(value >= row.least && value <= row.most)) {
      return RefusedError(file, ": \"", row.name, "\" is ", value, ", want ",
                          row.least, " to ", row.most);
    }
    if (row.whole && value != std::floor(value)) {
      return RefusedError(file, ": \"", row.name, "\" is ", value,
                          ", want a whole number");
    }
  }
  const std::pair<const char*, const char*> ordered[] = {
      {"min_controls", "min_controls_distilled"},
      {"z_unrelated", "z_accuse"},
      {"h_related", "h_distilled"},
      {"q_distilled", "q_same_data"},
  };
  const auto value_of = [&](absl::string_view name) {
    for (const Row& row : kRows) {
      if (name == row.name) return policy.*row.value;
    }
    return 0.0;
  };
  for (const auto& [low, high] : ordered) {
    if (value_of(low) > value_of(high)) {
      return RefusedError(file, ": \"", low, "\" is ", value_of(low),
                          ", want at most \"", high, "\", ", value_of(high));
    }
  }
  return absl::OkStatus();
}

absl::Status ReadThresholds(const rapidjson::Value& object,
                            absl::string_view file, Policy& policy) {
  for (const auto& member : object.GetObject()) {
    const absl::string_view name(member.name.GetString(),
                                 member.name.GetStringLength());
    const Row* found = nullptr;
    for (const Row& row : kRows) {
      if (name == row.name) found = &row;
    }
    if (found == nullptr) {
      return RefusedError(file, ": unknown threshold \"", name,
                          "\", want one of: ", KnownNames());
    }
    HYDROMETER_ASSIGN_OR_RETURN(policy.*(found->value),
                                io::GetDouble(object, name, file));
  }
  return absl::OkStatus();
}

}  // namespace

std::vector<NamedThreshold> PolicyThresholds(const Policy& policy) {
  std::vector<NamedThreshold> thresholds;
  for (const Row& row : kRows) {
    thresholds.push_back({row.name, policy.*row.value, row.meaning});
  }
  return thresholds;
}

absl::Status CheckPolicy(const Policy& policy) {
  return Check(policy, absl::StrCat("policy ", policy.name));
}

absl::StatusOr<Policy> ParsePolicy(absl::string_view json,
                                   absl::string_view name) {
  HYDROMETER_ASSIGN_OR_RETURN(const rapidjson::Document document,
                              io::ParseJson(json, name));
  HYDROMETER_ASSIGN_OR_RETURN(const std::string format,
                              io::GetString(document, "format", name));
  HYDROMETER_ASSIGN_OR_RETURN(const int64_t version,
                              io::GetInt(document, "version", name));
  if (format != "hydrometer-policy" || version != 1) {
    return RefusedError(name, ": format \"", format, "\" version ", version,
                        ", want \"hydrometer-policy\" version 1");
  }
  for (const auto& member : document.GetObject()) {
    const absl::string_view key(member.name.GetString(),
                                member.name.GetStringLength());
    if (key != "format" && key != "version" && key != "name" &&
        key != "thresholds") {
      return RefusedError(name, ": unknown member \"", key,
                          "\", want format, version, name, thresholds");
    }
  }
  Policy policy;
  HYDROMETER_ASSIGN_OR_RETURN(policy.name,
                              io::GetString(document, "name", name));
  HYDROMETER_ASSIGN_OR_RETURN(const rapidjson::Value* thresholds,
                              io::GetObject(document, "thresholds", name));
  HYDROMETER_RETURN_IF_ERROR(ReadThresholds(*thresholds, name, policy));
  HYDROMETER_RETURN_IF_ERROR(Check(policy, name));
  return policy;
}

absl::StatusOr<Policy> ReadPolicyFile(absl::string_view path) {
  HYDROMETER_ASSIGN_OR_RETURN(
      const rapidjson::Document document,
      io::ReadJsonFile(path, /*max_bytes=*/int64_t{1} << 20));
  return ParsePolicy(io::WriteJson(document), path);
}

std::string PolicyToJson(const Policy& policy) {
  rapidjson::Document document(rapidjson::kObjectType);
  auto& allocator = document.GetAllocator();
  document.AddMember("format", "hydrometer-policy", allocator);
  document.AddMember("version", 1, allocator);
  document.AddMember("name", rapidjson::Value(policy.name, allocator),
                     allocator);
  rapidjson::Value thresholds(rapidjson::kObjectType);
  for (const Row& row : kRows) {
    const double value = policy.*row.value;
    rapidjson::Value number(value);
    if (row.whole) number.SetInt64(static_cast<int64_t>(value));
    thresholds.AddMember(rapidjson::StringRef(row.name), number, allocator);
  }
  document.AddMember("thresholds", thresholds, allocator);
  return io::WriteJson(document, /*indent=*/2) + "\n";
}

}  // namespace hydrometer::detect
