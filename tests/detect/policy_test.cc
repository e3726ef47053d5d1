// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/detect/policy.h"

#include <limits>
#include <string>

#include "gtest/gtest.h"

namespace hydrometer::detect {
namespace {

std::string File(const std::string& thresholds) {
  return "{\"format\":\"hydrometer-policy\",\"version\":1,\"name\":\"mine\","
         "\"thresholds\":" +
         thresholds + "}";
}

TEST(PolicyTest, RoundTrip) {
  Policy policy;
  policy.name = "mine";
  policy.z_accuse = 4.5;
  policy.min_controls = 9;
  const auto read = ParsePolicy(PolicyToJson(policy), "p.json");
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(*read, policy);
  EXPECT_TRUE(CheckPolicy(Policy()).ok());
}

// The numbers of the design, not whatever the code says.
TEST(PolicyTest, Defaults) {
  const Policy p;
  EXPECT_EQ(p.min_controls, 8);
  EXPECT_EQ(p.min_controls_distilled, 10);
  EXPECT_EQ(p.min_placebos, 2);
  EXPECT_EQ(p.min_real_text_probes, 50);
  EXPECT_EQ(p.placebo_distance_nats, 0.3);
  EXPECT_EQ(p.bracket_tolerance, 0.1);
  EXPECT_EQ(p.z_accuse, 4);
  EXPECT_EQ(p.z_unrelated, 3);
  EXPECT_EQ(p.h_distilled, 0.75);
  EXPECT_EQ(p.h_related, 0.25);
  EXPECT_EQ(p.q_distilled, 0.70);
  EXPECT_EQ(p.weight_p, 1e-6);
  EXPECT_EQ(p.ridge, 1e-3);
  EXPECT_EQ(p.curve_errors, 4);
}

TEST(PolicyTest, LeftOutKeepsTheDefault) {
  const auto read = ParsePolicy(File("{\"z_accuse\":5}"), "p.json");
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read->z_accuse, 5);
  EXPECT_EQ(read->z_unrelated, 3);
}

TEST(PolicyTest, UnknownNamesAreRefusedWithTheList) {
  const auto read = ParsePolicy(File("{\"z_acuse\":5}"), "p.json");
  ASSERT_FALSE(read.ok());
  const std::string message(read.status().message());
  EXPECT_NE(message.find("z_acuse"), std::string::npos);
  EXPECT_NE(message.find("z_accuse"), std::string::npos);
  EXPECT_NE(message.find("h_distilled"), std::string::npos);
}

TEST(PolicyTest, Refusals) {
  for (const char* bad :
       {"{\"z_accuse\":0}", "{\"z_accuse\":-4}", "{\"z_accuse\":1e9}",
        "{\"min_controls\":0}", "{\"min_controls\":8.5}",
        "{\"z_accuse\":\"4\"}", "{\"z_unrelated\":5}", "{\"h_related\":0.8}",
        "{\"q_distilled\":0.9}", "{\"min_controls\":12}", "{\"ridge\":0}", "[]",
        "{\"weight_p\":1}"}) {
    EXPECT_FALSE(ParsePolicy(File(bad), "p.json").ok()) << bad;
  }
  EXPECT_FALSE(ParsePolicy("{}", "p.json").ok());
  EXPECT_FALSE(ParsePolicy("[1]", "p.json").ok());
  EXPECT_FALSE(ParsePolicy("{\"format\":\"hydrometer-policy\",\"version\":2,"
                           "\"name\":\"x\",\"thresholds\":{}}",
                           "p.json")
                   .ok());
  Policy policy;
  policy.z_accuse = std::numeric_limits<double>::quiet_NaN();
  EXPECT_FALSE(CheckPolicy(policy).ok());
}

TEST(PolicyTest, EveryThresholdHasAMeaning) {
  for (const NamedThreshold& t : PolicyThresholds(Policy())) {
    EXPECT_FALSE(t.meaning.empty()) << t.name;
  }
}

}  // namespace
}  // namespace hydrometer::detect
