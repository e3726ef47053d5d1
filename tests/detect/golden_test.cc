// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// From the same sums the same statistics as an independent program, to 1e-9
// (relative, or absolute below 1).

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include "gtest/gtest.h"
#include "src/detect/assess.h"
#include "src/detect/correlation.h"
#include "src/detect/inherited_share.h"
#include "src/detect/policy.h"
#include "tests/detect/golden_panel.h"

namespace hydrometer::detect {
namespace {

constexpr double kTolerance = 1e-9;

void ExpectClose(const rapidjson::Value& wanted, std::optional<double> seen,
                 const std::string& what) {
  if (wanted.IsNull()) return;
  ASSERT_TRUE(seen.has_value()) << what;
  const double want = wanted.GetDouble();
  EXPECT_NEAR(*seen, want, kTolerance * std::max(1.0, std::abs(want))) << what;
}

class GoldenTest : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    auto document = io::ReadJsonFile(GetParam());
    ASSERT_TRUE(document.ok()) << document.status();
    golden_ = *std::move(document);
    for (const auto& c : golden_["controls"].GetArray()) {
      controls_.push_back(c.GetString());
    }
    policy_.ridge = golden_["ridge"].GetDouble();
  }

  bool IsControl(const std::string& name) const {
    return std::find(controls_.begin(), controls_.end(), name) !=
           controls_.end();
  }

  rapidjson::Document golden_;
  std::vector<std::string> controls_;
  Policy policy_;
};

const Evidence& Find(const ReferenceAssessment& assessment,
                     const std::string& name) {
  for (const Evidence& evidence : assessment.evidence) {
    if (evidence.name == name) return evidence;
  }
  ADD_FAILURE() << "no evidence " << name;
  return assessment.evidence.front();
}

// Everything that the file says of `expected`'s model, in `context`.
void ExpectModel(const Context& context, const rapidjson::Value& expected) {
  const Observations& o = context.observations;
  const std::string name = expected["model"].GetString();
  const int member = MemberIndex(o, name);
  const std::vector<int> controls = Without(context.panel.controls, member);
  ExpectClose(expected["rho"], Rho(context, member, controls).value,
              name + " rho");
  ExpectClose(expected["rho2"], Rho2(context, member, controls).value,
              name + " rho2");
  for (const auto& placebo : expected["rho_placebo"].GetObject()) {
    const int index = MemberIndex(o, placebo.name.GetString());
    ExpectClose(placebo.value, RhoWith(context, index, member, controls).value,
                name + " rho with " + placebo.name.GetString());
  }
  const InheritedShare share = ComputeInheritedShare(context, member, controls);
  ASSERT_TRUE(share.curve.has_value()) << name;
  ExpectClose(expected["A"], share.a, name + " A");
  EXPECT_EQ(stats::CurveFormName(share.curve->form),
            expected["curve"].GetString());
  ExpectClose(expected["curve_loo_rmse"], share.curve->leave_one_out_rms,
              name + " leave-one-out error");
  ExpectClose(expected["h"], share.raw_h, name + " h");
  ExpectClose(expected["h_T"], share.raw_h_t, name + " h_T");
  ExpectClose(expected["kl_reference_model"],
              context.sums.Kl(context.panel.reference, member), name + " KL");
}

TEST_P(GoldenTest, EveryStatistic) {
  for (const auto& expected : golden_["expected"].GetArray()) {
    const std::string name = expected["model"].GetString();
    if (IsControl(name)) continue;  // below, in the suspect's null
    const Observations o = PanelFromGolden(golden_, name);
    const Scope scope = PrimaryScope(o);
    const PanelSums sums = SumOver(o, scope);
    const Panel panel =
        MakePanel(o, sums, MemberIndex(o, name),
                  MemberIndex(o, golden_["reference"].GetString()), policy_);
    // The rule finds the placebo references that the file names.
    EXPECT_EQ(panel.placebos.size(), golden_["placebo_references"].Size());
    EXPECT_EQ(panel.controls.size(), controls_.size());
    const Context context{o, panel, policy_, sums, true};
    for (const auto& other : golden_["expected"].GetArray()) {
      if (IsControl(other["model"].GetString()) ||
          other["model"].GetString() == name) {
        ExpectModel(context, other);
      }
    }
  }
}

