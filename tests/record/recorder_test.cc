// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/record/recorder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <map>

#include "src/base/errors.h"
#include "src/io/file.h"
#include "src/io/sha256.h"
#include "tests/record/overflowing_model.h"
#include "tests/record/zoo_subject.h"
#include "tests/temporary_folder.h"

namespace hydrometer::record {
namespace {

using ::testing::HasSubstr;

class RecorderTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto subject = OpenSubject(ZooPath("controls/control_16"));
    ASSERT_TRUE(subject.ok()) << subject.status();
    subject_ = std::make_unique<Subject>(*std::move(subject));
  }

  RecordOptions Options(int threads = 2, int64_t batch = 64) {
    RecordOptions options;
    options.store = folder_ / "store";
    options.load.thread_count = threads;
    options.batch_sequences = batch;
    return options;
  }

  // Probe id -> hash of its token ids and hidden states.
  std::map<std::string, std::string> Hashes(const probe::ProbeSet& set,
                                            RecordOptions options) {
    Recorder recorder(*subject_, options);
    auto result = recorder.Record(set);
    EXPECT_TRUE(result.ok()) << result.status();
    auto recording = Recording::Open(options.store, result->key);
    EXPECT_TRUE(recording.ok()) << recording.status();
    std::map<std::string, std::string> hashes;
    for (int64_t i = 0; i < recording->probe_count(); ++i) {
      auto ids = recording->ids(i);
      io::Sha256 hash;
      hash.Update(ids.data(), ids.size() * sizeof(int32_t));
      hash.Update(recording->hidden(i), ids.size() * sizeof(float) *
                                            recording->header().hidden_size);
      hashes[set.probes[i].id] = hash.HexDigest();
    }
    return hashes;
  }

  // Name -> bytes of every file below the recording's folder.
  std::map<std::string, std::string> Files(const std::string& store,
                                           const std::string& key) {
    std::map<std::string, std::string> files;
    const std::string folder = RecordingFolder(store, key);
    const std::vector<std::string> names = *io::ListFolder(folder);
    for (const std::string& name : names) {
      files[name] = *io::ReadFile(io::JoinPath(folder, name), 1 << 28);
    }
    return files;
  }

  TemporaryFolder folder_;
  std::unique_ptr<Subject> subject_;
};

// A position's bits depend on nothing but its own probe.
TEST_F(RecorderTest, SameBitsForAnyOrderBatchAndThreadCount) {
  probe::ProbeSet set = SmallSet(70);
  const auto want = Hashes(set, Options(1, 64));
  ASSERT_EQ(want.size(), 70u);
  for (int threads : {1, 2, 3}) {
    for (int64_t batch : {1, 7, 64}) {
      std::rotate(set.probes.begin(), set.probes.begin() + 11,
                  set.probes.end());
      set.content_sha256 = probe::ContentSha256(set.probes);
      RecordOptions options = Options(threads, batch);
      options.store = folder_ / absl::StrCat("s", threads, "-", batch);
      EXPECT_EQ(Hashes(set, options), want) << threads << " " << batch;
    }
  }
}

TEST_F(RecorderTest, SecondRunReusesAndLoadsNothing) {
  const probe::ProbeSet set = SmallSet(5);
  ASSERT_FALSE(Recorder(*subject_, Options()).Record(set)->reused);
  EXPECT_TRUE(Recorder(*subject_, Options()).Record(set)->reused);
}

TEST_F(RecorderTest, InterruptedRunGoesOnAndEndsWithTheSameBytes) {
  const probe::ProbeSet set = SmallSet(150);  // three parts
  RecordOptions whole = Options();
  whole.store = folder_ / "whole";
  auto result = Recorder(*subject_, whole).Record(set);
  ASSERT_TRUE(result.ok()) << result.status();
  RecordOptions stopped = Options();
  int batches = 0;
  stopped.progress = [&](int64_t, int64_t) -> absl::Status {
    if (++batches == 2) return absl::CancelledError("stop");
    return absl::OkStatus();
  };
  EXPECT_EQ(Recorder(*subject_, stopped).Record(set).status().code(),
            absl::StatusCode::kCancelled);
  EXPECT_FALSE(RecordingIsWhole(stopped.store, result->key));
  EXPECT_FALSE(Recording::Open(stopped.store, result->key).ok());
  ASSERT_TRUE(Recorder(*subject_, Options()).Record(set).ok());
  EXPECT_EQ(Files(stopped.store, result->key),
            Files(whole.store, result->key));
}

