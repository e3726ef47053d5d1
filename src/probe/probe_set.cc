// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/probe/probe_set.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "src/base/errors.h"
#include "src/base/status_macros.h"
#include "src/base/utf8.h"
#include "src/io/file.h"
#include "src/io/json.h"
#include "src/io/sha256.h"

namespace hydrometer::probe {
namespace {

constexpr int64_t kMaxProbeFileBytes = int64_t{64} << 20;
constexpr int64_t kMaxPassageBytes = 1 << 16;

absl::StatusOr<Origin> ParseOrigin(const std::string& text,
                                   absl::string_view path) {
  for (Origin origin :
       {Origin::kHuman, Origin::kModel, Origin::kGenerated}) {
    if (text == OriginName(origin)) return origin;
  }
  return RefusedError(path, ": origin is \"", text,
                      "\", want human, model or generated");
}

absl::StatusOr<Card> LoadCard(const std::string& path) {
  HYDROMETER_ASSIGN_OR_RETURN(rapidjson::Document json,
                              io::ReadJsonFile(path, 1 << 20));
  Card card;
  std::string origin, evidence, content;
  HYDROMETER_ASSIGN_OR_RETURN(card.name, io::GetString(json, "name", path));
  HYDROMETER_ASSIGN_OR_RETURN(card.version,
                              io::GetString(json, "version", path));
  HYDROMETER_ASSIGN_OR_RETURN(card.licence,
                              io::GetString(json, "licence", path));
  HYDROMETER_ASSIGN_OR_RETURN(card.purpose,
                              io::GetString(json, "purpose", path));
  HYDROMETER_ASSIGN_OR_RETURN(origin, io::GetString(json, "origin", path));
  HYDROMETER_ASSIGN_OR_RETURN(evidence, io::GetString(json, "evidence", path));
  HYDROMETER_ASSIGN_OR_RETURN(content, io::GetString(json, "content", path));
  HYDROMETER_ASSIGN_OR_RETURN(card.file, io::GetString(json, "file", path));
  HYDROMETER_ASSIGN_OR_RETURN(card.file_sha256,
                              io::GetString(json, "sha256", path));
  HYDROMETER_ASSIGN_OR_RETURN(card.origin, ParseOrigin(origin, path));
  if (card.name.empty()) {
    return RefusedError(path, ": name is empty, want the set's name");
  }
  if (evidence != "counted" && evidence != "shown") {
    return RefusedError(path, ": evidence is \"", evidence,
                        "\", want counted or shown");
  }
  if (content != "texts" && content != "recipe") {
    return RefusedError(path, ": content is \"", content,
                        "\", want texts or recipe");
  }
  if (card.file.empty() || absl::StrContains(card.file, "/")) {
    return RefusedError(path, ": file is \"", card.file,
                        "\", want a name in the card's own folder");
  }
  card.counted = evidence == "counted";
  card.recipe = content == "recipe";
  return card;
}

// Calls `use(line, name)` for every line that is not empty.
template <typename Use>
absl::Status ForEachLine(absl::string_view bytes, absl::string_view path,
                         Use use) {
  int64_t number = 0;
  for (absl::string_view line : absl::StrSplit(bytes, '\n')) {
    ++number;
    if (line.empty()) continue;
    const std::string name = absl::StrCat(path, " line ", number);
    HYDROMETER_ASSIGN_OR_RETURN(rapidjson::Document json,
                                io::ParseJson(line, name));
    HYDROMETER_RETURN_IF_ERROR(use(json, name));
  }
  return absl::OkStatus();
}

// Cuts passages out of files, each of which is read once.
class PassageCutter {
 public:
  explicit PassageCutter(const std::vector<std::string>& roots)
      : roots_(roots) {}

  // The passage's text, or empty when no root has it with this hash.
  std::string Cut(const std::string& path, int64_t offset, int64_t length,
                  const std::string& sha256) {
    for (const std::string& root : roots_) {
      const std::string& bytes = Load(
          io::JoinPath(root, absl::string_view(path).substr(1)));
      if (offset + length > static_cast<int64_t>(bytes.size())) continue;
      std::string passage = bytes.substr(offset, length);
      if (io::Sha256Hex(passage) == sha256) return passage;
    }
    return "";
  }

