#!/usr/bin/env python3
# Copyright 2026 The Hydrometer Authors
# SPDX-License-Identifier: Apache-2.0
"""Writes probes/noise: text that no corpus holds, from a seed.

Four kinds, in turn: random characters (tokens in random order), random
digits, invented words, broken markup. A student of a teacher's logits follows
it out here, where text says nothing; other models do not. The set is shown,
never counted.

  scripts/make_noise_probes.py            # rewrites probes/noise, same bytes
"""
import hashlib
import json
import pathlib
import random

SEED = 20261123
COUNT = 128
FOLDER = pathlib.Path(__file__).resolve().parent.parent / "probes" / "noise"

PIECES = ("the of and to in ing tion er re on un al ist pre ed ly con ment "
          "able ough str qu zz kj 7 . , ; ( ) - : / \" ' # = + é ß ж 中 ™ "
          "[ ] { } < > & % $ @ ! ? ~ ^ * \\ | _").split(" ")
ONSETS = ("b br c ch d dr f fl g gr h j k kl l m n p pl qu r s sh sk st t th "
          "tr v w z").split()
NUCLEI = "a e i o u ai ea ou oo y".split()
CODAS = "n r s t l m x ck nd rt sh".split() + [""] * 4
TAGS = "div span td li ref note b i table x-7 em".split()


def tokens(rng):
    return "".join(rng.choice(PIECES) + rng.choice(("", "", " "))
                   for _ in range(rng.randint(90, 120)))


def digits(rng):
    return " ".join("".join(rng.choice("0123456789")
                            for _ in range(rng.randint(1, 9)))
                    for _ in range(rng.randint(30, 45)))


def word(rng):
    return "".join(rng.choice(ONSETS) + rng.choice(NUCLEI) + rng.choice(CODAS)
                   for _ in range(rng.randint(1, 3)))


def invented(rng):
    sentences = []
    for _ in range(rng.randint(5, 8)):
        words = [word(rng) for _ in range(rng.randint(4, 9))]
        sentences.append(" ".join(words).capitalize() + ".")
    return " ".join(sentences)


def markup(rng):
    parts = []
    for _ in range(rng.randint(18, 26)):
        tag = rng.choice(TAGS)
        parts.append(rng.choice((
            f"<{tag}>", f"</{tag}", f"<{tag} {word(rng)}=\"{word(rng)}",
            f"&{word(rng)};", f"]]{word(rng)}", f"|{word(rng)}|-",
            f"{{{{{word(rng)}", "\n", f"{word(rng)} ")))
    return "".join(parts).strip() or "<>"


def main():
    rng = random.Random(SEED)
    makers = (("tokens", tokens), ("digits", digits),
              ("invented", invented), ("markup", markup))
    lines = []
    for index in range(COUNT):
        kind, make = makers[index % len(makers)]
        lines.append(json.dumps(
            {"id": f"noise-{index + 1:03d}", "text": make(rng).strip(),
             "subject": kind}, ensure_ascii=False))
    content = ("\n".join(lines) + "\n").encode()
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / "probes.jsonl").write_bytes(content)
    card = {
        "name": "noise", "version": "1", "licence": "CC0-1.0",
        "purpose": "Text without sense, where independently trained models "
                   "have no reason to agree.",
        "origin": "generated", "evidence": "shown", "content": "texts",
        "file": "probes.jsonl",
        "sha256": hashlib.sha256(content).hexdigest(), "probes": COUNT,
        "generator": "scripts/make_noise_probes.py", "seed": SEED}
    (FOLDER / "card.json").write_text(json.dumps(card, indent=1) + "\n")


if __name__ == "__main__":
    main()
