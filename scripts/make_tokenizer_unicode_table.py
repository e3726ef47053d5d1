#!/usr/bin/env python3
# Copyright 2026 The Hydrometer Authors
# SPDX-License-Identifier: Apache-2.0
"""Writes src/text/unicode_table_data.h and normalization_table_data.h.

Every component of the official tokenizers wheel carries character tables of
its own, of different Unicode versions. This script asks the wheel about every
code point, so that ours agree with it and do not depend on the libraries of
the machine.

  python3 scripts/make_tokenizer_unicode_table.py src/text
"""
import contextlib
import os
import sys

import tokenizers
from tokenizers import Regex, normalizers, pre_tokenizers

CODE_POINTS = [c for c in range(0x110000) if not 0xD800 <= c <= 0xDFFF]
CATEGORIES = ("Lu Ll Lt Lm Lo Mn Mc Me Nd Nl No Pc Pd Ps Pe Pi Pf Po "
              "Sm Sc Sk So Zs Zl Zp Cc Cf Co").split()
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZab"  # one for each category; '-': none


def removed_by(pre_tokenizer):
  """Code points that a pre-tokenizer with behaviour Removed takes away."""
  text = "".join(map(chr, CODE_POINTS))
  taken, previous = [], 0
  for _, (start, end) in pre_tokenizer.pre_tokenize_str(text):
    taken.extend(range(previous, start))
    previous = end
  taken.extend(range(previous, len(CODE_POINTS)))
  return {CODE_POINTS[i] for i in taken}


def in_property(name):
  return removed_by(pre_tokenizers.Split(Regex(name), "removed"))


def ranges(code_points):
  result = []
  for c in sorted(code_points):
    if result and result[-1][1] == c - 1:
      result[-1][1] = c
    else:
      result.append([c, c])
  return result


def emit_ranges(name, comment, code_points):
  print(f"\n// {comment}")
  print(f"inline constexpr CodePointRange {name}[] = {{")
  line = "   "
  for first, last in ranges(code_points):
    item = f" {{{first:#x}, {last:#x}}},"
    if len(line) + len(item) > 80:
      print(line)
      line = "   "
    line += item
  print(line)
  print("};")


def combining_marks(marks):
  """Marks that canonical ordering moves: combining class other than 0."""
  nfd = normalizers.NFD()
  moved = set()
  for c in marks:
    if len(nfd.normalize_str(chr(c))) != 1:
      continue
    for text in ("a\u0301" + chr(c), "a" + chr(c) + "\u0334"):
      if nfd.normalize_str(text) != text:
        moved.add(c)
  return moved


def begin(guard, includes, comment):
  print("// Copyright 2026 The Hydrometer Authors")
  print("// SPDX-License-Identifier: Apache-2.0\n//")
  print(f"// {comment} of the tokenizers wheel {tokenizers.__version__}, read out")
  print("// of the wheel by scripts/make_tokenizer_unicode_table.py. Do not edit.")
  print(f"#ifndef {guard}\n#define {guard}\n\n{includes}\n")
  print("namespace hydrometer::text {")


def end(guard):
  print(f"\n}}  // namespace hydrometer::text\n\n#endif  // {guard}")


def normalization_table(marks):
  guard = "HYDROMETER_SRC_TEXT_NORMALIZATION_TABLE_DATA_H_"
  begin(guard, '#include "src/text/unicode_table_data.h"',
        "Normalization data")
  emit_ranges("kCombining", "Combining class other than 0.",
              combining_marks(sorted(marks)))
  nfd, nfkd = normalizers.NFD(), normalizers.NFKD()
  emit_ranges("kDecomposed", "Changed by NFKD (Hangul syllables left out).", {
      c for c in CODE_POINTS if not 0xAC00 <= c <= 0xD7A3
      and nfkd.normalize_str(chr(c)) != chr(c)})
  assert all(nfkd.normalize_str(chr(c)) != chr(c) for c in CODE_POINTS
             if nfd.normalize_str(chr(c)) != chr(c))
  end(guard)


