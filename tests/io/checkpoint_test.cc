// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/io/checkpoint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "src/base/errors.h"
#include "src/io/file.h"
#include "src/io/safetensors_writer.h"
#include "tests/temporary_folder.h"

namespace hydrometer::io {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr float kData[] = {1, 2, 3, 4, 5, 6};

class CheckpointTest : public testing::Test {
 protected:
  void Text(const std::string& name, const std::string& text) {
    fs::create_directories(fs::path(home_ + "/" + name).parent_path());
    ASSERT_TRUE(WriteFileAtomically(home_ + "/" + name, text).ok());
  }
  // A safetensors file that holds [2] floats under each name.
  void Weights(const std::string& file, std::vector<std::string> tensors) {
    std::vector<TensorView> views;
    for (size_t i = 0; i < tensors.size(); ++i) {
      views.push_back(
          {tensors[i],
           DType::kF32,
           {2},
           reinterpret_cast<const uint8_t*>(kData + (tensors[i][0] - 'a')),
           8});
    }
    ASSERT_TRUE(WriteSafetensors(home_ + "/" + file, views).ok());
  }
  void Index(const std::string& map) {
    Text("model.safetensors.index.json",
         "{\"metadata\":{},\"weight_map\":" + map + "}");
  }
  std::string Refusal() {
    auto checkpoint = Checkpoint::Open(home_);
    EXPECT_FALSE(checkpoint.ok()) << "was accepted";
    EXPECT_EQ(ExitCodeFor(checkpoint.status()), kExitRefused);
    return std::string(checkpoint.status().message());
  }
  void SetUp() override {
    fs::create_directories(home_);
    Text("config.json", "{}");
  }
  void Reset() {
    fs::remove_all(home_);
    SetUp();
  }

