#!/usr/bin/env bash
# Copyright 2026 The Hydrometer Authors
# SPDX-License-Identifier: Apache-2.0
#
# From a clean Debian machine to a verdict: installs what is missing, builds,
# audits a suspect of the shipped zoo and says where the report is. A second
# run does only what has changed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

suspect=${1:-zoo/suspects/a_text100}
start=$SECONDS
scripts/setup.sh
echo "quickstart: set-up took $((SECONDS - start)) s"; step=$SECONDS
scripts/build.sh hydrometer
echo "quickstart: build took $((SECONDS - step)) s"; step=$SECONDS
code=0
done_for=.cache/quickstart-suspect  # whose report lies in report/
if [ -f report/report.html ] && [ "$(cat "$done_for" 2>/dev/null)" = "$suspect" ] &&
    [ -z "$(find zoo probes build/hydrometer "$suspect" -newer report/report.json -print -quit)" ]; then
  echo "quickstart: nothing has changed since the report was made"
else
  build/hydrometer audit "$suspect" --reference zoo/references/ref_a \
    --controls zoo/controls --siblings zoo/siblings/ref_a \
    --store .cache/store -o report || code=$?
  if [ "$code" = 0 ] || [ "$code" = 3 ]; then echo "$suspect" > "$done_for"; fi
fi
echo "quickstart: audit took $((SECONDS - step)) s, all together $((SECONDS - start)) s"
# 3 is an inconclusive verdict: an answer, and no failure of this script.
if [ "$code" = 0 ] || [ "$code" = 3 ]; then
  echo "quickstart: the report is $PWD/report/report.html"
else
  exit "$code"
fi
