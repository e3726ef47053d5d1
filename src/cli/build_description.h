// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// What this program was built with; for version, doctor and the report.
//
// Tests: tests/cli/commands_test.cc.
#ifndef HYDROMETER_SRC_CLI_BUILD_DESCRIPTION_H_
#define HYDROMETER_SRC_CLI_BUILD_DESCRIPTION_H_

#include <string>
#include <utility>
#include <vector>

namespace hydrometer::cli {

// "Release, GCC 12.2.0, without CUDA".
std::string BuildDescription();

// (name, version) of the libraries that numbers can depend on.
std::vector<std::pair<std::string, std::string>> LibraryVersions();

}  // namespace hydrometer::cli

#endif  // HYDROMETER_SRC_CLI_BUILD_DESCRIPTION_H_
