#!/usr/bin/env python3
# Copyright 2026 The Hydrometer Authors
# SPDX-License-Identifier: Apache-2.0
"""Trains small tokenizers and writes what the official wheel makes of texts.

  python3 scripts/make_tokenizer_fixtures.py OUTDIR [--count N] [--shared DIR]

OUTDIR/NAME/tokenizer.json and OUTDIR/NAME/cases.jsonl, one text a line:
  text      the text
  ids       without special tokens
  special   ids with special tokens
  offsets   of ids, [start, end, start, end, ...], bytes of the text
  decoded   the wheel's decode(special, skip_special_tokens=False)
  plain     the wheel's decode(special, skip_special_tokens=True)
decoded and plain are null where a token is among them that the normalizer
changes: wheel 0.23 decodes it to its normalized content and then no longer
knows that it is special; ours follows the file, as earlier wheels did.
With --shared, DIR/NAME/tokenizer.json get cases too. Seeded: two runs with the
same wheel write the same bytes. The committed fixture is
  --only tiny --count 50, moved to tests/text/fixture.
"""
import argparse
import json
import os
import random

from tokenizers import (AddedToken, Regex, Tokenizer, decoders, models,
                        normalizers, pre_tokenizers, processors, trainers)

LLAMA3 = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}|"
          r" ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+")
QWEN2 = LLAMA3.replace("{1,3}", "")
O200K = (r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*"
         r"[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|"
         r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+"
         r"[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\p{N}{1,3}|"
         r" ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+")
WORDS = """the of and a to in is was he for it with as his on be at by I this
had not are but from or have an they which one you were her all she there would
their we him been has when who will no more if out so said what up its about
water river stone teacher student error learned measure naïve café Straße
größer élève señor niño привет мир вода учитель δάσκαλος νερό 水 老师 学生 東京
こんにちは 안녕하세요 שלום مرحبا हिन्दी ภาษาไทย don't I'm we've they'll it's""".split()
PIECES = ["'s", "'S", "'\u017f", "'LL", "'ve", "\r\n", "\n\n", "\t", "  ",
          "    ", "\u00a0", "\u3000", "\u2028", "\u200b", "\u200d", "\ufeff",
          "\u0000", "\u0007", "\u001b[0m", "\u007f", "\u0085", "<s>", "</s>",
          "<|endoftext|>", "<|im_start|>", "[MASK]", " [MASK] ", "[WORD]",
          "a[WORD]b", "[LEFT]", "  [LEFT]", "[RIGHT]   ", "[norm]", "[NORM]",
          "<0x41>", "<0xFF>", "<unk>", "\u2581", "\u2581\u2581", "\u0120",
          "\\xff\\xfe", "\\ud800", "%F0%9F", "\ufffd", "e\u0301", "\u00e9",
          "a\u0323\u0302", "a\u0302\u0323", "\u1ea5", "\u0130", "\u03c2",
          "\ufb01", "\u2460", "\u00bd", "\u1100\u1161\u11a8", "\uac01",
          "\U0001f468\u200d\U0001f469\u200d\U0001f467", "\U0001f1e9\U0001f1ea",
          "0", "12", "3456789", "\u0664\u0665", "\u216b", "_", "--", "...",
          "!?", "==", "/*", "*/", "{", "}", "\u3002", "\uff01"]


def corpus(rng):
  for _ in range(3000):
    words = [rng.choice(WORDS) for _ in range(rng.randint(3, 20))]
    yield " ".join(words) + rng.choice([".", "!", "?", "\n", " 123", " 42.5"])


def any_char(rng, last=0x10FFFF):
  while True:
    c = rng.randint(0, last)
    if not 0xD800 <= c <= 0xDFFF:
      return chr(c)


def text(rng, kind):
  if kind == 0:  # prose
    return " ".join(rng.choice(WORDS) for _ in range(rng.randint(0, 30)))
  if kind == 1:  # mixtures
    return "".join(rng.choice(PIECES + WORDS + [" "] * 20)
                   for _ in range(rng.randint(1, 25)))
  if kind == 2:  # all planes
    return "".join(any_char(rng) for _ in range(rng.randint(1, 30)))
  if kind == 3:  # the planes that have characters
    return "".join(any_char(rng, rng.choice([0x7F, 0x7FF, 0xFFFF, 0x1FFFF]))
                   for _ in range(rng.randint(1, 40)))
  if kind == 4:  # control characters and white space
    spaces = "\t\n\v\f\r \x85\xa0\u1680\u2003\u2028\u2029\u202f\u205f\u3000"
    return "".join(rng.choice([rng.choice(spaces), chr(rng.randint(0, 31)),
                               chr(rng.randint(127, 160)), "a", "1", ".", " "])
                   for _ in range(rng.randint(1, 40)))
  if kind == 5:  # long runs
    return "".join(rng.choice([any_char(rng, 0x2FF), " ", "a", "\n", "1", "\u2581",
                               rng.choice(PIECES)]) * rng.randint(1, 200)
                   for _ in range(rng.randint(1, 4)))
  if kind == 6:  # marks in any order
    return "".join(rng.choice([chr(rng.randint(0x300, 0x36F)),
                               chr(rng.choice([0x1DC0, 0x20D0, 0x591, 0x64B,
                                               0x8D3, 0x1AB0, 0x302A, 0x1E8D0])
                                   + rng.randint(0, 12)),
                               rng.choice("aeiouAEIOU\u00e9\u1ea4\u1100\u1161\u11a8"),
                               chr(rng.randint(0xAC00, 0xD7A3))])
                   for _ in range(rng.randint(1, 25)))
  bytes_ = bytes(rng.randint(0, 255) for _ in range(rng.randint(1, 40)))
  return bytes_.decode(rng.choice(["latin-1", "cp437"]))  # mojibake