 private:
  const std::string& Load(const std::string& path) {
    auto [it, fresh] = files_.try_emplace(path);
    if (fresh) {
      auto bytes = io::ReadFile(path, kMaxProbeFileBytes);
      if (bytes.ok()) it->second = *std::move(bytes);
    }
    return it->second;
  }
  const std::vector<std::string>& roots_;
  absl::flat_hash_map<std::string, std::string> files_;
};

absl::Status AddPassage(const rapidjson::Value& json, absl::string_view name,
                        PassageCutter& cutter, ProbeSet& set) {
  Probe probe;
  std::string path, sha256;
  int64_t offset, length;
  HYDROMETER_ASSIGN_OR_RETURN(probe.id, io::GetString(json, "id", name));
  HYDROMETER_ASSIGN_OR_RETURN(path, io::GetString(json, "path", name));
  HYDROMETER_ASSIGN_OR_RETURN(sha256, io::GetString(json, "sha256", name));
  HYDROMETER_ASSIGN_OR_RETURN(offset, io::GetInt(json, "offset", name));
  HYDROMETER_ASSIGN_OR_RETURN(length, io::GetInt(json, "length", name));
  if (offset < 0 || offset > kMaxProbeFileBytes || length <= 0 ||
      length > kMaxPassageBytes) {
    return RefusedError(name, ": passage at ", offset, " of ", length,
                        " bytes, want an offset >= 0 and 1 to ",
                        kMaxPassageBytes, " bytes");
  }
  if (!absl::StartsWith(path, "/") || absl::StrContains(path, "/../")) {
    return RefusedError(name, ": path is \"", path,
                        "\", want an absolute path without \"..\"");
  }
  probe.text = cutter.Cut(path, offset, length, sha256);
  if (probe.text.empty()) {
    set.left_out_ids.push_back(probe.id);
  } else {
    set.probes.push_back(std::move(probe));
  }
  return absl::OkStatus();
}

absl::Status AddText(const rapidjson::Value& json, absl::string_view name,
                     ProbeSet& set) {
  Probe probe;
  HYDROMETER_ASSIGN_OR_RETURN(probe.id, io::GetString(json, "id", name));
  HYDROMETER_ASSIGN_OR_RETURN(probe.text, io::GetString(json, "text", name));
  if (probe.text.empty()) return RefusedError(name, ": text is empty");
  set.probes.push_back(std::move(probe));
  return absl::OkStatus();
}

// The passages of a text: runs of lines between lines that hold nothing but
// blanks. Line ends are "\n" or "\r\n".
std::vector<absl::string_view> Passages(absl::string_view text) {
  std::vector<absl::string_view> passages;
  size_t begin = 0, end = 0;  // of the passage that runs; empty: none does
  for (size_t line = 0; line <= text.size();) {
    const size_t stop = std::min(text.find('\n', line), text.size());
    absl::string_view content = text.substr(line, stop - line);
    absl::ConsumeSuffix(&content, "\r");
    if (content.find_first_not_of(" \t\r") != absl::string_view::npos) {
      if (begin == end) begin = line;
      end = line + content.size();
    } else if (begin < end) {
      passages.push_back(text.substr(begin, end - begin));
      begin = end;
    }
    line = stop + 1;
  }
  if (begin < end) passages.push_back(text.substr(begin, end - begin));
  return passages;
}

absl::Status CheckIds(const ProbeSet& set, absl::string_view path) {
  absl::flat_hash_set<std::string> seen;
  for (const Probe& probe : set.probes) {
    if (!seen.insert(probe.id).second) {
      return RefusedError(path, ": id \"", probe.id, "\" appears twice");
    }
  }
  return absl::OkStatus();
}

}  // namespace

std::vector<std::string> DefaultRecipeRoots(absl::string_view probes_folder) {
  const char* root = std::getenv("HYDROMETER_HUMAN_ROOT");
  return {"/", root != nullptr
                   ? std::string(root)
                   : io::JoinPath(io::DirName(probes_folder), ".cache/human")};
}

std::string ProbesFolder() {
  const char* folder = std::getenv("HYDROMETER_PROBES");
  return folder != nullptr ? folder : HYDROMETER_PROBES_FOLDER;
}

std::string ContentSha256(const std::vector<Probe>& probes) {
  io::Sha256 hash;
  for (const Probe& probe : probes) {
    hash.UpdateFramed(probe.id);
    hash.UpdateFramed(probe.text);
  }
  return hash.HexDigest();
}

absl::StatusOr<ProbeSet> LoadProbeSet(
    absl::string_view folder, const std::vector<std::string>& recipe_roots) {
  ProbeSet set;
  HYDROMETER_ASSIGN_OR_RETURN(set.card,
                              LoadCard(io::JoinPath(folder, "card.json")));
  const std::string path = io::JoinPath(folder, set.card.file);
  HYDROMETER_ASSIGN_OR_RETURN(std::string bytes,
                              io::ReadFile(path, kMaxProbeFileBytes));
  const std::string digest = io::Sha256Hex(bytes);
  if (digest != set.card.file_sha256) {
    return RefusedError(path, ": has SHA-256 ", digest, ", want ",
                        set.card.file_sha256, " (card.json sha256)");
  }
  PassageCutter cutter(recipe_roots);
  HYDROMETER_RETURN_IF_ERROR(ForEachLine(
      bytes, path, [&](const rapidjson::Value& json, absl::string_view name) {
        return set.card.recipe ? AddPassage(json, name, cutter, set)
                               : AddText(json, name, set);
      }));
  HYDROMETER_RETURN_IF_ERROR(CheckIds(set, path));
  set.content_sha256 = ContentSha256(set.probes);
  return set;
}

absl::StatusOr<ProbeSet> LoadTextFile(absl::string_view path) {
  HYDROMETER_ASSIGN_OR_RETURN(std::string bytes,
                              io::ReadFile(path, kMaxProbeFileBytes));
  ProbeSet set;
  set.card.name = absl::StrCat("text:", ReplaceInvalidUtf8(io::BaseName(path)));
  set.card.version = "1";
  set.card.licence = "the user's";
  set.card.purpose = "the user's own text, taken to be written by people";
  set.card.counted = true;
  set.card.file = ReplaceInvalidUtf8(path);
  set.card.file_sha256 = io::Sha256Hex(bytes);
  absl::flat_hash_set<std::string> seen;
  auto add = [&](std::string id, std::string text) {
    if (id.empty()) {
      id = absl::StrCat("text-",
                        set.probes.size() + set.left_out_ids.size() + 1);
    }
    // The same passage twice is no more evidence than once.
    if (seen.insert(text).second) {
      set.probes.push_back({std::move(id), std::move(text)});
    } else {
      set.left_out_ids.push_back(std::move(id));
    }
  };
  if (absl::EndsWith(path, ".jsonl")) {
    HYDROMETER_RETURN_IF_ERROR(ForEachLine(
        bytes, path,
        [&](const rapidjson::Value& json,
            absl::string_view name) -> absl::Status {
          HYDROMETER_ASSIGN_OR_RETURN(std::string text,
                                      io::GetString(json, "text", name));
          std::string id;
          if (io::Find(json, "id") != nullptr) {
            HYDROMETER_ASSIGN_OR_RETURN(id, io::GetString(json, "id", name));
          }
          if (text.empty()) return RefusedError(name, ": text is empty");
          add(std::move(id), std::move(text));
          return absl::OkStatus();
        }));
  } else {
    for (absl::string_view passage : Passages(bytes)) {
      add("", std::string(passage));
    }
  }
  if (set.probes.empty()) return RefusedError(path, ": holds no text");
  HYDROMETER_RETURN_IF_ERROR(CheckIds(set, path));
  set.content_sha256 = ContentSha256(set.probes);
  return set;
}

absl::StatusOr<std::vector<std::string>> ShippedProbeSets() {
  const std::string folder = ProbesFolder();
  HYDROMETER_ASSIGN_OR_RETURN(std::vector<std::string> names,
                              io::ListFolder(folder));
  std::vector<std::string> sets;
  for (std::string& name : names) {
    const std::string card =
        io::JoinPath(io::JoinPath(folder, name), "card.json");
    if (io::FileExists(card)) sets.push_back(std::move(name));
  }
  return sets;
}

absl::StatusOr<ProbeSet> LoadProbeSpec(absl::string_view spec) {
  if (spec == "text:") {
    return UsageError("--probes text: names no file, want text:FILE");
  }
  if (absl::StartsWith(spec, "text:")) return LoadTextFile(spec.substr(5));
  const std::string shipped = io::JoinPath(ProbesFolder(), spec);
  const std::string folder =
      io::FileExists(io::JoinPath(shipped, "card.json")) ? shipped
                                                         : std::string(spec);
  if (!io::FileExists(io::JoinPath(folder, "card.json"))) {
    return UsageError("--probes ", spec,
                      ": no such probe set; want a name of `hydrometer probes "
                      "list`, text:FILE, or a folder with a card.json");
  }
  return LoadProbeSet(folder, DefaultRecipeRoots(ProbesFolder()));
}

}  // namespace hydrometer::probe