  TemporaryFolder folder_;
  std::string home_ = folder_ / "model";
};

TEST_F(CheckpointTest, OneFileAndShardsHashAlike) {
  Weights("model.safetensors", {"a", "b", "c"});
  auto single = Checkpoint::Open(home_);
  ASSERT_TRUE(single.ok()) << single.status();
  auto hash = single->TensorsSha256({"c", "a"});
  ASSERT_TRUE(hash.ok());
  EXPECT_EQ(hash->size(), 64u);
  EXPECT_EQ(*hash, *single->TensorsSha256({"a", "c"}));
  EXPECT_NE(*hash, *single->TensorsSha256({"a", "b"}));
  EXPECT_EQ(ExitCodeFor(single->TensorsSha256({"x"}).status()), kExitBug);

  Reset();
  Weights("model-1.safetensors", {"a"});
  Weights("model-2.safetensors", {"c", "b"});
  Index(
      "{\"a\":\"model-1.safetensors\",\"b\":\"model-2.safetensors\","
      "\"c\":\"model-2.safetensors\"}");
  auto sharded = Checkpoint::Open(home_);
  ASSERT_TRUE(sharded.ok()) << sharded.status();
  EXPECT_EQ(sharded->weight_files().size(), 2u);
  EXPECT_EQ(*hash, *sharded->TensorsSha256({"a", "c"}));
  EXPECT_TRUE(sharded->ignored_files().empty());
}

TEST_F(CheckpointTest, SurplusFilesAreListedAndNotRead) {
  Weights("model.safetensors", {"a"});
  Text("modeling_evil.py", "import os");
  Text("pytorch_model.bin", "pickle");
  Text("extra.safetensors", "not even safetensors");
  Text("tokenizer.json", "{}");
  auto checkpoint = Checkpoint::Open(home_);
  ASSERT_TRUE(checkpoint.ok()) << checkpoint.status();
  std::string listed;
  for (const IgnoredFile& file : checkpoint->ignored_files()) {
    absl::StrAppend(&listed, file.name, ": ", file.reason, "\n");
  }
  EXPECT_EQ(listed,
            "extra.safetensors: not among the weights that the layout names\n"
            "modeling_evil.py: program text is never executed\n"
            "pytorch_model.bin: weights are read from safetensors only\n");
}

TEST_F(CheckpointTest, RefusesADirectoryThatIsIncomplete) {
  EXPECT_THAT(Refusal(), HasSubstr("has neither model.safetensors nor"));
  Text("pytorch_model.bin", "x");
  EXPECT_THAT(Refusal(), AllOf(HasSubstr("pytorch_model.bin"),
                               HasSubstr("weights only as *.bin"),
                               HasSubstr("convert it")));
  for (const char* name : {"w.pt", "w.pkl", "w.gguf", "w.PTH"}) {
    Reset();
    Text(name, "x");
    EXPECT_THAT(Refusal(), AllOf(HasSubstr(name), HasSubstr("convert it")));
  }
  fs::remove(home_ + "/config.json");
  EXPECT_THAT(Refusal(), HasSubstr("config.json: is missing"));
  fs::remove_all(home_);
  EXPECT_THAT(Refusal(), HasSubstr("is not a folder"));
}

TEST_F(CheckpointTest, RefusesAnIndexThatPointsOutside) {
  Weights("../outside.safetensors", {"a"});
  for (std::string name :
       {std::string("../outside.safetensors"), folder_ / "outside.safetensors",
        std::string("sub/../../outside.safetensors"),
        std::string("model-1.safetensors\\u0000.safetensors")}) {
    Index("{\"a\":\"" + name + "\"}");
    EXPECT_THAT(Refusal(), AllOf(HasSubstr("model.safetensors.index.json"),
                                 HasSubstr("points outside")))
        << name;
  }
  fs::create_symlink("../outside.safetensors", home_ + "/link.safetensors");
  Index("{\"a\":\"link.safetensors\"}");
  EXPECT_THAT(Refusal(),
              AllOf(HasSubstr("link.safetensors"), HasSubstr("is a link to"),
                    HasSubstr("want a file inside")));
}

TEST_F(CheckpointTest, LinksInsideAndToTheDirectoryAreFine) {
  Weights("real.safetensors", {"a"});
  fs::create_symlink("real.safetensors", home_ + "/model.safetensors");
  EXPECT_TRUE(Checkpoint::Open(home_).ok());
  fs::create_directory_symlink(home_, folder_ / "alias");
  EXPECT_TRUE(Checkpoint::Open(folder_ / "alias").ok());
}

TEST_F(CheckpointTest, RefusesConfigAndWeightsThatAreLinksOut) {
  Weights("../outside.safetensors", {"a"});
  fs::create_symlink("../outside.safetensors", home_ + "/model.safetensors");
  EXPECT_THAT(Refusal(), HasSubstr("model.safetensors: is a link to"));
  fs::remove(home_ + "/config.json");
  fs::create_symlink("/etc/hostname", home_ + "/config.json");
  EXPECT_THAT(Refusal(), HasSubstr("config.json: is a link to"));
}

TEST_F(CheckpointTest, HubCacheLinksLeadToBlobsOnly) {
  const std::string repository = folder_ / "models--x";
  home_ = repository + "/snapshots/0123abc";
  const std::string blob(64, 'a');
  fs::create_directories(repository + "/blobs");
  SetUp();
  Weights("../../blobs/" + blob, {"a"});
  fs::create_symlink("../../blobs/" + blob, home_ + "/model.safetensors");
  EXPECT_TRUE(Checkpoint::Open(home_).ok());

  Weights("../../blobs/notes", {"a"});
  fs::remove(home_ + "/model.safetensors");
  fs::create_symlink("../../blobs/notes", home_ + "/model.safetensors");
  EXPECT_THAT(Refusal(), HasSubstr("is a link to"));
  Weights("../../../" + blob, {"a"});
  fs::remove(home_ + "/model.safetensors");
  fs::create_symlink("../../../" + blob, home_ + "/model.safetensors");
  EXPECT_THAT(Refusal(), HasSubstr("is a link to"));
}

TEST_F(CheckpointTest, RefusesShardsThatContradictOneAnother) {
  Weights("model-1.safetensors", {"a", "b"});
  Weights("model-2.safetensors", {"b"});
  Index("{\"a\":\"model-1.safetensors\",\"b\":\"model-2.safetensors\"}");
  EXPECT_THAT(Refusal(), AllOf(HasSubstr("model-2.safetensors: tensor \"b\""),
                               HasSubstr("is in model-1.safetensors")));
  Index("{\"a\":\"model-1.safetensors\"}");
  EXPECT_THAT(Refusal(), AllOf(HasSubstr("tensor \"b\" is not in"),
                               HasSubstr("index.json")));
  Index(
      "{\"a\":\"model-1.safetensors\",\"b\":\"model-1.safetensors\","
      "\"c\":\"model-1.safetensors\"}");
  EXPECT_THAT(Refusal(), AllOf(HasSubstr("tensor \"c\" is promised in"),
                               HasSubstr("seen nowhere")));
  Index("{\"a\":\"model-3.safetensors\"}");
  EXPECT_THAT(Refusal(), HasSubstr("model-3.safetensors: is missing"));
  Index("{\"a\":\"model-1.bin\"}");
  EXPECT_THAT(Refusal(), HasSubstr("want a name that ends with .safetensors"));
  Index("{\"a\":1}");
  EXPECT_THAT(Refusal(), HasSubstr("want a file name"));
  Index("{}");
  EXPECT_THAT(Refusal(), HasSubstr("\"weight_map\" is empty"));
  Weights("model.safetensors", {"a"});
  EXPECT_THAT(Refusal(), HasSubstr("has both"));
}

}  // namespace
}  // namespace hydrometer::io
