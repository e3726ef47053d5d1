#!/usr/bin/env bash
# Copyright 2026 The Hydrometer Authors
# SPDX-License-Identifier: Apache-2.0
#
# Everything that needs a GPU, in one run: builds, runs every CUDA test with
# "no GPU" counted as a failure, runs the benchmark, and writes a table with
# device, driver, clocks and date. A step that fails does not stop the others.
#
# Usage: scripts/gpu_check.sh TORCH_SITE [PREFIX]
#   TORCH_SITE  site-packages folder that holds torch and nvidia ("" for none)
#   PREFIX      where the -dev packages were unpacked (include, lib, share)
# Environment:
#   HYDROMETER_BUILD   a finished build folder: nothing is built
#   HYDROMETER_OUT     where the report goes (default: build/gpu_check)
set -uo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
torch_site=${1?usage: scripts/gpu_check.sh TORCH_SITE [PREFIX]}
prefix=${2:-}
build=${HYDROMETER_BUILD:-$root/build/gpu}
out=${HYDROMETER_OUT:-$root/build/gpu_check}
mkdir -p "$out"
report=$out/gpu_check.md
steps=()  # "name|verdict|seconds"

# step NAME COMMAND...: runs it, keeps its output in $out/NAME.log.
step() {
  local name=$1 begin=$SECONDS verdict
  shift
  echo "gpu_check: $name" >&2
  if "$@" > "$out/$name.log" 2>&1; then
    verdict=passed
  else
    local code=$?
    verdict="FAILED ($code)"
    [[ $code -eq 77 ]] && verdict='skipped: '$(tail -1 "$out/$name.log" | tr -d '|')
    tail -20 "$out/$name.log" >&2
  fi
  steps+=("$name|$verdict|$((SECONDS - begin))")
}

