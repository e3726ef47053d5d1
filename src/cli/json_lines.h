// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// One JSON object as one line on stdout, built member by member.
//
// Tests: tests/cli/commands_test.cc.
#ifndef HYDROMETER_SRC_CLI_JSON_LINES_H_
#define HYDROMETER_SRC_CLI_JSON_LINES_H_

#include <cstdint>
#include <cstdio>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"
#include "src/io/json.h"

namespace hydrometer::cli {

class JsonLine {
 public:
  JsonLine() : json_(rapidjson::kObjectType) {}

  JsonLine& Add(absl::string_view key, rapidjson::Value value) {
    json_.AddMember(rapidjson::Value(key.data(), key.size(), allocator()),
                    std::move(value), allocator());
    return *this;
  }
  JsonLine& Add(absl::string_view key, absl::string_view text) {
    return Add(key, rapidjson::Value(text.data(), text.size(), allocator()));
  }
  JsonLine& Add(absl::string_view key, int64_t number) {
    return Add(key, rapidjson::Value(number));
  }
  JsonLine& Add(absl::string_view key, double number) {
    return Add(key, rapidjson::Value(number));
  }
  rapidjson::Document::AllocatorType& allocator() {
    return json_.GetAllocator();
  }
  std::string Text(int indent = 0) const { return io::WriteJson(json_, indent); }
  void Print(int indent = 0) const {
    const std::string line = Text(indent) + "\n";
    std::fwrite(line.data(), 1, line.size(), stdout);
  }

 private:
  rapidjson::Document json_;
};

}  // namespace hydrometer::cli

#endif  // HYDROMETER_SRC_CLI_JSON_LINES_H_