TEST_P(GoldenTest, NullOfRho2) {
  int weighed = 0;
  for (const auto& expected : golden_["expected"].GetArray()) {
    const std::string name = expected["model"].GetString();
    if (IsControl(name)) continue;
    const auto assessment = Assess(PanelFromGolden(golden_, name), policy_, {});
    ASSERT_TRUE(assessment.ok()) << assessment.status();
    const Evidence& rho2 = Find(assessment->references[0], "rho2");
    ExpectClose(expected["rho2"], rho2.statistic, name);
    ExpectClose(expected["z"], rho2.z, name);
    ExpectClose(golden_["null_rho2"]["mean"], rho2.null_mean, name);
    ExpectClose(golden_["null_rho2"]["sd"], rho2.null_sd, name);
    EXPECT_EQ(rho2.controls.size(), controls_.size());
    // h as the evidence has it: the file's number, or refused and said why.
    const Evidence& h = Find(assessment->references[0], "h");
    if (h.statistic) {
      ExpectClose(expected["h"], h.statistic, name);
    } else {
      EXPECT_FALSE(h.reason.empty());
    }
    ++weighed;
  }
  EXPECT_GT(weighed, 0);
}

// p, refusal and label of one audit, where the file has them.
void ExpectAudit(const rapidjson::Value& expected,
                 const ReferenceAssessment& seen) {
  const std::string name = expected["model"].GetString();
  const Evidence& rho2 = Find(seen, "rho2");
  const Evidence& h = Find(seen, "h");
  ExpectClose(expected["rho2"], rho2.statistic, name + " rho2");
  ExpectClose(expected["z"], rho2.z, name + " z");
  if (const auto* p = io::Find(expected, "p")) {
    ExpectClose(*p, rho2.p_value, name + " p");
  }
  if (const auto* refused = io::Find(expected, "refused")) {
    EXPECT_EQ(refused->IsNull(), h.statistic.has_value())
        << name << ": " << h.reason;
  }
  if (h.statistic) ExpectClose(expected["h"], h.statistic, name + " h");
  if (const auto* label = io::Find(expected, "label")) {
    if (label->IsString()) {
      EXPECT_EQ(std::string(LabelName(seen.verdict.label)), label->GetString())
          << name;
    }
  }
}

TEST_P(GoldenTest, VerdictsOfSuspectsAndOfEachControlInTurn) {
  constexpr int kProbes = 50;  // what the policy wants
  AssessOptions options;
  options.bootstrap_replicates = 0;
  options.per_set = false;
  std::string any;
  for (const auto& expected : golden_["expected"].GetArray()) {
    const std::string name = expected["model"].GetString();
    if (IsControl(name)) continue;
    any = name;
    const auto assessment = Assess(
        WithProbes(PanelFromGolden(golden_, name), kProbes), policy_, options);
    ASSERT_TRUE(assessment.ok()) << assessment.status();
    ExpectAudit(expected, assessment->references[0]);
  }
  const auto verdicts =
      AssessEachControl(WithProbes(PanelFromGolden(golden_, any), kProbes),
                        policy_, golden_["reference"].GetString());
  ASSERT_TRUE(verdicts.ok()) << verdicts.status();
  EXPECT_EQ(verdicts->size(), controls_.size());
  for (const ControlVerdict& verdict : *verdicts) {
    const Label label = verdict.assessment.verdict.label;
    EXPECT_TRUE(label == Label::kUnrelated || label == Label::kInconclusive ||
                label == Label::kShared)
        << verdict.control << " is accused: " << LabelName(label);
    const auto* in_turn = io::Find(golden_, "controls_in_turn");
    if (in_turn == nullptr) continue;
    for (const auto& expected : in_turn->GetArray()) {
      if (verdict.control == expected["model"].GetString()) {
        ExpectAudit(expected, verdict.assessment);
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Files, GoldenTest, ::testing::ValuesIn(GoldenFiles()),
                         [](const auto& info) {
                           return "file" + std::to_string(info.index);
                         });
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(GoldenTest);

}  // namespace
}  // namespace hydrometer::detect
