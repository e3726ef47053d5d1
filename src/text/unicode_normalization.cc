// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
#include "src/text/unicode_normalization.h"

#include <utf8proc.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "src/text/unicode_table.h"
#include "src/text/utf8.h"

namespace hydrometer::text {
namespace {

constexpr uint32_t kHangulFirst = 0xac00, kHangulLast = 0xd7a3;
constexpr uint32_t kLeadFirst = 0x1100, kVowelFirst = 0x1161;
constexpr uint32_t kTrailFirst = 0x11a7;  // one before the first trail
constexpr uint32_t kLeadCount = 19, kVowelCount = 21, kTrailCount = 28;

struct MarkedChar {
  uint8_t combining_class;
  CharChange change;
};

uint8_t CombiningClass(uint32_t c) {
  if (!HasFlag(c, kCombiningMark)) return 0;
  return static_cast<uint8_t>(
      utf8proc_get_property(static_cast<utf8proc_int32_t>(c))->combining_class);
}

// Full decomposition of one code point into `out`; returns their number.
int Decompose(uint32_t c, bool compatible, int32_t out[32]) {
  if (!HasFlag(c, kDecomposes)) {
    out[0] = static_cast<int32_t>(c);
    return 1;
  }
  int boundary = 0;
  const int options = UTF8PROC_DECOMPOSE | (compatible ? UTF8PROC_COMPAT : 0);
  const auto count = utf8proc_decompose_char(
      static_cast<utf8proc_int32_t>(c), out, 32,
      static_cast<utf8proc_option_t>(options), &boundary);
  if (count < 1 || count > 32) {
    out[0] = static_cast<int32_t>(c);
    return 1;
  }
  return static_cast<int>(count);
}

// The decomposed text in canonical order. A character's first part replaces
// it, the others are new.
std::vector<MarkedChar> DecomposeText(absl::string_view text, bool compatible) {
  std::vector<MarkedChar> out;
  out.reserve(text.size());
  size_t pending = 0;  // start of the marks that are not yet in order
  const auto sort_pending = [&] {
    if (out.size() - pending > 1) {
      std::stable_sort(out.begin() + static_cast<std::ptrdiff_t>(pending),
                       out.end(), [](const MarkedChar& a, const MarkedChar& b) {
                         return a.combining_class < b.combining_class;
                       });
    }
    pending = out.size();
  };
  for (size_t i = 0; i < text.size();) {
    const DecodedChar c = DecodeChar(text, i);
    i += c.bytes;
    int32_t parts[32];
    const int count = Decompose(c.code_point, compatible, parts);
    for (int k = 0; k < count; ++k) {
      const auto part = static_cast<uint32_t>(parts[k]);
      const uint8_t combining_class = CombiningClass(part);
      if (combining_class == 0) sort_pending();
      out.push_back({combining_class, {part, k == 0 ? 0 : 1}});
      if (combining_class == 0) pending = out.size();
    }
  }
  sort_pending();
  return out;
}

struct Compositions {
  absl::flat_hash_map<uint64_t, uint32_t> pairs;  // first << 32 | second
  std::vector<bool> is_second;                    // [0x110000]
};

// False for singletons and the other characters that NFC never makes.
bool IsItsOwnNfc(uint32_t c) {
  std::string text;
  AppendChar(c, &text);
  utf8proc_uint8_t* nfc = nullptr;
  const auto length = utf8proc_map(
      reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
      static_cast<utf8proc_ssize_t>(text.size()), &nfc,
      static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE));
  const bool same = length == static_cast<utf8proc_ssize_t>(text.size()) &&
                    std::memcmp(nfc, text.data(), text.size()) == 0;
  std::free(nfc);
  return same;
}

// Adds the composition that ends in `c`; false when one that it builds on is
// not there yet.
bool AddComposition(uint32_t c, Compositions* result) {
  int32_t parts[32];
  const int count = Decompose(c, /*compatible=*/false, parts);
  if (count < 2 || !IsItsOwnNfc(c)) return true;
  // One step of the decomposition: all parts but the last, composed, and the
  // last one.
  auto first = static_cast<uint32_t>(parts[0]);
  for (int k = 1; k + 1 < count; ++k) {
    const auto found = result->pairs.find(uint64_t{first} << 32 |
                                          static_cast<uint32_t>(parts[k]));
    if (found == result->pairs.end()) return false;
    first = found->second;
  }
  const auto second = static_cast<uint32_t>(parts[count - 1]);
  result->pairs[uint64_t{first} << 32 | second] = c;
  result->is_second[second] = true;
  return true;
}

Compositions MakeCompositions() {
  Compositions result;
  result.is_second.resize(0x110000, false);
  std::vector<uint32_t> waiting;
  for (uint32_t c = 0; c < kHangulFirst; ++c) {
    if (HasFlag(c, kDecomposes)) waiting.push_back(c);
  }
  for (uint32_t c = kHangulLast + 1; c < 0x110000; ++c) {
    if (HasFlag(c, kDecomposes)) waiting.push_back(c);
  }
  // No composition has more than three steps.
  for (int pass = 0; pass < 3; ++pass) {
    std::vector<uint32_t> left;
    for (uint32_t c : waiting) {
      if (!AddComposition(c, &result)) left.push_back(c);
    }
    waiting = left;
  }
  for (uint32_t i = 0; i < kVowelCount; ++i) {
    result.is_second[kVowelFirst + i] = true;
  }
  for (uint32_t i = 1; i < kTrailCount; ++i) {
    result.is_second[kTrailFirst + i] = true;
  }
  return result;
}

const Compositions& GetCompositions() {
  static const Compositions& compositions =
      *new Compositions(MakeCompositions());
  return compositions;
}

// The primary composite of two code points; 0: none.
uint32_t Compose(uint32_t first, uint32_t second) {
  if (first - kLeadFirst < kLeadCount && second - kVowelFirst < kVowelCount) {
    return kHangulFirst +
           ((first - kLeadFirst) * kVowelCount + (second - kVowelFirst)) *
               kTrailCount;
  }
  if (first >= kHangulFirst && first <= kHangulLast &&
      (first - kHangulFirst) % kTrailCount == 0 && second > kTrailFirst &&
      second - kTrailFirst < kTrailCount) {
    return first + (second - kTrailFirst);
  }
  const auto& pairs = GetCompositions().pairs;
  const auto found = pairs.find(uint64_t{first} << 32 | second);
  return found == pairs.end() ? 0 : found->second;
}

std::vector<CharChange> ComposeText(const std::vector<MarkedChar>& in) {
  std::vector<CharChange> out;
  out.reserve(in.size());
  size_t starter = in.size();  // index in `out` of the last starter; none yet
  bool has_starter = false;
  int last_class = -1;  // of the characters kept since; -1: none
  for (const MarkedChar& c : in) {
    if (has_starter && last_class < static_cast<int>(c.combining_class)) {
      CharChange& base = out[starter];
      const uint32_t composed = Compose(base.code_point, c.change.code_point);
      if (composed != 0) {
        base = {composed, base.change + c.change.change - 1};
        continue;
      }
    }
    out.push_back(c.change);
    if (c.combining_class == 0) {
      starter = out.size() - 1;
      has_starter = true;
      last_class = -1;
    } else {
      last_class = c.combining_class;
    }
  }
  return out;
}

}  // namespace

