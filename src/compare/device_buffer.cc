// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/compare/device_buffer.h"

#include <ATen/core/Tensor.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>

#include <cstring>
#include <utility>

#include "absl/strings/match.h"
#include "src/base/status_macros.h"
#include "src/model/torch_call.h"

namespace hydrometer::compare {

struct DeviceBuffer::Storage {
  at::Tensor tensor;
};

DeviceBuffer::DeviceBuffer() = default;
DeviceBuffer::~DeviceBuffer() = default;
DeviceBuffer::DeviceBuffer(DeviceBuffer&&) noexcept = default;
DeviceBuffer& DeviceBuffer::operator=(DeviceBuffer&&) noexcept = default;

kernels::Device KernelDevice(absl::string_view device) {
  return absl::StartsWith(device, "cuda") ? kernels::Device::kCuda
                                          : kernels::Device::kCpu;
}

absl::StatusOr<DeviceBuffer> DeviceBuffer::Allocate(absl::string_view device,
                                                    size_t bytes) {
  DeviceBuffer buffer;
  buffer.storage_ = std::make_unique<Storage>();
  HYDROMETER_RETURN_IF_ERROR(model::TorchCall("allocating memory", [&] {
    buffer.storage_->tensor =
        at::empty({static_cast<int64_t>(bytes)},
                  at::TensorOptions(at::kByte).device(
                      at::Device(std::string(device))));
    return absl::OkStatus();
  }));
  buffer.data_ = buffer.storage_->tensor.data_ptr();
  buffer.bytes_ = bytes;
  return buffer;
}

absl::StatusOr<DeviceBuffer> DeviceBuffer::Upload(absl::string_view device,
                                                  const void* data,
                                                  size_t bytes) {
  if (KernelDevice(device) == kernels::Device::kCpu) {
    DeviceBuffer buffer;
    buffer.data_ = const_cast<void*>(data);
    buffer.bytes_ = bytes;
    return buffer;
  }
  HYDROMETER_ASSIGN_OR_RETURN(DeviceBuffer buffer, Allocate(device, bytes));
  HYDROMETER_RETURN_IF_ERROR(model::TorchCall("copying to the device", [&] {
    buffer.storage_->tensor.copy_(
        at::from_blob(const_cast<void*>(data), {static_cast<int64_t>(bytes)},
                      at::kByte));
    return absl::OkStatus();
  }));
  return buffer;
}

absl::Status DeviceBuffer::Reserve(absl::string_view device, size_t bytes) {
  if (bytes <= bytes_) return absl::OkStatus();
  HYDROMETER_ASSIGN_OR_RETURN(*this, Allocate(device, bytes));
  return absl::OkStatus();
}

absl::Status DeviceBuffer::Download(void* to, size_t bytes) const {
  if (storage_ == nullptr || storage_->tensor.is_cpu()) {
    std::memcpy(to, data_, bytes);
    return absl::OkStatus();
  }
  return model::TorchCall("copying from the device", [&] {
    at::from_blob(to, {static_cast<int64_t>(bytes)}, at::kByte)
        .copy_(storage_->tensor.narrow(0, 0, static_cast<int64_t>(bytes)));
    return absl::OkStatus();
  });
}

absl::Status DeviceBuffer::Clear() {
  return model::TorchCall("clearing memory", [&] {
    storage_->tensor.zero_();
    return absl::OkStatus();
  });
}

}  // namespace hydrometer::compare
