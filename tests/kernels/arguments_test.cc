// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// Bad arguments are a Status that names the value; empty input touches nothing.
#include <gmock/gmock.h>

#include "tests/kernels/backends.h"
#include "tests/kernels/test_panel.h"

namespace hydrometer::kernels {
namespace {

using ::testing::HasSubstr;

void ExpectRefused(const absl::Status& s, const char* text) {
  EXPECT_EQ(s.code(), absl::StatusCode::kInvalidArgument) << s;
  EXPECT_THAT(std::string(s.message()), HasSubstr(text));
}

class ArgumentsTest : public ::testing::Test {
 protected:
  ArgumentsTest() : panel_(DataType::kFloat32, 3, 2, 12) {
    views_ = panel_.Views();
    out_.lse_nats = lse_;
    out_.topk_id = ids_;
    pair_out_.js_nats = lse_;
  }
  absl::Status RowStats(const Rows& rows, int k = 2) {
    return ComputeRowStatistics(rows, {nullptr, k}, out_);
  }
  TestPanel panel_;
  std::vector<Rows> views_;
  double lse_[64];
  int32_t ids_[256];
  RowStatistics out_;
  PairDivergences pair_out_;
};

TEST_F(ArgumentsTest, Views) {
  Rows r = views_[0];
  r.data = nullptr;
  ExpectRefused(RowStats(r), "null pointer with 2 items");
  r = views_[0];
  r.row_count = -4;
  ExpectRefused(RowStats(r), "row_count is -4");
  r = views_[0];
  r.vocab_count = 0;
  ExpectRefused(RowStats(r), "vocab_count is 0");
  r = views_[0];
  r.row_stride = 11;
  ExpectRefused(RowStats(r), "row_stride is 11, want at least vocab_count 12");
  r = views_[0];
  r.data = static_cast<const char*>(r.data) + 2;
  ExpectRefused(RowStats(r), "2 bytes past a multiple of 4");
  r = views_[0];
  r.type = static_cast<DataType>(9);
  ExpectRefused(RowStats(r), "data type is 9");
  r = views_[0];
  r.transform.temperature = 0;
  ExpectRefused(RowStats(r), "temperature is 0");
  r = views_[0];
  r.transform.soft_cap = -3;
  ExpectRefused(RowStats(r), "soft_cap is -3");
  ExpectRefused(RowStats(views_[0], 65), "k is 65, want 1 to 64");
  ExpectRefused(RowStats(views_[0], 0), "k is 0");
}

TEST_F(ArgumentsTest, TokenIds) {
  const int32_t ids[] = {-1, 12};
  ExpectRefused(ComputeRowStatistics(views_[0], {ids, 1}, out_),
                "token_id[1] is 12, want -1 to 11");
}

TEST_F(ArgumentsTest, Pairs) {
  const int32_t index[] = {0, 2};
  PairDivergenceRequest request;
  request.p_index = index;
  request.pair_count = 2;
  const Rows &p = views_[0], &q = views_[1];
  ExpectRefused(ComputePairDivergence(p, q, request, pair_out_),
                "q_index is null and the other is not");
  request.q_index = index;
  ExpectRefused(ComputePairDivergence(p, q, request, pair_out_),
                "p_index[1] is 2, want 0 to 1");
  Rows other = q;
  other.vocab_count = 11;
  ExpectRefused(ComputePairDivergence(p, other, {}, pair_out_),
                "vocab_count is 11, want that of p, 12");
}

TEST_F(ArgumentsTest, Panels) {
  PanelDivergences out;
  out.js_nats = lse_;
  std::vector<Rows> many(129, views_[0]);
  ExpectRefused(ComputePanelDivergence(many, nullptr, out, {}),
                "129 members, want 2 to 128");
  ExpectRefused(ComputePanelDivergence(views_, nullptr, out, {}),
                "workspace: 0 bytes, want at least");
  std::vector<Rows> unlike = views_;
  unlike[2].row_count = 1;
  ExpectRefused(ComputePanelDivergence(unlike, nullptr, out, {}), "member 2");

  int64_t count = 0;
  const std::vector<int32_t> outside = {3}, twice = {1, 1};
  std::vector<WeightSpec> specs = {{outside, false}};
  ExpectRefused(
      AccumulatePanelGram(views_, {specs, nullptr}, {lse_, &count}, {}),
      "member 3, want 0 to 2");
  specs = {{twice, false}};
  ExpectRefused(
      AccumulatePanelGram(views_, {specs, nullptr}, {lse_, &count}, {}),
      "member 1 is named twice");
  specs = {{{}, false}};
  ExpectRefused(
      AccumulatePanelGram(views_, {specs, nullptr}, {lse_, &count}, {}),
      "no member");
}

TEST_F(ArgumentsTest, Heads) {
  Head h;
  h.row_count = 1;
  h.hidden_size = 4;
  h.hidden_stride = 3;
  h.weight_stride = 4;
  h.vocab_count = h.logits_stride = 5;
  ExpectRefused(ComputeHead(h, {}), "hidden_stride is 3");
  h.hidden_stride = 4;
  ExpectRefused(ComputeHead(h, {}), "hidden: null pointer");
}

TEST_F(ArgumentsTest, EmptyInputTouchesNothing) {
  Rows none = views_[0];
  none.row_count = 0;
  none.data = nullptr;
  lse_[0] = 42;
  EXPECT_TRUE(RowStats(none).ok());
  EXPECT_TRUE(ComputePairDivergence(none, none, {}, pair_out_).ok());
  PanelDivergences out;
  out.js_nats = lse_;
  EXPECT_TRUE(ComputePanelDivergence({none, none}, nullptr, out, {}).ok());
  EXPECT_EQ(lse_[0], 42);
}

TEST_F(ArgumentsTest, CudaWithoutCudaIsRefused) {
  if (GetCapabilities().cuda_usable) GTEST_SKIP() << "a CUDA device is here";
  Rows r = views_[0];
  r.device = Device::kCuda;
  const absl::Status s = RowStats(r);
  EXPECT_EQ(s.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(s.message()), HasSubstr("cuda"));
}

}  // namespace
}  // namespace hydrometer::kernels
