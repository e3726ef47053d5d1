// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// Early return for absl::Status, which this Abseil release lacks.
// Tests: tests/base/errors_test.cc.
#ifndef HYDROMETER_SRC_BASE_STATUS_MACROS_H_
#define HYDROMETER_SRC_BASE_STATUS_MACROS_H_

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

// Returns from the enclosing function when `expr` is a status that is not OK.
#define HYDROMETER_RETURN_IF_ERROR(expr)                             \
  do {                                                               \
    if (absl::Status hydrometer_status_ = (expr);                    \
        !hydrometer_status_.ok())                                    \
      return hydrometer_status_;                                     \
  } while (false)

#define HYDROMETER_MACRO_CONCAT_INNER_(a, b) a##b
#define HYDROMETER_MACRO_CONCAT_(a, b) HYDROMETER_MACRO_CONCAT_INNER_(a, b)

// HYDROMETER_ASSIGN_OR_RETURN(auto x, MakeX()); or (x, MakeX());
#define HYDROMETER_ASSIGN_OR_RETURN(decl, expr)                              \
  HYDROMETER_ASSIGN_OR_RETURN_IMPL_(                                         \
      HYDROMETER_MACRO_CONCAT_(hydrometer_status_or_, __LINE__), decl, expr)
#define HYDROMETER_ASSIGN_OR_RETURN_IMPL_(tmp, decl, expr) \
  auto tmp = (expr);                                       \
  if (!tmp.ok()) return tmp.status();                      \
  decl = *std::move(tmp)

#endif  // HYDROMETER_SRC_BASE_STATUS_MACROS_H_
