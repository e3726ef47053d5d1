// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// A store that was damaged or changed: opening is strict, and the recorder
// makes again what does not verify, so that no audit reads other numbers and
// none is blocked.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <filesystem>
#include <functional>
#include <limits>
#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "src/base/errors.h"
#include "src/io/file.h"
#include "src/io/safetensors_writer.h"
#include "src/record/recorder.h"
#include "tests/record/zoo_subject.h"
#include "tests/temporary_folder.h"

namespace hydrometer::record {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

constexpr int kProbeCount = 70;  // two parts

class DamagedStoreTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto subject = OpenSubject(ZooPath("controls/control_16"));
    ASSERT_TRUE(subject.ok()) << subject.status();
    subject_ = std::make_unique<Subject>(*std::move(subject));
    auto result = Record();
    ASSERT_TRUE(result.ok()) << result.status();
    key_ = result->key;
    folder_path_ = RecordingFolder(store_, key_);
    want_ = Files();
  }
  absl::StatusOr<Recorder::Result> Record() {
    RecordOptions options;
    options.store = store_;
    options.load.thread_count = 2;
    return Recorder(*subject_, options).Record(set_);
  }
  // Path -> bytes of every file of the store.
  std::map<std::string, std::string> Files() {
    std::map<std::string, std::string> files;
    for (const auto& entry : fs::recursive_directory_iterator(store_)) {
      if (!entry.is_regular_file()) continue;
      files[entry.path()] = *io::ReadFile(entry.path().string(), 1 << 28);
    }
    return files;
  }
  std::string Part() { return PartPath(store_, key_, 0); }
  std::string Head() {
    return HeadPath(store_, subject_->member.weights_sha256);
  }
  void Write(const std::string& path, const std::string& bytes) {
    ASSERT_TRUE(io::WriteFileAtomically(path, bytes).ok());
  }
  void EditHeader(const std::string& from, const std::string& to) {
    const std::string path = folder_path_ + "/recording.json";
    std::string text = *io::ReadFile(path, 1 << 20);
    ASSERT_NE(text.find(from), std::string::npos) << text;
    Write(path, absl::StrReplaceAll(text, {{from, to}}));
  }
  // Writes into a tensor of the first part; the file stays well-formed.
  void Overwrite(const std::string& tensor, const void* bytes, size_t count) {
    std::string text = *io::ReadFile(Part(), 1 << 28);
    auto file = io::SafetensorsFile::Open(Part());
    ASSERT_TRUE(file.ok());
    const size_t at = file->Find(tensor)->data - file->bytes().data();
    std::memcpy(&text[at], bytes, count);
    Write(Part(), text);
  }

  TemporaryFolder folder_;
  const std::string store_ = folder_ / "store";
  const probe::ProbeSet set_ = SmallSet(kProbeCount);
  std::unique_ptr<Subject> subject_;
  std::string key_, folder_path_;
  std::map<std::string, std::string> want_;
};

