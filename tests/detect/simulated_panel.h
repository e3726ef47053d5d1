// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// Panels of simulated models with true distributions: a world D over a small
// vocabulary at each position, and models that err from it, each in its own
// way and all in a common way (the language they learned). From these the
// observations are computed as the comparison would.
#ifndef HYDROMETER_TESTS_DETECT_SIMULATED_PANEL_H_
#define HYDROMETER_TESTS_DETECT_SIMULATED_PANEL_H_

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "src/base/observations.h"
#include "src/base/random.h"

namespace hydrometer::detect {

struct SimulatedModel {
  std::string name;
  Role role = Role::kControl;
  double error = 0.5;  // size of its own error in log-probability
  // Errors of other models that it repeats, by how much.
  std::vector<std::pair<std::string, double>> inherits;
  double inverse_temperature = 1;
  std::string sibling_of, fine_tuned_from;
};

struct SimulationOptions {
  int probes = 80, positions = 10, vocabulary = 24;
  double common_error = 0.4;
  uint64_t seed = 1;
  int generated_probes = 0;  // a second set, of generated origin
};

using Distributions = std::vector<double>;  // [positions][vocabulary], log

inline void Normalise(double* row, int size) {
  const double most = *std::max_element(row, row + size);
  double sum = 0;
  for (int v = 0; v < size; ++v) sum += std::exp(row[v] - most);
  for (int v = 0; v < size; ++v) row[v] -= most + std::log(sum);
}

// The log-probabilities of all models, and the tokens that really follow.
struct Simulation {
  int vocabulary = 0;
  std::vector<int> probe_of_position, token;
  Distributions world;
  std::vector<Distributions> models;
};

inline Simulation Simulate(const std::vector<SimulatedModel>& models,
                           const SimulationOptions& options) {
  Simulation s;
  const int v_count = options.vocabulary;
  const int n = (options.probes + options.generated_probes) * options.positions;
  s.vocabulary = v_count;
  Random random(options.seed, 0);
  Distributions common(n * v_count);
  s.world.resize(n * v_count);
  for (int i = 0; i < n * v_count; ++i) {
    s.world[i] = 1.5 * random.Normal();
    common[i] = options.common_error * random.Normal();
  }
  for (int i = 0; i < n; ++i) {
    double* row = &s.world[i * v_count];
    Normalise(row, v_count);
    double left = random.Uniform();
    int token = 0;
    while (token + 1 < v_count && left >= std::exp(row[token])) {
      left -= std::exp(row[token++]);
    }
    s.token.push_back(token);
    s.probe_of_position.push_back(i / options.positions);
  }
  std::vector<Distributions> errors;
  for (size_t m = 0; m < models.size(); ++m) {
    Random own(options.seed, 1 + m);
    Distributions error(n * v_count);
    for (double& e : error) e = models[m].error * own.Normal();
    for (const auto& [name, share] : models[m].inherits) {
      for (size_t other = 0; other < m; ++other) {
        if (models[other].name != name) continue;
        for (int i = 0; i < n * v_count; ++i) {
          error[i] += share * errors[other][i];
        }
      }
    }
    errors.push_back(error);
    Distributions log_p(n * v_count);
    for (int i = 0; i < n * v_count; ++i) {
      log_p[i] =
          models[m].inverse_temperature * (s.world[i] + common[i] + error[i]);
    }
    for (int i = 0; i < n; ++i) Normalise(&log_p[i * v_count], v_count);
    s.models.push_back(std::move(log_p));
  }
  return s;
}

inline double RowKl(const double* log_p, const double* log_q, int size) {
  double sum = 0;
  for (int v = 0; v < size; ++v) {
    sum += std::exp(log_p[v]) * (log_p[v] - log_q[v]);
  }
  return sum;
}

// The metrics that the statistics read; the others stay zero.
inline void AddPair(const double* a, const double* b, int size, double* to) {
  to[static_cast<int>(PairMetric::kKlPq)] += RowKl(a, b, size);
  to[static_cast<int>(PairMetric::kKlQp)] += RowKl(b, a, size);
  double js = 0;
  for (int v = 0; v < size; ++v) {
    const double p = std::exp(a[v]), q = std::exp(b[v]), m = (p + q) / 2;
    js += 0.5 * (p * std::log(p / m) + q * std::log(q / m));
  }
  to[static_cast<int>(PairMetric::kJs)] += js;
  to[static_cast<int>(PairMetric::kTopOneAgreement)] +=
      std::max_element(a, a + size) - a == std::max_element(b, b + size) - b;
}

// Adds one position's Gram under weights `w`.
inline void AddGram(const Simulation& s, int position,
                    const std::vector<double>& w, double* gram) {
  const int m = static_cast<int>(s.models.size()), size = s.vocabulary;
  std::vector<double> x(m * size);
  for (int a = 0; a < m; ++a) {
    const double* log_p = &s.models[a][position * size];
    double mean = 0, mass = 0;
    for (int v = 0; v < size; ++v) {
      mean += w[v] * log_p[v];
      mass += w[v];
    }
    for (int v = 0; v < size; ++v) {
      x[a * size + v] = std::sqrt(w[v]) * (log_p[v] - mean / mass);
    }
  }
  for (int a = 0; a < m; ++a) {
    for (int b = 0; b < m; ++b) {
      double sum = 0;
      for (int v = 0; v < size; ++v) sum += x[a * size + v] * x[b * size + v];
      gram[a * m + b] += sum;
    }
  }
}

inline void FillGrams(const Simulation& s, Observations& o) {
  const int64_t m = o.member_count(), p = o.probe_count();
  o.gram_sum.assign(o.weightings.size() * p * m * m, 0.0);
  for (size_t k = 0; k < o.weightings.size(); ++k) {
    const Weighting& weighting = o.weightings[k];
    for (size_t i = 0; i < s.token.size(); ++i) {
      std::vector<double> w(s.vocabulary, 0.0);
      for (const int32_t index : weighting.member_indices) {
        for (int v = 0; v < s.vocabulary; ++v) {
          w[v] += std::exp(s.models[index][i * s.vocabulary + v]) /
                  static_cast<double>(weighting.member_indices.size());
        }
      }
      if (weighting.without_top) *std::max_element(w.begin(), w.end()) = 0;
      AddGram(
          s, static_cast<int>(i), w,
          &o.gram_sum[(static_cast<int64_t>(k) * p + s.probe_of_position[i]) *
                      m * m]);
    }
  }
}

inline void FillTempered(const Simulation& s, Observations& o) {
  for (int step = -8; step <= 8; ++step) {
    o.inverse_temperatures.push_back(std::exp(0.1 * step));
  }
  for (const Distributions& model : s.models) {
    for (const double b : o.inverse_temperatures) {
      double loss = 0;
      for (size_t i = 0; i < s.token.size(); ++i) {
        std::vector<double> row(&model[i * s.vocabulary],
                                &model[i * s.vocabulary] + s.vocabulary);
        for (double& x : row) x *= b;
        Normalise(row.data(), s.vocabulary);
        loss -= row[s.token[i]];
      }
      o.tempered_loss_sum.push_back(loss);
    }
  }
}

inline Observations Observe(const std::vector<SimulatedModel>& models,
                            const SimulationOptions& options) {
  const Simulation s = Simulate(models, options);
  Observations o;
  Weighting controls;
  controls.name = "controls";
  for (size_t m = 0; m < models.size(); ++m) {
    Member member;
    member.name = models[m].name;
    member.role = models[m].role;
    member.sibling_of = models[m].sibling_of;
    member.fine_tuned_from = models[m].fine_tuned_from;
    o.members.push_back(member);
    const int32_t index = static_cast<int32_t>(m);
    if (member.role == Role::kControl) controls.member_indices.push_back(index);
    // One for the reference, and one for each model good enough.
    if (member.role == Role::kReference || member.role == Role::kPlacebo ||
        (member.role == Role::kControl && models[m].error < 0.62)) {
      o.weightings.push_back({member.name, {index}, false});
    }
    if (member.role == Role::kReference) {
      o.weightings.push_back({member.name, {index}, true});
    }
  }
  if (!controls.member_indices.empty()) o.weightings.push_back(controls);
  ProbeSetSummary text;
  text.name = "text";
  text.counted = true;
  o.sets.push_back(text);
  ProbeSetSummary noise;
  noise.name = "noise";
  noise.counted = true;
  noise.origin = Origin::kGenerated;
  o.sets.push_back(noise);
  for (int p = 0; p < options.probes + options.generated_probes; ++p) {
    ProbeSummary probe;
    probe.set_index = p < options.probes ? 0 : 1;
    probe.id = std::to_string(p);
    probe.position_count = options.positions;
    o.probes.push_back(probe);
  }
  const int64_t m = o.member_count();
  o.loss_sum.assign(o.probe_count() * m, 0.0);
  o.pair_sum.assign(o.probe_count() * o.pair_count() * kPairMetricCount, 0.0);
  for (size_t i = 0; i < s.token.size(); ++i) {
    const int64_t p = s.probe_of_position[i];
    for (int64_t a = 0; a < m; ++a) {
      const double* row = &s.models[a][i * s.vocabulary];
      o.loss_sum[p * m + a] -= row[s.token[i]];
      for (int64_t b = a + 1; b < m; ++b) {
        AddPair(row, &s.models[b][i * s.vocabulary], s.vocabulary,
                &o.pair_sum[(p * o.pair_count() + o.PairIndex(a, b)) *
                            kPairMetricCount]);
      }
    }
  }
  FillGrams(s, o);
  FillTempered(s, o);
  return o;
}

// Reference T, `controls` controls of errors 0.4 to 1.0 (the reference's is
// 0.5), and the suspect S last, which repeats `share` of T's errors.
inline std::vector<SimulatedModel> StandardPanel(int controls, double share) {
  std::vector<SimulatedModel> models;
  models.push_back({"T", Role::kReference, 0.5});
  for (int i = 0; i < controls; ++i) {
    models.push_back({"C" + std::to_string(i), Role::kControl,
                      0.4 + 0.6 * i / std::max(1, controls - 1)});
  }
  models.push_back({"S", Role::kSuspect, 0.45, {{"T", share}}});
  return models;
}

}  // namespace hydrometer::detect

#endif  // HYDROMETER_TESTS_DETECT_SIMULATED_PANEL_H_
