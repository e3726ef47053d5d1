// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// The parts of report.json that come from the assessment: verdict, evidence,
// curve, plane, placebos, affinities, tree, policy.
//
// Tests: tests/report/report_json_test.cc.
#ifndef HYDROMETER_SRC_REPORT_EVIDENCE_JSON_H_
#define HYDROMETER_SRC_REPORT_EVIDENCE_JSON_H_

#include "src/detect/assessment.h"
#include "src/report/json_value.h"

namespace hydrometer::report {

// Adds the members of one reference's assessment to `report`: reference,
// verdict, evidence, curve, plane, placebos, membership, quality.
void AddReference(const detect::ReferenceAssessment& assessment,
                  ObjectBuilder& report);

// Adds what concerns the whole panel: familiar, affinities, tree, policy,
// limits.
void AddPanel(const detect::Assessment& assessment, ObjectBuilder& report);

}  // namespace hydrometer::report

#endif  // HYDROMETER_SRC_REPORT_EVIDENCE_JSON_H_
