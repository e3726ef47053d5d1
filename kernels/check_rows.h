// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// Argument checks that all operations share. `what` names the argument in the
// message: "p: row_stride is 10, want at least vocab_count 12".
//
// Tests: tests/kernels/arguments_test.cc.
#ifndef HYDROMETER_KERNELS_CHECK_ROWS_H_
#define HYDROMETER_KERNELS_CHECK_ROWS_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "kernels/panel_args.h"
#include "kernels/rows.h"

namespace hydrometer::kernels {

size_t ElementBytes(DataType type);
absl::Status CheckDataType(absl::string_view what, DataType type);
absl::Status CheckTransform(absl::string_view what, const Transform& t);
absl::Status CheckRows(absl::string_view what, const Rows& rows);
// A result or input array of `count` items of `item_bytes`: aligned, and not
// null when `required` and count > 0.
absl::Status CheckArray(absl::string_view what, const void* data,
                        size_t item_bytes, int64_t count, bool required);
absl::Status CheckTopK(int k);
absl::Status CheckWorkspace(const Workspace& workspace, size_t wanted_bytes);
// Every member a good view, all alike in shape, type and device; fills
// `out[0, members.size())`.
absl::Status CheckPanel(absl::Span<const Rows> members, int least_members,
                        PanelMember* out);
// OK when operations can run there.
absl::Status CheckDevice(Device device);
// A launcher's result as a Status.
absl::Status CudaStatus(absl::string_view what, int error);

}  // namespace hydrometer::kernels

#endif  // HYDROMETER_KERNELS_CHECK_ROWS_H_