library_paths() {
  local paths=() folder
  for folder in "$torch_site"/nvidia/*/lib "$torch_site/torch/lib" \
      "$prefix/lib" "$prefix/lib/x86_64-linux-gnu"; do
    [[ -d $folder ]] && paths+=("$folder")
  done
  local IFS=:
  echo "${paths[*]:-}"
}

configure() {
  local options=(-DCMAKE_BUILD_TYPE=Release -DHYDROMETER_CUDA=ON)
  [[ -n $torch_site ]] && options+=("-DLIBTORCH_SITE=$torch_site")
  if [[ -n $prefix ]]; then
    options+=("-DCMAKE_PREFIX_PATH=$prefix")
    export PKG_CONFIG_PATH="$prefix/lib/pkgconfig:$prefix/lib/x86_64-linux-gnu/pkgconfig:${PKG_CONFIG_PATH:-}"
  fi
  # The machine's own GPU only: half the time to compile.
  local capability
  capability=$(nvidia-smi --query-gpu=compute_cap --format=csv,noheader |
    head -1 | tr -d .)
  [[ -n $capability ]] &&
    options+=("-DCMAKE_CUDA_ARCHITECTURES=$capability-real")
  cmake -S "$root" -B "$build" -G Ninja "${options[@]}"
}
build_kernels() {
  cmake --build "$build" --target kernels_tests hydrometer_bench_cuda
}

kernel_tests() {
  HYDROMETER_REQUIRE_GPU=1 "$build/tests/kernels_tests" \
    --gtest_filter='*/cuda'
}
# The smallest shapes under the memory checker, where it is installed.
kernel_memcheck() {
  local tool
  tool=$(command -v compute-sanitizer ||
    ls "$torch_site"/nvidia/*/bin/compute-sanitizer 2> /dev/null | head -1)
  if [[ -z $tool ]]; then
    echo 'no compute-sanitizer on this machine'
    return 77
  fi
  HYDROMETER_REQUIRE_GPU=1 timeout 150 "$tool" --error-exitcode 3 \
    "$build/tests/kernels_tests" \
    --gtest_filter='*.*Masked*/cuda:*NoDistribution/cuda:*Ties*/cuda'
}
kernel_benchmark() {
  timeout 200 "$build/hydrometer_bench_cuda"
}
clocks_under_load() {
  "$build/hydrometer_bench_cuda" > /dev/null 2>&1 &
  local program=$!
  sleep 4
  nvidia-smi --query-gpu=clocks.sm,clocks.mem,power.draw,temperature.gpu \
    --format=csv
  wait "$program"
}

kernel_part() {
  if [[ -z ${HYDROMETER_BUILD:-} ]]; then
    step configure configure
    step build_kernels build_kernels
  fi
  step kernel_tests kernel_tests
  step kernel_benchmark kernel_benchmark
  step clocks_under_load clocks_under_load
  step kernel_memcheck kernel_memcheck
}

# The zoo on both devices: verdicts must be equal, and the statistics of the
# primary pair within 1e-3 (fp32 on both; sums are cut differently).
audit_on() {
  local code=0
  "$build/hydrometer" audit "$root/zoo/suspects/a_text100" \
    --reference "$root/zoo/references/ref_a" --controls "$root/zoo/controls" \
    --siblings "$root/zoo/siblings/ref_a" --device "$1" \
    --store "$out/store" -o "$out/audit-$1" || code=$?
  [[ $code -eq 0 || $code -eq 3 ]]
}
build_program() {
  cmake --build "$build" --target hydrometer
}
compare_audits() {
  python3 - "$out/audit-cpu/report.json" "$out/audit-cuda/report.json" << 'PY'
import json
import sys

cpu, cuda = (json.load(open(path)) for path in sys.argv[1:])
failed = cpu['verdict']['label'] != cuda['verdict']['label']
print('verdicts', cpu['verdict']['label'], cuda['verdict']['label'])
for a, b in zip(cpu['evidence'], cuda['evidence']):
    if a['statistic'] is None or b['statistic'] is None:
        failed |= a['statistic'] is not b['statistic']
        continue
    gap = abs(a['statistic'] - b['statistic'])
    failed |= a['primary'] and gap > 1e-3
    print(a['name'], a['statistic'], b['statistic'], f'{gap:.2g}')
for name, report in (('cpu', cpu), ('cuda', cuda)):
    print(name, 'seconds', report['timing']['stages'])
sys.exit(1 if failed else 0)
PY
}
audit_part() {
  if [[ -z $torch_site ]]; then
    echo 'gpu_check: no torch folder: the audit is not run' >&2
    return
  fi
  [[ -z ${HYDROMETER_BUILD:-} ]] && step build_program build_program
  step audit_cpu audit_on cpu
  step audit_cuda audit_on cuda
  step compare_audits compare_audits
}

write_report() {
  {
    echo '# GPU check'
    echo
    echo "- date: $(date -u +'%Y-%m-%d %H:%M UTC')"
    echo "- commit: $(git -C "$root" rev-parse --short HEAD 2> /dev/null ||
      echo unknown)"
    if command -v nvidia-smi > /dev/null; then
      nvidia-smi --query-gpu=name,driver_version,clocks.max.sm,clocks.max.mem,memory.total,power.limit \
        --format=csv | sed 's/^/- /'
      [[ -s $out/clocks_under_load.log ]] &&
        tail -2 "$out/clocks_under_load.log" | sed 's/^/- under load: /'
    else
      echo '- device: no nvidia-smi; nothing below was measured on a GPU'
    fi
    echo
    echo '| step | verdict | seconds |'
    echo '|---|---|---|'
    local entry name verdict seconds
    for entry in "${steps[@]}"; do
      IFS='|' read -r name verdict seconds <<< "$entry"
      echo "| $name | $verdict | $seconds |"
    done
    echo
    echo '## Kernels'
    echo
    cat "$out/kernel_benchmark.log" 2> /dev/null || echo 'not measured'
    echo
    echo '## The audit on both devices'
    echo
    grep -h 'tokens, ' "$out"/audit_c*.log 2> /dev/null || echo 'not measured'
    cat "$out/compare_audits.log" 2> /dev/null || echo 'not measured'
  } > "$report"
  echo "gpu_check: wrote $report" >&2
}

export LD_LIBRARY_PATH="$(library_paths):${LD_LIBRARY_PATH:-}"
kernel_part
audit_part
write_report
printf '%s\n' "${steps[@]}" | grep -q 'FAILED' && exit 1
exit 0
