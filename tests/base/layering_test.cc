// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// Who may include whom: the links of src/CMakeLists.txt, closed over their
// own links, held against every #include line below src/ and kernels/.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>

namespace hydrometer {
namespace {

namespace fs = std::filesystem;
using Edges = std::map<std::string, std::set<std::string>>;

std::string ReadAll(const fs::path& path) {
  std::ifstream in(path);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

Edges LinkedFolders() {
  const std::string text =
      ReadAll(fs::path(HYDROMETER_SOURCE_DIR) / "src/CMakeLists.txt");
  Edges edges;
  const std::regex library(R"(hydrometer_library\((\w+)([^)]*)\))");
  const std::regex link(R"(hydrometer_(\w+))");
  for (std::sregex_iterator it(text.begin(), text.end(), library), end;
       it != end; ++it) {
    const std::string links = (*it)[2];
    std::set<std::string>& to = edges[(*it)[1]];
    for (std::sregex_iterator l(links.begin(), links.end(), link); l != end;
         ++l) {
      to.insert((*l)[1]);
    }
  }
  for (bool grown = true; grown;) {
    grown = false;
    for (auto& [folder, to] : edges) {
      const std::set<std::string> direct = to;
      for (const std::string& middle : direct) {
        for (const std::string& far : edges[middle]) {
          grown |= to.insert(far).second;
        }
      }
    }
  }
  return edges;
}

TEST(Layering, IncludesFollowTheLinks) {
  const Edges edges = LinkedFolders();
  ASSERT_GE(edges.size(), 12u);
  const fs::path root = HYDROMETER_SOURCE_DIR;
  const std::regex include(R"re(#include "(src/)?(\w+)/)re");
  int checked = 0;
  for (const char* top : {"src", "kernels"}) {
    for (const auto& entry : fs::recursive_directory_iterator(root / top)) {
      const std::string extension = entry.path().extension();
      if (extension != ".h" && extension != ".cc" && extension != ".cu" &&
          extension != ".cuh") {
        continue;
      }
      const fs::path relative = fs::relative(entry.path(), root);
      std::string folder = std::next(relative.begin())->string();
      if (std::string(top) == "kernels") folder = "kernels";
      const std::string text = ReadAll(entry.path());
      for (std::sregex_iterator it(text.begin(), text.end(), include), end;
           it != end; ++it) {
        const std::string to = (*it)[2];
        if (to == folder) continue;
        if (folder == "main.cc") {
          EXPECT_EQ(to, "cli");
          continue;
        }
        ++checked;
        if (!(*it)[1].matched && to != "kernels") {
          continue;  // a library's own folder: "absl/...", "rapidjson/..."
        } else if (folder == "kernels") {
          ADD_FAILURE() << relative << " includes src/" << to;
        } else {
          EXPECT_TRUE(edges.at(folder).count(to))
              << relative << " includes " << to
              << ", which src/CMakeLists.txt does not link for " << folder;
        }
      }
    }
  }
  EXPECT_GT(checked, 100);
}

// LibTorch lives in few folders; the science builds without it.
TEST(Layering, LibTorchStaysInItsFolders) {
  const fs::path root = fs::path(HYDROMETER_SOURCE_DIR) / "src";
  const std::set<std::string> allowed = {"model", "record", "compare", "cli"};
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    if (!entry.is_regular_file()) continue;
    const std::string text = ReadAll(entry.path());
    if (text.find("#include <ATen") == std::string::npos &&
        text.find("#include <torch") == std::string::npos) {
      continue;
    }
    const std::string folder =
        fs::relative(entry.path(), root).begin()->string();
    EXPECT_TRUE(allowed.count(folder)) << entry.path();
  }
}

}  // namespace
}  // namespace hydrometer
