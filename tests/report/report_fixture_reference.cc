// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include <cmath>

#include "absl/strings/str_cat.h"
#include "tests/report/fixture_parts.h"
#include "tests/report/report_fixture.h"

namespace hydrometer::report::fixture {
namespace {

using detect::Evidence;
using detect::Reason;

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
  run.libraries = {{"LibTorch", "2.11.0"},
                   {"Abseil", "20220623"},
                   {"RapidJSON", "1.1.0"},
                   {"Oniguruma", "6.9.8"}};
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
       "the controls do: z(rho2) = 9.29."},
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
  a.verdict.reasons = {
      {Reason::Direction::kMissing, "Too few controls: 0, want at least 8."}};
  a.verdict.would_settle = {"At least 10 controls."};
  a.verdict.power = "Nothing could have been found.";
  assessment.references.push_back(a);
  AddWords(assessment);
  audit.run = MakeRun();
  audit.run.left_out_controls = {
      {"zoo/controls/broken", "model.safetensors: cut at byte 96"}};
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
  a.evidence[0].statistic =
      *a.evidence[0].null_mean + 31.2 * *a.evidence[0].null_sd;
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
