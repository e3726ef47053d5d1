// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <cmath>
#include <numeric>

#include "absl/strings/str_cat.h"
#include "src/detect/policy.h"
#include "tests/report/fixture_parts.h"

namespace hydrometer::report::fixture {
namespace {

using detect::Evidence;
using detect::MemberValue;

// Statistic of the suspect at z standard deviations of made-up controls.
Evidence MakeEvidence(const std::string& name, const std::string& title,
                      double z, double mean, double sd, Sequence& sequence) {
  Evidence e;
  e.name = name;
  const size_t slash = name.find('/');
  e.scope = slash == std::string::npos ? "overall" : name.substr(slash + 1);
  e.title = title;
  e.counted = true;
  e.source = "a page of a paper";
  for (int i = 0; i < kControls; ++i) {
    e.controls.push_back({ControlName(i), mean + sd * sequence.Normal(), ""});
  }
  e.siblings = {{"tern-sibling-1", mean + 0.6 * z * sd, ""},
                {"tern-sibling-2", mean + 0.5 * z * sd, ""}};
  double sum = 0, squares = 0;
  for (const MemberValue& control : e.controls) sum += *control.value;
  e.null_mean = sum / kControls;
  for (const MemberValue& control : e.controls) {
    squares += std::pow(*control.value - *e.null_mean, 2);
  }
  e.null_sd = std::sqrt(squares / (kControls - 1));
  e.statistic = mean + z * sd;
  e.z = (*e.statistic - *e.null_mean) / *e.null_sd;
  const double sign = z < 0 ? -1 : 1;
  const auto beyond = std::count_if(
      e.controls.begin(), e.controls.end(), [&](const MemberValue& control) {
        return sign * *control.value >= sign * *e.statistic;
      });
  e.p_value = (1.0 + static_cast<double>(beyond)) / (kControls + 1);
  e.p_floor = 1.0 / (kControls + 1);
  e.interval =
      detect::Interval{*e.statistic - 0.5 * sd, *e.statistic + 0.4 * sd, 0.95};
  return e;
}

void AddEvidence(detect::ReferenceAssessment& a, double strength,
                 Sequence& sequence) {
  struct Row {
    const char* name;
    const char* title;
    double z, mean, sd;
    bool larger;
  };
  const Row rows[] = {
      {"rho2",
       "what the suspect shares with the reference beyond everybody else and "
       "beyond placebo references",
       7.7, -0.02, 0.045, true},
      {"h", "share of the reference's own errors that the suspect repeats", 5.1,
       0.04, 0.16, true},
      {"rho",
       "what the suspect shares with the reference beyond everybody "
       "else",
       6.9, 0.01, 0.05, true},
      {"rho_without_top",
       "the same without each position's likeliest token (dark knowledge)", 7.2,
       0.01, 0.05, true},
      {"h_t", "inherited error beyond the curve", 4.4, 0.03, 0.2, true},
      {"tau", "sharpness against the controls", 0.4, 1.0, 0.02, false},
      {"js", "Jensen-Shannon divergence from the reference, nats", -1.3, 0.071,
       0.012, false},
      {"js_adjusted", "the same beyond how far both are from everybody", -14.2,
       0, 0.002, false},
      {"agreement", "positions where both hold the same token likeliest", 0.9,
       0.52, 0.05, true},
      {"kl", "KL(reference || suspect), nats", -1.1, 0.31, 0.07, false}};
  for (const Row& row : rows) {
    Evidence e = MakeEvidence(row.name, row.title, row.z * strength, row.mean,
                              row.sd, sequence);
    e.larger_means_nearer = row.larger;
    e.primary = std::string(row.name) == "rho2" || e.name == "h";
    a.evidence.push_back(e);
  }
  Evidence refused;
  refused.name = "membership_gap";
  refused.scope = "overall";
  refused.title = "how much better the suspect knows the reference's text";
  refused.reason = "no --reference-text was given";
  a.evidence.push_back(refused);
  for (const char* set : kSets) {
    for (const Row& row : rows) {
      Evidence e =
          MakeEvidence(absl::StrCat(row.name, "/", set), row.title,
                       row.z * strength * (0.7 + 0.5 * sequence.Uniform()),
                       row.mean, row.sd, sequence);
      e.larger_means_nearer = row.larger;
      if (e.name == "h/noise") {
        e.statistic = e.z = e.p_value = e.p_floor = std::nullopt;
        e.interval = std::nullopt;
        e.reason = "no model-free text: inherited error needs real text";
      }
      a.evidence.push_back(e);
    }
  }
}

double CurveAt(double loss) {
  return -0.22 - 9.5 * std::exp(-loss) - 0.19 * loss;
}

void AddCurve(detect::ReferenceAssessment& a, double share,
              Sequence& sequence) {
  detect::ErrorCurve curve;
  curve.form = "linear in exp(-loss)";
  curve.leave_one_out_error_nats = 0.043;
  const auto add = [&](const std::string& name, Role role, double loss,
                       double h) {
    curve.points.push_back({name, role, loss, CurveAt(loss) * (1 - h), h});
  };
  add("student-of-tern-text-all", Role::kSuspect, 3.61, share);
  add(a.reference, Role::kReference, 3.48, 1);
  add("tern-sibling-1", Role::kSibling, 3.47, 0.5);
  add("tern-sibling-2", Role::kSibling, 3.5, 0.45);
  for (int i = 0; i < kControls; ++i) {
    add(ControlName(i), Role::kControl, ControlLoss(i),
        0.03 + 0.12 * sequence.Normal());
  }
  for (double loss = 3.4; loss < 4.9; loss += 0.03) {
    curve.line.emplace_back(loss, CurveAt(loss));
  }
  a.curve = curve;
}

void AddPlane(detect::ReferenceAssessment& a) {
  const Evidence& rho2 = a.evidence[0];
  const auto find_h = [&](const std::string& name) -> std::optional<double> {
    for (const detect::CurvePoint& point : a.curve->points) {
      if (point.name == name) return point.h;
    }
    return std::nullopt;
  };
  const auto z = [&](double value) {
    return (value - *rho2.null_mean) / *rho2.null_sd;
  };
  a.plane.push_back({"student-of-tern-text-all", Role::kSuspect, rho2.z,
                     find_h("student-of-tern-text-all")});
  for (const MemberValue& sibling : rho2.siblings) {
    a.plane.push_back({sibling.name, Role::kSibling, z(*sibling.value),
                       find_h(sibling.name)});
  }
  for (const MemberValue& control : rho2.controls) {
    a.plane.push_back({control.name, Role::kControl, z(*control.value),
                       find_h(control.name)});
  }
  a.plane[a.plane.size() - 2].h = std::nullopt;
  for (int i = 0; i < kPlacebos; ++i) {
    a.placebos.push_back({ControlName(i), ControlLoss(i), 0.03 - 0.012 * i});
  }
  a.rho_suspect_reference = 0.331;
}

}  // namespace

detect::ReferenceAssessment MakeReference(const std::string& name,
                                          double strength, double share,
                                          Sequence& sequence) {
  detect::ReferenceAssessment a;
  a.reference = name;
  a.reference_loss_nats = 3.481;
  a.suspect_loss_nats = 3.612;
  a.better_model = "the reference";
  a.q_reason = "no --reference-text was given";
  AddEvidence(a, strength, sequence);
  AddCurve(a, share, sequence);
  a.evidence[1].statistic = share;
  a.evidence[1].interval = detect::Interval{share - 0.05, share + 0.04, 0.95};
  a.evidence[1].z = (share - *a.evidence[1].null_mean) / *a.evidence[1].null_sd;
  AddPlane(a);
  return a;
}

void AddPanelViews(const Observations& o, detect::Assessment& assessment,
                   Sequence& sequence) {
  std::vector<std::string> names;
  for (const Member& member : o.members) names.push_back(member.name);
  const size_t n = names.size();
  for (const char* metric : {"js", "rho"}) {
    detect::AffinityMatrix matrix{metric, names,
                                  std::vector<double>(n * n, 0.0)};
    for (size_t i = 0; i < n; ++i) {
      for (size_t j = i + 1; j < n; ++j) {
        double value = 0.02 * sequence.Normal();
        if (j < 4) value += 0.12;
        matrix.values[i * n + j] = matrix.values[j * n + i] = value;
      }
    }
    assessment.affinities.push_back(matrix);
  }
  // Joins nearest index first: a caterpillar of pairs.
  detect::PanelTree tree;
  tree.leaves = names;
  std::vector<int32_t> open(n);
  std::iota(open.begin(), open.end(), 0);
  double height = 0.021;
  while (open.size() > 1) {
    std::vector<int32_t> next;
    for (size_t i = 0; i + 1 < open.size(); i += 2) {
      tree.joins.push_back({open[i], open[i + 1], height});
      height += 0.0012;
      next.push_back(static_cast<int32_t>(n + tree.joins.size() - 1));
    }
    if (open.size() % 2 == 1) next.push_back(open.back());
    open = next;
    height += 0.006;
  }
  assessment.tree = tree;
}

void AddWords(detect::Assessment& assessment) {
  assessment.limits = {
      "The verdict is about statistics of text, not about intent or law.",
      "A common third teacher that is not in the panel would look the same "
      "and cannot be excluded.",
      "The method was developed on models of less than 1 M parameters; nothing "
      "larger was tried.",
      "The controls are only as independent as their providers say they are."};
  assessment.policy_name = "default";
  assessment.policy = detect::PolicyThresholds(detect::Policy());
  assessment.bootstrap_seed = 20260131;
  assessment.bootstrap_replicates = 1000;
}

}  // namespace hydrometer::report::fixture
