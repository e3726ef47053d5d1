#!/usr/bin/env python3
# Copyright 2026 The Hydrometer Authors
# SPDX-License-Identifier: Apache-2.0
"""Encoding speed against the official wheel, one thread each.

  python3 scripts/bench_tokenizer.py BUILD/tests/text_tests TOKENIZER.json...

About 10 MB of mixed text (prose, code and markup of this machine, words of
many scripts) in documents of 4,000 characters; the best of three rounds of
encode() each, in turns. Prints MB/s and the ratio; exits with 1 when a token
count differs.
"""
import argparse
import glob
import json
import os
import random
import subprocess
import sys
import tempfile
import time

os.environ["TOKENIZERS_PARALLELISM"] = "false"
os.environ["RAYON_NUM_THREADS"] = "1"
from make_tokenizer_fixtures import PIECES, WORDS  # noqa: E402
from tokenizers import Tokenizer  # noqa: E402


def documents(megabytes):
  rng = random.Random(0)
  files = sorted(glob.glob("/usr/share/doc/**/*", recursive=True) +
                 glob.glob("/usr/lib/python3*/**/*.py", recursive=True) +
                 glob.glob("/usr/share/perl/**/*.p[lmo]*", recursive=True))
  rng.shuffle(files)
  result, size, natural = [], 0, 0
  for name in files:
    if natural > megabytes * 800_000:
      break
    if not os.path.isfile(name) or name.endswith(".gz"):
      continue
    try:
      text = open(name, encoding="utf-8").read(200_000)
    except (UnicodeDecodeError, OSError):
      continue
    for i in range(0, len(text), 4000):
      result.append(text[i:i + 4000])
      natural += len(result[-1].encode())
  while size < megabytes * 200_000:
    words = [rng.choice(WORDS + PIECES[::8]) for _ in range(600)]
    result.append(" ".join(words))
    size += len(result[-1].encode())
  result = [d.replace("\0", " ") for d in result]
  rng.shuffle(result)
  return result


def main():
  parser = argparse.ArgumentParser()
  parser.add_argument("binary")
  parser.add_argument("tokenizers", nargs="+")
  parser.add_argument("--megabytes", type=float, default=10)
  arguments = parser.parse_args()
  texts = documents(arguments.megabytes)
  megabytes = sum(len(t.encode()) for t in texts) / 1e6
  print(f"{len(texts)} documents, {megabytes:.1f} MB")
  failed = False
  with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as f:
    for t in texts:
      f.write(json.dumps({"text": t}) + "\n")
    f.flush()
    for path in arguments.tokenizers:
      tokenizer = Tokenizer.from_file(path)
      seconds = float("inf")
      for _ in range(3):
        count, start = 0, time.perf_counter()
        for t in texts:
          count += len(tokenizer.encode(t, add_special_tokens=False))
        seconds = min(seconds, time.perf_counter() - start)
      output = subprocess.run(
          [arguments.binary, "--gtest_filter=TokenizerSpeed.*"],
          env={**os.environ, "HYDROMETER_BENCH_TOKENIZER": path,
               "HYDROMETER_BENCH_TEXTS": f.name},
          capture_output=True, text=True, check=True).stdout
      ours, our_count = next(line.split()[1:] for line in output.splitlines()
                             if line.startswith("BENCH"))
      same = int(our_count) == count
      failed |= not same
      print(f"{path}: ours {megabytes / float(ours):.1f} MB/s, wheel "
            f"{megabytes / seconds:.1f} MB/s, ratio {seconds / float(ours):.2f}"
            f"{'' if same else f', TOKENS DIFFER: {our_count}, {count}'}")
  sys.exit(failed)


if __name__ == "__main__":
  main()
