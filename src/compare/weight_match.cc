// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/compare/weight_match.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <set>

#include "absl/strings/str_cat.h"
#include "src/base/interrupt.h"
#include "src/base/status_macros.h"
#include "src/stats/assignment.h"
#include "src/stats/spearman.h"

namespace hydrometer::compare {
namespace {

float HalfToFloat(uint16_t half) {
  const uint32_t sign = (half & 0x8000u) << 16;
  const uint32_t exponent = (half >> 10) & 0x1f;
  const uint32_t fraction = half & 0x3ff;
  if (exponent == 0) {
    const float value = std::ldexp(static_cast<float>(fraction), -24);
    return sign ? -value : value;
  }
  const uint32_t bits = sign | ((exponent + 112) << 23) | (fraction << 13);
  float value;
  std::memcpy(&value, &bits, 4);
  return value;
}

// Half a unit in the last place, relative to the smallest number that has it.
double HalfUlp(io::DType dtype) {
  if (dtype == io::DType::kBF16) return std::ldexp(1.0, -8);
  if (dtype == io::DType::kF16) return std::ldexp(1.0, -11);
  return std::ldexp(1.0, -24);
}

// Of an 8-bit grid: levels up to this one are told apart from neighbours
// even when the scale is only known through a number rounded to bf16.
constexpr double kSurestLevel = 24;
// Share of values that must lie on the grid before it is believed. By chance
// fewer than half would (tolerance at most 0.19 on both sides, bf16).
constexpr double kGridShare = 0.999;

double GridDeviation(const std::vector<float>& copy,
                     const std::vector<float>& original, int64_t group_size,
                     double half_ulp) {
  int64_t sure_count = 0, on_grid_count = 0;
  double largest = 0;
  const int64_t count = static_cast<int64_t>(copy.size());
  for (int64_t begin = 0; begin < count; begin += group_size) {
    const int64_t end = std::min(begin + group_size, count);
    double top = 0;
    for (int64_t i = begin; i < end; ++i) {
      top = std::max<double>(top, std::fabs(copy[i]));
    }
    const double step = top / 127;
    for (int64_t i = begin; i < end; ++i) {
      const double slack = 2 * half_ulp * std::fabs(copy[i]) +
                           1e-6 * top;  // of the scale's own rounding
      const double allowed = step / 2 + slack;
      const double off = std::fabs(double{copy[i]} - original[i]);
      if (off > 0) {
        largest = std::max(largest, allowed > 0 ? off / allowed : INFINITY);
      }
      if (step == 0) continue;
      const double level = std::fabs(copy[i]) / step;
      if (level < 0.5 || level > kSurestLevel) continue;
      ++sure_count;
      on_grid_count += std::fabs(level - std::round(level)) <=
                       2 * half_ulp * level + 2e-3;
    }
  }
  if (sure_count == 0 || on_grid_count < kGridShare * sure_count) {
    return INFINITY;
  }
  return largest;
}

double SquaredNorm(const std::vector<float>& values) {
  double sum = 0;
  for (float value : values) sum += double{value} * value;
  return sum;
}

// The rows of one projection of one model, [unit_count][width].
struct Units {
  std::vector<float> rows;
  int64_t count = 0, width = 0;

