// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/record/recording.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "src/base/errors.h"
#include "src/base/status_macros.h"
#include "src/io/file.h"
#include "src/io/json.h"
#include "src/io/sha256.h"

namespace hydrometer::record {
namespace {

constexpr char kFormatName[] = "hydrometer-recording";

// The header's text fields, in the order in which they are written.
struct TextField {
  const char* name;
  std::string RecordingHeader::*field;
  bool addresses;  // part of the key
};
constexpr TextField kTextFields[] = {
    {"weights_sha256", &RecordingHeader::weights_sha256, true},
    {"config_sha256", &RecordingHeader::config_sha256, true},
    {"tokenizer_sha256", &RecordingHeader::tokenizer_sha256, true},
    {"probe_set_name", &RecordingHeader::probe_set_name, false},
    {"probe_set_version", &RecordingHeader::probe_set_version, false},
    {"probe_set_sha256", &RecordingHeader::probe_set_sha256, true},
    {"numerics", &RecordingHeader::numerics, true},
    {"token_ids_sha256", &RecordingHeader::token_ids_sha256, false},
    {"head_sha256", &RecordingHeader::head_sha256, false},
};
struct NumberField {
  const char* name;
  int64_t RecordingHeader::*field;
};
constexpr NumberField kNumberFields[] = {
    {"hidden_size", &RecordingHeader::hidden_size},
    {"vocab_size", &RecordingHeader::vocab_size},
    {"probe_count", &RecordingHeader::probe_count},
    {"cut_count", &RecordingHeader::cut_count},
    {"token_count", &RecordingHeader::token_count},
};

absl::StatusOr<const io::TensorView*> FindTensor(
    const io::SafetensorsFile& file, absl::string_view path,
    absl::string_view name, io::DType dtype, size_t rank) {
  const io::TensorView* tensor = file.Find(name);
  if (tensor == nullptr) {
    return RefusedError(path, ": tensor \"", name, "\" is missing");
  }
  if (tensor->dtype != dtype || tensor->shape.size() != rank) {
    return RefusedError(path, ": tensor \"", name, "\" is ",
                        io::DTypeName(tensor->dtype), " ",
                        io::ShapeText(tensor->shape), ", want ",
                        io::DTypeName(dtype), " of rank ", rank);
  }
  if (reinterpret_cast<uintptr_t>(tensor->data) % io::DTypeBytes(dtype) != 0) {
    return RefusedError(path, ": tensor \"", name, "\" is not aligned");
  }
  return tensor;
}

std::string DigestOf(const io::SafetensorsFile& file) {
  io::Sha256 hash;
  hash.Update(file.bytes().data(), file.bytes().size());
  return hash.HexDigest();
}

absl::Status CheckDigest(absl::string_view path, const std::string& seen,
                         const std::string& wanted) {
  if (seen == wanted) return absl::OkStatus();
  return RefusedError(path, ": has SHA-256 ", seen, ", want ",
                      io::QuotedName(wanted), " (recording.json)");
}

template <typename T>
absl::Span<const T> Elements(const io::TensorView& tensor) {
  return absl::MakeConstSpan(reinterpret_cast<const T*>(tensor.data),
                             tensor.element_count());
}

template <typename T>
absl::string_view BytesOf(absl::Span<const T> values) {
  return absl::string_view(reinterpret_cast<const char*>(values.data()),
                           values.size() * sizeof(T));
}

}  // namespace

std::string RecordingHeader::Key() const {
  io::Sha256 hash;
  hash.UpdateFramed(absl::StrCat(kFormatName, " ", kRecordingVersion));
  for (const TextField& field : kTextFields) {
    if (field.addresses) hash.UpdateFramed(this->*field.field);
  }
  return hash.HexDigest();
}

std::string RecordingFolder(absl::string_view store, absl::string_view key) {
  return absl::StrCat(store, "/recordings/", key);
}

std::string PartPath(absl::string_view store, absl::string_view key,
                     int64_t part_index) {
  return absl::StrFormat("%s/part-%05d.safetensors",
                         RecordingFolder(store, key), part_index);
}

std::string HeadPath(absl::string_view store,
                     absl::string_view weights_sha256) {
  return absl::StrCat(store, "/heads/", weights_sha256, ".safetensors");
}

bool RecordingIsWhole(absl::string_view store, absl::string_view key) {
  return io::FileExists(
      io::JoinPath(RecordingFolder(store, key), "recording.json"));
}

absl::Status WriteHeader(absl::string_view store,
                         const RecordingHeader& header) {
  rapidjson::Document json(rapidjson::kObjectType);
  auto& allocator = json.GetAllocator();
  json.AddMember("format", kFormatName, allocator);
  json.AddMember("version", kRecordingVersion, allocator);
  for (const TextField& field : kTextFields) {
    json.AddMember(rapidjson::StringRef(field.name),
                   rapidjson::Value(header.*field.field, allocator),
                   allocator);
  }
  for (const NumberField& field : kNumberFields) {
    json.AddMember(rapidjson::StringRef(field.name), header.*field.field,
                   allocator);
  }
  rapidjson::Value parts(rapidjson::kArrayType);
  for (const std::string& sha256 : header.part_sha256) {
    parts.PushBack(rapidjson::Value(sha256, allocator), allocator);
  }
  json.AddMember("part_sha256", parts, allocator);
  return io::WriteFileAtomically(
      io::JoinPath(RecordingFolder(store, header.Key()), "recording.json"),
      io::WriteJson(json, 1) + "\n");
}

absl::StatusOr<RecordingHeader> ReadHeader(absl::string_view store,
                                           absl::string_view key) {
  const std::string path =
      io::JoinPath(RecordingFolder(store, key), "recording.json");
  HYDROMETER_ASSIGN_OR_RETURN(rapidjson::Document json,
                              io::ReadJsonFile(path, 1 << 20));
  HYDROMETER_ASSIGN_OR_RETURN(std::string format,
                              io::GetString(json, "format", path));
  HYDROMETER_ASSIGN_OR_RETURN(int64_t version,
                              io::GetInt(json, "version", path));
  if (format != kFormatName || version != kRecordingVersion) {
    return RefusedError(path, ": is ", format, " version ", version, ", want ",
                        kFormatName, " version ", kRecordingVersion);
  }
  RecordingHeader header;
  for (const TextField& field : kTextFields) {
    HYDROMETER_ASSIGN_OR_RETURN(header.*field.field,
                                io::GetString(json, field.name, path));
  }
  for (const NumberField& field : kNumberFields) {
    HYDROMETER_ASSIGN_OR_RETURN(header.*field.field,
                                io::GetInt(json, field.name, path));
    if (header.*field.field < 0) {
      return RefusedError(path, ": key \"", field.name, "\" is ",
                          header.*field.field, ", want at least 0");
    }
  }
  HYDROMETER_ASSIGN_OR_RETURN(const rapidjson::Value* parts,
                              io::GetArray(json, "part_sha256", path));
  for (const rapidjson::Value& part : parts->GetArray()) {
    if (!part.IsString()) {
      return RefusedError(path, ": key \"part_sha256\" holds ",
                          io::TypeName(part), ", want strings");
    }
    header.part_sha256.emplace_back(part.GetString(), part.GetStringLength());
  }
  if (static_cast<int64_t>(header.part_sha256.size()) != header.part_count()) {
    return RefusedError(path, ": key \"part_sha256\" has ",
                        header.part_sha256.size(), " digests, want ",
                        header.part_count(), " for ", header.probe_count,
                        " probes");
  }
  if (header.Key() != key) {
    return RefusedError(path, ": describes the recording ", header.Key(),
                        ", want ", key, " (its folder's name)");
  }
  return header;
}

absl::StatusOr<RecordingPart> RecordingPart::Open(absl::string_view path,
                                                  int64_t hidden_size,
                                                  int64_t vocab_size) {
  RecordingPart part;
  HYDROMETER_ASSIGN_OR_RETURN(part.file_, io::SafetensorsFile::Open(path));
  HYDROMETER_ASSIGN_OR_RETURN(
      const io::TensorView* ids,
      FindTensor(part.file_, path, "token_ids", io::DType::kI32, 1));
  HYDROMETER_ASSIGN_OR_RETURN(
      const io::TensorView* offsets,
      FindTensor(part.file_, path, "probe_offsets", io::DType::kI64, 1));
  HYDROMETER_ASSIGN_OR_RETURN(
      const io::TensorView* hidden,
      FindTensor(part.file_, path, "hidden", io::DType::kF32, 2));
  part.ids_ = Elements<int32_t>(*ids);
  part.offsets_ = Elements<int64_t>(*offsets);
  part.hidden_ = reinterpret_cast<const float*>(hidden->data);
  part.hidden_size_ = hidden_size;
  const int64_t token_count = ids->element_count();
  if (hidden->shape[0] != token_count || hidden->shape[1] != hidden_size) {
    return RefusedError(path, ": hidden has shape ",
                        io::ShapeText(hidden->shape), ", want [", token_count,
                        ", ", hidden_size, "]");
  }
  if (part.offsets_.empty() || part.offsets_.front() != 0 ||
      part.offsets_.back() != token_count) {
    return RefusedError(path, ": probe_offsets must run from 0 to ",
                        token_count);
  }
  for (size_t i = 1; i < part.offsets_.size(); ++i) {
    if (part.offsets_[i] < part.offsets_[i - 1]) {
      return RefusedError(path, ": probe_offsets descend at ", i);
    }
  }
  for (int32_t id : part.ids_) {
    if (id < 0 || id >= vocab_size) {
      return RefusedError(path, ": token id ", id, ", want 0 to ",
                          vocab_size - 1);
    }
  }
  return part;
}

std::string RecordingPart::Sha256() const { return DigestOf(file_); }

bool RecordingPart::IsIntact() const {
  const absl::Span<const float> hidden(hidden_, ids_.size() * hidden_size_);
  return file_.metadata() == PartMetadata(ids_, offsets_, hidden);
}

std::map<std::string, std::string> PartMetadata(
    absl::Span<const int32_t> ids, absl::Span<const int64_t> offsets,
    absl::Span<const float> hidden) {
  io::Sha256 hash;
  hash.UpdateFramed(BytesOf(ids));
  hash.UpdateFramed(BytesOf(offsets));
  hash.UpdateFramed(BytesOf(hidden));
  return {{"content_sha256", hash.HexDigest()}};
}

absl::StatusOr<Recording> Recording::Open(absl::string_view store,
                                          absl::string_view key) {
  Recording recording;
  HYDROMETER_ASSIGN_OR_RETURN(recording.header_, ReadHeader(store, key));
  const RecordingHeader& header = recording.header_;
  TokenIdsHash ids_hash;
  int64_t probe_count = 0, token_count = 0;
  for (int64_t part = 0; part < header.part_count(); ++part) {
    const std::string path = PartPath(store, key, part);
    HYDROMETER_ASSIGN_OR_RETURN(
        RecordingPart opened,
        RecordingPart::Open(path, header.hidden_size, header.vocab_size));
    HYDROMETER_RETURN_IF_ERROR(
        CheckDigest(path, opened.Sha256(), header.part_sha256[part]));
    const int64_t want =
        std::min(kProbesPerPart, header.probe_count - probe_count);
    if (opened.probe_count() != want) {
      return RefusedError(path, ": holds ", opened.probe_count(),
                          " probes, want ", want);
    }
    for (int64_t probe = 0; probe < want; ++probe) {
      ids_hash.Add(opened.ids(probe));
      token_count += static_cast<int64_t>(opened.ids(probe).size());
    }
    probe_count += want;
    recording.parts_.push_back(std::move(opened));
  }
  if (ids_hash.HexDigest() != header.token_ids_sha256 ||
      token_count != header.token_count) {
    return RefusedError(RecordingFolder(store, key), ": holds ", token_count,
                        " token ids that are not the ", header.token_count,
                        " of recording.json");
  }
  return recording;
}

absl::StatusOr<io::SafetensorsFile> OpenHead(absl::string_view store,
                                             const RecordingHeader& header) {
  const std::string path = HeadPath(store, header.weights_sha256);
  HYDROMETER_ASSIGN_OR_RETURN(io::SafetensorsFile file,
                              io::SafetensorsFile::Open(path));
  HYDROMETER_RETURN_IF_ERROR(
      CheckDigest(path, DigestOf(file), header.head_sha256));
  const io::TensorView* weight = file.Find("weight");
  if (weight == nullptr ||
      weight->shape !=
          std::vector<int64_t>{header.vocab_size, header.hidden_size}) {
    return RefusedError(
        path, ": has ",
        weight == nullptr ? "no weight" : io::ShapeText(weight->shape),
        ", want a weight [", header.vocab_size, ", ", header.hidden_size, "]");
  }
  return file;
}

struct TokenIdsHash::State {
  io::Sha256 hash;
};

TokenIdsHash::TokenIdsHash() : state_(std::make_unique<State>()) {}
TokenIdsHash::~TokenIdsHash() = default;

void TokenIdsHash::Add(absl::Span<const int32_t> ids) {
  state_->hash.UpdateFramed(BytesOf(ids));
}

std::string TokenIdsHash::HexDigest() { return state_->hash.HexDigest(); }

}  // namespace hydrometer::record
