// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/report/observations_json.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "src/base/errors.h"

namespace hydrometer::report {
namespace {

using rapidjson::Value;

constexpr PairMetric kMetrics[] = {PairMetric::kKlPq,
                                   PairMetric::kKlQp,
                                   PairMetric::kJs,
                                   PairMetric::kTotalVariation,
                                   PairMetric::kHellinger,
                                   PairMetric::kCosine,
                                   PairMetric::kTopOneAgreement,
                                   PairMetric::kTopKOverlap};

Value ModelValue(const Member& member, const detect::Assessment& assessment,
                 Allocator& allocator) {
  std::optional<double> loss;
  for (const detect::MemberValue& row : assessment.losses) {
    if (row.name == member.name) loss = row.value;
  }
  ObjectBuilder object(allocator);
  object.Text("role", RoleName(member.role))
      .Text("name", member.name)
      .Text("sha256", member.weights_sha256)
      .Text("tokenizer_sha256", member.tokenizer_sha256)
      .Text("architecture", member.architecture)
      .Count("parameter_count", member.parameter_count)
      .Count("vocab_size", member.vocab_size)
      .Number("loss_nats", loss)
      .Text("path", member.path)
      .TextOrNull("link_target", member.link_target)
      .TextOrNull("sibling_of", member.sibling_of)
      .TextOrNull("fine_tuned_from", member.fine_tuned_from);
  return object.Take();
}

// Positions of one probe set; of all probes when set_index is -1.
int64_t CountPositions(const Observations& observations, int32_t set_index) {
  int64_t count = 0;
  for (const ProbeSummary& probe : observations.probes) {
    if (set_index < 0 || probe.set_index == set_index) {
      count += probe.position_count;
    }
  }
  return count;
}

Value ProbeSetValue(const Observations& observations, size_t index,
                    Allocator& allocator) {
  const ProbeSetSummary& set = observations.sets[index];
  ObjectBuilder object(allocator);
  object.Text("name", set.name)
      .Text("version", set.version)
      .Text("licence", set.licence)
      .Text("sha256", set.sha256)
      .Text("origin", OriginName(set.origin))
      .Bool("counted", set.counted)
      .Bool("primary", set.counted && set.origin == Origin::kHuman)
      .Count("probe_count", set.probe_count)
      .Count("position_count",
             CountPositions(observations, static_cast<int32_t>(index)))
      .Count("left_out_count", set.left_out_count)
      .Count("cut_count", set.cut_count);
  return object.Take();
}

// Means over the positions of one set: [pair][metric].
std::vector<double> PairMeans(const Observations& observations,
                              int32_t set_index) {
  const size_t row = observations.pair_count() * kPairMetricCount;
  std::vector<double> sums(row, 0.0);
  for (size_t p = 0; p < observations.probes.size(); ++p) {
    if (set_index >= 0 && observations.probes[p].set_index != set_index) {
      continue;
    }
    for (size_t i = 0; i < row; ++i) {
      sums[i] += observations.pair_sum[p * row + i];
    }
  }
  const double count =
      static_cast<double>(CountPositions(observations, set_index));
  for (double& sum : sums) sum /= count;
  return sums;
}

// The suspect's pair with one reference, p the reference, q the suspect: the
// two directions of KL change places when the suspect comes first in the panel.
Value SuspectPair(const Observations& observations, int64_t reference,
                  int64_t suspect, const std::vector<double>& means,
                  const std::string& set, Allocator& allocator) {
  ObjectBuilder object(allocator);
  object.Text("reference", observations.members[reference].name)
      .Text("suspect", observations.members[suspect].name)
      .Text("set", set);
  const bool swapped = suspect < reference;
  const int64_t pair = observations.PairIndex(std::min(suspect, reference),
                                              std::max(suspect, reference));
  for (const PairMetric metric : kMetrics) {
    PairMetric stored = metric;
    if (swapped && metric == PairMetric::kKlPq) stored = PairMetric::kKlQp;
    if (swapped && metric == PairMetric::kKlQp) stored = PairMetric::kKlPq;
    object.Number(PairMetricName(metric).data(),
                  means[pair * kPairMetricCount + static_cast<int>(stored)]);
  }
  return object.Take();
}

Value PairTable(const Observations& observations,
                const std::vector<double>& means, const std::string& set,
                int64_t position_count, Allocator& allocator) {
  ObjectBuilder object(allocator);
  object.Text("set", set).Count("position_count", position_count);
  ObjectBuilder metrics(allocator);
  for (const PairMetric metric : kMetrics) {
    Value values(rapidjson::kArrayType);
    for (int64_t pair = 0; pair < observations.pair_count(); ++pair) {
      const double mean =
          means[pair * kPairMetricCount + static_cast<int>(metric)];
      values.PushBack(NumberValue(RoundToSixDigits(mean)), allocator);
    }
    metrics.Add(PairMetricName(metric).data(), std::move(values));
  }
  object.Add("metrics", metrics.Take());
  return object.Take();
}

Value PairsValue(const Observations& observations, Allocator& allocator) {
  ObjectBuilder object(allocator);
  std::vector<std::string> names;
  for (const Member& member : observations.members) {
    names.push_back(member.name);
  }
  object.Texts("members", names);
  Value suspect_rows(rapidjson::kArrayType), sets(rapidjson::kArrayType);
  const int32_t set_count = static_cast<int32_t>(observations.sets.size());
  for (int32_t set = -1; set < set_count; ++set) {
    const int64_t positions = CountPositions(observations, set);
    if (observations.pair_sum.empty() || positions == 0) continue;
    const std::string name = set < 0 ? "all" : observations.sets[set].name;
    const std::vector<double> means = PairMeans(observations, set);
    for (int64_t s = 0; s < observations.member_count(); ++s) {
      if (observations.members[s].role != Role::kSuspect) continue;
      for (int64_t r = 0; r < observations.member_count(); ++r) {
        if (observations.members[r].role != Role::kReference) continue;
        suspect_rows.PushBack(
            SuspectPair(observations, r, s, means, name, allocator), allocator);
      }
    }
    sets.PushBack(PairTable(observations, means, name, positions, allocator),
                  allocator);
  }
  object.Add("suspect_reference", std::move(suspect_rows));
  object.Add("sets", std::move(sets));
  return object.Take();
}

Value AnswerValue(const TextExhibit::Answer& answer, Allocator& allocator) {
  ObjectBuilder object(allocator);
  object.Text("member", answer.member)
      .Number("token_probability", answer.token_probability)
      .Add("top", ArrayOf(answer.top, allocator,
                          [](const auto& candidate, Allocator& inner) {
                            ObjectBuilder row(inner);
                            row.Text("token", candidate.first)
                                .Number("probability", candidate.second);
                            return row.Take();
                          }));
  return object.Take();
}

Value PositionValue(const TextExhibit& exhibit, Allocator& allocator) {
  ObjectBuilder object(allocator);
  object.Text("reference", exhibit.reference)
      .Text("probe_set", exhibit.probe_set)
      .Text("probe_id", exhibit.probe_id)
      .Count("position_index", exhibit.position_index)
      .Number("score_nats", exhibit.score_nats)
      .Text("before", exhibit.before)
      .Text("token", exhibit.token)
      .Text("after", exhibit.after)
      .Add("answers", ArrayOf(exhibit.answers, allocator, AnswerValue));
  return object.Take();
}

Value LayerValue(const WeightComparison::Layer& layer, Allocator& allocator) {
  ObjectBuilder object(allocator);
  object.Count("layer_index", layer.layer_index)
      .Text("matrix", layer.matrix)
      .Count("unit_count", layer.unit_count)
      .Number("spearman", layer.spearman)
      .Number("p_value", layer.p_value);
  return object.Take();
}

Value WeightsValue(const WeightComparison& weights, Allocator& allocator) {
  ObjectBuilder object(allocator);
  object.Text("first", weights.first)
      .Text("second", weights.second)
      .Bool("comparable", weights.comparable)
      .TextOrNull("reason", weights.reason);
  const auto if_comparable = [&](double value) {
    return weights.comparable ? std::optional<double>(value) : std::nullopt;
  };
  object.Number("largest_half_steps", if_comparable(weights.largest_half_steps))
      .Number("relative_distance", if_comparable(weights.relative_distance))
      .Add("layers", ArrayOf(weights.layers, allocator, LayerValue));
  return object.Take();
}

}  // namespace

absl::Status CheckSizes(const Observations& observations) {
  const size_t pair_sum_size =
      observations.probes.size() * observations.pair_count() * kPairMetricCount;
  if (!observations.pair_sum.empty() &&
      observations.pair_sum.size() != pair_sum_size) {
    return InternalError("observations: pair_sum has ",
                         observations.pair_sum.size(), " numbers, want ",
                         pair_sum_size);
  }
  for (const ProbeSummary& probe : observations.probes) {
    if (probe.set_index < 0 ||
        probe.set_index >= static_cast<int32_t>(observations.sets.size())) {
      return InternalError("observations: probe ", probe.id, " is of set ",
                           probe.set_index, ", want one of ",
                           observations.sets.size());
    }
  }
  return absl::OkStatus();
}

void AddObservations(const Observations& observations,
                     const detect::Assessment& assessment,
                     ObjectBuilder& report) {
  Allocator& allocator = report.allocator();
  report.Add("models", ArrayOf(observations.members, allocator,
                               [&](const Member& member, Allocator& inner) {
                                 return ModelValue(member, assessment, inner);
                               }));
  report.Text("view", observations.view)
      .Pairs("left_out", observations.left_out, "name", "reason");
  Value sets(rapidjson::kArrayType);
  for (size_t i = 0; i < observations.sets.size(); ++i) {
    sets.PushBack(ProbeSetValue(observations, i, allocator), allocator);
  }
  report.Add("probe_sets", std::move(sets))
      .Add("pairs", PairsValue(observations, allocator))
      .Add("positions",
           ArrayOf(observations.exhibits, allocator, PositionValue))
      .Add("weights", ArrayOf(observations.weights, allocator, WeightsValue));
}

}  // namespace hydrometer::report
