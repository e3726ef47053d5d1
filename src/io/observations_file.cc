// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/io/observations_file.h"

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "src/base/errors.h"
#include "src/base/status_macros.h"
#include "src/io/json.h"
#include "src/io/safetensors.h"
#include "src/io/safetensors_writer.h"

namespace hydrometer::io {
namespace {

// Each struct lists its fields once; a Writer and a Reader both walk the list.
template <typename Archive>
void Fields(Archive& a, Member& x) {
  a("name", x.name);
  a("role", x.role);
  a("sibling_of", x.sibling_of);
  a("fine_tuned_from", x.fine_tuned_from);
  a("weights_sha256", x.weights_sha256);
  a("tokenizer_sha256", x.tokenizer_sha256);
  a("architecture", x.architecture);
  a("path", x.path);
  a("link_target", x.link_target);
  a("parameter_count", x.parameter_count);
  a("vocab_size", x.vocab_size);
}
template <typename Archive>
void Fields(Archive& a, ProbeSetSummary& x) {
  a("name", x.name);
  a("version", x.version);
  a("sha256", x.sha256);
  a("licence", x.licence);
  a("origin", x.origin);
  a("counted", x.counted);
  a("probe_count", x.probe_count);
  a("left_out_count", x.left_out_count);
  a("cut_count", x.cut_count);
}
template <typename Archive>
void Fields(Archive& a, ProbeSummary& x) {
  a("set_index", x.set_index);
  a("id", x.id);
  a("position_count", x.position_count);
}
template <typename Archive>
void Fields(Archive& a, Weighting& x) {
  a("name", x.name);
  a("member_indices", x.member_indices);
  a("without_top", x.without_top);
}
template <typename Archive>
void Fields(Archive& a, TextExhibit::Answer& x) {
  a("member", x.member);
  a("top", x.top);
  a("token_probability", x.token_probability);
}
template <typename Archive>
void Fields(Archive& a, TextExhibit& x) {
  a("reference", x.reference);
  a("probe_set", x.probe_set);
  a("probe_id", x.probe_id);
  a("position_index", x.position_index);
  a("score_nats", x.score_nats);
  a("before", x.before);
  a("token", x.token);
  a("after", x.after);
  a("answers", x.answers);
}
template <typename Archive>
void Fields(Archive& a, WeightComparison::Layer& x) {
  a("layer_index", x.layer_index);
  a("matrix", x.matrix);
  a("unit_count", x.unit_count);
  a("spearman", x.spearman);
  a("p_value", x.p_value);
}
template <typename Archive>
void Fields(Archive& a, WeightComparison& x) {
  a("first", x.first);
  a("second", x.second);
  a("comparable", x.comparable);
  a("reason", x.reason);
  a("largest_half_steps", x.largest_half_steps);
  a("relative_distance", x.relative_distance);
  a("layers", x.layers);
}
template <typename Archive>
void Fields(Archive& a, Observations& x) {
  a("members", x.members);
  a("sets", x.sets);
  a("probes", x.probes);
  a("weightings", x.weightings);
  a("view", x.view);
  a("device", x.device);
  a("compute", x.compute);
  a("numerics", x.numerics);
  a("left_out", x.left_out);
  a("reference_text", x.reference_text);
  a("weights", x.weights);
  a("exhibits", x.exhibits);
}

// The arrays, and the shape that each must have.
struct ArrayField {
  const char* name;
  std::vector<double> Observations::*field;
  int64_t (*element_count)(const Observations&);
};
int64_t ReferenceCount(const Observations& x) {
  int64_t count = 0;
  for (const Member& member : x.members) {
    count += member.role == Role::kReference;
  }
  return count;
}
constexpr int64_t kAnySize = -1;
const ArrayField kArrays[] = {
    {"loss_sum", &Observations::loss_sum,
     [](const Observations& x) { return x.probe_count() * x.member_count(); }},
    {"entropy_sum", &Observations::entropy_sum,
     [](const Observations& x) { return x.probe_count() * x.member_count(); }},
    {"gram_sum", &Observations::gram_sum,
     [](const Observations& x) {
       return static_cast<int64_t>(x.weightings.size()) * x.probe_count() *
              x.member_count() * x.member_count();
     }},
    {"pair_sum", &Observations::pair_sum,
     [](const Observations& x) {
       return x.probe_count() * x.pair_count() * kPairMetricCount;
     }},
    {"inverse_temperatures", &Observations::inverse_temperatures,
     [](const Observations&) { return kAnySize; }},
    {"tempered_loss_sum", &Observations::tempered_loss_sum,
     [](const Observations& x) {
       return x.member_count() *
              static_cast<int64_t>(x.inverse_temperatures.size());
     }},
    {"kl_median", &Observations::kl_median,
     [](const Observations& x) {
       return ReferenceCount(x) * x.member_count();
     }},
    {"kl_quantile_999", &Observations::kl_quantile_999,
     [](const Observations& x) {
       return ReferenceCount(x) * x.member_count();
     }},
    {"reference_text_loss", &Observations::reference_text_loss,
     [](const Observations&) { return kAnySize; }},
    {"largest_position_kl", &Observations::largest_position_kl,
     [](const Observations& x) { return ReferenceCount(x); }},
};

constexpr Role kRoles[] = {Role::kSuspect, Role::kReference, Role::kControl,
                           Role::kPlacebo, Role::kSibling,   Role::kBase};
constexpr Origin kOrigins[] = {Origin::kHuman, Origin::kModel,
                               Origin::kGenerated};

class Writer {
 public:
  explicit Writer(rapidjson::Document::AllocatorType& allocator)
      : allocator_(allocator), json_(rapidjson::kObjectType) {}

