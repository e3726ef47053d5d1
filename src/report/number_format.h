// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// Numbers as a reader sees them: a true minus sign, few digits, and an en
// dash where there is none.
//
// Tests: tests/report/visible_text_test.cc.
#ifndef HYDROMETER_SRC_REPORT_NUMBER_FORMAT_H_
#define HYDROMETER_SRC_REPORT_NUMBER_FORMAT_H_

#include <cstdint>
#include <optional>
#include <string>

namespace hydrometer::report {

inline constexpr char kNoNumber[] = "–";

// `digits` decimals: "−0.250". A number that would print as zero but is none
// gets an exponent: "1.2e−7". Beyond 1e7: exponent too.
std::string FormatFixed(std::optional<double> number, int digits);

// A distance in standard deviations: one decimal, never an exponent below
// 1e7: "9.3", "0.0".
std::string FormatZ(std::optional<double> z);

// A probability: two decimals, "<0.01" for what would print as zero.
std::string FormatProbability(std::optional<double> probability);

// Significant digits without trailing zeros: "0.0012", "4", "1e−6".
std::string FormatShort(std::optional<double> number);

// "0.040"; below a thousandth "9.1e−5"; below 1e-300, zero included,
// "< 1e−300": a double that has run out of exponents is no certainty.
std::string FormatP(std::optional<double> p);

// "1,234,567".
std::string FormatCount(uint64_t count);

// For machine-read attributes: at most `digits` decimals, no exponent.
std::string FormatPlain(double number, int digits = 2);

}  // namespace hydrometer::report

#endif  // HYDROMETER_SRC_REPORT_NUMBER_FORMAT_H_
