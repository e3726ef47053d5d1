// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/audit/audit.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/base/errors.h"
#include "src/base/status_macros.h"
#include "src/compare/comparison.h"
#include "src/compare/reference_text.h"
#include "src/compare/weight_match.h"
#include "src/compare/whole_word.h"
#include "src/io/checkpoint.h"
#include "src/record/recorder.h"

namespace hydrometer::audit {
namespace {

// The probe sets as the panel's observations describe them; cuts are the most
// that any member made.
std::vector<ProbeSetSummary> Summaries(
    const std::vector<probe::ProbeSet>& sets,
    const std::vector<compare::MemberRecordings>& members) {
  std::vector<ProbeSetSummary> summaries;
  for (size_t s = 0; s < sets.size(); ++s) {
    const probe::ProbeSet& set = sets[s];
    ProbeSetSummary summary;
    summary.name = set.card.name;
    summary.version = set.card.version;
    summary.sha256 = set.content_sha256;
    summary.licence = set.card.licence;
    summary.origin = set.card.origin;
    summary.counted = set.card.counted;
    summary.probe_count = static_cast<int64_t>(set.probes.size());
    summary.left_out_count = static_cast<int64_t>(set.left_out_ids.size());
    for (const compare::MemberRecordings& member : members) {
      summary.cut_count = std::max(summary.cut_count,
                                   member.recordings[s].header().cut_count);
    }
    summaries.push_back(std::move(summary));
  }
  return summaries;
}

// The suspect's weights against everybody's, and the references' against
// those that are to be independent of them. What is not comparable is said of
// the references and the base alone: of the others it is expected.
absl::StatusOr<std::vector<WeightComparison>> CompareAllWeights(
    const PanelPlan& plan) {
  std::vector<WeightComparison> comparisons;
  for (size_t i = 0; i < plan.subjects.size(); ++i) {
    const Member& first = plan.subjects[i].member;
    if (first.role != Role::kSuspect && first.role != Role::kReference) break;
    HYDROMETER_ASSIGN_OR_RETURN(
        const io::Checkpoint one,
        io::Checkpoint::Open(plan.subjects[i].directory));
    for (size_t j = i + 1; j < plan.subjects.size(); ++j) {
      const Member& second = plan.subjects[j].member;
      const bool asked =
          second.role == Role::kReference || second.role == Role::kBase;
      if (first.role == Role::kReference && asked) continue;
      HYDROMETER_ASSIGN_OR_RETURN(
          const io::Checkpoint other,
          io::Checkpoint::Open(plan.subjects[j].directory));
      HYDROMETER_ASSIGN_OR_RETURN(
          WeightComparison comparison,
          compare::CompareWeights(one, other, first.name, second.name));
      if (!asked && !comparison.comparable) continue;
      comparisons.push_back(std::move(comparison));
    }
  }
  return comparisons;
}

std::vector<std::vector<std::string>> ProbeIds(
    const std::vector<probe::ProbeSet>& sets) {
  std::vector<std::vector<std::string>> ids(sets.size());
  for (size_t s = 0; s < sets.size(); ++s) {
    for (const probe::Probe& probe : sets[s].probes) {
      ids[s].push_back(probe.id);
    }
  }
  return ids;
}

// Whether the references are of another vocabulary than the suspect, so that
// it can only be compared with them by whole words. The two views are not the
// same question, so references of both kinds are refused.
absl::StatusOr<bool> ReferencesAreLeftOut(const PanelPlan& plan,
                                          const compare::Panel& panel) {
  std::vector<std::string> same, other;
  for (const record::Subject& subject : plan.subjects) {
    if (subject.member.role != Role::kReference) continue;
    bool left_out = false;
    for (const auto& [name, reason] : panel.left_out()) {
      left_out |= name == subject.member.name;
    }
    (left_out ? other : same).push_back(subject.member.name);
  }
  if (!same.empty() && !other.empty()) {
    return RefusedError("references ", absl::StrJoin(same, ", "),
                        " have the suspect's vocabulary, ",
                        absl::StrJoin(other, ", "),
                        " have not: want references of one kind; audit them "
                        "one by one");
  }
  return !other.empty();
}

absl::StatusOr<Observations> ObserveWholeWords(
    const PanelPlan& plan, const std::vector<probe::ProbeSet>& sets,
    std::vector<ProbeSetSummary> summaries, const RunOptions& options) {
  compare::WholeWordOptions word_options;
  word_options.load = options.load;
  word_options.placebo_loss_distance_nats =
      options.policy.placebo_distance_nats;
  if (options.watcher.start) {
    options.watcher.start("comparing whole words", 1, "words");
  }
  int64_t words = 0;
  word_options.progress = [&](int64_t done, int64_t total) {
    words = done;
    if (options.watcher.update) {
      options.watcher.update(0, "all models", done, total);
    }
    return absl::OkStatus();
  };
  HYDROMETER_ASSIGN_OR_RETURN(
      Observations observations,
      compare::CompareWholeWords(plan.subjects, sets, std::move(summaries),
                                 word_options));
  observations.left_out = plan.left_out;
  observations.device = options.load.device.name();
  observations.compute =
      options.load.compute == model::Compute::kBf16 ? "bf16" : "fp32";
  if (options.watcher.finish) {
    options.watcher.finish(0, "all models", words, "compared");
  }
  return observations;
}

}  // namespace

absl::StatusOr<std::vector<probe::ProbeSet>> LoadProbeSets(
    const std::vector<std::string>& specs) {
  std::vector<std::string> wanted = specs;
  if (wanted.empty()) {
    HYDROMETER_ASSIGN_OR_RETURN(wanted, probe::ShippedProbeSets());
  }
  std::vector<probe::ProbeSet> sets;
  for (const std::string& spec : wanted) {
    HYDROMETER_ASSIGN_OR_RETURN(probe::ProbeSet set,
                                probe::LoadProbeSpec(spec));
    for (const probe::ProbeSet& other : sets) {
      if (other.card.name == set.card.name) {
        return UsageError("--probes ", spec, ": a set called ", set.card.name,
                          " is there already");
      }
    }
    sets.push_back(std::move(set));
  }
  return sets;
}

absl::StatusOr<std::vector<compare::MemberRecordings>> RecordPanel(
    const PanelPlan& plan, const std::vector<probe::ProbeSet>& sets,
    const RunOptions& options) {
  std::vector<compare::MemberRecordings> members;
  const int64_t count = static_cast<int64_t>(plan.subjects.size());
  if (options.watcher.start) {
    options.watcher.start("recording", count, "tokens");
  }
  for (int64_t i = 0; i < count; ++i) {
    const record::Subject& subject = plan.subjects[i];
    compare::MemberRecordings member;
    member.member = subject.member;
    record::RecordOptions record_options;
    record_options.store = options.store;
    record_options.load = options.load;
    int64_t tokens = 0;
    bool all_reused = true;
    std::string again_reason;
    record_options.progress = [&](int64_t done, int64_t total) {
      if (options.watcher.update) {
        options.watcher.update(i, subject.member.name, done, total);
      }
      return absl::OkStatus();
    };
    record::Recorder recorder(subject, record_options);
    for (const probe::ProbeSet& set : sets) {
      auto result = recorder.Record(set);
      if (!result.ok()) {
        return Annotate(result.status(),
                        absl::StrCat("recording ", subject.member.name,
                                     " on ", set.card.name));
      }
      if (!result->reused) tokens += result->header.token_count;
      all_reused &= result->reused;
      if (again_reason.empty()) again_reason = result->again_reason;
      if (options.watcher.recording) {
        options.watcher.recording(result->reused);
      }
      member.recordings.push_back(std::move(result->recording));
    }
    if (!member.recordings.empty()) {
      HYDROMETER_ASSIGN_OR_RETURN(
          member.head, record::OpenHead(options.store,
                                        member.recordings[0].header()));
    }
    members.push_back(std::move(member));
    if (options.watcher.finish) {
      options.watcher.finish(
          i, subject.member.name, tokens,
          !again_reason.empty() ? absl::StrCat("recorded again: ", again_reason)
          : all_reused          ? "re-used"
                                : "recorded");
    }
  }
  return members;
}

absl::StatusOr<Observations> Observe(const PanelPlan& plan,
                                     const RunOptions& options) {
  HYDROMETER_ASSIGN_OR_RETURN(std::vector<probe::ProbeSet> sets,
                              LoadProbeSets(options.probe_specs));
  HYDROMETER_ASSIGN_OR_RETURN(std::vector<WeightComparison> weights,
                              CompareAllWeights(plan));
  HYDROMETER_ASSIGN_OR_RETURN(
      std::vector<compare::MemberRecordings> members,
      RecordPanel(plan, sets, options));
  std::vector<ProbeSetSummary> summaries = Summaries(sets, members);
  HYDROMETER_ASSIGN_OR_RETURN(
      compare::Panel panel,
      compare::Panel::Make(std::move(summaries), ProbeIds(sets),
                           std::move(members)));
  HYDROMETER_ASSIGN_OR_RETURN(bool by_words, ReferencesAreLeftOut(plan, panel));
  if (by_words) {
    HYDROMETER_ASSIGN_OR_RETURN(
        Observations observations,
        ObserveWholeWords(plan, sets, panel.sets(), options));
    observations.weights = std::move(weights);
    return observations;
  }

  compare::CompareOptions compare_options;
  compare_options.device = options.load.device.name();
  compare_options.placebo_loss_distance_nats =
      options.policy.placebo_distance_nats;
  const text::Tokenizer& tokenizer = plan.subjects[0].tokenizer;
  compare_options.token_bytes = [&tokenizer](int32_t id) {
    return tokenizer.TokenBytes(id);
  };
  if (options.watcher.start) options.watcher.start("comparing", 1, "positions");
  compare_options.progress = [&](int64_t done, int64_t total) {
    if (options.watcher.update) {
      options.watcher.update(0, "all pairs", done, total);
    }
    return absl::OkStatus();
  };
  HYDROMETER_ASSIGN_OR_RETURN(Observations observations,
                              compare::Compare(panel, compare_options));
  observations.left_out.insert(observations.left_out.begin(),
                               plan.left_out.begin(), plan.left_out.end());
  observations.weights = std::move(weights);
  observations.device = options.load.device.name();
  observations.compute =
      options.load.compute == model::Compute::kBf16 ? "bf16" : "fp32";
  observations.numerics = panel.members()[0].recordings.empty()
                              ? ""
                              : panel.members()[0]
                                    .recordings[0]
                                    .header()
                                    .numerics;
  if (!options.reference_text.empty()) {
    HYDROMETER_ASSIGN_OR_RETURN(
        probe::ProbeSet text, probe::LoadTextFile(options.reference_text));
    HYDROMETER_ASSIGN_OR_RETURN(
        std::vector<compare::MemberRecordings> on_text,
        RecordPanel(plan, {text}, options));
    HYDROMETER_RETURN_IF_ERROR(compare::AddReferenceText(
        text, std::move(on_text), compare_options, observations));
  }
  if (options.watcher.finish) {
    int64_t positions = 0;
    for (const ProbeSummary& probe : observations.probes) {
      positions += probe.position_count;
    }
    options.watcher.finish(0, "all pairs", positions, "compared");
  }
  return observations;
}

}  // namespace hydrometer::audit
