// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/report/visible_text.h"

#include <gtest/gtest.h>

#include <cmath>

#include "src/report/chart.h"
#include "src/report/html_writer.h"
#include "src/report/number_format.h"

namespace hydrometer::report {
namespace {

TEST(VisibleTextTest, ControlsAndDirectionMarksAreShown) {
  EXPECT_EQ(VisibleText(absl::string_view("a\0b\x1B[1m\x7F", 8), 99),
            "a⟨U+0000⟩b⟨U+001B⟩[1m⟨U+007F⟩");
  EXPECT_EQ(VisibleText("x\xE2\x80\xAEy\xEF\xBB\xBF", 99),
            "x⟨U+202E⟩y⟨U+FEFF⟩");
  EXPECT_EQ(VisibleText("a\nb\tc", 99), "a↵ b⇥ c");
  EXPECT_EQ(VisibleText(" \n ", 99, Spaces::kShow), "␣↵␣");
  EXPECT_EQ(VisibleText("  a b ", 99, Spaces::kShow), "␣␣a b␣");
  EXPECT_EQ(VisibleText("\xC2\x9B", 99), "⟨U+009B⟩");  // C1: CSI
}

TEST(VisibleTextTest, InvalidUtf8IsReplacedByteByByte) {
  EXPECT_EQ(CleanUtf8("a\xFFz"), "a\xEF\xBF\xBDz");
  // Overlong, surrogate, cut short, beyond the last plane.
  for (const char* bad :
       {"\xC0\xAF", "\xED\xA0\x80", "\xE2\x82", "\xF5\x80\x80\x80"}) {
    const std::string clean = CleanUtf8(bad);
    EXPECT_EQ(clean.substr(0, 3), "\xEF\xBF\xBD") << clean;
    EXPECT_EQ(CleanUtf8(clean), clean);
  }
  EXPECT_EQ(CleanUtf8("é€😀"), "é€😀");
}

TEST(VisibleTextTest, CutsAreCounted) {
  EXPECT_EQ(VisibleText(std::string(12345, 'x'), 3),
            "xxx … (+12,342 characters)");
  EXPECT_EQ(VisibleText("ééé", 3), "ééé");
}

TEST(VisibleTextTest, EscapesMarkup) {
  EXPECT_EQ(EscapeXml("<a b=\"c\">'&'</a>]]>"),
            "&lt;a b=&quot;c&quot;&gt;&#39;&amp;&#39;&lt;/a&gt;]]&gt;");
  EXPECT_EQ(EscapeXml(absl::string_view("\0\x01", 2)),
            "\xEF\xBF\xBD\xEF\xBF\xBD");
}

TEST(VisibleTextTest, FitsColumnsByCuttingTheMiddle) {
  EXPECT_EQ(FitWidth("short", 10), "short");
  EXPECT_EQ(FitWidth("0123456789abcdef", 11), "012345…cdef");
  EXPECT_EQ(DisplayWidth("日本"), 4u);
  for (size_t width = 0; width < 20; ++width) {
    EXPECT_LE(DisplayWidth(FitWidth("日本語のとても長い名前", width)), width);
  }
}

TEST(NumberFormatTest, TrueMinusAndFewDigits) {
  EXPECT_EQ(FormatFixed(-0.25, 3), "−0.250");
  EXPECT_EQ(FormatFixed(1.2e-7, 3), "1.2e−7");
  EXPECT_EQ(FormatFixed(0.0, 2), "0.00");
  EXPECT_EQ(FormatFixed(std::nullopt, 2), "–");
  EXPECT_EQ(FormatP(0.04), "0.040");
  EXPECT_EQ(FormatP(9.1e-5), "9.1e−5");
  EXPECT_EQ(FormatP(0.0), "< 1e−300");
  EXPECT_EQ(FormatP(1e-310), "< 1e−300");
  EXPECT_EQ(FormatP(2e-300), "2.0e−300");
  EXPECT_EQ(FormatProbability(0.0), "<0.01");
  EXPECT_EQ(FormatCount(1234567), "1,234,567");
  EXPECT_EQ(FormatCount(999), "999");
  EXPECT_EQ(FormatPlain(2.50), "2.5");
  EXPECT_EQ(FormatPlain(-0.001), "0");
  EXPECT_EQ(FormatShort(1e-6), "1e−6");
}

TEST(HtmlWriterTest, EscapesTextAndAttributes) {
  HtmlWriter html;
  html.Open("p", {{"title", "a\"b<c"}}).Text("1 < 2").Close();
  EXPECT_EQ(html.markup(), "<p title=\"a&quot;b&lt;c\">1 &lt; 2</p>\n");
  EXPECT_TRUE(html.balanced());
  HtmlWriter open;
  open.Open("p");
  html.Raw(open);  // unfinished markup is not taken
  EXPECT_EQ(html.markup(), "<p title=\"a&quot;b&lt;c\">1 &lt; 2</p>\n");
  HtmlWriter style;
  style.Style("</style><script>");
  EXPECT_EQ(style.markup(), "");
}

TEST(ScaleTest, TicksAreRoundAndWithin) {
  const Scale scale(-0.31, 1.17, 0, 100);
  const std::vector<double> ticks = scale.Ticks(8);
  ASSERT_FALSE(ticks.empty());
  for (const double tick : ticks) {
    EXPECT_NEAR(tick * 5, std::round(tick * 5), 1e-9);
    EXPECT_GE(tick, -0.31);
    EXPECT_LE(tick, 1.17);
  }
  EXPECT_DOUBLE_EQ(scale(-0.31), 0);
  EXPECT_DOUBLE_EQ(scale.Clamped(99), 100);
  EXPECT_FALSE(Scale(2, 2, 0, 1).Ticks(4).empty());
}

TEST(LabelPlacerTest, LabelsDoNotCoverOneAnother) {
  HtmlWriter svg;
  LabelPlacer labels(0, 0, 400, 100);
  EXPECT_TRUE(labels.Place(svg, "control", 200, 50, "first", false));
  int placed = 0;
  for (int i = 0; i < 50; ++i) {
    if (labels.Place(svg, "control", 200, 50, "again", false)) ++placed;
  }
  EXPECT_GT(placed, 0);
  EXPECT_LT(placed, 9);  // as many as there are free places around a point
  EXPECT_TRUE(labels.Place(svg, "suspect", 200, 50, "must", true));
}

TEST(LabelPlacerTest, LabelsKeepOffRules) {
  HtmlWriter svg;
  LabelPlacer labels(0, 0, 400, 100);
  labels.AddRule(0, 50, 400, 50);
  EXPECT_TRUE(labels.Place(svg, "reference", 200, 50, "name", false));
  // Not beside the point, where the line would run through the letters.
  EXPECT_EQ(svg.markup().find("y=\"54\""), std::string::npos) << svg.markup();
}

}  // namespace
}  // namespace hydrometer::report
