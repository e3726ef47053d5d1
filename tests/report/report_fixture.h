// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// Invented audits for the tests of the report: a full one (24 controls, 9
// placebo references, 2 siblings, 7 probe sets), one where nothing could be
// had, one of an identical copy, one with hostile text everywhere, one with
// two references. The numbers resemble real ones and mean nothing.
#ifndef HYDROMETER_TESTS_REPORT_REPORT_FIXTURE_H_
#define HYDROMETER_TESTS_REPORT_REPORT_FIXTURE_H_

#include <string>

#include "src/base/observations.h"
#include "src/detect/assessment.h"
#include "src/report/report_json.h"

namespace hydrometer::report::fixture {

struct Audit {
  Observations observations;
  detect::Assessment assessment;
  RunRecord run;
};

Audit FullAudit();
// No control, no placebo: everything is refused.
Audit EmptyAudit();
Audit IdenticalAudit();
Audit HostileAudit();
Audit TwoReferencesAudit();

// A text with everything that should not get through: markup, quotes, CDATA's
// end, a right-to-left override, NUL, escape, bytes that are no UTF-8.
std::string HostileText();

}  // namespace hydrometer::report::fixture

#endif  // HYDROMETER_TESTS_REPORT_REPORT_FIXTURE_H_