def texts(count, seed):
  rng = random.Random(seed)
  result = ["", " ", "\n", "a"]
  while len(result) < count:
    result.append(text(rng, len(result) % 8))
  return result


def train(model, pre=None, norm=None, post=None, dec=None, size=700, **options):
  tokenizer = Tokenizer(model)
  if pre is not None:
    tokenizer.pre_tokenizer = pre
  if norm is not None:
    tokenizer.normalizer = norm
  options.setdefault("special_tokens", ["<unk>", "<s>", "</s>"])
  trainer = trainers.BpeTrainer(vocab_size=size, show_progress=False, **options)
  tokenizer.train_from_iterator(list(corpus(random.Random(1))), trainer)
  if post is not None:
    tokenizer.post_processor = post
  if dec is not None:
    tokenizer.decoder = dec
  return tokenizer


def byte_level(pre, norm=None, post=None, **options):
  options.setdefault("initial_alphabet", pre_tokenizers.ByteLevel.alphabet())
  return train(models.BPE(), pre, norm,
               post or processors.ByteLevel(trim_offsets=False),
               decoders.ByteLevel(), **options)


def sentence_piece(pre, norm, dec, **model):
  fallback = [f"<0x{b:02X}>" for b in range(256)]
  tokenizer = train(
      models.BPE(unk_token="<unk>", fuse_unk=True, byte_fallback=True, **model),
      pre, norm, template(), dec, size=900,
      special_tokens=["<unk>", "<s>", "</s>"] + fallback, limit_alphabet=80)
  # Byte tokens belong to the vocabulary, not to the added tokens.
  description = json.loads(tokenizer.to_str())
  description["added_tokens"] = description["added_tokens"][:3]
  return Tokenizer.from_str(json.dumps(description))


def template(suffix=""):
  return processors.TemplateProcessing(
      single="<s> $A" + suffix, pair="<s> $A <s> $B",
      special_tokens=[("<s>", 1), ("</s>", 2)])


def added(tokenizer):
  tokenizer.add_tokens([
      AddedToken("[WORD]", single_word=True), AddedToken("\u00f6"),
      AddedToken("[LEFT]", lstrip=True, normalized=False),
      AddedToken("[RIGHT]", rstrip=True), AddedToken("[norm]", normalized=True),
      AddedToken("  ", normalized=False), AddedToken("[MA", normalized=False)])
  tokenizer.add_special_tokens([
      AddedToken("[MASK]", lstrip=True, rstrip=True, normalized=False),
      AddedToken("<|endoftext|>", normalized=False)])
  return tokenizer


def split(pattern, behavior="isolated", invert=False):
  return pre_tokenizers.Split(pattern, behavior, invert)


