// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
#include "src/text/regex.h"

#include <oniguruma.h>

#include <iterator>
#include <mutex>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "src/base/errors.h"
#include "src/text/unicode_table.h"
#include "src/text/utf8.h"

namespace hydrometer::text {
namespace {

// Oniguruma takes at most 20 properties of the user. Left out are categories
// that have not changed since its oldest version in use.
constexpr const char* kProperties[] = {
    "L",  "N",  "M",  "P",  "S",  "Lu", "Ll", "Lm", "Lo",  "Mn",
    "Mc", "Nd", "Nl", "No", "Sc", "Sm", "So", "Po", "Word"};

// Long enough for every real pattern on a 10 MB line, short enough that a
// hostile one ends within seconds.
constexpr unsigned long kMaxRetriesInMatch = 10'000'000;
constexpr unsigned long kMaxRetriesInSearch = 100'000'000;
constexpr size_t kMaxPatternBytes = 1 << 16;

std::string OwnName(absl::string_view property) {
  return absl::StrCat("hydrometer", absl::AsciiStrToLower(property));
}

// Oniguruma keeps pointers to both.
struct OwnProperty {
  std::string name;
  std::vector<OnigCodePoint> ranges;  // their number, then first and last each
};

void DefineProperties() {
  OnigEncoding encodings[] = {ONIG_ENCODING_UTF8};
  onig_initialize(encodings, 1);
  static std::vector<OwnProperty>& properties = *new std::vector<OwnProperty>;
  properties.reserve(std::size(kProperties));
  for (const char* name : kProperties) {
    OwnProperty property{OwnName(name), {}};
    const std::vector<uint32_t> ranges = PropertyRanges(name);
    property.ranges.push_back(static_cast<OnigCodePoint>(ranges.size() / 2));
    property.ranges.insert(property.ranges.end(), ranges.begin(), ranges.end());
    properties.push_back(std::move(property));
  }
  for (OwnProperty& property : properties) {
    onig_unicode_define_user_property(property.name.c_str(),
                                      property.ranges.data());
  }
}

// Compilation and properties are global state of the library.
std::mutex& CompileMutex() {
  static std::mutex& mutex = *new std::mutex;
  return mutex;
}

// The property that `name` stands for ("l", "Letter"), or "".
std::string CanonicalProperty(absl::string_view name) {
  std::string plain;
  for (char c : name) {
    if (c != ' ' && c != '_' && c != '-') {
      plain.push_back(absl::ascii_tolower(c));
    }
  }
  static constexpr struct {
    const char* alias;
    const char* name;
  } kAliases[] = {{"letter", "L"},
                  {"number", "N"},
                  {"mark", "M"},
                  {"punctuation", "P"},
                  {"symbol", "S"},
                  {"uppercaseletter", "Lu"},
                  {"lowercaseletter", "Ll"},
                  {"modifierletter", "Lm"},
                  {"otherletter", "Lo"},
                  {"nonspacingmark", "Mn"},
                  {"decimalnumber", "Nd"},
                  {"othernumber", "No"}};
  for (const char* property : kProperties) {
    if (plain == absl::AsciiStrToLower(property)) return property;
  }
  for (const auto& alias : kAliases) {
    if (plain == alias.alias) return alias.name;
  }
  return "";
}

// Options such as (?W) change what \w means; then nothing is replaced.
bool HasAsciiOption(absl::string_view pattern) {
  for (size_t i = 0; i + 2 < pattern.size(); ++i) {
    if (pattern[i] != '(' || pattern[i + 1] != '?') continue;
    for (size_t k = i + 2;
         k < pattern.size() &&
         (absl::ascii_isalpha(pattern[k]) || pattern[k] == '-');
         ++k) {
      if (absl::string_view("WDSP").find(pattern[k]) !=
          absl::string_view::npos) {
        return true;
      }
    }
  }
  return false;
}

}  // namespace

std::string WithOwnProperties(absl::string_view pattern) {
  if (HasAsciiOption(pattern)) return std::string(pattern);
  std::string out;
  for (size_t i = 0; i < pattern.size(); ++i) {
    out.push_back(pattern[i]);
    if (pattern[i] != '\\' || i + 1 == pattern.size()) continue;
    const char kind = pattern[++i];
    out.pop_back();
    switch (kind) {
      case 'w':
      case 'W':
        absl::StrAppend(&out, kind == 'w' ? "\\p{" : "\\P{", OwnName("Word"),
                        "}");
        continue;
      case 'd':
      case 'D':
        absl::StrAppend(&out, kind == 'd' ? "\\p{" : "\\P{", OwnName("Nd"),
                        "}");
        continue;
      case 'p':
      case 'P':
        break;
      default:
        out.push_back('\\');
        out.push_back(kind);
        continue;
    }
    const size_t close = pattern.find('}', i);
    bool replaced = false;
    if (i + 1 < pattern.size() && pattern[i + 1] == '{' &&
        close != absl::string_view::npos) {
      absl::string_view name = pattern.substr(i + 2, close - i - 2);
      const bool negated = !name.empty() && name[0] == '^';
      const std::string own = CanonicalProperty(name.substr(negated ? 1 : 0));
      if (!own.empty()) {
        absl::StrAppend(&out, (kind == 'P') != negated ? "\\P{" : "\\p{",
                        OwnName(own), "}");
        i = close;
        replaced = true;
      }
    }
    if (!replaced) {
      out.push_back('\\');
      out.push_back(kind);
    }
  }
  return out;
}

void Regex::Free::operator()(re_pattern_buffer* regex) const {
  onig_free(regex);
}

absl::StatusOr<Regex> Regex::Compile(absl::string_view pattern,
                                     absl::string_view where) {
  if (pattern.size() > kMaxPatternBytes) {
    return RefusedError(where, ": pattern of ", pattern.size(),
                        " bytes, want at most ", kMaxPatternBytes);
  }
  const std::string own = WithOwnProperties(pattern);
  const auto* begin = reinterpret_cast<const OnigUChar*>(own.data());
  const std::lock_guard<std::mutex> lock(CompileMutex());
  static const bool defined = (DefineProperties(), true);
  (void)defined;
  OnigRegex compiled = nullptr;
  OnigErrorInfo info;
  const int code =
      onig_new(&compiled, begin, begin + own.size(), ONIG_OPTION_NONE,
               ONIG_ENCODING_UTF8, ONIG_SYNTAX_DEFAULT, &info);
  Regex regex;
  regex.pattern_ = std::string(pattern);
  if (code != ONIG_NORMAL) {
    OnigUChar message[ONIG_MAX_ERROR_MESSAGE_LEN];
    const int length = onig_error_code_to_str(message, code, &info);
    return RefusedError(
        where, ": pattern is not accepted: ",
        absl::string_view(reinterpret_cast<char*>(message),
                          static_cast<size_t>(length > 0 ? length : 0)));
  }
  regex.compiled_.reset(compiled);
  return regex;
}

absl::Status Regex::FindAll(absl::string_view text,
                            std::vector<Span>* out) const {
  struct Search {
    OnigRegion* region = onig_region_new();
    OnigMatchParam* param = onig_new_match_param();
    ~Search() {
      onig_region_free(region, 1);
      onig_free_match_param(param);
    }
  } search;
  onig_initialize_match_param(search.param);
  onig_set_retry_limit_in_match_of_match_param(search.param,
                                               kMaxRetriesInMatch);
  onig_set_retry_limit_in_search_of_match_param(search.param,
                                                kMaxRetriesInSearch);
  const auto* begin = reinterpret_cast<const OnigUChar*>(text.data());
  const OnigUChar* end = begin + text.size();
  size_t from = 0;
  bool matched = false;
  size_t last_end = 0;
  while (from <= text.size()) {
    onig_region_clear(search.region);
    const int found =
        onig_search_with_param(compiled_.get(), begin, end, begin + from, end,
                               search.region, ONIG_OPTION_NONE, search.param);
    if (found == ONIG_MISMATCH) break;
    if (found < 0) {
      return RefusedError("pattern ", pattern_, ": the search in a text of ",
                          text.size(), " bytes was given up (code ", found,
                          ")");
    }
    const auto start = static_cast<uint32_t>(search.region->beg[0]);
    const auto stop = static_cast<uint32_t>(search.region->end[0]);
    if (start == stop && matched && stop == last_end) {
      from += from < text.size() ? CharBytes(text[from]) : 1;
      continue;
    }
    from = last_end = stop;
    matched = true;
    out->push_back({start, stop});
  }
  return absl::OkStatus();
}

}  // namespace hydrometer::text