def character_table():
  category = {}
  for name, letter in zip(CATEGORIES, LETTERS):
    for c in in_property(r"\p{%s}" % name):
      category[c] = letter
  group = lambda p: {c for c, l in category.items()
                     if CATEGORIES[LETTERS.index(l)].startswith(p)}
  guard = "HYDROMETER_SRC_TEXT_UNICODE_TABLE_DATA_H_"
  begin(guard, "#include <cstdint>", "Character tables")
  print("\nstruct CodePointRange {\n  uint32_t first;\n  uint32_t last;\n};")
  print("\n// General categories as runs: a letter (below), then the run's")
  print("// length in decimal where it is not 1. '-' is unassigned.")
  print("inline constexpr char kCategoryLetters[] = \"%s\";" % LETTERS)
  print("inline constexpr const char* kCategoryNames[] = {")
  for i in range(0, len(CATEGORIES), 12):
    print("    " + " ".join(f'"{c}",' for c in CATEGORIES[i:i + 12]))
  print("};\ninline constexpr char kCategoryRuns[] =")
  runs, start = "", 0
  for c in range(1, 0x110001):
    if c == 0x110000 or category.get(c) != category.get(start):
      runs += category.get(start, "-") + (str(c - start) if c - start > 1 else "")
      start = c
  for i in range(0, len(runs), 74):
    semicolon = ";" if i + 74 >= len(runs) else ""
    print(f'    "{runs[i:i + 74]}"{semicolon}')
  marks, letters, digits = group("M"), group("L"), group("N")
  plain_word = letters | marks | {
      c for c, l in category.items()
      if CATEGORIES[LETTERS.index(l)] in ("Nd", "Nl", "Pc")}
  word = in_property(r"\w")
  assert not plain_word - word
  emit_ranges("kOtherRegexWord", r"\w of the regex engine beyond L, M, Nd, Nl, Pc.",
              word - plain_word)
  whitespace = pre_tokenizers.Whitespace()
  own = {c for c in CODE_POINTS
         if (r := whitespace.pre_tokenize_str("x" + chr(c)))
         and len(r) == 1 and r[0][1][1] == 2}
  emit_ranges("kOtherWord", r"\w of Whitespace and single_word beyond the same.",
              own - plain_word)
  assert not plain_word - own
  numeric = pre_tokenizers.Digits(False)
  emit_ranges("kOtherNumeric", "Digits beyond N.", {
      c for c in CODE_POINTS
      if len(numeric.pre_tokenize_str("x" + chr(c))) == 2} - digits)
  emit_ranges("kPunctuation", "What Punctuation splits on.",
              removed_by(pre_tokenizers.Punctuation("removed")))
  strip = normalizers.StripAccents()
  emit_ranges("kAccent", "What StripAccents removes.",
              {c for c in CODE_POINTS if strip.normalize_str(chr(c)) == ""})
  lower = normalizers.Lowercase()
  print("\n// Lowercase: code points first..last, every step-th, move by delta.")
  print("// U+0130 is not here: it becomes two, U+0069 U+0307.")
  print("struct LowercaseRun {\n  uint32_t first;\n  uint32_t last;\n"
        "  int32_t step;\n  int32_t delta;\n};")
  print("inline constexpr LowercaseRun kLowercase[] = {")
  lowercase_runs = []
  for c in CODE_POINTS:
    l = lower.normalize_str(chr(c))
    if l == chr(c) or c == 0x130:
      continue
    delta = ord(l) - c
    if lowercase_runs and lowercase_runs[-1][3] == delta:
      run = lowercase_runs[-1]
      step = c - run[1]
      if (run[0] == run[1] and step <= 2) or step == run[2]:
        run[1], run[2] = c, step
        continue
    lowercase_runs.append([c, c, 1, delta])
  line = "   "
  for first, last, step, delta in lowercase_runs:
    item = f" {{{first:#x}, {last:#x}, {step}, {delta}}},"
    if len(line) + len(item) > 80:
      print(line)
      line = "   "
    line += item
  print(line)
  print("};")
  end(guard)
  return marks


def main():
  folder = sys.argv[1]
  with open(os.path.join(folder, "unicode_table_data.h"), "w") as f, \
      contextlib.redirect_stdout(f):
    marks = character_table()
  with open(os.path.join(folder, "normalization_table_data.h"), "w") as f, \
      contextlib.redirect_stdout(f):
    normalization_table(marks)


if __name__ == "__main__":
  main()
