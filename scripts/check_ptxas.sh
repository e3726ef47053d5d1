#!/usr/bin/env bash
# Copyright 2026 The Hydrometer Authors
# SPDX-License-Identifier: Apache-2.0
#
# Compiles the CUDA kernels and fails when one spills registers or uses local
# memory. Rows with a transform (AnyRowReader: tanhf, every type at run time)
# are the slow way and are only listed.
# Usage: scripts/check_ptxas.sh [NVCC] [ARCH...]     (default: sm_80 sm_90)
# Exits 77 with a reason where there is no compiler.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
nvcc=${1:-$(command -v nvcc || echo /usr/local/cuda/bin/nvcc)}
shift || true
archs=("$@")
[[ ${#archs[@]} -gt 0 ]] || archs=(sm_80 sm_90)
if [[ ! -x $nvcc ]]; then
  echo "check_ptxas: skipped: $nvcc is not here" >&2
  exit 77
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for arch in "${archs[@]}"; do
  for source in "$root"/kernels/*_cuda.cu; do
    name=$(basename "$source" .cu)
    if ! "$nvcc" -std=c++17 -O3 "-arch=$arch" -I"$root" -Xptxas=-v -cubin \
        "$source" -o "$work/out.cubin" > "$work/log" 2>&1; then
      cat "$work/log" >&2
      exit 1
    fi
    awk -v arch="$arch" -v file="$name" '
      /Compiling entry function/ {
        split($0, part, "\x27"); kernel = part[2]
        sub(/.*_cuda_cu_[0-9a-f]{8}/, "", kernel); sub(/^[0-9]+/, "", kernel)
        sub(/^_ZN10hydrometer7kernels[0-9]+/, "", kernel)
      }
      /bytes stack frame/ { stack = $1; spill = $5 + $9 }
      /Used [0-9]+ registers/ {
        for (i = 1; i < NF; ++i) if ($i == "Used") registers = $(i + 1)
        slow = kernel ~ /AnyRowReader/
        bad = !slow && (stack > 0 || spill > 0)
        print arch, file, kernel, registers, stack, spill,
              bad ? "BAD" : slow ? "slow-way" : "ok"
      }' "$work/log" >> "$work/table"
  done
done
{ echo 'arch file kernel registers stack_bytes spill_bytes verdict'
  cat "$work/table"; } | column -t
if grep -q ' BAD$' "$work/table"; then
  echo 'check_ptxas: a kernel spills or uses local memory' >&2
  exit 1
fi
