// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// The loss of every member on text that the reference was trained on
// (--reference-text): a model trained on the same data finds it as easy as
// the reference does, a student of the reference's outputs does not.
//
// Tests: tests/audit/audit_test.cc.
#ifndef HYDROMETER_SRC_COMPARE_REFERENCE_TEXT_H_
#define HYDROMETER_SRC_COMPARE_REFERENCE_TEXT_H_

#include <vector>

#include "absl/status/status.h"
#include "src/base/observations.h"
#include "src/compare/comparison.h"
#include "src/compare/panel.h"
#include "src/probe/probe_set.h"

namespace hydrometer::compare {

// Fills observations.reference_text and reference_text_loss (mean nats a
// token, in the order of observations.members) from recordings of the text.
absl::Status AddReferenceText(const probe::ProbeSet& text,
                              std::vector<MemberRecordings> members,
                              const CompareOptions& options,
                              Observations& observations);

}  // namespace hydrometer::compare

#endif  // HYDROMETER_SRC_COMPARE_REFERENCE_TEXT_H_
