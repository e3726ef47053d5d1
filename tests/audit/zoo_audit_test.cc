// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// The shipped zoo through the library, at the default policy: what each
// suspect of known lineage is called, that no control is accused when it
// plays the suspect (24 controls, 2 references), and that the naive test over
// probes accuses unrelated models, which is why it is not in the product.
// Every second passage of the probe set `human` is read, to save time.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <set>
#include <tuple>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "src/audit/audit.h"
#include "src/compare/comparison.h"
#include "src/compare/weight_match.h"
#include "src/detect/assess.h"
#include "src/io/file.h"
#include "src/io/json.h"
#include "src/record/recorder.h"
#include "tests/audit/select_members.h"
#include "tests/record/zoo_subject.h"
#include "tests/temporary_folder.h"

namespace hydrometer::audit {
namespace {

using detect::Label;

struct Zoo {
  Observations observations;
  std::map<std::string, int32_t> index;     // member name -> index
  std::map<std::string, std::string> path;  // member name -> directory
  std::vector<std::string> controls, suspects;
};

void AddFolder(const std::string& folder, Role role, PanelPlan& plan,
               std::vector<std::string>* names, Zoo& zoo) {
  auto directories = record::ModelDirectories(ZooPath(folder));
  ASSERT_TRUE(directories.ok()) << directories.status();
  for (const std::string& directory : *directories) {
    auto subject = record::OpenSubject(directory);
    ASSERT_TRUE(subject.ok()) << subject.status();
    subject->member.role = role;
    // The panel's first member must be a suspect; the rest join as siblings,
    // which are neither controls nor placebos.
    if (plan.subjects.empty()) subject->member.role = Role::kSuspect;
    zoo.index[subject->member.name] = plan.subjects.size();
    zoo.path[subject->member.name] = directory;
    if (names != nullptr) names->push_back(subject->member.name);
    plan.subjects.push_back(*std::move(subject));
  }
}

// Recorded and compared once for all tests of this file.
const Zoo& TheZoo() {
  static const Zoo* const zoo = [] {
    Zoo* made = new Zoo;
    PanelPlan plan;
    AddFolder("suspects", Role::kSibling, plan, &made->suspects, *made);
    AddFolder("references", Role::kReference, plan, nullptr, *made);
    AddFolder("controls", Role::kControl, plan, &made->controls, *made);
    AddFolder("siblings/ref_a", Role::kSibling, plan, nullptr, *made);
    AddFolder("siblings/ref_b", Role::kSibling, plan, nullptr, *made);
    auto human = probe::LoadProbeSpec("human");
    EXPECT_TRUE(human.ok()) << human.status();
    std::vector<probe::Probe> half;
    for (size_t i = 0; i < human->probes.size(); i += 2) {
      half.push_back(human->probes[i]);
    }
    human->probes = half;
    human->content_sha256 = probe::ContentSha256(half);
    TemporaryFolder folder;
    RunOptions options;
    options.store = folder.path();
    auto members = RecordPanel(plan, {*human}, options);
    EXPECT_TRUE(members.ok()) << members.status();
    ProbeSetSummary summary;
    summary.name = "human";
    summary.origin = Origin::kHuman;
    summary.counted = true;
    summary.probe_count = half.size();
    std::vector<std::string> ids;
    for (const probe::Probe& probe : half) ids.push_back(probe.id);
    auto panel =
        compare::Panel::Make({summary}, {ids}, *std::move(members));
    EXPECT_TRUE(panel.ok()) << panel.status();
    auto seen = compare::Compare(*panel, compare::CompareOptions());
    EXPECT_TRUE(seen.ok()) << seen.status();
    made->observations = *std::move(seen);
    return made;
  }();
  return *zoo;
}

void AddWeights(const std::string& model, const std::string& reference,
                Observations& panel) {
  auto first = io::Checkpoint::Open(TheZoo().path.at(model));
  auto second = io::Checkpoint::Open(TheZoo().path.at(reference));
  auto weights = compare::CompareWeights(*first, *second, model, reference);
  EXPECT_TRUE(weights.ok()) << weights.status();
  panel.weights.push_back(*std::move(weights));
}

// The suspect, the reference, all controls, and the siblings below
// zoo/siblings/`siblings_of` as siblings of the reference; "": none.
Observations SelectPanel(const std::string& suspect,
                         const std::string& reference,
                         const std::string& siblings_of) {
  const Zoo& zoo = TheZoo();
  std::vector<std::pair<int32_t, Role>> chosen = {
      {zoo.index.at(suspect), Role::kSuspect},
      {zoo.index.at(reference), Role::kReference}};
  for (const std::string& control : zoo.controls) {
    chosen.emplace_back(zoo.index.at(control), Role::kControl);
  }
  for (const auto& [name, path] : zoo.path) {
    if (!siblings_of.empty() &&
        absl::StrContains(path, "siblings/" + siblings_of)) {
      chosen.emplace_back(zoo.index.at(name), Role::kSibling);
    }
  }
  return SelectMembers(zoo.observations, chosen, reference);
}

Observations PanelOf(const std::string& suspect, const std::string& reference,
                     bool siblings) {
  Observations panel =
      SelectPanel(suspect, reference, siblings ? reference : "");
  AddWeights(suspect, reference, panel);
  return panel;
}

std::string Describe(const detect::Assessment& assessment) {
  std::string text;
  for (const detect::Reason& reason : assessment.verdict().reasons) {
    absl::StrAppend(&text, "\n  ", reason.text);
  }
  return text;
}

// What "Done means" allows a suspect of this kind to be called.
std::set<Label> Allowed(const std::string& suspect,
                        const std::string& reference) {
  const bool own = suspect[0] == reference.back();
  const std::string kind = suspect.substr(2);
  if (!own || kind == "unrelated") {
    return {Label::kUnrelated, Label::kShared, Label::kInconclusive};
  }
  if (kind == "logits" || kind == "text100") return {Label::kDistilled};
  if (kind == "text50" || kind == "base_answers") {
    return {Label::kDistilled, Label::kRelated, Label::kInconclusive};
  }
  if (kind == "finetuned") return {Label::kDerived};
  if (kind == "int8") return {Label::kIdentical, Label::kDerived};
  // "samedata": whatever it is, not distilled and not derived.
  return {Label::kRelated, Label::kShared, Label::kInconclusive,
          Label::kUnrelated};
}

TEST(ZooAudit, SuspectsAreCalledWhatTheyAre) {
  const Zoo& zoo = TheZoo();
  ASSERT_EQ(zoo.suspects.size(), 16u);
  for (const std::string& suspect : zoo.suspects) {
    for (const char* reference : {"ref_a", "ref_b"}) {
      for (bool siblings : {false, true}) {
        auto assessment = detect::Assess(
            PanelOf(suspect, reference, siblings), detect::Policy());
        ASSERT_TRUE(assessment.ok()) << assessment.status();
        const Label label = assessment->verdict().label;
        EXPECT_TRUE(Allowed(suspect, reference).count(label))
            << suspect << " against " << reference
            << (siblings ? " with siblings" : "") << " is "
            << detect::LabelName(label) << Describe(*assessment);
        RecordProperty(absl::StrCat(suspect, "_", reference,
                                    siblings ? "_siblings" : ""),
                       std::string(detect::LabelName(label)));
      }
    }
  }
}

// Siblings of another reference, declared as this one's: they exclude nothing.
TEST(ZooAudit, WrongSiblingsDoNotMakeSameDataDistilled) {
  for (const auto& [suspect, reference, other] :
       {std::tuple{"a_samedata", "ref_a", "ref_b"},
        std::tuple{"b_samedata", "ref_b", "ref_a"}}) {
    const Observations panel = SelectPanel(suspect, reference, other);
    EXPECT_EQ(std::count_if(panel.members.begin(), panel.members.end(),
                            [](const Member& member) {
                              return member.role == Role::kSibling;
                            }),
              2);
    auto assessment = detect::Assess(panel, detect::Policy());
    ASSERT_TRUE(assessment.ok()) << assessment.status();
    EXPECT_NE(assessment->verdict().label, Label::kDistilled) << suspect;
  }
}

TEST(ZooAudit, NoControlIsAccusedInFortyEightAudits) {
  const std::set<Label> innocent = {Label::kUnrelated, Label::kShared,
                                    Label::kInconclusive};
  int audits = 0;
  for (const char* reference : {"ref_a", "ref_b"}) {
    Observations panel = PanelOf("a_unrelated", reference, false);
    for (const std::string& control : TheZoo().controls) {
      AddWeights(control, reference, panel);
    }
    auto verdicts =
        detect::AssessEachControl(panel, detect::Policy(), reference);
    ASSERT_TRUE(verdicts.ok()) << verdicts.status();
    for (const detect::ControlVerdict& verdict : *verdicts) {
      ++audits;
      const Label label = verdict.assessment.verdict.label;
      EXPECT_TRUE(innocent.count(label))
          << verdict.control << " against " << reference << " is "
          << detect::LabelName(label);
    }
  }
  EXPECT_EQ(audits, 48);
}

// A t-test over probes: is the model nearer to the reference than models are
// on average, or farther? It rejects for nearly every unrelated model,
// because probes are no sample of models. This must stay so, or the reason
// for the product's null is gone.
TEST(ZooAudit, NaiveTestOverProbesAccusesUnrelatedModels) {
  const Zoo& zoo = TheZoo();
  const Observations& x = zoo.observations;
  int rejected = 0, tested = 0;
  for (const char* reference : {"ref_a", "ref_b"}) {
    const int64_t t = zoo.index.at(reference);
    auto js = [&](int64_t probe, int64_t model) {
      const int64_t pair =
          x.PairIndex(std::min(t, model), std::max(t, model));
      return x.pair_sum[(probe * x.pair_count() + pair) * kPairMetricCount +
                        static_cast<int>(PairMetric::kJs)] /
             x.probes[probe].position_count;
    };
    for (const std::string& suspect : zoo.controls) {
      double sum = 0, squares = 0;
      int64_t n = 0;
      for (int64_t p = 0; p < x.probe_count(); ++p) {
        if (x.probes[p].position_count == 0) continue;
        double others = 0;
        for (const std::string& control : zoo.controls) {
          if (control != suspect) others += js(p, zoo.index.at(control));
        }
        const double d = js(p, zoo.index.at(suspect)) -
                         others / (zoo.controls.size() - 1);
        sum += d;
        squares += d * d;
        ++n;
      }
      const double mean = sum / n;
      const double sd = std::sqrt((squares - n * mean * mean) / (n - 1));
      const double t_value = mean / (sd / std::sqrt(double(n)));
      ++tested;
      rejected += std::fabs(t_value) > 2.61;  // two-sided 1 %, 150 or more
    }
  }
  EXPECT_EQ(tested, 48);
  EXPECT_GT(rejected, tested * 3 / 4);
}

}  // namespace
}  // namespace hydrometer::audit
