// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <cmath>
#include <numeric>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "src/detect/policy.h"
#include "tests/report/report_fixture.h"

namespace hydrometer::report::fixture {
namespace {

using detect::Evidence;
using detect::MemberValue;
using detect::Reason;

// A fixed sequence of numbers in [0, 1), and of nearly normal ones.
class Sequence {
 public:
  double Uniform() {
    state_ = state_ * 6364136223846793005ull + 1442695040888963407ull;
    return static_cast<double>(state_ >> 11) / 9007199254740992.0;
  }
  double Normal() {
    double sum = 0;
    for (int i = 0; i < 12; ++i) sum += Uniform();
    return sum - 6;
  }

 private:
  uint64_t state_ = 20260131;
};

constexpr int kControls = 24;
constexpr int kPlacebos = 9;
const char* const kSets[] = {"human", "prose",   "code", "facts",
                             "openings", "answers", "noise"};

std::string FakeHash(int seed) {
  std::string hash;
  Sequence sequence;
  for (int i = 0; i < seed; ++i) sequence.Uniform();
  for (int i = 0; i < 64; ++i) {
    hash += "0123456789abcdef"[static_cast<int>(sequence.Uniform() * 16)];
  }
  return hash;
}

std::string ControlName(int i) {
  return absl::StrFormat("control-%02d-%s", i,
                         i < 9 ? "good" : i < 15 ? "early" : "small");
}

double ControlLoss(int i) { return i < 9 ? 3.42 + 0.035 * i : 3.8 + 0.07 * (i - 9); }

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
  e.interval = detect::Interval{*e.statistic - 0.5 * sd, *e.statistic + 0.4 * sd,
                                0.95};
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
      {"h", "share of the reference's own errors that the suspect repeats",
       5.1, 0.04, 0.16, true},
      {"rho", "what the suspect shares with the reference beyond everybody "
       "else", 6.9, 0.01, 0.05, true},
      {"rho_without_top",
       "the same without each position's likeliest token (dark knowledge)",
       7.2, 0.01, 0.05, true},
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
      Evidence e = MakeEvidence(
          absl::StrCat(row.name, "/", set), row.title,
          row.z * strength * (0.7 + 0.5 * sequence.Uniform()), row.mean, row.sd,
          sequence);
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

double CurveAt(double loss) { return -0.22 - 9.5 * std::exp(-loss) - 0.19 * loss; }

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

RunRecord MakeRun() {
  RunRecord run;
  run.program_version = "0.1.0";
  run.build = "Release, GCC 12.2.0, without CUDA";
  run.command_line =
      "hydrometer audit zoo/student-of-tern-text-all --reference "
      "zoo/references/tern --controls zoo/controls --siblings zoo/siblings "
      "--device cpu -o report";
  run.device = "cpu";
  run.compute = "fp32";
  run.numerics = "cpu fp32 rows=512 v1";
  run.store_path = "/home/somebody/.cache/hydrometer";
  run.seeds = {{"noise probes", 7}, {"panel", 18446744073709551615ull}};
  run.libraries = {{"LibTorch", "2.11.0"}, {"Abseil", "20220623"},
                   {"RapidJSON", "1.1.0"}, {"Oniguruma", "6.9.8"}};
  run.timing = {"2026-01-31T12:00:00Z",
                "2026-01-31T12:01:42Z",
                {{"record", 71.3}, {"compare", 24.9}, {"weigh", 5.1}},
                26,
                2};
  return run;
}

}  // namespace

std::string HostileText() {
  std::string text =
      "<script>alert('1')</script> ]]> \"quoted\" & </title><!-- \xE2\x80\xAE"
      "gnp.exe \x1B[31m \x80\xFF \xE2\x80\x8B ";
  text.push_back('\0');
  return text + "end";
}

Audit FullAudit() {
  Sequence sequence;
  Audit audit;
  AddMembers(audit.observations);
  AddProbes(audit.observations);
  AddPairs(audit.observations, sequence);
  for (int i = 0; i < 40; ++i) {
    audit.observations.exhibits.push_back(MakeExhibit(i, sequence));
  }
  AddWeights(audit.observations);
  audit.observations.numerics_noise_nats = 0;
  audit.observations.largest_position_kl = {4.218};
  detect::Assessment& assessment = audit.assessment;
  assessment.suspect = "student-of-tern-text-all";
  assessment.references.push_back(MakeReference("tern", 1, 0.87, sequence));
  detect::Verdict& verdict = assessment.references[0].verdict;
  verdict.label = detect::Label::kDistilled;
  verdict.summary =
      "student-of-tern-text-all was trained on text or probabilities that tern "
      "produced, or on those of a model that repeats its errors as closely.";
  verdict.reasons = {
      {Reason::Direction::kFor,
       "The suspect shares more with the reference beyond everybody else than "
       "the controls do: z(rho2) = 7.70."},
      {Reason::Direction::kFor, "Inherited share h = 0.87 (at least 0.75)."},
      {Reason::Direction::kFor,
       "rho with the reference, 0.331, is above that with each of 9 placebo "
       "references."},
      {Reason::Direction::kAgainst,
       "Hidden units do not match (p = 0.31 over 4 layers): the weights do not "
       "descend from the reference's."},
      {Reason::Direction::kNote,
       "A common third teacher that is not in the panel would look the same "
       "and cannot be excluded."}};
  verdict.would_settle = {"Other possible teachers as further references."};
  AddPanelViews(audit.observations, assessment, sequence);
  assessment.familiar = {{"tern", 0.2143, 0.0821, 3.412, 0.6134}};
  for (const detect::CurvePoint& point :
       assessment.references[0].curve->points) {
    assessment.losses.push_back({point.name, point.loss_nats, ""});
  }
  AddWords(assessment);
  audit.run = MakeRun();
  return audit;
}

Audit EmptyAudit() {
  Audit audit;
  Observations& o = audit.observations;
  o.members = {MakeMember("suspect-alone", Role::kSuspect, 0),
               MakeMember("reference-alone", Role::kReference, 1)};
  o.view = "whole words";
  o.left_out = {{"third", "its tokenizer has no spaces"}};
  detect::Assessment& assessment = audit.assessment;
  assessment.suspect = "suspect-alone";
  detect::ReferenceAssessment a;
  a.reference = "reference-alone";
  a.better_model = "neither";
  a.q_reason = "no --reference-text was given";
  for (const char* name : {"rho2", "h"}) {
    Evidence e;
    e.name = name;
    e.scope = "overall";
    e.primary = e.counted = true;
    e.title = "a line of evidence";
    e.statistic = std::nan("");
    e.reason = "0 controls, want at least 8";
    a.evidence.push_back(e);
  }
  a.verdict.label = detect::Label::kInconclusive;
  a.verdict.summary = "The panel has no controls: nothing can be said.";
  a.verdict.reasons = {{Reason::Direction::kMissing,
                        "Too few controls: 0, want at least 8."}};
  a.verdict.would_settle = {"At least 10 controls."};
  a.verdict.power = "Nothing could have been found.";
  assessment.references.push_back(a);
  AddWords(assessment);
  audit.run = MakeRun();
  audit.run.left_out_controls = {{"zoo/controls/broken",
                                  "model.safetensors: cut at byte 96"}};
  audit.run.warnings = {"probes of set code were cut: 4"};
  audit.run.exit_code = 3;
  return audit;
}

Audit IdenticalAudit() {
  Audit audit = FullAudit();
  detect::ReferenceAssessment& a = audit.assessment.references[0];
  a.verdict.label = detect::Label::kIdentical;
  a.verdict.summary = "Both are the same function.";
  a.verdict.reasons = {
      {Reason::Direction::kFor,
       "The weights are equal up to the rounding of 8-bit storage."}};
  a.verdict.would_settle.clear();
  a.evidence[0].z = 31.2;
  a.evidence[0].statistic = *a.evidence[0].null_mean +
                            31.2 * *a.evidence[0].null_sd;
  a.plane[0].z_rho2 = 31.2;
  a.plane[0].h = 1.0;
  a.better_model = "neither";
  audit.observations.weights[0].largest_half_steps = 0.97;
  audit.observations.weights[0].relative_distance = 0.0041;
  return audit;
}

Audit HostileAudit() {
  Audit audit = FullAudit();
  const std::string bad = HostileText();
  Observations& o = audit.observations;
  o.members[0].name = bad;
  o.members[5].name = bad + " control";
  o.members[5].path = bad;
  o.members[5].link_target = bad;
  o.members[5].architecture = bad;
  o.sets[1].name = bad;
  o.exhibits[0].before = bad;
  o.exhibits[0].token = std::string(10240, 'x') + bad;
  o.exhibits[0].after = bad;
  o.exhibits[0].answers[0].member = bad;
  o.exhibits[0].answers[0].top[0].first = bad;
  o.exhibits[1].probe_id = bad;
  o.weights[1].reason = bad;
  detect::Assessment& assessment = audit.assessment;
  assessment.suspect = bad;
  detect::ReferenceAssessment& a = assessment.references[0];
  a.reference = bad + " reference";
  a.verdict.summary = bad;
  for (detect::Reason& reason : a.verdict.reasons) reason.text = bad;
  a.verdict.would_settle = {bad};
  a.plane[0].name = bad;
  a.plane[2].name = std::string(10240, 'y');
  a.curve->points[0].name = bad;
  a.evidence[0].controls[0].name = bad;
  a.evidence[0].title = bad;
  a.placebos[0].name = bad;
  assessment.tree->leaves[3] = bad;
  assessment.affinities[0].names[3] = bad;
  assessment.limits.push_back(bad);
  audit.run.command_line = bad;
  audit.run.warnings = {bad};
  audit.run.left_out_controls = {{bad, bad}};
  return audit;
}

Audit TwoReferencesAudit() {
  Audit audit = FullAudit();
  Sequence sequence;
  audit.observations.members.push_back(
      MakeMember("gull", Role::kReference, 40));
  AddPairs(audit.observations, sequence);
  audit.observations.largest_position_kl = {4.218, 6.1};
  audit.assessment.references.push_back(
      MakeReference("gull", 0.3, 0.12, sequence));
  detect::Verdict& verdict = audit.assessment.references[1].verdict;
  verdict.label = detect::Label::kUnrelated;
  verdict.summary = "Nothing beyond the controls was found.";
  verdict.reasons = {{Reason::Direction::kAgainst,
                      "The suspect shares no more with the reference than "
                      "controls do: z(rho2) = 2.10, at most 3."}};
  verdict.power = "Students with 50 % of their text and more.";
  audit.assessment.familiar.push_back({"gull", 0.4, 0.2, 5.0, 0.5});
  return audit;
}

}  // namespace hydrometer::report::fixture