  absl::Span<const float> Row(int64_t unit) const {
    return absl::MakeConstSpan(rows).subspan(unit * width, width);
  }
};

Units UnitsOf(const io::CheckpointTensor& tensor) {
  Units units;
  units.rows = FloatValues(tensor.view);
  units.width = tensor.view.shape[1];
  units.count = std::min(tensor.view.shape[0], kMaxMatchedUnits);
  return units;
}

// Units whose row is neither zero nor that of an earlier unit.
std::vector<bool> Distinct(const Units& units) {
  std::vector<bool> distinct(units.count);
  std::set<std::vector<float>> seen;
  for (int64_t u = 0; u < units.count; ++u) {
    const absl::Span<const float> row = units.Row(u);
    const bool zero = std::all_of(row.begin(), row.end(),
                                  [](float value) { return value == 0; });
    distinct[u] =
        !zero && seen.insert(std::vector<float>(row.begin(), row.end())).second;
  }
  return distinct;
}

// Those that are distinct by both of their rows.
std::vector<int64_t> LiveUnits(const Units& gate, const Units& up) {
  const std::vector<bool> by_gate = Distinct(gate), by_up = Distinct(up);
  std::vector<int64_t> live;
  for (int64_t u = 0; u < gate.count; ++u) {
    if (by_gate[u] && by_up[u]) live.push_back(u);
  }
  return live;
}

// [live][width], each row of length 1.
std::vector<float> NormalisedRows(const Units& units,
                                  const std::vector<int64_t>& live) {
  std::vector<float> out;
  out.reserve(live.size() * units.width);
  for (const int64_t unit : live) {
    double sum = 0;
    for (const float value : units.Row(unit)) sum += double{value} * value;
    const double scale = sum > 0 ? 1 / std::sqrt(sum) : 0;
    for (const float value : units.Row(unit)) {
      out.push_back(static_cast<float>(value * scale));
    }
  }
  return out;
}

// For each live unit of `first` the place of its partner among those of
// `second`, by the cosine of their rows; -1 without one.
absl::StatusOr<std::vector<int64_t>> MatchRows(
    const Units& first, const std::vector<int64_t>& first_live,
    const Units& second, const std::vector<int64_t>& second_live) {
  const std::vector<float> a = NormalisedRows(first, first_live);
  const std::vector<float> b = NormalisedRows(second, second_live);
  const int64_t rows = first_live.size(), columns = second_live.size();
  const int64_t size = std::max(rows, columns), width = first.width;
  std::vector<double> cosine(size * size, 0);  // 0 where one side has no unit
  for (int64_t x = 0; x < rows; ++x) {
    for (int64_t y = 0; y < columns; ++y) {
      float sum = 0;
      for (int64_t i = 0; i < width; ++i) {
        sum += a[x * width + i] * b[y * width + i];
      }
      cosine[x * size + y] = sum;
    }
  }
  HYDROMETER_ASSIGN_OR_RETURN(std::vector<int64_t> partner,
                              stats::GreatestGainAssignment(cosine, size));
  partner.resize(rows);
  for (int64_t& y : partner) {
    if (y >= columns) y = -1;
  }
  return partner;
}

std::string WhyNotComparable(const io::Checkpoint& first,
                             const io::Checkpoint& second) {
  for (const auto& [name, tensor] : first.tensors()) {
    const io::CheckpointTensor* other = second.Find(name);
    if (other == nullptr) {
      return absl::StrCat("tensor ", name, " is in one of them only");
    }
    if (other->view.shape != tensor.view.shape) {
      return absl::StrCat("tensor ", name, " has shape ",
                          io::ShapeText(tensor.view.shape), " and ",
                          io::ShapeText(other->view.shape));
    }
  }
  if (first.tensors().size() != second.tensors().size()) {
    return absl::StrCat("they hold ", first.tensors().size(), " and ",
                        second.tensors().size(), " tensors");
  }
  return "";
}

// The two matchings of one layer, held against each other; nothing is added
// where fewer than three units are matched in both.
absl::Status MatchLayer(const Units (&gate)[2], const Units (&up)[2],
                        int32_t layer, WeightComparison& result) {
  const std::vector<int64_t> first = LiveUnits(gate[0], up[0]);
  const std::vector<int64_t> second = LiveUnits(gate[1], up[1]);
  HYDROMETER_ASSIGN_OR_RETURN(const std::vector<int64_t> by_gate,
                              MatchRows(gate[0], first, gate[1], second));
  HYDROMETER_RETURN_IF_ERROR(CheckInterrupted());
  HYDROMETER_ASSIGN_OR_RETURN(const std::vector<int64_t> by_up,
                              MatchRows(up[0], first, up[1], second));
  HYDROMETER_RETURN_IF_ERROR(CheckInterrupted());
  std::vector<double> x, y;
  for (size_t u = 0; u < first.size(); ++u) {
    if (by_gate[u] < 0 || by_up[u] < 0) continue;
    x.push_back(static_cast<double>(by_gate[u]));
    y.push_back(static_cast<double>(by_up[u]));
  }
  if (x.size() < 3) return absl::OkStatus();
  HYDROMETER_ASSIGN_OR_RETURN(const stats::RankCorrelation correlation,
                              stats::Spearman(x, y));
  result.layers.push_back({layer, "mlp.gate_proj against mlp.up_proj",
                           static_cast<int64_t>(x.size()), correlation.rho,
                           correlation.p_greater});
  return absl::OkStatus();
}

absl::Status MatchLayers(const io::Checkpoint& first,
                         const io::Checkpoint& second,
                         WeightComparison& result) {
  for (int32_t layer = 0;; ++layer) {
    const std::string prefix = absl::StrCat("model.layers.", layer, ".mlp.");
    const std::string gate = prefix + "gate_proj.weight";
    const std::string up = prefix + "up_proj.weight";
    if (first.Find(gate) == nullptr || first.Find(up) == nullptr) {
      return absl::OkStatus();
    }
    HYDROMETER_RETURN_IF_ERROR(MatchLayer(
        {UnitsOf(*first.Find(gate)), UnitsOf(*second.Find(gate))},
        {UnitsOf(*first.Find(up)), UnitsOf(*second.Find(up))}, layer, result));
  }
}

}  // namespace

std::vector<float> FloatValues(const io::TensorView& tensor) {
  std::vector<float> values(tensor.element_count());
  const uint8_t* from = tensor.data;
  for (float& value : values) {
    if (tensor.dtype == io::DType::kF32) {
      std::memcpy(&value, from, 4);
      from += 4;
      continue;
    }
    uint16_t bits;
    std::memcpy(&bits, from, 2);
    from += 2;
    if (tensor.dtype == io::DType::kF16) {
      value = HalfToFloat(bits);
    } else {
      const uint32_t wide = uint32_t{bits} << 16;
      std::memcpy(&value, &wide, 4);
    }
  }
  return values;
}

double StorageDeviation(const std::vector<float>& copy,
                        const std::vector<float>& original, int64_t row_size,
                        io::DType copy_dtype) {
  const double half_ulp = HalfUlp(copy_dtype);
  double by_dtype = 0;
  for (size_t i = 0; i < copy.size(); ++i) {
    const double off = std::fabs(double{copy[i]} - original[i]);
    const double allowed = half_ulp * std::fabs(original[i]) * (1 + 1e-6);
    if (off > 0) {
      by_dtype =
          std::max(by_dtype, allowed > 0 ? off / allowed : INFINITY);
    }
  }
  double best = by_dtype <= 1 ? by_dtype : INFINITY;
  for (int64_t group : {int64_t{16}, int64_t{32}, int64_t{64}, int64_t{128},
                        int64_t{256}, row_size}) {
    if (best <= 1) break;
    best = std::min(best, GridDeviation(copy, original, group, half_ulp));
  }
  return std::isinf(best) ? std::max(by_dtype, 2.0) : best;
}

absl::StatusOr<WeightComparison> CompareWeights(
    const io::Checkpoint& first, const io::Checkpoint& second,
    const std::string& first_name, const std::string& second_name) {
  WeightComparison result;
  result.first = first_name;
  result.second = second_name;
  result.reason = WhyNotComparable(first, second);
  if (!result.reason.empty()) return result;
  result.comparable = true;
  double difference = 0, size = 0;
  for (const auto& [name, tensor] : first.tensors()) {
    const io::TensorView& other = second.Find(name)->view;
    const std::vector<float> a = FloatValues(tensor.view);
    const std::vector<float> b = FloatValues(other);
    if (a.empty()) continue;
    const int64_t row =
        tensor.view.shape.empty() ? 1 : tensor.view.shape.back();
    // Either may be the copy.
    result.largest_half_steps = std::max(
        result.largest_half_steps,
        std::min(StorageDeviation(a, b, row, tensor.view.dtype),
                 StorageDeviation(b, a, row, other.dtype)));
    std::vector<float> gap(a.size());
    for (size_t i = 0; i < a.size(); ++i) gap[i] = a[i] - b[i];
    difference += SquaredNorm(gap);
    size += SquaredNorm(b);
    HYDROMETER_RETURN_IF_ERROR(CheckInterrupted());
  }
  result.relative_distance = size > 0 ? std::sqrt(difference / size) : 0;
  HYDROMETER_RETURN_IF_ERROR(MatchLayers(first, second, result));
  return result;
}

}  // namespace hydrometer::compare
