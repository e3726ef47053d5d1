// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/report/number_format.h"

#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"

namespace hydrometer::report {
namespace {

// "-1.2e-07" becomes "−1.2e−7".
std::string Typeset(const std::string& digits) {
  std::string text;
  const size_t e = digits.find('e');
  absl::StrAppend(&text, digits.substr(0, e));
  if (e != std::string::npos) {
    const int exponent = std::atoi(digits.c_str() + e + 1);
    absl::StrAppend(&text, "e", exponent);
  }
  return absl::StrReplaceAll(text, {{"-", "−"}});
}

}  // namespace

std::string FormatFixed(std::optional<double> number, int digits) {
  if (!number || !std::isfinite(*number)) return kNoNumber;
  const double size = std::fabs(*number);
  if (size >= 1e7 || (size > 0 && size < 0.5 * std::pow(10, -digits))) {
    return Typeset(absl::StrFormat("%.1e", *number));
  }
  return Typeset(absl::StrFormat("%.*f", digits, *number));
}

std::string FormatZ(std::optional<double> z) {
  if (z && std::fabs(*z) < 0.05) z = 0.0;
  return FormatFixed(z, 1);
}

std::string FormatProbability(std::optional<double> probability) {
  if (probability && *probability >= 0 && *probability < 0.005) return "<0.01";
  return FormatFixed(probability, 2);
}

std::string FormatShort(std::optional<double> number) {
  if (!number || !std::isfinite(*number)) return kNoNumber;
  return Typeset(absl::StrFormat("%.4g", *number));
}

std::string FormatP(std::optional<double> p) {
  if (!p || !std::isfinite(*p)) return kNoNumber;
  if (*p < 1e-300) return "< 1e−300";
  if (*p < 1e-3) return Typeset(absl::StrFormat("%.1e", *p));
  return absl::StrFormat("%.3f", *p);
}

std::string FormatCount(uint64_t count) {
  const std::string digits = absl::StrCat(count);
  std::string text;
  for (size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) text.push_back(',');
    text.push_back(digits[i]);
  }
  return text;
}

std::string FormatPlain(double number, int digits) {
  if (!std::isfinite(number)) return "0";
  std::string text = absl::StrFormat("%.*f", digits, number);
  if (text.find('.') != std::string::npos) {
    while (text.back() == '0') text.pop_back();
    if (text.back() == '.') text.pop_back();
  }
  return text == "-0" ? "0" : text;
}

}  // namespace hydrometer::report
