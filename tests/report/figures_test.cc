// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// What plane, strips, curve, tree and matrices draw and say.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "tests/report/report_page.h"

namespace hydrometer::report {
namespace {

using fixture::CountOf;
using fixture::Html;
using fixture::Section;
using ::testing::HasSubstr;
using ::testing::Not;

// The suspect's h refused; its controls keep theirs.
fixture::Audit WithoutH() {
  fixture::Audit audit = fixture::FullAudit();
  detect::Evidence& h = audit.assessment.references[0].evidence[1];
  EXPECT_EQ(h.name, "h");
  h.statistic = h.z = h.p_value = h.p_floor = std::nullopt;
  h.interval = std::nullopt;
  h.reason = "too flat there";
  return audit;
}

TEST(CurveTest, NoGuideWhereHIsRefused) {
  const std::string read = Section(Html(fixture::FullAudit()), "curve");
  EXPECT_THAT(read, HasSubstr("class=\"guide\""));
  EXPECT_THAT(read, HasSubstr("Dotted: the way on which h is read."));
  const std::string refused = Section(Html(WithoutH()), "curve");
  EXPECT_THAT(refused, Not(HasSubstr("class=\"guide\"")));
  EXPECT_THAT(refused, Not(HasSubstr("Dotted")));
  EXPECT_THAT(refused,
              HasSubstr("h is not read here: <bdi>too flat there</bdi>."));
}

TEST(CurveTest, DashedBeyondTheControls) {
  // The fixture's line begins at 3.4, its controls at 3.42 and end at 4.78.
  const std::string beyond = Section(Html(fixture::FullAudit()), "curve");
  EXPECT_EQ(CountOf(beyond, "class=\"line beyond\""), 4);  // 2 ends, 2 widths
  EXPECT_THAT(beyond, HasSubstr("Dashed: beyond the controls’ losses"));
  fixture::Audit audit = fixture::FullAudit();
  auto& line = audit.assessment.references[0].curve->line;
  while (line.front().first < 3.42) line.erase(line.begin());
  while (line.back().first > 4.78) line.pop_back();
  const std::string within = Section(Html(audit), "curve");
  EXPECT_THAT(within, Not(HasSubstr("line beyond")));
  EXPECT_THAT(within, Not(HasSubstr("Dashed")));
}

// Who is named first finds the free place.
TEST(CurveTest, SuspectAndReferenceAreNamedFirst) {
  const std::string curve = Section(Html(fixture::FullAudit()), "curve");
  const size_t suspect = curve.find("name halo suspect");
  const size_t reference = curve.find("name halo reference");
  const size_t sibling = curve.find("name halo sibling");
  ASSERT_NE(sibling, std::string::npos);
  EXPECT_LT(suspect, reference);
  EXPECT_LT(reference, sibling);
}

TEST(StripsTest, EachSaysHowManyControlsHaveAValue) {
  fixture::Audit audit = fixture::FullAudit();
  detect::Evidence& h = audit.assessment.references[0].evidence[1];
  for (int i = 0; i < 15; ++i) h.controls[i].value = std::nullopt;
  const std::string html = Html(audit);
  const std::string strips = Section(html, "strips");
  EXPECT_THAT(strips, HasSubstr("9 of 24 controls"));
  EXPECT_THAT(strips, HasSubstr("24 of 24 controls"));
  const std::string answer = Section(html, "answer");
  EXPECT_THAT(answer, HasSubstr("24<span class=\"unit\"> for rho2</span>"));
  EXPECT_THAT(answer, HasSubstr("9<span class=\"unit\"> for h</span>"));
}

// The text of the strip that is called `name`.
std::string Strip(const std::string& strips, const std::string& name) {
  const size_t begin = strips.find(absl::StrCat("<b>", name, "</b>  "));
  EXPECT_NE(begin, std::string::npos) << name;
  if (begin == std::string::npos) return "";
  return strips.substr(begin, strips.find("<svg", begin) - begin);
}

TEST(StripsTest, ADistanceSaysThatItIsDrawnReversed) {
  const std::string strips = Section(Html(fixture::FullAudit()), "strips");
  for (const char* distance : {"JS", "JS, adjusted", "KL"}) {
    EXPECT_THAT(Strip(strips, distance), HasSubstr("</b> (drawn reversed)"));
  }
  for (const char* nearness : {"rho2", "h", "top-1 agreement"}) {
    EXPECT_THAT(Strip(strips, nearness), Not(HasSubstr("reversed")));
  }
}

TEST(StripsTest, TauIsNoNearness) {
  const std::string strips = Section(Html(fixture::FullAudit()), "strips");
  const std::string tau = Strip(strips, "tau");
  EXPECT_THAT(tau, HasSubstr("· z "));
  EXPECT_THAT(tau, Not(HasSubstr("smaller is nearer")));
  EXPECT_THAT(tau, Not(HasSubstr("· p ")));
  EXPECT_THAT(tau, Not(HasSubstr("reversed")));
}

TEST(StripsTest, AMissingZIsAReasonAndNoDash) {
  fixture::Audit audit = fixture::FullAudit();
  detect::Evidence& rho = audit.assessment.references[0].evidence[2];
  rho.z = rho.p_value = rho.p_floor = rho.null_mean = rho.null_sd =
      std::nullopt;
  rho.controls.clear();
  const std::string strips = Section(Html(audit), "strips");
  EXPECT_THAT(Strip(strips, "rho"),
              HasSubstr("no z and no p: there is no control to measure by"));
  EXPECT_THAT(strips, Not(HasSubstr("z –")));
}

TEST(StripsTest, AxisAboveAndBelow) {
  const std::string strips = Section(Html(fixture::FullAudit()), "strips");
  const size_t above = strips.find("id=\"figure-strips-axis-w-t\"");
  const size_t below = strips.find("id=\"figure-strips-axis-below-w-t\"");
  ASSERT_NE(above, std::string::npos);
  ASSERT_NE(below, std::string::npos);
  EXPECT_LT(above, strips.find("class=\"strip\""));
  EXPECT_GT(below, strips.rfind("class=\"strip\""));
}

TEST(PlaneTest, SaysWhatTheRestOfItMeans) {
  const std::string plane = Section(Html(fixture::FullAudit()), "plane");
  EXPECT_THAT(plane, HasSubstr("Elsewhere than in the named fields: "
                               "inconclusive"));
  EXPECT_THAT(plane, HasSubstr("No h: too near the flat part of the curve, or "
                               "outside it."));
  EXPECT_EQ(CountOf(plane, ">distilled*<"), 2);  // on a telephone too
}

TEST(PlaneTest, TooFewControlsAccuseNowhere) {
  fixture::Audit audit = fixture::FullAudit();
  audit.assessment.references[0].evidence[0].controls.resize(4);
  const std::string plane = Section(Html(audit), "plane");
  EXPECT_THAT(plane, HasSubstr("No field accuses in this panel: 4 controls, "
                               "and the policy wants 8."));
  EXPECT_THAT(plane, Not(HasSubstr(">distilled*<")));
}

TEST(PlaneTest, NineControlsAreTooFewForDistilled) {
  fixture::Audit audit = fixture::FullAudit();
  audit.assessment.references[0].evidence[0].controls.resize(9);
  const std::string plane = Section(Html(audit), "plane");
  EXPECT_THAT(plane, HasSubstr("With 9 controls no verdict is better than "
                               "related: for distilled the policy wants 10."));
  EXPECT_THAT(Section(Html(fixture::FullAudit()), "plane"),
              Not(HasSubstr("no verdict is better")));
}

TEST(PlaneTest, TheSuspectHasRoomAboveIt) {
  // The name of a field stands 14 px below the frame's top, at 26 px; the
  // suspect's mark reaches 8 px up.
  for (const double z : {7.6, 9.0, 11.4, 23.1}) {
    fixture::Audit audit = fixture::FullAudit();
    audit.assessment.references[0].plane[0].z_rho2 = z;
    const std::string plane = Section(Html(audit), "plane");
    for (size_t at = plane.find("<polygon class=\"suspect\" points=\"");
         at != std::string::npos;
         at = plane.find("<polygon class=\"suspect\" points=\"", at + 1)) {
      const size_t comma = plane.find(',', at);
      const double top = std::atof(plane.c_str() + comma + 1);
      if (top < 10) continue;  // the legend's
      EXPECT_GT(top, 26 + 14 + 3) << z;
    }
  }
}

TEST(LegendTest, OnlyRolesThatAreDrawn) {
  fixture::Audit audit = fixture::FullAudit();
  auto& points = audit.assessment.references[0].curve->points;
  std::string curve = Section(Html(audit), "curve");
  EXPECT_THAT(curve, HasSubstr("sibling of the reference"));
  EXPECT_THAT(curve, Not(HasSubstr("base of the suspect")));
  points.erase(std::remove_if(points.begin(), points.end(),
                              [](const detect::CurvePoint& point) {
                                return point.role == Role::kSibling;
                              }),
               points.end());
  points.push_back({"the-base", Role::kBase, 3.9, -0.4, std::nullopt});
  curve = Section(Html(audit), "curve");
  EXPECT_THAT(curve, Not(HasSubstr("sibling of the reference")));
  EXPECT_THAT(curve, HasSubstr("base of the suspect"));
}

TEST(LegendTest, APlaceboHasOneMarkInEveryFigure) {
  const std::string html = Html(fixture::FullAudit());
  for (const char* id : {"plane", "strips", "curve", "tree"}) {
    EXPECT_THAT(Section(html, id), HasSubstr("polygon class=\"placebo\""))
        << id;
    EXPECT_THAT(Section(html, id), HasSubstr("placebo reference (unrelated"))
        << id;
  }
}

TEST(AffinitiesTest, RhoComesFirstWithAKeyAndUnits) {
  const std::string matrices =
      Section(Html(fixture::FullAudit()), "affinities");
  EXPECT_LT(matrices.find("<h3>rho</h3>"), matrices.find("<h3>JS</h3>"));
  EXPECT_EQ(CountOf(matrices, "class=\"legend key\""), 2);
  EXPECT_EQ(CountOf(matrices, "class=\"key-frame\""), 10);
  EXPECT_THAT(matrices, HasSubstr("In nats; the depth of the colour follows "
                                  "the square root"));
  EXPECT_THAT(matrices, HasSubstr("the diagonal is blank"));
  EXPECT_THAT(matrices, Not(HasSubstr("Point at")));
}

}  // namespace
}  // namespace hydrometer::report