  template <typename T>
  void operator()(const char* key, T& value) {
    json_.AddMember(rapidjson::StringRef(key), ToJson(value), allocator_);
  }
  rapidjson::Value Take() { return std::move(json_); }

 private:
  using Value = rapidjson::Value;
  Value ToJson(const std::string& text) { return Value(text, allocator_); }
  Value ToJson(Role role) {
    return ToJson(std::string(RoleName(role)));
  }
  Value ToJson(Origin origin) {
    return ToJson(std::string(OriginName(origin)));
  }
  Value ToJson(bool x) { return Value(x); }
  Value ToJson(int32_t x) { return Value(x); }
  Value ToJson(int64_t x) { return Value(x); }
  Value ToJson(double x) {
    // JSON has no infinity; the one quantity that can be infinite (a distance
    // to a model that cannot be compared) is written as null.
    return std::isfinite(x) ? Value(x) : Value();
  }
  template <typename A, typename B>
  Value ToJson(std::pair<A, B>& pair) {
    Value array(rapidjson::kArrayType);
    array.PushBack(ToJson(pair.first), allocator_);
    array.PushBack(ToJson(pair.second), allocator_);
    return array;
  }
  template <typename T>
  Value ToJson(std::vector<T>& items) {
    Value array(rapidjson::kArrayType);
    for (T& item : items) array.PushBack(ToJson(item), allocator_);
    return array;
  }
  template <typename T>
  auto ToJson(T& item) -> decltype(Fields(std::declval<Writer&>(), item),
                                   Value()) {
    Writer writer(allocator_);
    Fields(writer, item);
    return writer.Take();
  }

  rapidjson::Document::AllocatorType& allocator_;
  Value json_;
};

class Reader {
 public:
  Reader(const rapidjson::Value& json, std::string where, absl::Status& status)
      : json_(json), where_(std::move(where)), status_(status) {}

  template <typename T>
  void operator()(const char* key, T& value) {
    if (!status_.ok()) return;
    const rapidjson::Value* found = Find(json_, key);
    const std::string where = absl::StrCat(where_, ".", key);
    if (found == nullptr) {
      status_ = RefusedError(where, " is missing");
    } else {
      FromJson(*found, where, value);
    }
  }

 private:
  using Value = rapidjson::Value;
  void Wrong(const Value& json, const std::string& where, const char* want) {
    status_ = RefusedError(where, " is ", TypeName(json), ", want ", want);
  }
  void FromJson(const Value& json, const std::string& where,
                std::string& text) {
    if (!json.IsString()) return Wrong(json, where, "a string");
    text.assign(json.GetString(), json.GetStringLength());
  }
  void FromJson(const Value& json, const std::string& where, Role& role) {
    for (Role candidate : kRoles) {
      if (json.IsString() && json.GetString() == RoleName(candidate)) {
        role = candidate;
        return;
      }
    }
    Wrong(json, where, "a role");
  }
  void FromJson(const Value& json, const std::string& where, Origin& origin) {
    for (Origin candidate : kOrigins) {
      if (json.IsString() && json.GetString() == OriginName(candidate)) {
        origin = candidate;
        return;
      }
    }
    Wrong(json, where, "an origin");
  }
  void FromJson(const Value& json, const std::string& where, bool& x) {
    if (!json.IsBool()) return Wrong(json, where, "true or false");
    x = json.GetBool();
  }
  void FromJson(const Value& json, const std::string& where, int32_t& x) {
    if (!json.IsInt()) return Wrong(json, where, "an integer");
    x = json.GetInt();
  }
  void FromJson(const Value& json, const std::string& where, int64_t& x) {
    if (!json.IsInt64() || json.GetInt64() < 0) {
      return Wrong(json, where, "an integer that is not negative");
    }
    x = json.GetInt64();
  }
  void FromJson(const Value& json, const std::string& where, double& x) {
    if (json.IsNull()) {
      x = INFINITY;
    } else if (json.IsNumber()) {
      x = json.GetDouble();
    } else {
      Wrong(json, where, "a number");
    }
  }
  template <typename A, typename B>
  void FromJson(const Value& json, const std::string& where,
                std::pair<A, B>& pair) {
    if (!json.IsArray() || json.Size() != 2) {
      return Wrong(json, where, "an array of two");
    }
    FromJson(json[0], where, pair.first);
    if (status_.ok()) FromJson(json[1], where, pair.second);
  }
  template <typename T>
  void FromJson(const Value& json, const std::string& where,
                std::vector<T>& items) {
    if (!json.IsArray()) return Wrong(json, where, "an array");
    items.resize(json.Size());
    for (rapidjson::SizeType i = 0; i < json.Size() && status_.ok(); ++i) {
      FromJson(json[i], absl::StrCat(where, "[", i, "]"), items[i]);
    }
  }
  template <typename T>
  auto FromJson(const Value& json, const std::string& where, T& item)
      -> decltype(Fields(std::declval<Reader&>(), item), void()) {
    if (!json.IsObject()) return Wrong(json, where, "an object");
    Reader reader(json, where, status_);
    Fields(reader, item);
  }

