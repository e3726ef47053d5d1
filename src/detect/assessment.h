// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// Assessment: evidence and verdict as plain structs, the end product of
// src/detect and all that src/report ever sees of the science. A number that
// could not be had is std::nullopt with a reason beside it, never NaN.
//
// Tests: tests/detect/*, tests/report/*.
#ifndef HYDROMETER_SRC_DETECT_ASSESSMENT_H_
#define HYDROMETER_SRC_DETECT_ASSESSMENT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "src/base/observations.h"

namespace hydrometer::detect {

enum class Label {
  kIdentical,
  kDerived,
  kDistilled,
  kRelated,
  kShared,
  kUnrelated,
  kInconclusive,
};
absl::string_view LabelName(Label label);  // "identical", ...

struct Interval {
  double low = 0, high = 0;
  double level = 0.95;
};

// A statistic of one member: the suspect in evidence, a control in its null.
struct MemberValue {
  std::string name;
  std::optional<double> value;
  std::string reason;  // when there is no value
};

// One line of evidence: a statistic, the same statistic for every control in
// the suspect's place, and what follows.
struct Evidence {
  std::string name;      // "rho2", "h", "tau", "js", "rho2/prose", ...
  std::string title;     // one line in plain words
  std::string scope;     // "overall" (the primary sets), or a probe set's name
  bool primary = false;  // rho2 and h overall
  bool counted = false;  // false: shown only
  bool larger_means_nearer = true;
  std::optional<double> statistic;
  std::optional<double> z;
  std::optional<double> p_value;  // conformal, (1 + #{>=}) / (m + 1)
  std::optional<double> p_floor;  // 1 / (m + 1)
  std::optional<double> null_mean, null_sd;
  std::optional<Interval> interval;  // cluster bootstrap over probes
  std::string reason;                // why statistic is null
  std::vector<MemberValue> controls;
  std::vector<MemberValue> siblings;
  std::vector<MemberValue> placebos;
  std::string source;  // paper or page it comes from
};

// The curve A_0(loss) behind h, with everybody on it.
struct CurvePoint {
  std::string name;
  Role role = Role::kControl;
  double loss_nats = 0;
  double a_nats = 0;        // A_T(X)
  std::optional<double> h;  // with X left out of the fit
};
struct ErrorCurve {
  std::string form;  // "linear in exp(-loss)", ...
  double leave_one_out_error_nats = 0;
  std::vector<CurvePoint> points;
  std::vector<std::pair<double, double>> line;  // (loss, A_0), ascending
};

struct PlanePoint {  // z(rho2) against h
  std::string name;
  Role role = Role::kControl;
  std::optional<double> z_rho2, h;
};

struct PlaceboRow {
  std::string name;
  double loss_nats = 0;
  double rho_suspect = 0;  // rho(S, R), w = p_R
};

struct Reason {
  enum class Direction { kFor, kAgainst, kMissing, kNote };
  Direction direction = Direction::kNote;
  std::string text;  // one sentence
};

struct Verdict {
  Label label = Label::kInconclusive;
  std::string summary;  // one sentence a court can read
  std::vector<Reason> reasons;
  std::vector<std::string> would_settle;  // what would change or settle it
  std::string power;                      // under unrelated and inconclusive
};

// The assessment of the suspect against one reference.
struct ReferenceAssessment {
  std::string reference;
  Verdict verdict;
  std::vector<Evidence> evidence;
  std::optional<ErrorCurve> curve;
  std::vector<PlanePoint> plane;
  std::optional<double> rho_suspect_reference;  // rho(S, T)
  std::vector<PlaceboRow> placebos;
  std::optional<double> membership_ratio_q;
  std::string q_reason;
  double reference_loss_nats = 0, suspect_loss_nats = 0;
  // "the reference", "the suspect" or "neither": the better model, and no
  // more: who taught whom is not read from outputs.
  std::string better_model;
};

// llama.cpp's block for a pair, because people know it.
struct FamiliarBlock {
  std::string reference;
  std::optional<double> kl_mean, kl_median, kl_quantile_999, same_top;
};

struct AffinityMatrix {  // two-way adjusted: x - row - column
  std::string metric;    // "js", "rho"
  std::vector<std::string> names;
  std::vector<double> values;  // [n][n]
};

struct TreeNode {                 // average linkage on raw JS
  int32_t left = -1, right = -1;  // nodes; leaves are 0..n-1
  double height = 0;
};
struct PanelTree {
  std::vector<std::string> leaves;
  std::vector<TreeNode> joins;  // node n+i joins its two
};

// The policy with its named thresholds, as used.
struct NamedThreshold {
  std::string name;
  double value = 0;
  std::string meaning;
};

struct Assessment {
  std::string suspect;
  std::vector<ReferenceAssessment> references;  // ranked by h, best first
  std::vector<FamiliarBlock> familiar;
  std::vector<AffinityMatrix> affinities;
  std::optional<PanelTree> tree;
  std::vector<NamedThreshold> policy;
  std::string policy_name;          // "default" or the file's name
  std::vector<std::string> limits;  // in plain words, always printed
  std::vector<MemberValue> losses;  // mean loss per member, primary sets
  uint64_t bootstrap_seed = 0;
  int64_t bootstrap_replicates = 0;
  // The first reference's verdict is the report's.
  const Verdict& verdict() const { return references.front().verdict; }
};

}  // namespace hydrometer::detect

#endif  // HYDROMETER_SRC_DETECT_ASSESSMENT_H_
