// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/io/safetensors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "src/base/errors.h"

namespace hydrometer::io {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

std::string WithLength(uint64_t length, const std::string& rest) {
  std::string bytes(8, '\0');
  for (int i = 0; i < 8; ++i) bytes[i] = static_cast<char>(length >> (8 * i));
  return bytes + rest;
}

std::string File(const std::string& header, size_t data_bytes) {
  return WithLength(header.size(), header + std::string(data_bytes, '\1'));
}

absl::StatusOr<SafetensorsContent> Parse(const std::string& bytes) {
  return ParseSafetensors(
      {reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()},
      "a.safetensors");
}

// The refusal's text; every one names the file.
std::string Refusal(const std::string& bytes) {
  auto content = Parse(bytes);
  EXPECT_FALSE(content.ok()) << "was accepted";
  EXPECT_EQ(ExitCodeFor(content.status()), kExitRefused);
  std::string message(content.status().message());
  EXPECT_THAT(message, HasSubstr("a.safetensors: "));
  EXPECT_EQ(message.find('\n'), std::string::npos) << message;
  return message;
}

std::string Entry(const std::string& dtype, const std::string& shape,
                  const std::string& range) {
  return absl::StrCat("{\"dtype\":\"", dtype, "\",\"shape\":", shape,
                      ",\"data_offsets\":", range, "}");
}

std::string OneTensor(const std::string& dtype, const std::string& shape,
                      const std::string& range, size_t data_bytes) {
  return File("{\"x\":" + Entry(dtype, shape, range) + "}", data_bytes);
}

TEST(Safetensors, ReadsTensorsAndMetadata) {
  const std::string bytes =
      File("{\"__metadata__\":{\"format\":\"pt\"},\"b\":" +
               Entry("F32", "[2,1]", "[0,8]") +
               ",\"a\":" + Entry("I64", "[]", "[8,16]") +
               ",\"empty\":" + Entry("BF16", "[3,0]", "[16,16]") + "}  ",
           16);
  auto content = Parse(bytes);
  ASSERT_TRUE(content.ok()) << content.status();
  EXPECT_EQ(content->metadata.at("format"), "pt");
  ASSERT_EQ(content->tensors.size(), 3u);
  const TensorView& a = content->tensors.at("a");
  EXPECT_EQ(a.dtype, DType::kI64);
  EXPECT_TRUE(a.shape.empty());
  EXPECT_EQ(a.element_count(), 1);
  const TensorView& b = content->tensors.at("b");
  EXPECT_EQ(b.shape, (std::vector<int64_t>{2, 1}));
  EXPECT_EQ(a.data - b.data, 8);
  EXPECT_EQ(content->tensors.at("empty").element_count(), 0);
}

TEST(Safetensors, RefusesAFileThatIsCut) {
  EXPECT_THAT(Refusal("abc"), HasSubstr("has 3 bytes, want at least 8"));
  EXPECT_THAT(Refusal(""), HasSubstr("has 0 bytes"));
  EXPECT_THAT(Refusal(WithLength(50, "{}")),
              HasSubstr("header length is 50 bytes, want at most 2"));
  EXPECT_THAT(Refusal(OneTensor("F32", "[4]", "[0,16]", 15)),
              HasSubstr("data_offsets [0, 16], want a range within 15 bytes"));
}

TEST(Safetensors, RefusesAHeaderTooLong) {
  EXPECT_THAT(
      Refusal(WithLength(100'000'001, std::string(100'000'001, ' '))),
      HasSubstr("header length is 100000001 bytes, want at most 100000000"));
  EXPECT_THAT(Refusal(WithLength(~uint64_t{0}, "{}")),
              HasSubstr("header length is 18446744073709551615 bytes"));
}

TEST(Safetensors, RefusesHeadersThatAreNotStrictJson) {
  EXPECT_THAT(Refusal(File("", 0)), HasSubstr("header: not JSON"));
  EXPECT_THAT(Refusal(File("[]", 0)), HasSubstr("want an object"));
  EXPECT_THAT(Refusal(File("{\"x\":1}", 0)),
              AllOf(HasSubstr("tensor \"x\" is the number 1"),
                    HasSubstr("want an object")));
  const std::string entry = Entry("U8", "[1]", "[0,1]");
  EXPECT_THAT(Refusal(File("{\"x\":" + entry + ",\"x\":" + entry + "}", 1)),
              HasSubstr("\"x\" appears twice"));
  EXPECT_THAT(Refusal(OneTensor("F32", "[NaN]", "[0,4]", 4)),
              HasSubstr("not JSON"));
  EXPECT_THAT(Refusal(File("{\"__metadata__\":{\"n\":1}}", 0)),
              HasSubstr("\"__metadata__\" key \"n\" is the number 1"));
}

TEST(Safetensors, RefusesUnknownDTypesByName) {
  EXPECT_THAT(
      Refusal(OneTensor("F4", "[2]", "[0,1]", 1)),
      AllOf(HasSubstr("tensor \"x\" has dtype \"F4\""), HasSubstr("BF16")));
  EXPECT_THAT(Refusal(OneTensor("f32", "[1]", "[0,4]", 4)),
              HasSubstr("\"f32\""));
  EXPECT_THAT(
      Refusal(File("{\"x\":{\"shape\":[1],\"data_offsets\":[0,4]}}", 4)),
      HasSubstr("has no \"dtype\""));
}

TEST(Safetensors, RefusesShapesThatCannotBe) {
  EXPECT_THAT(Refusal(OneTensor("F32", "[-1]", "[0,4]", 4)),
              HasSubstr("dimension that is the number -1"));
  EXPECT_THAT(Refusal(OneTensor("F32", "[1.0]", "[0,4]", 4)),
              HasSubstr("want an integer from 0"));
  EXPECT_THAT(Refusal(OneTensor("F32", "[\"1\"]", "[0,4]", 4)),
              HasSubstr("want an integer from 0"));
  EXPECT_THAT(Refusal(OneTensor("F32", "1", "[0,4]", 4)),
              HasSubstr("has no \"shape\""));
  // 2^62 x 4 x 4 bytes wraps to 0 in 64 bits.
  EXPECT_THAT(Refusal(OneTensor("F32", "[4611686018427387904,4]", "[0,0]", 0)),
              HasSubstr("has 0 bytes of data, want more than any file holds"));
  EXPECT_THAT(Refusal(OneTensor("F32", "[99999999999999999999]", "[0,4]", 4)),
              HasSubstr("want an integer from 0"));
  EXPECT_THAT(Refusal(OneTensor(
                  "U8",
                  "[1" +
                      [] {
                        std::string ones;
                        for (int i = 0; i < 64; ++i) ones += ",1";
                        return ones;
                      }() +
                      "]",
                  "[0,1]", 1)),
              HasSubstr("has 65 dimensions, want at most 64"));
}

TEST(Safetensors, RefusesSizesThatDoNotMatch) {
  EXPECT_THAT(Refusal(OneTensor("F32", "[2]", "[0,4]", 4)),
              HasSubstr("has 4 bytes of data, want 8 (F32 [2])"));
  EXPECT_THAT(Refusal(OneTensor("F32", "[1]", "[4,0]", 4)),
              HasSubstr("data_offsets [4, 0]"));
  EXPECT_THAT(Refusal(OneTensor("F32", "[1]", "[-4,0]", 4)),
              HasSubstr("has no \"data_offsets\" [begin, end]"));
  EXPECT_THAT(Refusal(OneTensor("F32", "[1]", "[0,4,8]", 8)),
              HasSubstr("has no \"data_offsets\" [begin, end]"));
}

TEST(Safetensors, RefusesOverlapsHolesAndRests) {
  auto two = [](const std::string& a, const std::string& b, size_t bytes) {
    return File("{\"a\":" + a + ",\"b\":" + b + "}", bytes);
  };
  EXPECT_THAT(
      Refusal(two(Entry("U8", "[4]", "[0,4]"), Entry("U8", "[4]", "[2,6]"), 6)),
      HasSubstr("tensor \"b\" begins at data byte 2, want 4 "
                "(it overlaps the one before)"));
  EXPECT_THAT(
      Refusal(two(Entry("U8", "[4]", "[0,4]"), Entry("U8", "[4]", "[5,9]"), 9)),
      HasSubstr("begins at data byte 5, want 4 (bytes between"));
  EXPECT_THAT(Refusal(OneTensor("U8", "[4]", "[0,4]", 7)),
              HasSubstr("has 7 bytes of data, want 4"));
}

TEST(Safetensors, NamesInMessagesAreEscapedAndCut) {
  const std::string name = "a\\n" + std::string(1000, 'b');
  const std::string message = Refusal(File("{\"" + name + "\":1}", 0));
  EXPECT_THAT(message, HasSubstr("\"a\\nbbb"));
  EXPECT_LT(message.size(), 400u);
}

TEST(Safetensors, FindsNanAndInfinityInEveryWidth) {
  auto first = [](DType dtype, const auto& values) {
    TensorView view;
    view.dtype = dtype;
    view.data = reinterpret_cast<const uint8_t*>(values.data());
    view.byte_count = static_cast<int64_t>(values.size() * sizeof(values[0]));
    return FirstNonFinite(view);
  };
  EXPECT_EQ(first(DType::kF32, std::vector<float>{1, -0.0f, 3e38f}), -1);
  EXPECT_EQ(first(DType::kF32, std::vector<float>{1, HUGE_VALF}), 1);
  EXPECT_EQ(first(DType::kF64, std::vector<double>{NAN}), 0);
  using Bits = std::vector<uint16_t>;
  EXPECT_EQ(first(DType::kF16, Bits{0x7bff, 0xfbff, 0xfc00}), 2);
  EXPECT_EQ(first(DType::kF16, Bits{0x7f80}), 0);
  EXPECT_EQ(first(DType::kBF16, Bits{0x7c00, 0x7f7f}), -1);
  EXPECT_EQ(first(DType::kBF16, Bits{0x7fc0}), 0);
  EXPECT_EQ(first(DType::kI64, std::vector<int64_t>{-1}), -1);
  EXPECT_EQ(first(DType::kF32, std::vector<float>{}), -1);
}

}  // namespace
}  // namespace hydrometer::io
