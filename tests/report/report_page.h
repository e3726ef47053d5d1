// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// An invented audit as its parsed report and as its page.
#ifndef HYDROMETER_TESTS_REPORT_REPORT_PAGE_H_
#define HYDROMETER_TESTS_REPORT_REPORT_PAGE_H_

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "absl/strings/string_view.h"
#include "src/io/json.h"
#include "src/report/report_html.h"
#include "src/report/report_json.h"
#include "tests/report/report_fixture.h"

namespace hydrometer::report::fixture {

inline rapidjson::Document Json(const Audit& audit) {
  const auto text = ReportJson(audit.observations, audit.assessment, audit.run);
  EXPECT_TRUE(text.ok()) << text.status();
  auto document = io::ParseJson(*text, "report.json");
  EXPECT_TRUE(document.ok()) << document.status();
  return *std::move(document);
}

inline std::string Html(const Audit& audit) {
  const auto html = ReportHtml(Json(audit));
  EXPECT_TRUE(html.ok()) << html.status();
  return *html;
}

// The section with this id, up to its end; "" without.
inline std::string Section(const std::string& html, const std::string& id) {
  const size_t begin = html.find("<section id=\"" + id + "\">");
  if (begin == std::string::npos) return "";
  return html.substr(begin, html.find("</section>", begin) - begin);
}

inline int CountOf(absl::string_view text, absl::string_view what) {
  int count = 0;
  for (size_t at = text.find(what); at != absl::string_view::npos;
       at = text.find(what, at + what.size())) {
    ++count;
  }
  return count;
}

}  // namespace hydrometer::report::fixture

#endif  // HYDROMETER_TESTS_REPORT_REPORT_PAGE_H_
