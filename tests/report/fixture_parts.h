// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// Parts from which report_fixture.h puts its audits together.
#ifndef HYDROMETER_TESTS_REPORT_FIXTURE_PARTS_H_
#define HYDROMETER_TESTS_REPORT_FIXTURE_PARTS_H_

#include <cstdint>
#include <string>

#include "src/base/observations.h"
#include "src/detect/assessment.h"

namespace hydrometer::report::fixture {

// A fixed sequence of numbers in [0, 1), and of nearly normal ones.
class Sequence {
 public:
  double Uniform() {
    state_ = state_ * 6364136223846793005ull + 1442695040888963407ull;
    return static_cast<double>(state_ >> 11) / 9007199254740992.0;
  }
  double Normal() {
    double sum = 0;
    for (int i = 0; i < 12; ++i) sum += Uniform();
    return sum - 6;
  }

 private:
  uint64_t state_ = 20260131;
};

inline constexpr int kControls = 24;
inline constexpr int kPlacebos = 9;
inline constexpr const char* kSets[] = {"human",    "prose",   "code", "facts",
                                        "openings", "answers", "noise"};

std::string ControlName(int i);
double ControlLoss(int i);
Member MakeMember(const std::string& name, Role role, int index);

// The panel, its probes, sums of pair metrics, exhibits, weights.
void AddMembers(Observations& o);
void AddProbes(Observations& o);
void AddPairs(Observations& o, Sequence& sequence);
TextExhibit MakeExhibit(int i, Sequence& sequence);
void AddWeights(Observations& o);

// Evidence, curve, plane and placebos of one reference, without a verdict.
// `strength` scales the suspect's z; `share` is its h.
detect::ReferenceAssessment MakeReference(const std::string& name,
                                          double strength, double share,
                                          Sequence& sequence);
// Affinities and tree; limits, policy and seeds.
void AddPanelViews(const Observations& o, detect::Assessment& assessment,
                   Sequence& sequence);
void AddWords(detect::Assessment& assessment);

}  // namespace hydrometer::report::fixture

#endif  // HYDROMETER_TESTS_REPORT_FIXTURE_PARTS_H_
