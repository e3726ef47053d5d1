// Copyright 2026 The Hydrometer Authors
// SPDX-License-Identifier: Apache-2.0
