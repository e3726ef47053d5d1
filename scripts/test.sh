#!/usr/bin/env bash
# Copyright 2026 The Hydrometer Authors
# SPDX-License-Identifier: Apache-2.0
#
# Installs what the tests need, builds, runs every test, and prints
# "N passed, N failed, N skipped" last.
#   scripts/test.sh          every test; parsers' tests also under sanitizers
#   scripts/test.sh --all    and the training test (installs Python's torch)
#   scripts/test.sh --asan   every test under the sanitizers too
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

mode=${1:-}
case "$mode" in
  ""|--all|--asan) ;;
  *) echo "test.sh: unknown argument \"$mode\"; want --all or --asan" >&2; exit 2 ;;
esac
if [ "$mode" = --all ]; then scripts/setup.sh --all; else scripts/setup.sh --test; fi
venv=$(cd "${HYDROMETER_VENV:-.venv}" && pwd)
export HYDROMETER_PYTHON="$venv/bin/python"
results=$PWD/build/test-results
rm -rf "$results"

HYDROMETER_TESTS=ON scripts/build.sh
failed=0
GTEST_OUTPUT="xml:$results/plain/" ctest --test-dir build --output-on-failure \
  -j2 || failed=1

# Parsers of foreign files run under the sanitizers every time; --asan does
# the same with everything.
site=""
targets=(base_tests io_tests text_tests probe_tests)
if [ "$mode" = --asan ]; then
  site=$(echo "$venv"/lib/python3.*/site-packages)
  targets=()
fi
cmake -S . -B build/asan -G Ninja -DCMAKE_BUILD_TYPE=Debug \
  -DCMAKE_CXX_FLAGS_DEBUG=-O1 -DHYDROMETER_SANITIZE=address,undefined \
  -DLIBTORCH_SITE="$site" > /dev/null
ninja -C build/asan "${targets[@]}"
match=$([ "$mode" = --asan ] && echo . || echo '^(base|io|text|probe)_tests$')
GTEST_OUTPUT="xml:$results/asan/" ctest --test-dir build/asan -R "$match" \
  --output-on-failure -j2 || failed=1

if [ "$mode" = --all ]; then
  "$HYDROMETER_PYTHON" -m unittest discover -s tests/zoo -p '*_test.py' || failed=1
fi
"$HYDROMETER_PYTHON" scripts/count_tests.py "$results" "$failed"
