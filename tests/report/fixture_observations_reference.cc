// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "tests/report/fixture_parts.h"

namespace hydrometer::report::fixture {
namespace {

std::string FakeHash(int seed) {
  std::string hash;
  Sequence sequence;
  for (int i = 0; i < seed; ++i) sequence.Uniform();
  for (int i = 0; i < 64; ++i) {
    hash += "0123456789abcdef"[static_cast<int>(sequence.Uniform() * 16)];
  }
  return hash;
}

}  // namespace

std::string ControlName(int i) {
  return absl::StrFormat("control-%02d-%s", i,
                         i < 9    ? "good"
                         : i < 15 ? "early"
                                  : "small");
}

double ControlLoss(int i) {
  return i < 9 ? 3.42 + 0.035 * i : 3.8 + 0.07 * (i - 9);
}

Member MakeMember(const std::string& name, Role role, int index) {
  Member member;
  member.name = name;
  member.role = role;
  member.weights_sha256 = FakeHash(7 * index + 1);
  member.tokenizer_sha256 = FakeHash(3);
  member.architecture = index % 3 == 2 ? "qwen2" : "llama";
  member.path = "zoo/" + name;
  member.parameter_count = 412928 + 8192 * (index % 5);
  member.vocab_size = 4096;
  return member;
}

void AddMembers(Observations& o) {
  o.members.push_back(
      MakeMember("student-of-tern-text-all", Role::kSuspect, 0));
  o.members.push_back(MakeMember("tern", Role::kReference, 1));
  o.members.back().link_target = "zoo/references/tern";
  for (int i = 0; i < 2; ++i) {
    o.members.push_back(MakeMember(absl::StrCat("tern-sibling-", i + 1),
                                   Role::kSibling, 2 + i));
    o.members.back().sibling_of = "tern";
  }
  for (int i = 0; i < kControls; ++i) {
    o.members.push_back(MakeMember(ControlName(i), Role::kControl, 4 + i));
  }
}

void AddProbes(Observations& o) {
  for (int s = 0; s < 7; ++s) {
    ProbeSetSummary set;
    set.name = kSets[s];
    set.version = "1.0";
    set.sha256 = FakeHash(100 + s);
    set.licence = s == 0 ? "as in the packages" : "Apache-2.0";
    set.origin = s == 6 ? Origin::kGenerated : Origin::kHuman;
    set.counted = s != 6;
    set.probe_count = s == 0 ? 117 : 120;
    set.left_out_count = s == 0 ? 3 : 0;
    set.cut_count = s == 2 ? 4 : 0;
    o.sets.push_back(set);
    for (int p = 0; p < 3; ++p) {
      o.probes.push_back({s, absl::StrCat(kSets[s], "-", p), 50 + 7 * p + s});
    }
  }
}

void AddPairs(Observations& o, Sequence& sequence) {
  o.pair_sum.resize(o.probes.size() * o.pair_count() * kPairMetricCount);
  size_t next = 0;
  for (const ProbeSummary& probe : o.probes) {
    for (int64_t pair = 0; pair < o.pair_count(); ++pair) {
      const double js = 0.05 + 0.05 * sequence.Uniform();
      const double means[] = {3 * js,        3.2 * js, js, 2 * js,
                              std::sqrt(js), 1 - js,   .5, .6};
      for (const double mean : means) {
        o.pair_sum[next++] = mean * static_cast<double>(probe.position_count);
      }
    }
  }
}

TextExhibit MakeExhibit(int i, Sequence& sequence) {
  const char* const befores[] = {
      "The committee met on the first Tuesday of the month, and when the "
      "minutes had been read the chairman",
      "Returns the number of bytes that were written, or a negative value if "
      "an error",
      "It was raining again, and nobody in the harbour could say whether the "
      "boat would"};
  const char* const tokens[] = {" rose", " occurred", " sail"};
  const char* const afters[] = {" to say that he had nothing to add.",
                                ". The caller must free the buffer.",
                                " before the evening."};
  TextExhibit exhibit;
  exhibit.reference = "tern";
  exhibit.probe_set = kSets[i % 3];
  exhibit.probe_id = absl::StrFormat("%s-%04d", kSets[i % 3], 17 * i % 120);
  exhibit.position_index = 31 * i % 97;
  exhibit.score_nats = (i < 20 ? 1 : -1) * (6.5 - 0.21 * (i % 20));
  exhibit.before = befores[i % 3];
  exhibit.token = tokens[i % 3];
  exhibit.after = afters[i % 3];
  for (const char* member :
       {"student-of-tern-text-all", "tern", "mean of the controls"}) {
    TextExhibit::Answer answer;
    answer.member = member;
    for (const char* word : {" was", " had", ",", "\n", " of"}) {
      answer.top.emplace_back(word, 0.4 * sequence.Uniform());
    }
    answer.token_probability = 0.02 * sequence.Uniform();
    exhibit.answers.push_back(answer);
  }
  return exhibit;
}

void AddWeights(Observations& o) {
  WeightComparison weights;
  weights.first = "student-of-tern-text-all";
  weights.second = "tern";
  weights.comparable = true;
  weights.largest_half_steps = 412.5;
  weights.relative_distance = 1.387;
  for (int layer = 0; layer < 4; ++layer) {
    weights.layers.push_back({layer, "mlp.gate_proj + mlp.up_proj", 256,
                              0.01 * layer - 0.02, 0.31 + 0.1 * layer});
  }
  o.weights.push_back(weights);
  WeightComparison other;
  other.first = "student-of-tern-text-all";
  other.second = ControlName(16);
  other.reason = "hidden_size 96 and 64";
  o.weights.push_back(other);
}

}  // namespace hydrometer::report::fixture
