#!/usr/bin/env bash
# Copyright 2026 The Hydrometer Authors
# SPDX-License-Identifier: Apache-2.0
#
# Installs what the build needs and nothing that is there already: Debian
# packages, and LibTorch from its wheel in .venv. Called by quickstart.sh and
# test.sh; by hand:
#   scripts/setup.sh           what the program needs
#   scripts/setup.sh --test    and what the tests need
#   scripts/setup.sh --all     and Python's own torch (3.3 GB), for training
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

want=${1:-}
case "$want" in
  ""|--test|--all) ;;
  *) echo "setup.sh: unknown argument \"$want\"; want --test or --all" >&2; exit 2 ;;
esac

packages=(ca-certificates g++ cmake ninja-build ccache pkg-config python3
  python3-venv libabsl-dev libhwy-dev libonig-dev libutf8proc-dev libssl-dev
  rapidjson-dev)
[ -n "$want" ] && packages+=(git libgtest-dev libgmock-dev libbenchmark-dev)

torch_version=2.11.0
wheels=("torch==$torch_version" nvidia-cuda-runtime==13.0.96
  nvidia-cuda-cupti==13.0.85)
test_wheels=(tokenizers==0.23.3 safetensors==0.8.0 numpy==2.4.6
  jsonschema==4.26.0)

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

if command -v apt-get >/dev/null && command -v dpkg-query >/dev/null; then
  missing=()
  for package in "${packages[@]}"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null |
      grep -q 'install ok installed' || missing+=("$package")
  done
  if [ "${#missing[@]}" -gt 0 ]; then
    echo "setup: installing ${missing[*]}"
    as_root apt-get update -q >/dev/null
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q \
      --no-install-recommends "${missing[@]}" >/dev/null
  fi
else
  cat >&2 <<TXT
setup: this is not a Debian system, so nothing is installed. Needed are:
  a C++20 compiler (g++ 12 or newer), CMake 3.25, Ninja, pkg-config, Python 3
  with venv; and the development files of: Abseil, Google Highway, Oniguruma,
  utf8proc, OpenSSL, RapidJSON; for the tests GoogleTest and GoogleMock.
  For the probe set "human": apt-get and dpkg-deb (without them it is left out).
TXT
fi

venv=${HYDROMETER_VENV:-.venv}
[ -x "$venv/bin/python" ] || { echo "setup: making $venv"; python3 -m venv "$venv"; }

# install STAMP pip-arguments...: once for each list of pinned versions.
install() {
  local stamp="$venv/.installed-$1"; shift
  [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$*" ] && return
  echo "setup: installing $* into $venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check "$@"
  echo "$*" > "$stamp"
}
if [ "$want" = --all ]; then
  install torch-with-python "torch==$torch_version" "${test_wheels[@]}"
elif [ ! -f "$venv/.installed-torch-with-python" ]; then
  # Without its dependencies the wheel is LibTorch for the CPU: two small
  # wheels satisfy what libtorch_cpu.so links.
  install libtorch --no-deps --no-compile "${wheels[@]}"
fi
[ -n "$want" ] && install test "${test_wheels[@]}"

scripts/fetch_human.sh .cache/human || echo \
  "setup: passages of the probe set human that are missing are left out" >&2
