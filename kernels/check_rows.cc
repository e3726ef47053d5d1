// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
#include "kernels/check_rows.h"

#include <cmath>

#include "absl/strings/str_cat.h"
#include "kernels/capabilities.h"
#include "kernels/device_cuda.h"

namespace hydrometer::kernels {
namespace {

template <typename... Args>
absl::Status Bad(const Args&... args) {
  return absl::InvalidArgumentError(absl::StrCat(args...));
}

}  // namespace

size_t ElementBytes(DataType type) {
  return type == DataType::kFloat32 ? 4 : 2;
}

absl::Status CheckDataType(absl::string_view what, DataType type) {
  if (type == DataType::kFloat32 || type == DataType::kBFloat16 ||
      type == DataType::kFloat16) {
    return absl::OkStatus();
  }
  return Bad(what, ": data type is ", static_cast<int>(type),
             ", want 0 (fp32), 1 (bf16) or 2 (fp16)");
}

absl::Status CheckTransform(absl::string_view what, const Transform& t) {
  if (!std::isfinite(t.soft_cap) || t.soft_cap < 0) {
    return Bad(what, ": soft_cap is ", t.soft_cap,
               ", want a finite number, 0 for none");
  }
  if (!std::isfinite(t.temperature) || !(t.temperature > 0)) {
    return Bad(what, ": temperature is ", t.temperature,
               ", want a finite number above 0");
  }
  return absl::OkStatus();
}

absl::Status CheckArray(absl::string_view what, const void* data,
                        size_t item_bytes, int64_t count, bool required) {
  if (data == nullptr) {
    if (required && count > 0) {
      return Bad(what, ": null pointer with ", count, " items");
    }
    return absl::OkStatus();
  }
  const auto address = reinterpret_cast<uintptr_t>(data);
  if (address % item_bytes != 0) {
    return Bad(what, ": address ends in ", address % item_bytes,
               " bytes past a multiple of ", item_bytes,
               ", want it aligned to its element");
  }
  return absl::OkStatus();
}

absl::Status CheckRows(absl::string_view what, const Rows& rows) {
  if (absl::Status s = CheckDataType(what, rows.type); !s.ok()) return s;
  if (rows.device != Device::kCpu && rows.device != Device::kCuda) {
    return Bad(what, ": device is ", static_cast<int>(rows.device),
               ", want 0 (cpu) or 1 (cuda)");
  }
  if (rows.row_count < 0) {
    return Bad(what, ": row_count is ", rows.row_count, ", want at least 0");
  }
  if (rows.vocab_count < 1 || rows.vocab_count > kMaxVocabCount) {
    return Bad(what, ": vocab_count is ", rows.vocab_count, ", want 1 to ",
               kMaxVocabCount);
  }
  if (rows.row_stride < rows.vocab_count) {
    return Bad(what, ": row_stride is ", rows.row_stride,
               ", want at least vocab_count ", rows.vocab_count);
  }
  if (absl::Status s = CheckTransform(what, rows.transform); !s.ok()) return s;
  return CheckArray(what, rows.data, ElementBytes(rows.type), rows.row_count,
                    true);
}

absl::Status CheckTopK(int k) {
  if (k < 1 || k > kMaxTopK) {
    return Bad("k is ", k, ", want 1 to ", kMaxTopK);
  }
  return absl::OkStatus();
}

absl::Status CheckWorkspace(const Workspace& workspace, size_t wanted_bytes) {
  if (wanted_bytes == 0) return absl::OkStatus();
  if (workspace.data == nullptr || workspace.bytes < wanted_bytes) {
    return Bad("workspace: ", workspace.data == nullptr ? 0 : workspace.bytes,
               " bytes, want at least ", wanted_bytes);
  }
  const auto address = reinterpret_cast<uintptr_t>(workspace.data);
  if (address % 64 != 0) {
    return Bad("workspace: address is ", address % 64,
               " bytes past a multiple of 64, want it aligned to 64");
  }
  return absl::OkStatus();
}

absl::Status CheckPanel(absl::Span<const Rows> members, int least_members,
                        PanelMember* out) {
  const int64_t count = static_cast<int64_t>(members.size());
  if (count < least_members || count > kMaxPanelMembers) {
    return Bad("panel: ", count, " members, want ", least_members, " to ",
               kMaxPanelMembers);
  }
  for (int64_t m = 0; m < count; ++m) {
    const Rows& rows = members[m];
    const std::string what = absl::StrCat("member ", m);
    if (absl::Status s = CheckRows(what, rows); !s.ok()) return s;
    const Rows& first = members[0];
    if (rows.row_count != first.row_count ||
        rows.vocab_count != first.vocab_count || rows.type != first.type ||
        rows.device != first.device) {
      return Bad(what, ": rows ", rows.row_count, ", vocabulary ",
                 rows.vocab_count, ", type ", static_cast<int>(rows.type),
                 ", device ", static_cast<int>(rows.device),
                 "; want those of member 0: ", first.row_count, ", ",
                 first.vocab_count, ", ", static_cast<int>(first.type), ", ",
                 static_cast<int>(first.device));
    }
    out[m] = {rows.data, rows.row_stride, rows.transform};
  }
  return absl::OkStatus();
}

absl::Status CheckDevice(Device device) {
  return device == Device::kCuda ? CheckCudaUsable() : absl::OkStatus();
}

absl::Status CudaStatus(absl::string_view what, int error) {
  if (error == 0) return absl::OkStatus();
#ifdef HYDROMETER_KERNELS_CUDA
  return absl::InternalError(
      absl::StrCat(what, ": CUDA error ", error, ": ", CudaErrorText(error)));
#else
  return absl::InternalError(absl::StrCat(what, ": CUDA error ", error));
#endif
}

}  // namespace hydrometer::kernels
