// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/report/report_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "src/io/file.h"
#include "src/report/report_schema.h"
#include "tests/report/report_fixture.h"

namespace hydrometer::report {
namespace {

using ::testing::HasSubstr;

std::string Text(const fixture::Audit& audit) {
  const auto text = ReportJson(audit.observations, audit.assessment, audit.run);
  EXPECT_TRUE(text.ok()) << text.status();
  return *text;
}

rapidjson::Document Parsed(const fixture::Audit& audit) {
  auto document = io::ParseJson(Text(audit), "report.json");
  EXPECT_TRUE(document.ok()) << document.status();
  return *std::move(document);
}

TEST(ReportJsonTest, EveryAuditKeepsToTheSchema) {
  for (const fixture::Audit& audit :
       {fixture::FullAudit(), fixture::EmptyAudit(), fixture::IdenticalAudit(),
        fixture::HostileAudit(), fixture::TwoReferencesAudit()}) {
    EXPECT_TRUE(CheckReport(Parsed(audit)).ok());
  }
}

TEST(ReportJsonTest, SameInputSameBytes) {
  EXPECT_EQ(Text(fixture::FullAudit()), Text(fixture::FullAudit()));
}

TEST(ReportJsonTest, TimeChangesNothingButTiming) {
  fixture::Audit later = fixture::FullAudit();
  later.run.timing.started_utc = "2030-01-01T00:00:00Z";
  later.run.timing.stage_seconds = {{"record", 1.0}};
  later.run.timing.recordings_made_count = 0;
  const std::string first = Text(fixture::FullAudit()), second = Text(later);
  EXPECT_NE(first, second);
  const size_t timing = first.find("\n \"timing\":");
  ASSERT_NE(timing, std::string::npos);
  EXPECT_EQ(first.substr(0, timing),
            second.substr(0, second.find("\n \"timing\":")));
  // Nothing but the closing brace of the report follows the block.
  EXPECT_EQ(first.find("\n \"", timing + 2), std::string::npos);
}

TEST(ReportJsonTest, FieldsThatOtherProgramsRelyOn) {
  const rapidjson::Document report = Parsed(fixture::FullAudit());
  EXPECT_STREQ(report["verdict"]["label"].GetString(), "distilled");
  EXPECT_EQ(report["verdict"]["reasons"].Size(), 5u);
  EXPECT_EQ(report["exit_code"].GetInt(), 0);
  EXPECT_EQ(report["schema_version"].GetInt(), kReportSchemaVersion);
  const auto& rho2 = report["evidence"][0];
  EXPECT_STREQ(rho2["name"].GetString(), "rho2");
  EXPECT_EQ(rho2["controls"].Size(), 24u);
  EXPECT_DOUBLE_EQ(rho2["p_floor"].GetDouble(), 1.0 / 25);
  EXPECT_TRUE(rho2["reason"].IsNull());
  EXPECT_STREQ(report["models"][0]["role"].GetString(), "suspect");
  EXPECT_EQ(report["models"][0]["sha256"].GetStringLength(), 64u);
}

TEST(ReportJsonTest, ARefusedStatisticIsNullWithAReason) {
  const rapidjson::Document report = Parsed(fixture::EmptyAudit());
  for (const auto& evidence : report["evidence"].GetArray()) {
    EXPECT_TRUE(evidence["statistic"].IsNull());
    EXPECT_TRUE(evidence["z"].IsNull());
    EXPECT_STREQ(evidence["reason"].GetString(), "0 controls, want at least 8");
  }
  EXPECT_TRUE(report["curve"].IsNull());
  EXPECT_TRUE(report["tree"].IsNull());
  EXPECT_TRUE(report["quality"]["suspect_loss_nats"].IsNull());
}

TEST(ReportJsonTest, NumbersRoundTrip) {
  const fixture::Audit audit = fixture::FullAudit();
  const rapidjson::Document report = Parsed(audit);
  const auto& evidence = audit.assessment.references[0].evidence;
  for (size_t i = 0; i < evidence.size(); ++i) {
    if (!evidence[i].statistic) continue;
    EXPECT_EQ(
        report["evidence"][static_cast<unsigned>(i)]["statistic"].GetDouble(),
        *evidence[i].statistic);
  }
}

TEST(ReportJsonTest, LargeSeedsAreText) {
  const rapidjson::Document report = Parsed(fixture::FullAudit());
  EXPECT_STREQ(report["numerics"]["seeds"][2]["seed"].GetString(),
               "18446744073709551615");
}

// Three members, two probes of one set: sums by hand.
TEST(ReportJsonTest, PairMeansAreOverPositionsAndTurnTheDirection) {
  fixture::Audit audit = fixture::EmptyAudit();
  Observations& o = audit.observations;
  o.members[0].role = Role::kSuspect;  // first in the panel
  o.members[1].role = Role::kReference;
  o.sets.resize(1);
  o.sets[0].name = "prose";
  o.probes = {{0, "a", 10}, {0, "b", 30}};
  o.pair_sum.assign(2 * kPairMetricCount, 0.0);
  o.pair_sum[0] = 4;                     // KL(suspect || reference), probe a
  o.pair_sum[kPairMetricCount] = 16;     // probe b
  o.pair_sum[1] = 2;                     // KL(reference || suspect), probe a
  o.pair_sum[kPairMetricCount + 1] = 6;  // probe b
  const rapidjson::Document report = Parsed(audit);
  const auto& row = report["pairs"]["suspect_reference"][0];
  EXPECT_STREQ(row["set"].GetString(), "all");
  EXPECT_DOUBLE_EQ(row["kl_pq"].GetDouble(), 8.0 / 40);  // p the reference
  EXPECT_DOUBLE_EQ(row["kl_qp"].GetDouble(), 20.0 / 40);
  const auto& table = report["pairs"]["sets"][0];
  EXPECT_EQ(table["position_count"].GetInt(), 40);
  EXPECT_DOUBLE_EQ(table["metrics"]["kl_pq"][0].GetDouble(), 0.5);
}

TEST(ReportJsonTest, WrongSizesAreABug) {
  fixture::Audit audit = fixture::FullAudit();
  audit.observations.pair_sum.pop_back();
  const auto text = ReportJson(audit.observations, audit.assessment, audit.run);
  EXPECT_EQ(text.status().code(), absl::StatusCode::kInternal);
  audit = fixture::FullAudit();
  audit.assessment.references.clear();
  EXPECT_EQ(ReportJson(audit.observations, audit.assessment, audit.run)
                .status()
                .code(),
            absl::StatusCode::kInternal);
}

TEST(ReportJsonTest, AReportThatBreaksItsSchemaIsABug) {
  fixture::Audit audit = fixture::FullAudit();
  audit.assessment.references[0].evidence[0].p_value = 1.5;
  const auto text = ReportJson(audit.observations, audit.assessment, audit.run);
  EXPECT_EQ(text.status().code(), absl::StatusCode::kInternal);
  EXPECT_THAT(std::string(text.status().message()),
              HasSubstr("evidence.0.p_value"));
}

TEST(ReportSchemaTest, TheEmbeddedSchemaIsTheFile) {
  const auto file = io::ReadFile(
      HYDROMETER_SOURCE_DIR "/src/report/report.schema.json", 1 << 20);
  ASSERT_TRUE(file.ok());
  EXPECT_EQ(*file, std::string(ReportSchemaText()));
}

// Every member that the schema requires at the top is missed by name.
TEST(ReportSchemaTest, NamesEveryMissingMember) {
  const auto schema = io::ParseJson(ReportSchemaText(), "schema");
  ASSERT_TRUE(schema.ok());
  const auto& required = (*schema)["required"];
  EXPECT_GE(required.Size(), 25u);
  for (const auto& name : required.GetArray()) {
    rapidjson::Document report = Parsed(fixture::FullAudit());
    report.RemoveMember(name);
    const absl::Status status = CheckReport(report);
    EXPECT_EQ(status.message(),
              std::string("report: \"") + name.GetString() + "\" is missing");
  }
}

TEST(ReportSchemaTest, NamesThePlaceOfAWrongType) {
  rapidjson::Document report = Parsed(fixture::FullAudit());
  report["evidence"][3]["z"].SetString("high");
  EXPECT_EQ(CheckReport(report).message(),
            "report: \"evidence.3.z\" is the string \"high\", want number or "
            "null");
  report = Parsed(fixture::FullAudit());
  report["verdict"]["label"].SetString("guilty");
  EXPECT_THAT(std::string(CheckReport(report).message()),
              HasSubstr("\"verdict.label\" is the string \"guilty\""));
  EXPECT_FALSE(CheckReport(rapidjson::Value(3)).ok());
}

}  // namespace
}  // namespace hydrometer::report
