// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/report/evidence_json.h"

#include <string>
#include <utility>
#include <vector>

namespace hydrometer::report {
namespace {

using rapidjson::Value;

const char* DirectionName(detect::Reason::Direction direction) {
  switch (direction) {
    case detect::Reason::Direction::kFor:
      return "for";
    case detect::Reason::Direction::kAgainst:
      return "against";
    case detect::Reason::Direction::kMissing:
      return "missing";
    case detect::Reason::Direction::kNote:
      return "note";
  }
  return "note";
}

Value ReasonValue(const detect::Reason& reason, Allocator& allocator) {
  ObjectBuilder object(allocator);
  object.Text("direction", DirectionName(reason.direction))
      .Text("text", reason.text);
  return object.Take();
}

Value VerdictValue(const detect::Verdict& verdict, Allocator& allocator) {
  ObjectBuilder object(allocator);
  object.Text("label", detect::LabelName(verdict.label))
      .Text("summary", verdict.summary)
      .Add("reasons", ArrayOf(verdict.reasons, allocator, ReasonValue))
      .Texts("would_settle", verdict.would_settle)
      .TextOrNull("power", verdict.power);
  return object.Take();
}

// A value that is missing says why; a reason beside a value would confuse.
void AddValue(const char* key, std::optional<double> value,
              const std::string& reason, ObjectBuilder& object) {
  object.Number(key, value);
  const bool missing = NumberValue(value).IsNull();
  object.TextOrNull("reason", !missing         ? ""
                              : reason.empty() ? "not computed"
                                               : reason);
}

Value MemberValueValue(const detect::MemberValue& member,
                       Allocator& allocator) {
  ObjectBuilder object(allocator);
  object.Text("name", member.name);
  AddValue("value", member.value, member.reason, object);
  return object.Take();
}

Value IntervalValue(const std::optional<detect::Interval>& interval,
                    Allocator& allocator) {
  if (!interval || NumberValue(interval->low).IsNull() ||
      NumberValue(interval->high).IsNull()) {
    return Value();
  }
  ObjectBuilder object(allocator);
  object.Number("low", interval->low)
      .Number("high", interval->high)
      .Number("level", interval->level);
  return object.Take();
}

Value EvidenceValue(const detect::Evidence& evidence, Allocator& allocator) {
  ObjectBuilder object(allocator);
  object.Text("name", evidence.name)
      .Text("title", evidence.title)
      .Text("scope", evidence.scope)
      .Bool("primary", evidence.primary)
      .Bool("counted", evidence.counted)
      .Bool("larger_means_nearer", evidence.larger_means_nearer);
  AddValue("statistic", evidence.statistic, evidence.reason, object);
  object.Number("z", evidence.z)
      .Number("p_value", evidence.p_value)
      .Number("p_floor", evidence.p_floor)
      .Number("null_mean", evidence.null_mean)
      .Number("null_sd", evidence.null_sd)
      .Add("interval", IntervalValue(evidence.interval, allocator))
      .Add("controls", ArrayOf(evidence.controls, allocator, MemberValueValue))
      .Add("siblings", ArrayOf(evidence.siblings, allocator, MemberValueValue))
      .Add("placebos", ArrayOf(evidence.placebos, allocator, MemberValueValue))
      .Text("source", evidence.source);
  return object.Take();
}

Value NumberPair(const std::pair<double, double>& pair, Allocator& allocator) {
  Value array(rapidjson::kArrayType);
  array.PushBack(NumberValue(pair.first), allocator);
  array.PushBack(NumberValue(pair.second), allocator);
  return array;
}

Value CurveValue(const std::optional<detect::ErrorCurve>& curve,
                 Allocator& allocator) {
  if (!curve) return Value();
  ObjectBuilder object(allocator);
  object.Text("form", curve->form)
      .Number("leave_one_out_error_nats", curve->leave_one_out_error_nats)
      .Add("points",
           ArrayOf(curve->points, allocator,
                   [](const detect::CurvePoint& point, Allocator& inner) {
                     ObjectBuilder row(inner);
                     row.Text("name", point.name)
                         .Text("role", RoleName(point.role))
                         .Number("loss_nats", point.loss_nats)
                         .Number("a_nats", point.a_nats)
                         .Number("h", point.h);
                     return row.Take();
                   }))
      .Add("line", ArrayOf(curve->line, allocator, NumberPair));
  return object.Take();
}

Value PlanePointValue(const detect::PlanePoint& point, Allocator& allocator) {
  ObjectBuilder object(allocator);
  object.Text("name", point.name)
      .Text("role", RoleName(point.role))
      .Number("z_rho2", point.z_rho2)
      .Number("h", point.h);
  return object.Take();
}

Value PlaceboValue(const detect::PlaceboRow& row, Allocator& allocator) {
  ObjectBuilder object(allocator);
  object.Text("name", row.name)
      .Number("loss_nats", row.loss_nats)
      .Number("rho_suspect", row.rho_suspect);
  return object.Take();
}

Value FamiliarValue(const detect::FamiliarBlock& block, Allocator& allocator) {
  ObjectBuilder object(allocator);
  object.Text("reference", block.reference)
      .Number("kl_mean", block.kl_mean)
      .Number("kl_median", block.kl_median)
      .Number("kl_quantile_999", block.kl_quantile_999)
      .Number("same_top", block.same_top);
  return object.Take();
}

Value AffinityValue(const detect::AffinityMatrix& matrix,
                    Allocator& allocator) {
  ObjectBuilder object(allocator);
  object.Text("metric", matrix.metric).Texts("names", matrix.names);
  const size_t n = matrix.names.size();
  Value rows(rapidjson::kArrayType);
  for (size_t i = 0; i < n; ++i) {
    Value row(rapidjson::kArrayType);
    for (size_t j = 0; j < n; ++j) {
      const size_t index = i * n + j;
      row.PushBack(index < matrix.values.size()
                       ? NumberValue(RoundToSixDigits(matrix.values[index]))
                       : Value(),
                   allocator);
    }
    rows.PushBack(row, allocator);
  }
  object.Add("values", std::move(rows));
  return object.Take();
}

Value TreeValue(const std::optional<detect::PanelTree>& tree,
                Allocator& allocator) {
  if (!tree) return Value();
  ObjectBuilder object(allocator);
  object.Texts("leaves", tree->leaves)
      .Add("joins", ArrayOf(tree->joins, allocator,
                            [](const detect::TreeNode& node, Allocator& inner) {
                              ObjectBuilder row(inner);
                              row.Count("left", node.left)
                                  .Count("right", node.right)
                                  .Number("height", node.height);
                              return row.Take();
                            }));
  return object.Take();
}

Value PolicyValue(const detect::Assessment& assessment, Allocator& allocator) {
  ObjectBuilder object(allocator);
  object.Text("name", assessment.policy_name)
      .Add("thresholds",
           ArrayOf(assessment.policy, allocator,
                   [](const detect::NamedThreshold& row, Allocator& inner) {
                     ObjectBuilder threshold(inner);
                     threshold.Text("name", row.name)
                         .Number("value", row.value)
                         .Text("meaning", row.meaning);
                     return threshold.Take();
                   }));
  return object.Take();
}

}  // namespace

void AddReference(const detect::ReferenceAssessment& assessment,
                  ObjectBuilder& report) {
  Allocator& allocator = report.allocator();
  ObjectBuilder placebos(allocator);
  placebos.Number("rho_suspect_reference", assessment.rho_suspect_reference)
      .Add("rows", ArrayOf(assessment.placebos, allocator, PlaceboValue));
  ObjectBuilder membership(allocator);
  AddValue("q", assessment.membership_ratio_q, assessment.q_reason, membership);
  ObjectBuilder quality(allocator);
  // No model has a loss of exactly zero on real text: it was not measured.
  const auto measured = [](double loss) {
    return loss == 0 ? std::nullopt : std::optional<double>(loss);
  };
  quality
      .Number("reference_loss_nats", measured(assessment.reference_loss_nats))
      .Number("suspect_loss_nats", measured(assessment.suspect_loss_nats))
      .Text("better_model", assessment.better_model);
  report.Text("reference", assessment.reference)
      .Add("verdict", VerdictValue(assessment.verdict, allocator))
      .Add("evidence", ArrayOf(assessment.evidence, allocator, EvidenceValue))
      .Add("curve", CurveValue(assessment.curve, allocator))
      .Add("plane", ArrayOf(assessment.plane, allocator, PlanePointValue))
      .Add("placebos", placebos.Take())
      .Add("membership", membership.Take())
      .Add("quality", quality.Take());
}

void AddPanel(const detect::Assessment& assessment, ObjectBuilder& report) {
  Allocator& allocator = report.allocator();
  report.Add("familiar", ArrayOf(assessment.familiar, allocator, FamiliarValue))
      .Add("affinities",
           ArrayOf(assessment.affinities, allocator, AffinityValue))
      .Add("tree", TreeValue(assessment.tree, allocator))
      .Add("policy", PolicyValue(assessment, allocator))
      .Texts("limits", assessment.limits);
}

}  // namespace hydrometer::report
