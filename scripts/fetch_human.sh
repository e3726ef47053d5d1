#!/bin/sh
# Copyright 2026 The Hydrometer Authors
# SPDX-License-Identifier: Apache-2.0
#
# Fetches the documentation packages that the probe set `human` is cut from
# and unpacks them below DEST. Nothing is installed and no root is needed.
#
#   scripts/fetch_human.sh DEST
#
# A package whose files lie under / or below DEST already is left alone, so
# a second run does nothing. A newer version of a package will do: passages
# carry hashes, and one that has changed is left out and counted by the
# program. Exit 0 if every package is there in the end, 1 if one is missing.
set -eu

if [ $# -ne 1 ]; then
  echo "usage: scripts/fetch_human.sh DEST" >&2
  exit 2
fi
here=$(cd "$(dirname "$0")/.." && pwd)
recipe=$here/probes/human/recipe.jsonl
mkdir -p "$1"
dest=$(cd "$1" && pwd)
failed=0

# Whether every file of package $1 lies below $2.
have_all() {
  sed -n "s|.*\"package\": \"$1\".*\"path\": \"\([^\"]*\)\".*|\1|p" "$recipe" |
    sort -u | {
    while read -r path; do
      [ -f "$2$path" ] || exit 1
    done
  }
}

while read -r package; do
  if have_all "$package" "" || have_all "$package" "$dest" ||
      [ -f "$dest/.$package.fetched" ]; then
    continue
  fi
  folder=$(mktemp -d "$dest/.fetch.XXXXXX")
  if (cd "$folder" && apt-get -q download "$package") >"$folder/log" 2>&1 &&
      dpkg-deb -x "$folder/${package}"_*.deb "$dest" 2>>"$folder/log"; then
    : >"$dest/.$package.fetched"
    echo "human probes: fetched $package"
  else
    echo "human probes: cannot fetch $package: $(tail -n 1 "$folder/log")" >&2
    failed=1
  fi
  rm -rf "$folder"
done <"$here/probes/human/packages.txt"
exit "$failed"
