// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// The output head on every backend, against a product in double precision.
#include "kernels/head.h"

#include "tests/kernels/backends.h"
#include "tests/kernels/random_rows.h"

namespace hydrometer::kernels {
namespace {

struct HeadCase {
  HeadCase(DataType hidden_type, DataType weight_type, int64_t n, int64_t h,
           int64_t v)
      : hidden(hidden_type, n, h, h + 3, 1),
        weight(weight_type, v, h, h + 1),
        bias(v),
        logits(n * (v + 2), -7.0f),
        lse(n, -7.0) {
    hidden.FillNormal(1, 1);
    weight.FillNormal(2, 2 / std::sqrt(static_cast<double>(h)));
    TestRandom random(3);
    for (float& b : bias) b = static_cast<float>(random.Normal());
    head.hidden = hidden.View().data;
    head.hidden_type = hidden_type;
    head.hidden_stride = h + 3;
    head.row_count = n;
    head.hidden_size = h;
    head.weight = weight.View().data;
    head.weight_type = weight_type;
    head.weight_stride = h + 1;
    head.vocab_count = v;
    head.bias = bias.data();
    head.logits = logits.data();
    head.logits_stride = v + 2;
    head.lse_nats = lse.data();
  }
  TestRows hidden, weight;
  std::vector<float> bias, logits;
  std::vector<double> lse;
  Head head;
};

class HeadTest : public BackendTest {
 protected:
  // A logit is H rounded products summed: the error of an fp32 sum of H terms
  // is below H 2^-24 sum |h w|, and in practice near its square root.
  void Check(HeadCase& c) {
    const absl::Status s = GetParam()->HeadOf(c.head);
    ASSERT_TRUE(s.ok()) << s;
    for (int64_t r = 0; r < c.head.row_count; ++r) {
      Row logits;
      const Row hidden = c.hidden.GetRow(r);
      for (int64_t t = 0; t < c.head.vocab_count; ++t) {
        const Row weight = c.weight.GetRow(t);
        double sum = c.bias[t], size = std::abs(c.bias[t]);
        for (size_t i = 0; i < hidden.size(); ++i) {
          sum += hidden[i] * weight[i];
          size += std::abs(hidden[i] * weight[i]);
        }
        const double bound =
            4 * std::sqrt(hidden.size() + 1.0) * 0x1p-24 * size;
        const float got = c.logits[r * c.head.logits_stride + t];
        EXPECT_NEAR(got, sum, bound) << "row " << r << " token " << t;
        logits.push_back(got);
      }
      EXPECT_TRUE(
          Near(c.lse[r], ReferenceRow(logits, c.head.transform).lse, 1e-6));
    }
  }
};

TEST_P(HeadTest, AgreesForEveryTypeAndShape) {
  for (DataType hidden : AllTypes()) {
    for (DataType weight : AllTypes()) {
      HeadCase c(hidden, weight, 13, 96, 67);
      Check(c);
    }
  }
  for (int64_t h : {1, 7, 255, 256, 257, 600}) {
    HeadCase c(DataType::kFloat32, DataType::kFloat32, 7, h, 33);
    Check(c);
  }
  for (int64_t v : {1, 15, 16, 17, 31, 32, 1025}) {
    HeadCase c(DataType::kFloat32, DataType::kBFloat16, 1, 64, v);
    Check(c);
  }
}

TEST_P(HeadTest, TheLseIsOfTransformedLogits) {
  HeadCase c(DataType::kFloat32, DataType::kFloat32, 5, 64, 300);
  c.head.transform = {10, 0.8f};
  Check(c);
}

TEST_P(HeadTest, ARowsBitsDoNotDependOnTheBatch) {
  if (GetParam()->Name().rfind("cpu", 0) != 0) {
    GTEST_SKIP() << "promised for the CPU only";
  }
  HeadCase all(DataType::kFloat32, DataType::kBFloat16, 101, 300, 129);
  ASSERT_TRUE(GetParam()->HeadOf(all.head).ok());
  for (int64_t r : {0, 5, 6, 47, 48, 100}) {
    HeadCase one(DataType::kFloat32, DataType::kBFloat16, 101, 300, 129);
    Head head = one.head;
    head.hidden =
        static_cast<const float*>(head.hidden) + r * head.hidden_stride;
    head.row_count = 1;
    ASSERT_TRUE(GetParam()->HeadOf(head).ok());
    for (int64_t t = 0; t < 129; ++t) {
      EXPECT_EQ(one.logits[t], all.logits[r * 131 + t]) << r << " " << t;
    }
    EXPECT_EQ(one.lse[0], all.lse[r]);
  }
}

HYDROMETER_ON_ALL_BACKENDS(HeadTest);

}  // namespace
}  // namespace hydrometer::kernels