TEST_F(DamagedStoreTest, WhatDoesNotVerifyIsRecordedAgain) {
  const float zeros[8] = {};
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const int32_t id = 7;
  const struct {
    const char* what;
    std::function<void()> damage;
    const char* reason;
  } kCases[] = {
      {"hidden overwritten", [&] { Overwrite("hidden", zeros, sizeof(zeros)); },
       "part-00000.safetensors: has SHA-256"},
      {"NaN in hidden", [&] { Overwrite("hidden", &nan, sizeof(nan)); },
       "part-00000.safetensors: has SHA-256"},
      {"token id changed", [&] { Overwrite("token_ids", &id, sizeof(id)); },
       "part-00000.safetensors: has SHA-256"},
      {"part cut", [&] { fs::resize_file(Part(), 5000); },
       "part-00000.safetensors"},
      {"part missing", [&] { fs::remove(Part()); }, "part-00000.safetensors"},
      {"header empty", [&] { Write(folder_path_ + "/recording.json", ""); },
       "recording.json: not JSON"},
      {"probe count changed",
       [&] { EditHeader("\"probe_count\": 70", "\"probe_count\": 64"); },
       "digests, want 1 for 64 probes"},
      {"vocabulary changed",
       [&] { EditHeader("\"vocab_size\": ", "\"vocab_size\": 1"); },
       "recording.json"},
      {"token count changed",
       [&] { EditHeader("\"token_count\": ", "\"token_count\": 1"); },
       "of recording.json"},
      {"token hash changed",
       [&] {
         EditHeader("\"token_ids_sha256\": \"", "\"token_ids_sha256\": \"0");
       },
       "of recording.json"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.what);
    c.damage();
    auto again = Record();
    ASSERT_TRUE(again.ok()) << again.status();
    EXPECT_FALSE(again->reused);
    EXPECT_THAT(again->again_reason, HasSubstr(c.reason));
    EXPECT_EQ(Files(), want_);
    auto reused = Record();
    ASSERT_TRUE(reused.ok()) << reused.status();
    EXPECT_TRUE(reused->reused);
    EXPECT_EQ(reused->again_reason, "");
  }
}

TEST_F(DamagedStoreTest, OpeningIsStrict) {
  EXPECT_TRUE(Recording::Open(store_, key_).ok());
  const float zero = 0;
  Overwrite("hidden", &zero, sizeof(zero));
  const absl::Status status = Recording::Open(store_, key_).status();
  EXPECT_EQ(ExitCodeFor(status), kExitRefused);
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("part-00000.safetensors: has SHA-256"));
}

TEST_F(DamagedStoreTest, DamagedHeadIsTakenFromTheModelAgain) {
  const std::string good = *io::ReadFile(Head(), 1 << 28);
  std::string zeroed = good;
  std::fill(zeroed.begin() + 1000, zeroed.end(), '\0');
  std::string other = good;
  other[other.size() - 1] ^= 1;
  for (const std::string& bad :
       {zeroed, other, good.substr(0, 999), std::string()}) {
    Write(Head(), bad);
    auto header = ReadHeader(store_, key_);
    ASSERT_TRUE(header.ok());
    EXPECT_EQ(ExitCodeFor(OpenHead(store_, *header).status()), kExitRefused);
    auto again = Record();
    ASSERT_TRUE(again.ok()) << again.status();
    EXPECT_FALSE(again->reused);
    EXPECT_THAT(again->again_reason, HasSubstr("heads/"));
    EXPECT_EQ(Files(), want_);
    EXPECT_TRUE(OpenHead(store_, *header).ok());
  }
}

// A head that was exchanged before another set is recorded is found too.
TEST_F(DamagedStoreTest, ForeignHeadIsNotTakenForTheModels) {
  std::string foreign = *io::ReadFile(Head(), 1 << 28);
  foreign[foreign.size() - 1] ^= 1;
  Write(Head(), foreign);
  RecordOptions options;
  options.store = store_;
  auto result = Recorder(*subject_, options).Record(SmallSet(2));
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_THAT(result->again_reason, HasSubstr("is not the model's head"));
  EXPECT_TRUE(Record()->reused);
}

// A part left by an interrupted run is held against the probes and its digest.
TEST_F(DamagedStoreTest, DamagedPartIsNotResumed) {
  const int32_t id = 7;
  Overwrite("token_ids", &id, sizeof(id));
  fs::remove(folder_path_ + "/recording.json");
  ASSERT_TRUE(Record().ok());
  EXPECT_EQ(Files(), want_);
  const float zero = 0;
  Overwrite("hidden", &zero, sizeof(zero));
  fs::remove(folder_path_ + "/recording.json");
  ASSERT_TRUE(Record().ok());
  EXPECT_EQ(Files(), want_);
}

}  // namespace
}  // namespace hydrometer::record
