#!/usr/bin/env bash
# Copyright 2026 The Hydrometer Authors
# SPDX-License-Identifier: Apache-2.0
#
# Runs the kernels against their baselines, interleaved, and writes
# kernels/BENCHMARKS.md. Usage: scripts/bench.sh BENCH_PROGRAM [REPETITIONS]
# (BENCH_PROGRAM: hydrometer_bench of a build with -DHYDROMETER_BENCH=ON).
# Where nvdisasm is (on PATH, in HYDROMETER_NVDISASM, or in .venv's triton), the
# instructions per pair of the compiled CUDA kernel are written beside.
set -euo pipefail
bench=${1:?usage: scripts/bench.sh BENCH_PROGRAM [REPETITIONS]}
repetitions=${2:-5}
root=$(cd "$(dirname "$0")/.." && pwd)
table=$(mktemp)
counts=$(mktemp)
trap 'rm -f "$table" "$counts"' EXIT
disassembler=${HYDROMETER_NVDISASM:-$(command -v nvdisasm ||
  ls "$root"/.venv/lib/python3*/site-packages/triton/backends/nvidia/bin/nvdisasm \
    2> /dev/null | head -1 || true)}
# LibTorch's threads would otherwise spin for a core that another program holds,
# and the baseline would look slower than it is.
export OMP_WAIT_POLICY=passive
load=$(cut -d' ' -f1 /proc/loadavg)
HYDROMETER_BENCH_TABLE=$table "$bench" \
  --benchmark_enable_random_interleaving=true \
  --benchmark_repetitions="$repetitions" --benchmark_min_time=0.2 >&2
{
  echo '# Benchmarks of the kernels'
  echo
  echo 'Written by `scripts/bench.sh`; not edited by hand. Ratios are of medians'
  echo "of $repetitions interleaved repetitions in one run, all cores. \"not measured\""
  echo 'means that this run had no such device or library.'
  echo
  echo "- machine: $(grep -m1 'model name' /proc/cpuinfo | cut -d: -f2- | xargs), $(nproc) cores, load average before the run $load"
  echo "- vector units: $(grep -om1 -w 'avx512f' /proc/cpuinfo || grep -om1 -w 'avx2' /proc/cpuinfo || echo 'below AVX2')"
  echo "- compiler: $(c++ --version | head -1)"
  echo "- date: $(date -u +%Y-%m-%d)"
  echo
  cat "$table"
  echo
  echo 'CUDA pair divergence, counted in sm_90 machine code (`scripts/sass_count.py`); a'
  echo 'bound is the share of the read bandwidth that issue slots leave, not a measurement:'
  echo
  if python3 "$root/scripts/sass_count.py" --nvdisasm "$disassembler" \
      > "$counts" 2>&1; then
    cat "$counts"
  else
    echo "not counted: $(tail -1 "$counts")"
  fi
} > "$root/kernels/BENCHMARKS.md"
echo "wrote kernels/BENCHMARKS.md" >&2
