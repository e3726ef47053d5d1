#!/usr/bin/env python3
# Copyright 2026 The Hydrometer Authors
# SPDX-License-Identifier: Apache-2.0
"""Counts instructions per pair of logits in pair divergence's streaming loop.

Compiles kernels/pair_divergence_cuda.cu for sm_90, disassembles it and walks
the loop's two ways: near (rows that nearly agree) and far. From the counts
follow the largest shares of the memory's speed that issue slots and
special-function units leave, on an H100 and an H200 with the rates below.

Usage: scripts/sass_count.py [--nvcc NVCC] [--nvdisasm NVDISASM] [--cubin FILE]
Prints Markdown; exits 77 with a reason where a tool is missing.
"""
import argparse
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

CHUNK = 8  # pairs of logits a thread takes in one round
# name, multiprocessors, clock in Hz, bytes a second (measured copies).
MACHINES = (("H100", 132, 1.755e9, 3.0e12), ("H200", 132, 1.98e9, 4.3e12))
ROWS = (("bf16, aligned", "DataTypeE1ELb1", 4),
        ("bf16, any address", "DataTypeE1ELb0", 4),
        ("fp16, aligned", "DataTypeE2ELb1", 4),
        ("fp32, aligned", "DataTypeE0ELb1", 8),
        ("fp32, any address", "DataTypeE0ELb0", 8))


def skip(reason):
    print(f"sass_count: skipped: {reason}", file=sys.stderr)
    sys.exit(77)


def find(given, name, fallback=""):
    path = given or shutil.which(name) or fallback
    if not path or not pathlib.Path(path).exists():
        skip(f"{name} is not here (--{name} names it)")
    return path


def functions(text):
    """Yields (name, blocks); a block is (label, instructions)."""
    name, blocks = None, []
    for line in text.splitlines():
        if m := re.match(r"\s*\.section\s+\.text\.([^,\s]+)", line):
            if name:
                yield name, blocks
            name, blocks = m.group(1), [("entry", [])]
        elif name and (m := re.match(r"^(\.L_x_\d+):", line)):
            blocks.append((m.group(1), []))
        elif name and (m := re.match(r"\s*/\*[0-9a-f]+\*/\s+(.*?);", line)):
            blocks[-1][1].append(m.group(1).strip())
    if name:
        yield name, blocks


def basic_blocks(blocks):
    """Splits at branches: list of instructions, label -> first block."""
    out, label_at = [], {}
    for label, code in blocks:
        label_at[label] = len(out)
        current = []
        for i in code:
            current.append(i)
            if re.search(r"\b(BRA|EXIT|RET)\b", i):
                out.append(current)
                current = []
        if current or label_at[label] == len(out):
            out.append(current)
    return out, label_at


def loop_paths(out, label_at):
    """(instructions, ex2, lg2) of every way once round the streaming loop."""

    def count(block, what):
        return sum(what in i for i in out[block])

    def following(block):
        last = out[block][-1] if out[block] else ""
        next_ones = []
        if m := re.search(r"BRA.*`\((\.L_x_\d+)\)", last):
            next_ones.append(label_at[m.group(1)])
        if not re.search(r"\b(BRA|EXIT|RET)\b", last) or last.startswith("@"):
            next_ones.append(block + 1)
        return [b for b in next_ones if b < len(out)]

    far = max(range(len(out)), key=lambda b: count(b, "MUFU.LG2"))
    if count(far, "MUFU.LG2") < CHUNK:
        return []
    # The loop: the nearest back edge that jumps over the far block.
    back = [(b, t) for b in range(far, len(out)) for t in following(b)
            if t <= far and count(far, "LDG") == 0]
    if not back:
        return []
    last, head = back[0]
    found = []

    def walk(block, seen, size, ex2, lg2, loads):
        size += len(out[block])
        ex2 += count(block, "MUFU.EX2")
        lg2 += count(block, "MUFU.LG2")
        loads += count(block, ".U16")
        if block == last:
            if loads == 0:
                found.append((size, ex2, lg2))
            return
        for b in following(block):
            if b > block and b not in seen:
                walk(b, seen | {b}, size, ex2, lg2, loads)

    walk(head, {head}, 0, 0, 0, 0)
    return found


def bound(machine, slots, special, bytes_a_pair):
    _, processors, clock, rate = machine
    pairs = rate / bytes_a_pair
    return (min(1.0, 128 * processors * clock / slots / pairs),
            min(1.0, 16 * processors * clock / special / pairs))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nvcc")
    parser.add_argument("--nvdisasm")
    parser.add_argument("--cubin")
    args = parser.parse_args()
    root = pathlib.Path(__file__).resolve().parent.parent
    nvdisasm = find(args.nvdisasm, "nvdisasm")
    with tempfile.TemporaryDirectory() as folder:
        cubin = args.cubin
        if not cubin:
            nvcc = find(args.nvcc, "nvcc", "/usr/local/cuda/bin/nvcc")
            cubin = f"{folder}/pair.cubin"
            subprocess.run(
                [nvcc, "-std=c++17", "-O3", "-arch=sm_90", "-cubin",
                 f"-I{root}", f"{root}/kernels/pair_divergence_cuda.cu", "-o",
                 cubin], check=True)
        text = subprocess.run([nvdisasm, "-c", cubin], check=True,
                              capture_output=True, text=True).stdout
    code = dict(functions(text))
    print("| rows | way | instructions a pair | special functions a pair | "
          + " | ".join(f"bound, {m[0]}" for m in MACHINES) + " |")
    print("|---" * (4 + len(MACHINES)) + "|")
    missing = False
    for title, mark, size in ROWS:
        name = next((n for n in code if mark in n), None)
        paths = loop_paths(*basic_blocks(code[name])) if name else []
        for way, ex2, lg2 in (("near", 2 * CHUNK, 0), ("far", 3 * CHUNK, CHUNK)):
            sizes = [p[0] for p in paths if p[1] == ex2 and p[2] == lg2]
            if not sizes:
                missing = True
                print(f"| {title} | {way} | not found |  |"
                      + "  |" * len(MACHINES))
                continue
            slots, special = min(sizes) / CHUNK, (ex2 + lg2) / CHUNK
            shares = [min(bound(m, slots, special, size)) for m in MACHINES]
            print(f"| {title} | {way} | {slots:.1f} | {special:.0f} | "
                  + " | ".join(f"{s:.2f}" for s in shares) + " |")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
