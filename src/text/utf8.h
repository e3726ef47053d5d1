// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
//
// The UTF-8 functions of src/base/utf8.h under this layer's name.
//
// Tests: tests/text/tokenizer_parts_test.cc.
#ifndef HYDROMETER_SRC_TEXT_UTF8_H_
#define HYDROMETER_SRC_TEXT_UTF8_H_

#include "src/base/utf8.h"

namespace hydrometer::text {

using hydrometer::AppendChar;
using hydrometer::CharBytes;
using hydrometer::DecodeChar;
using hydrometer::DecodedChar;
using hydrometer::IsContinuation;
using hydrometer::PreviousChar;
using hydrometer::ReplaceInvalidUtf8;
using hydrometer::ValidUtf8Prefix;

}  // namespace hydrometer::text

#endif  // HYDROMETER_SRC_TEXT_UTF8_H_
