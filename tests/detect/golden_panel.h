// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// Golden panels: sums of real panels with every statistic worked out by an
// independent program (numpy, float64). Format: tests/golden/README.md where
// present; "about" in the file.
#ifndef HYDROMETER_TESTS_DETECT_GOLDEN_PANEL_H_
#define HYDROMETER_TESTS_DETECT_GOLDEN_PANEL_H_

#include <algorithm>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "src/base/observations.h"
#include "src/io/json.h"

namespace hydrometer::detect {

// tests/golden/*.json and the panel beside the checkout, where present.
inline std::vector<std::string> GoldenFiles() {
  std::vector<std::string> files;
  const std::filesystem::path root = HYDROMETER_SOURCE_DIR;
  std::error_code error;
  for (const auto& entry :
       std::filesystem::directory_iterator(root / "tests/golden", error)) {
    if (entry.path().extension() == ".json") {
      files.push_back(entry.path().string());
    }
  }
  const auto shared = root / "../shared/golden/panel.json";
  if (std::filesystem::exists(shared, error)) {
    files.push_back(shared.string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

// The panel in which `suspect` is weighed: it, the reference, the controls,
// and those placebos that are no controls. One probe of one position holds
// the means.
inline Observations PanelFromGolden(const rapidjson::Value& golden,
                                    const std::string& suspect) {
  std::set<std::string> controls, placebos;
  for (const auto& c : golden["controls"].GetArray()) {
    controls.insert(c.GetString());
  }
  for (const auto& p : golden["placebo_references"].GetArray()) {
    placebos.insert(p.GetString());
  }
  const std::string reference = golden["reference"].GetString();
  Observations o;
  std::vector<int> source;  // index in the golden file
  for (rapidjson::SizeType i = 0; i < golden["models"].Size(); ++i) {
    Member member;
    member.name = golden["models"][i].GetString();
    if (member.name == suspect) {
      member.role = Role::kSuspect;
    } else if (member.name == reference) {
      member.role = Role::kReference;
    } else if (controls.count(member.name)) {
      member.role = Role::kControl;
    } else if (placebos.count(member.name)) {
      member.role = Role::kPlacebo;
    } else {
      continue;
    }
    o.members.push_back(member);
    source.push_back(static_cast<int>(i));
  }
  ProbeSetSummary set;
  set.name = "golden";
  set.counted = true;
  set.probe_count = 1;
  o.sets.push_back(set);
  ProbeSummary probe;
  probe.position_count = 1;
  o.probes.push_back(probe);
  const auto at = [](const rapidjson::Value& table, int i, int j) {
    return table[static_cast<rapidjson::SizeType>(i)]
                [static_cast<rapidjson::SizeType>(j)]
                    .GetDouble();
  };
  for (const int i : source) {
    o.loss_sum.push_back(
        golden["loss"][static_cast<rapidjson::SizeType>(i)].GetDouble());
  }
  const auto& cross = golden["cross"];
  for (size_t a = 0; a < source.size(); ++a) {
    for (size_t b = a + 1; b < source.size(); ++b) {
      const int i = source[a], j = source[b];
      const double kl_pq = at(cross, i, i) - at(cross, i, j);
      const double kl_qp = at(cross, j, j) - at(cross, j, i);
      // The file holds no JS: any number that makes nobody a copy.
      const double js = 0.1;
      for (const double value : {kl_pq, kl_qp, js, 0.0, 0.0, 0.0, 0.0, 0.0}) {
        o.pair_sum.push_back(value);
      }
    }
  }
  for (const auto& gram : golden["gram"].GetObject()) {
    Weighting weighting;
    weighting.name = gram.name.GetString();
    for (size_t a = 0; a < o.members.size(); ++a) {
      if (o.members[a].name == weighting.name) {
        weighting.member_indices.push_back(static_cast<int32_t>(a));
      }
    }
    if (weighting.member_indices.empty()) continue;
    o.weightings.push_back(weighting);
    for (const int i : source) {
      for (const int j : source) {
        o.gram_sum.push_back(at(gram.value, i, j));
      }
    }
  }
  return o;
}

// The same with `count` equal probes: as many as the policy wants.
inline Observations WithProbes(Observations o, int count) {
  const auto repeat = [count](const std::vector<double>& values, size_t block) {
    std::vector<double> repeated;
    for (size_t begin = 0; begin < values.size(); begin += block) {
      for (int i = 0; i < count; ++i) {
        repeated.insert(repeated.end(), values.begin() + begin,
                        values.begin() + begin + block);
      }
    }
    return repeated;
  };
  o.loss_sum = repeat(o.loss_sum, o.loss_sum.size());
  o.pair_sum = repeat(o.pair_sum, o.pair_sum.size());
  o.gram_sum = repeat(o.gram_sum, o.members.size() * o.members.size());
  o.probes.assign(count, o.probes[0]);
  return o;
}

}  // namespace hydrometer::detect

#endif  // HYDROMETER_TESTS_DETECT_GOLDEN_PANEL_H_
