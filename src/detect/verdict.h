// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// Verdict: numbers and a policy in, a label out. Numbers become facts (yes,
// no, unknown); a table of rows turns facts into a label; the first row whose
// every fact holds wins. A fact that is unknown satisfies no row that accuses,
// so that what is missing can never accuse.
//
// Tests: tests/detect/verdict_test.cc (every row, every precondition).
#ifndef HYDROMETER_SRC_DETECT_VERDICT_H_
#define HYDROMETER_SRC_DETECT_VERDICT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "src/detect/policy.h"
#include "src/detect/weight_finding.h"

namespace hydrometer::detect {

// A model that the suspect is compared with on one number or two.
struct NamedValue {
  std::string name;
  std::optional<double> value;
};
struct SiblingValue {
  std::string name;
  bool as_good = false;  // as good as the suspect, or better
  std::optional<double> h, rho2;
  std::optional<double> z;  // of its rho2, in the null of the controls
  std::string h_reason;     // why h is missing
};

// Whether it shows something of the reference; one that does not is no
// sibling, whatever was declared, and to exceed it excludes nothing.
bool IsKin(const SiblingValue& sibling, const Policy& policy);

// All that a verdict rests on.
struct VerdictInput {
  std::string suspect, reference;

  // Weights and function.
  WeightFinding weights;
  bool same_bytes = false;           // equal SHA-256 of the weights
  std::optional<double> mean_kl;     // KL(T||S), all probes
  std::optional<double> largest_kl;  // at one position
  double numerics_noise_nats = 0;
  double position_count = 0;
  // Another member whose weights are as near to the suspect's or nearer.
  std::string weights_nearer_to;

  // Preconditions.
  int64_t control_count = 0;  // with a value of rho2
  int64_t placebo_count = 0;
  int64_t real_probe_count = 0;
  bool suspect_bracketed = false, reference_bracketed = false;

  // The primary pair.
  std::optional<double> z_rho2, rho2, rho, h;
  // Controls whose rho2 reaches the suspect's.
  std::vector<std::string> controls_as_high;
  std::string rho2_reason, h_reason;
  std::vector<NamedValue> rivals;            // rho(S, R)
  std::vector<NamedValue> other_references;  // h against them

  // Same data?
  std::vector<SiblingValue> siblings;
  bool is_sibling = false;  // the suspect is one of the declared siblings
  std::optional<double> q;
  double q_error = 0;  // one leave-one-out error of the gap's curve, in q
  std::string q_reason;

  // A known base.
  bool has_base = false;
  std::string base;
  std::optional<double> base_h;
  int64_t fine_tune_count = 0;
  // Against other fine-tunes of the base: above all of them, and z.
  std::optional<bool> exceeds_fine_tunes;
  std::optional<double> z_fine_tunes;
};

enum class Fact {
  kWeightsContradicted,  // equal weights, and outputs that differ
  kWeightsEqual,
  kSameFunction,
  kWeightsDescend,
  kWeightsNearerElsewhere,
  kPreconditions,
  kEnoughForDistilled,
  kZHigh,
  kZLow,
  kBeyondControls,  // no control has as high a rho2
  kOrder,  // nearer to the reference than to any rival
  kHHigh,
  kHSome,  // at least h_related
  kHLow,
  kOtherReferenceLargerH,
  kSameDataExcluded,
  kSameDataLikely,
  kSiblingNotExceeded,  // one as good as the suspect, or it could not be read
  kBaseExplains,        // the base repeats the errors about as much
  kBaseNullPassed,      // or there is no base
  kBaseNullSuspicious,  // other fine-tunes never come as near
};
inline constexpr int kFactCount = 21;

struct Facts {
  Answer answers[kFactCount] = {};
  Answer operator[](Fact fact) const { return answers[static_cast<int>(fact)]; }
  Answer& operator[](Fact fact) { return answers[static_cast<int>(fact)]; }
};

Facts FindFacts(const VerdictInput& input, const Policy& policy);

// The table.
Label Decide(const Facts& facts);

// Label, summary, reasons for, against and missing, and what would settle it.
Verdict MakeVerdict(const VerdictInput& input, const Policy& policy);

}  // namespace hydrometer::detect

#endif  // HYDROMETER_SRC_DETECT_VERDICT_H_