TEST_F(RecorderTest, DamagedPartIsWrittenAgain) {
  const probe::ProbeSet set = SmallSet(3);
  auto result = Recorder(*subject_, Options()).Record(set);
  const auto want = Files(Options().store, result->key);
  const std::string part = PartPath(Options().store, result->key, 0);
  ASSERT_TRUE(io::WriteFileAtomically(part, "cut").ok());
  EXPECT_FALSE(Recording::Open(Options().store, result->key).ok());
  std::remove((RecordingFolder(Options().store, result->key) +
               "/recording.json").c_str());
  ASSERT_TRUE(Recorder(*subject_, Options()).Record(set).ok());
  EXPECT_EQ(Files(Options().store, result->key), want);
}

TEST_F(RecorderTest, LongProbesAreCutAndCounted) {
  probe::ProbeSet set = SmallSet(2);
  for (int i = 0; i < 300; ++i) set.probes[1].text += " again";
  auto result = Recorder(*subject_, Options()).Record(set);
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->header.cut_count, 1);
  auto recording = Recording::Open(Options().store, result->key);
  EXPECT_EQ(static_cast<int64_t>(recording->ids(1).size()),
            subject_->description.config.max_position_embeddings);
}

TEST_F(RecorderTest, StoreThatCannotBeWrittenIsExhaustion) {
  RecordOptions options = Options();
  options.store = "/proc/hydrometer";
  EXPECT_EQ(ExitCodeFor(
                Recorder(*subject_, options).Record(SmallSet(1)).status()),
            kExitExhausted);
}

TEST_F(RecorderTest, AnswersThatAreNotFiniteAreRefusedByName) {
  MakeOverflowingModel(folder_ / "loud");
  auto subject = OpenSubject(folder_ / "loud");
  ASSERT_TRUE(subject.ok()) << subject.status();
  const absl::Status status =
      Recorder(*subject, Options()).Record(SmallSet(2)).status();
  EXPECT_EQ(ExitCodeFor(status), kExitRefused);
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("/loud: answers probe p0 of set small with the hidden "
                        "state "));
}

// Anyone can open a recording in Python.
TEST_F(RecorderTest, OfficialWheelReadsARecording) {
  const char* python = std::getenv("HYDROMETER_PYTHON");
  if (python == nullptr) GTEST_SKIP() << "HYDROMETER_PYTHON is not set";
  const probe::ProbeSet set = SmallSet(4);
  auto result = Recorder(*subject_, Options()).Record(set);
  const std::string script = folder_ / "read.py";
  ASSERT_TRUE(io::WriteFileAtomically(
                  script,
                  "import sys\n"
                  "from safetensors import safe_open\n"
                  "with safe_open(sys.argv[1], 'np') as f:\n"
                  "  ids, at = f.get_tensor('token_ids'), "
                  "f.get_tensor('probe_offsets')\n"
                  "  hidden = f.get_tensor('hidden')\n"
                  "assert len(at) == 5 and at[0] == 0 and at[-1] == len(ids)\n"
                  "assert hidden.shape == (len(ids), int(sys.argv[2]))\n"
                  "assert abs(hidden).max() > 0\n")
                  .ok());
  const std::string command =
      absl::StrCat(python, " ", script, " ",
                   PartPath(Options().store, result->key, 0), " ",
                   result->header.hidden_size);
  EXPECT_EQ(std::system(command.c_str()), 0);
}

TEST(RecordingHeader, KeyChangesWithWhateverCouldChangeABit) {
  RecordingHeader header;
  header.weights_sha256 = "w";
  const std::string key = header.Key();
  for (std::string RecordingHeader::* field :
       {&RecordingHeader::weights_sha256, &RecordingHeader::config_sha256,
        &RecordingHeader::tokenizer_sha256, &RecordingHeader::probe_set_sha256,
        &RecordingHeader::numerics}) {
    RecordingHeader other = header;
    other.*field += "x";
    EXPECT_NE(other.Key(), key);
  }
  header.probe_set_name = "another name of the same texts";
  EXPECT_EQ(header.Key(), key);
}

}  // namespace
}  // namespace hydrometer::record