bool IsPlainlyNormalized(absl::string_view text, NormalizationForm form) {
  const bool compose =
      form == NormalizationForm::kNfc || form == NormalizationForm::kNfkc;
  const std::vector<bool>* is_second = nullptr;
  const uint16_t* flags = CharFlags();
  for (size_t i = 0; i < text.size();) {
    // NFC leaves everything below U+0300 alone, the others below U+0080.
    if (static_cast<unsigned char>(text[i]) <
        (form == NormalizationForm::kNfc ? 0xcc : 0x80)) {
      ++i;
      continue;
    }
    const DecodedChar c = DecodeChar(text, i);
    i += c.bytes;
    const uint16_t f = flags[c.code_point];
    if (f & kCombiningMark) return false;
    if (compose) {
      if (is_second == nullptr) is_second = &GetCompositions().is_second;
      if ((*is_second)[c.code_point]) return false;
      // A precomposed syllable is its own composition.
      if (c.code_point >= kHangulFirst && c.code_point <= kHangulLast) continue;
    }
    if (f & kDecomposes) return false;
  }
  return true;
}

std::vector<CharChange> NormalizedChanges(absl::string_view text,
                                          NormalizationForm form) {
  const bool compatible =
      form == NormalizationForm::kNfkc || form == NormalizationForm::kNfkd;
  const std::vector<MarkedChar> decomposed = DecomposeText(text, compatible);
  if (form == NormalizationForm::kNfc || form == NormalizationForm::kNfkc) {
    return ComposeText(decomposed);
  }
  std::vector<CharChange> out;
  out.reserve(decomposed.size());
  for (const MarkedChar& c : decomposed) out.push_back(c.change);
  return out;
}

}  // namespace hydrometer::text
