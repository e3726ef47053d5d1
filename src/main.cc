// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include <string>
#include <vector>

#include "src/cli/commands.h"

int main(int argc, char** argv) {
  return hydrometer::cli::Main(std::vector<std::string>(argv + 1, argv + argc));
}
