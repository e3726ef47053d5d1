// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/detect/assessment.h"

namespace hydrometer::detect {

absl::string_view LabelName(Label label) {
  switch (label) {
    case Label::kIdentical:
      return "identical";
    case Label::kDerived:
      return "derived";
    case Label::kDistilled:
      return "distilled";
    case Label::kRelated:
      return "related";
    case Label::kShared:
      return "shared";
    case Label::kUnrelated:
      return "unrelated";
    case Label::kInconclusive:
      return "inconclusive";
  }
  return "inconclusive";
}

}  // namespace hydrometer::detect
