// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0

#include "src/model/torch_call.h"

#include <c10/core/InferenceMode.h>
#include <c10/util/Exception.h>

#include <exception>
#include <new>
#include <string>

#include "absl/strings/match.h"
#include "src/base/errors.h"

namespace hydrometer::model {
namespace {

std::string FirstLine(absl::string_view text) {
  return std::string(text.substr(0, text.find('\n')));
}

// The CPU allocator reports a failed allocation as a plain c10::Error, a
// CUDA library sometimes by a status code in the text.
bool SaysOutOfMemory(absl::string_view text) {
  return absl::StrContains(text, "can't allocate memory") ||
         absl::StrContains(text, "not enough memory") ||
         absl::StrContains(text, "out of memory") ||
         absl::StrContains(text, "ALLOC_FAILED");
}

}  // namespace

absl::Status TorchCall(absl::string_view what,
                       absl::FunctionRef<absl::Status()> body) {
  try {
    c10::InferenceMode guard;
    return body();
  } catch (const c10::OutOfMemoryError& error) {
    return ExhaustedError(what, ": ",
                          FirstLine(error.what_without_backtrace()));
  } catch (const c10::Error& error) {
    const std::string line = FirstLine(error.what_without_backtrace());
    if (SaysOutOfMemory(line)) return ExhaustedError(what, ": ", line);
    return InternalError(what, ": ", line);
  } catch (const std::bad_alloc&) {
    return ExhaustedError(what, ": out of memory");
  } catch (const std::exception& error) {
    return InternalError(what, ": ", FirstLine(error.what()));
  }
}

}  // namespace hydrometer::model
