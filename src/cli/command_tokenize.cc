// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "src/base/errors.h"
#include "src/base/status_macros.h"
#include "src/cli/commands.h"
#include "src/cli/json_lines.h"
#include "src/cli/model_input.h"
#include "src/text/tokenizer.h"

namespace hydrometer::cli {
namespace {

absl::Status PrintEncoding(const text::Tokenizer& tokenizer,
                           absl::string_view text, bool special) {
  text::EncodeOptions options;
  options.add_special_tokens = special;
  HYDROMETER_ASSIGN_OR_RETURN(auto encoding, tokenizer.Encode(text, options));
  JsonLine line;
  rapidjson::Value ids(rapidjson::kArrayType);
  rapidjson::Value offsets(rapidjson::kArrayType);
  for (auto id : encoding.ids) ids.PushBack(id, line.allocator());
  for (const text::Span& span : encoding.offsets) {
    rapidjson::Value pair(rapidjson::kArrayType);
    pair.PushBack(span.start, line.allocator());
    pair.PushBack(span.end, line.allocator());
    offsets.PushBack(pair, line.allocator());
  }
  line.Add("ids", std::move(ids)).Add("offsets", std::move(offsets)).Print();
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<int> RunTokenize(const Arguments& arguments) {
  const std::string& path = arguments.positional()[0];
  const std::string& file = arguments.positional()[1];
  HYDROMETER_ASSIGN_OR_RETURN(text::Tokenizer tokenizer, OpenTokenizer(path));
  HYDROMETER_ASSIGN_OR_RETURN(std::string input, ReadInput(file));
  const bool special = !arguments.Has("--no-special");
  if (!arguments.Has("--jsonl")) {
    HYDROMETER_RETURN_IF_ERROR(
        Annotate(PrintEncoding(tokenizer, input, special), file));
    return kExitFinished;
  }
  int64_t number = 0;
  for (absl::string_view line : absl::StrSplit(input, '\n')) {
    ++number;
    if (line.empty()) continue;
    const std::string name = absl::StrCat(file, " line ", number);
    HYDROMETER_ASSIGN_OR_RETURN(rapidjson::Document json,
                                io::ParseJson(line, name));
    HYDROMETER_ASSIGN_OR_RETURN(std::string text,
                                io::GetString(json, "text", name));
    HYDROMETER_RETURN_IF_ERROR(
        Annotate(PrintEncoding(tokenizer, text, special), name));
  }
  return kExitFinished;
}

}  // namespace hydrometer::cli
