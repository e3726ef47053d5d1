// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "absl/strings/str_format.h"
#include "src/base/errors.h"
#include "src/cli/build_description.h"
#include "src/cli/commands.h"
#include "src/cli/json_lines.h"

namespace hydrometer::cli {

absl::StatusOr<int> RunVersion(const Arguments& arguments) {
  if (!arguments.Has("--json")) {
    absl::PrintF("hydrometer %s (%s)\n", kVersion, BuildDescription());
    for (const auto& [name, version] : LibraryVersions()) {
      absl::PrintF("  %-10s %s\n", name, version);
    }
    return kExitFinished;
  }
  JsonLine json;
  json.Add("name", "hydrometer")
      .Add("version", kVersion)
      .Add("build", BuildDescription());
  rapidjson::Value libraries(rapidjson::kObjectType);
  for (const auto& [name, version] : LibraryVersions()) {
    libraries.AddMember(rapidjson::Value(name, json.allocator()),
                        rapidjson::Value(version, json.allocator()),
                        json.allocator());
  }
  json.Add("libraries", std::move(libraries)).Print();
  return kExitFinished;
}

}  // namespace hydrometer::cli
