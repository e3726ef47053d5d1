// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/base/observations.h"

namespace hydrometer {

absl::string_view RoleName(Role role) {
  switch (role) {
    case Role::kSuspect:
      return "suspect";
    case Role::kReference:
      return "reference";
    case Role::kControl:
      return "control";
    case Role::kPlacebo:
      return "placebo";
    case Role::kSibling:
      return "sibling";
    case Role::kBase:
      return "base";
  }
  return "unknown";
}

absl::string_view OriginName(Origin origin) {
  switch (origin) {
    case Origin::kHuman:
      return "human";
    case Origin::kModel:
      return "model";
    case Origin::kGenerated:
      return "generated";
  }
  return "unknown";
}

absl::string_view PairMetricName(PairMetric metric) {
  switch (metric) {
    case PairMetric::kKlPq:
      return "kl_pq";
    case PairMetric::kKlQp:
      return "kl_qp";
    case PairMetric::kJs:
      return "js";
    case PairMetric::kTotalVariation:
      return "total_variation";
    case PairMetric::kHellinger:
      return "hellinger";
    case PairMetric::kCosine:
      return "cosine";
    case PairMetric::kTopOneAgreement:
      return "top1_agreement";
    case PairMetric::kTopKOverlap:
      return "topk_overlap";
  }
  return "unknown";
}

}  // namespace hydrometer
