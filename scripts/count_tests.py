#!/usr/bin/env python3
# Copyright 2026 The Hydrometer Authors
# SPDX-License-Identifier: Apache-2.0
"""count_tests.py FOLDER FAILED: adds up GoogleTest's XML files below FOLDER.

Prints the reasons of skipped tests, then the closing line. FAILED is 1 when a
test program ended badly without saying so in its file; the exit status is 1
when anything failed or when no test ran.
"""
import pathlib
import sys
import xml.etree.ElementTree as xml


def main():
    passed = failed = skipped = 0
    for path in sorted(pathlib.Path(sys.argv[1]).rglob("*.xml")):
        for case in xml.parse(path).iter("testcase"):
            if case.find("failure") is not None:
                failed += 1
            elif case.get("result") == "skipped":
                skipped += 1
                reason = (case.find("skipped").get("message") or "").strip()
                print(f"skipped {case.get('classname')}.{case.get('name')}: "
                      f"{reason.splitlines()[-1] if reason else ''}")
            elif case.get("status") == "run":
                passed += 1
    if sys.argv[2] != "0" and failed == 0:
        failed = 1
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    sys.exit(1 if failed or passed == 0 else 0)


main()
