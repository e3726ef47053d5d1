#!/usr/bin/env bash
# Copyright 2026 The Hydrometer Authors
# SPDX-License-Identifier: Apache-2.0
#
# Configures and builds into build/: scripts/build.sh [target...]
# CUDA sources are compiled where the toolkit is; no GPU is needed for that.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

venv=$(cd "${HYDROMETER_VENV:-.venv}" && pwd)
site=$(echo "$venv"/lib/python3.*/site-packages)
cuda=OFF
if [ -x /usr/local/cuda/bin/nvcc ] || command -v nvcc >/dev/null; then
  cuda=ON
else
  echo "build: no CUDA toolkit (nvcc) found: building without CUDA"
fi
cmake -S . -B build -G Ninja -DCMAKE_BUILD_TYPE=Release \
  -DLIBTORCH_SITE="$site" -DHYDROMETER_CUDA="${HYDROMETER_CUDA:-$cuda}" \
  -DHYDROMETER_TESTS="${HYDROMETER_TESTS:-OFF}" \
  -DHYDROMETER_BENCH="${HYDROMETER_BENCH:-OFF}" > build.log 2>&1 ||
  { cat build.log >&2; exit 1; }
rm -f build.log
ninja -C build "$@"