def tokenizers_of_the_tests():
  byte = lambda **o: pre_tokenizers.ByteLevel(
      **{"add_prefix_space": False, "use_regex": False, **o})
  sequence = pre_tokenizers.Sequence
  meta = lambda scheme, cut=True: pre_tokenizers.Metaspace(
      prepend_scheme=scheme, split=cut)
  meta_decoder = decoders.Metaspace(prepend_scheme="always")
  llama_decoder = decoders.Sequence([
      decoders.Replace("\u2581", " "), decoders.ByteFallback(),
      decoders.Fuse(), decoders.Strip(" ", 1, 0)])
  yield "gpt2", byte_level(byte(use_regex=True))
  yield "gpt2_prefix", byte_level(
      byte(use_regex=True, add_prefix_space=True),
      post=processors.ByteLevel(trim_offsets=True, add_prefix_space=True))
  llama3 = json.loads(byte_level(
      sequence([split(Regex(LLAMA3)), byte()]),
      post=processors.Sequence([processors.ByteLevel(trim_offsets=False),
                                template()])).to_str())
  llama3["model"]["ignore_merges"] = True
  merges = llama3["model"]["merges"]
  llama3["model"]["merges"] = merges[:len(merges) // 2]
  yield "llama3", Tokenizer.from_str(json.dumps(llama3))
  yield "qwen2", byte_level(sequence([split(Regex(QWEN2)), byte()]),
                            normalizers.NFC())
  yield "o200k", byte_level(sequence([split(Regex(O200K)), byte()]))
  yield "digits", byte_level(sequence([
      split(Regex(r"\s?\p{L}+"), "contiguous"),
      split(Regex(r"[^\w\d]+"), "merged_with_next"),
      split(".", "merged_with_previous"), pre_tokenizers.Digits(True), byte()]),
      normalizers.NFKC())
  yield "bytes_first", byte_level(sequence([
      pre_tokenizers.Punctuation("contiguous"), byte(use_regex=True),
      pre_tokenizers.Digits(False)]), initial_alphabet=[], size=300)
  yield "some_bytes", byte_level(byte(use_regex=True), initial_alphabet=[],
                                 post=processors.ByteLevel(trim_offsets=True))
  yield "llama2", sentence_piece(
      None, normalizers.Sequence([normalizers.Prepend("\u2581"),
                                  normalizers.Replace(" ", "\u2581")]),
      llama_decoder)
  yield "metaspace", sentence_piece(meta("always"), None, meta_decoder)
  yield "metaspace_first", added(sentence_piece(
      meta("first", False), normalizers.NFKD(), meta_decoder))
  yield "unknown", train(
      models.BPE(unk_token="<unk>"), meta("never"),
      normalizers.Sequence([
          normalizers.NFD(), normalizers.StripAccents(),
          normalizers.Lowercase(), normalizers.Strip(),
          normalizers.Replace(Regex(r"\s+"), " ")]),
      template(" </s>"), meta_decoder, limit_alphabet=60)
  yield "words", train(
      models.BPE(unk_token="<unk>", fuse_unk=True),
      sequence([pre_tokenizers.Whitespace(), pre_tokenizers.Digits(False)]),
      normalizers.Lowercase(),
      processors.RobertaProcessing(("</s>", 2), ("<s>", 1)), None)
  yield "removed", train(
      models.BPE(), sequence([
          pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Punctuation("removed"),
          split(Regex(r"\w+"), "removed", True)]), None,
      processors.BertProcessing(("</s>", 2), ("<s>", 1)))
  yield "added", added(byte_level(
      byte(use_regex=True), normalizers.Lowercase(),
      post=processors.ByteLevel(trim_offsets=True)))
  yield "tiny", added(byte_level(
      sequence([split(Regex(LLAMA3)), byte()]), normalizers.NFC(),
      post=processors.Sequence([processors.ByteLevel(trim_offsets=True),
                                template()]), size=420))
  yield "added_llama2", added(sentence_piece(
      None, normalizers.Sequence([normalizers.Prepend("\u2581"),
                                  normalizers.Replace(" ", "\u2581")]),
      llama_decoder))


def byte_offsets(content, offsets):
  starts = [0]
  for c in content:
    starts.append(starts[-1] + len(c.encode()))
  return [starts[i] for pair in offsets for i in pair]


def changed_by_normalizer(tokenizer):
  return {i for i, token in tokenizer.get_added_tokens_decoder().items()
          if token.normalized and tokenizer.normalizer is not None
          and tokenizer.normalizer.normalize_str(token.content)
          != token.content}


def write_cases(tokenizer, path, count, seed):
  changed = changed_by_normalizer(tokenizer)
  with open(path, "w", encoding="utf-8") as f:
    for content in texts(count, seed):
      plain = tokenizer.encode(content, add_special_tokens=False)
      special = tokenizer.encode(content).ids
      comparable = not changed.intersection(special)
      decode = lambda skip: tokenizer.decode(
          special, skip_special_tokens=skip) if comparable else None
      f.write(json.dumps({
          "text": content, "ids": plain.ids, "special": special,
          "offsets": byte_offsets(content, plain.offsets),
          "decoded": decode(False), "plain": decode(True)},
          ensure_ascii=False, separators=(",", ":")) + "\n")


def main():
  parser = argparse.ArgumentParser()
  parser.add_argument("outdir")
  parser.add_argument("--count", type=int, default=2000)
  parser.add_argument("--only", help="name of one tokenizer")
  parser.add_argument("--shared", help="folder with NAME/tokenizer.json")
  arguments = parser.parse_args()
  for seed, (name, tokenizer) in enumerate(tokenizers_of_the_tests()):
    if arguments.only and name != arguments.only:
      continue
    folder = os.path.join(arguments.outdir, name)
    os.makedirs(folder, exist_ok=True)
    tokenizer.save(os.path.join(folder, "tokenizer.json"))
    write_cases(tokenizer, os.path.join(folder, "cases.jsonl"),
                arguments.count, seed)
  if arguments.shared:
    for seed, name in enumerate(sorted(os.listdir(arguments.shared))):
      source = os.path.join(arguments.shared, name, "tokenizer.json")
      if not os.path.exists(source):
        continue
      folder = os.path.join(arguments.outdir, "shared_" + name)
      os.makedirs(folder, exist_ok=True)
      link = os.path.join(folder, "tokenizer.json")
      if not os.path.exists(link):
        os.symlink(os.path.abspath(source), link)
      write_cases(Tokenizer.from_file(source),
                  os.path.join(folder, "cases.jsonl"), arguments.count,
                  100 + seed)


if __name__ == "__main__":
  main()