  const Value& json_;
  std::string where_;
  absl::Status& status_;
};

// Indices that later code uses without looking must lie inside.
absl::Status CheckIndices(const Observations& x, absl::string_view path) {
  for (const ProbeSummary& probe : x.probes) {
    if (probe.set_index < 0 ||
        probe.set_index >= static_cast<int32_t>(x.sets.size())) {
      return RefusedError(path, ": probe \"", probe.id, "\" has set_index ",
                          probe.set_index, ", want 0 to ",
                          x.sets.size() - 1);
    }
  }
  for (const Weighting& weighting : x.weightings) {
    for (int32_t member : weighting.member_indices) {
      if (member < 0 || member >= x.member_count()) {
        return RefusedError(path, ": weighting \"", weighting.name,
                            "\" names member ", member, ", want 0 to ",
                            x.member_count() - 1);
      }
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status WriteObservations(absl::string_view path,
                               const Observations& observations) {
  rapidjson::Document json(rapidjson::kObjectType);
  // The archive takes references that are not const, and changes nothing.
  auto& source = const_cast<Observations&>(observations);
  Writer writer(json.GetAllocator());
  Fields(writer, source);
  writer("numerics_noise_nats", source.numerics_noise_nats);
  std::vector<TensorView> tensors;
  for (const ArrayField& array : kArrays) {
    const std::vector<double>& values = observations.*array.field;
    TensorView tensor;
    tensor.name = array.name;
    tensor.dtype = DType::kF64;
    tensor.shape = {static_cast<int64_t>(values.size())};
    tensor.data = reinterpret_cast<const uint8_t*>(values.data());
    tensor.byte_count = static_cast<int64_t>(values.size() * sizeof(double));
    tensors.push_back(std::move(tensor));
  }
  return WriteSafetensors(
      path, std::move(tensors),
      {{"format", "hydrometer-observations"},
       {"version", absl::StrCat(kObservationsVersion)},
       {"observations", WriteJson(writer.Take())}});
}

absl::StatusOr<Observations> ReadObservations(absl::string_view path) {
  HYDROMETER_ASSIGN_OR_RETURN(SafetensorsFile file,
                              SafetensorsFile::Open(path));
  auto metadata = file.metadata();
  if (metadata["format"] != "hydrometer-observations" ||
      metadata["version"] != absl::StrCat(kObservationsVersion)) {
    return RefusedError(path, ": is format \"", metadata["format"],
                        "\" version \"", metadata["version"],
                        "\", want hydrometer-observations version ",
                        kObservationsVersion);
  }
  HYDROMETER_ASSIGN_OR_RETURN(rapidjson::Document json,
                              ParseJson(metadata["observations"], path));
  Observations observations;
  absl::Status status;
  Reader reader(json, std::string(path), status);
  Fields(reader, observations);
  reader("numerics_noise_nats", observations.numerics_noise_nats);
  HYDROMETER_RETURN_IF_ERROR(status);
  for (const ArrayField& array : kArrays) {
    const TensorView* tensor = file.Find(array.name);
    const int64_t want = array.element_count(observations);
    // A view of whole words has no divergences, and says so by their absence.
    const bool may_be_absent = observations.view != "logits" &&
                               tensor != nullptr &&
                               tensor->element_count() == 0;
    if (tensor == nullptr || tensor->dtype != DType::kF64 ||
        (want != kAnySize && !may_be_absent &&
         tensor->element_count() != want)) {
      return RefusedError(path, ": tensor \"", array.name, "\" is ",
                          tensor == nullptr ? "missing"
                                            : ShapeText(tensor->shape),
                          ", want F64 [", want, "]");
    }
    std::vector<double>& values = observations.*array.field;
    values.resize(tensor->element_count());
    if (!values.empty()) {
      memcpy(values.data(), tensor->data, tensor->byte_count);
    }
  }
  HYDROMETER_RETURN_IF_ERROR(CheckIndices(observations, path));
  return observations;
}

}  // namespace hydrometer::io
