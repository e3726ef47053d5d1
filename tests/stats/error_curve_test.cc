// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/stats/error_curve.h"

#include <algorithm>
#include <cmath>

#include "tests/stats/fixture.h"

namespace hydrometer::stats {
namespace {

// Data made with each form; numpy refits without each point in turn.
TEST(ErrorCurveTest, ChoosesAsRefittingDoes) {
  const CurveForm order[] = {CurveForm::kLinear, CurveForm::kLinearExp,
                             CurveForm::kQuadratic, CurveForm::kQuadraticExp};
  for (const auto& c : Fixture()["curves"].GetArray()) {
    const std::vector<double> errors = Doubles(c["loo"]);
    const auto curve = FitCurve(Doubles(c["x"]), Doubles(c["y"]), true);
    ASSERT_TRUE(curve.ok()) << curve.status();
    const size_t best = static_cast<size_t>(
        std::min_element(errors.begin(), errors.end()) - errors.begin());
    EXPECT_EQ(curve->form, order[best]);
    EXPECT_NEAR(curve->leave_one_out_rms, errors[best], 1e-10);
    const auto plain = FitCurve(Doubles(c["x"]), Doubles(c["y"]), false);
    ASSERT_TRUE(plain.ok());
    EXPECT_NEAR(plain->leave_one_out_rms, std::min(errors[0], errors[1]),
                1e-10);
  }
}

TEST(ErrorCurveTest, ExactQuadraticIsFound) {
  std::vector<double> x, y;
  for (int i = 0; i < 10; ++i) {
    x.push_back(3 + 0.2 * i);
    y.push_back(1 - 2 * x.back() + 0.5 * x.back() * x.back());
  }
  const auto curve = FitCurve(x, y, true);
  ASSERT_TRUE(curve.ok());
  EXPECT_EQ(CurveFormName(curve->form), "quadratic in loss");
  EXPECT_NEAR(curve->At(3.3), 1 - 2 * 3.3 + 0.5 * 3.3 * 3.3, 1e-10);
}

TEST(ErrorCurveTest, Refusals) {
  EXPECT_FALSE(FitCurve({}, {}, true).ok());
  EXPECT_FALSE(FitCurve({1, 2}, {1, 2}, true).ok());
  EXPECT_FALSE(FitCurve({1, 1, 1, 1}, {1, 2, 3, 4}, true).ok());
  EXPECT_FALSE(FitCurve({1, 2, 3, std::nan("")}, {1, 2, 3, 4}, true).ok());
}

}  // namespace
}  // namespace hydrometer::stats
