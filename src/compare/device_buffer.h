// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// Memory on the device that the kernels run on: the one place of this folder
// where tensors of LibTorch become borrowed views. On the CPU an upload only
// borrows the caller's memory.
//
// Ownership: a buffer owns its memory and is movable. Copies are synchronous.
// Errors: ExhaustedError when the device has no memory left.
// Tests: tests/compare/device_buffer_test.cc.
#ifndef HYDROMETER_SRC_COMPARE_DEVICE_BUFFER_H_
#define HYDROMETER_SRC_COMPARE_DEVICE_BUFFER_H_

#include <cstddef>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "kernels/rows.h"

namespace hydrometer::compare {

class DeviceBuffer {
 public:
  DeviceBuffer();
  ~DeviceBuffer();
  DeviceBuffer(DeviceBuffer&&) noexcept;
  DeviceBuffer& operator=(DeviceBuffer&&) noexcept;

  // Uninitialised memory on `device` ("cpu", "cuda", "cuda:N"), aligned to 64
  // bytes.
  static absl::StatusOr<DeviceBuffer> Allocate(absl::string_view device,
                                               size_t bytes);
  // The caller's memory as the device sees it: borrowed on the CPU (it must
  // outlive the buffer), copied on CUDA.
  static absl::StatusOr<DeviceBuffer> Upload(absl::string_view device,
                                             const void* data, size_t bytes);

  void* data() const { return data_; }
  size_t bytes() const { return bytes_; }
  // Makes the buffer at least `bytes` long; the content is lost.
  absl::Status Reserve(absl::string_view device, size_t bytes);
  // Copies the first `bytes` into `to` in host memory.
  absl::Status Download(void* to, size_t bytes) const;
  // Sets all bytes to zero.
  absl::Status Clear();

  template <typename T>
  T* As() const {
    return static_cast<T*>(data_);
  }

 private:
  struct Storage;
  std::unique_ptr<Storage> storage_;
  void* data_ = nullptr;
  size_t bytes_ = 0;
};

// kernels::Device::kCuda for "cuda" and "cuda:N".
kernels::Device KernelDevice(absl::string_view device);

}  // namespace hydrometer::compare

#endif  // HYDROMETER_SRC_COMPARE_DEVICE_BUFFER_H_
