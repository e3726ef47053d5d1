#!/usr/bin/env python3
# Copyright 2026 The Hydrometer Authors
# SPDX-License-Identifier: Apache-2.0
"""Cuts the passages of probes/human from held-out documents.

    scripts/cut_human.py --work /var/tmp/zoo --out probes/human

Only documents that train_zoo.py holds out (by a hash of their names) and
that lie in their package as uncompressed text. A passage begins where a
paragraph of prose begins and ends at the end of a sentence or of a word;
its bytes are never changed. One that stands in a document that is trained
on (the same sentence in two manuals) is left out. The texts themselves are not written, only
where they lie and their SHA-256.
"""

import argparse
import hashlib
import json
import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from zoo import corpora  # pylint: disable=wrong-import-position

LICENCES = {
    'git-doc': 'GPL-2.0-only',
    'perl-doc': 'GPL-1.0-or-later OR Artistic-1.0-Perl',
    'vim-runtime': 'Vim',
    'debian-policy': 'GPL-2.0-or-later',
    'developers-reference': 'GPL-2.0-or-later',
    'crawl-common': 'GPL-2.0-or-later',
}
SHORTEST, LONGEST, WANTED = 275, 345, 320
PER_PACKAGE, PER_DOCUMENT = 90, 12
COMMON = set('the of and to a in is that it for as with be on are this by not '
             'or if from can which you was have will at an its has but your '
             'when all they may there no use used'.split())


def is_prose(text):
  """Sentences rather than code, tables or markup."""
  if not re.match(r'[A-Z"\'(]', text):
    return False
  letters = sum(c.isalpha() or c in ' \n' for c in text)
  words = re.findall(r"[a-z']+", text.lower())
  lines = text.split('\n')
  deep = sum(line.startswith(('    ', '\t')) for line in lines)
  return (letters >= 0.86 * len(text) and
          sum(w in COMMON for w in words) >= 0.28 * len(words) and
          len(re.findall(r'[.?!:][)"\']?\s', text + ' ')) >= 2 and
          deep <= len(lines) // 3 and
          not re.search(r'={4}|-{4}|~{4}|\*{4}|\|.*\||^=\w|%%|\t.*\t', text,
                        re.M))


def cut(raw, start):
  """The end of the passage that begins at byte `start`, or None."""
  window = raw[start:start + LONGEST]
  if len(window) < SHORTEST:
    return None
  ends = [m.end() for m in re.finditer(rb'[.?!][)"\']?(?=\s)', window)
          if m.end() >= SHORTEST]
  if not ends:
    ends = [m.start() for m in re.finditer(rb'\s', window)
            if m.start() >= WANTED]
  return start + ends[-1] if ends else None


def passages(raw):
  """(offset, length) of all prose passages of a document, apart."""
  found, last = [], 0
  for match in re.finditer(rb'(?:\A|\n[ \t]*\n)(?=\S)', raw):
    start = match.end()
    if start < last:
      continue
    end = cut(raw, start)
    if end is None:
      continue
    try:
      text = raw[start:end].decode('utf-8')
    except UnicodeDecodeError:
      continue
    if is_prose(text):
      found.append((start, end - start))
      last = end
  return found


def is_copied(text, trained):
  """Whether a stretch of `text` also stands in `trained` (blanks alike)."""
  flat = ' '.join(text.decode('utf-8').split())
  return any(flat[at:at + 48] in trained
             for at in range(0, len(flat) - 48, 24))


def main():
  parser = argparse.ArgumentParser(description=__doc__)
  parser.add_argument('--work', required=True)
  parser.add_argument('--out', required=True)
  args = parser.parse_args()
  root, versions = corpora.fetch(args.work)
  by_package, trained = {}, {}
  documents = list(corpora.recipe_documents(root))
  for document in documents:
    if not document.held_out:
      trained.setdefault(document.kind, []).append(
          ' '.join(document.text.split()))
  trained = {kind: '\n'.join(texts) for kind, texts in trained.items()}
  for document in documents:
    package = document.name.split(':')[0]
    if not document.held_out or package not in LICENCES:
      continue
    with open(root + document.path, 'rb') as f:
      raw = f.read()
    for number, (offset, length) in enumerate(passages(raw)):
      text = raw[offset:offset + length]
      order = corpora.name_hash('human', f'{document.name}:{offset}')
      by_package.setdefault(package, []).append(
          (order, document, offset, length, text))
  lines, seen = [], set()
  for package in sorted(by_package):
    per_document, count = {}, 0
    for _, document, offset, length, text in sorted(
        by_package[package], key=lambda row: row[0]):
      if (count >= PER_PACKAGE or text[:120] in seen or
          per_document.get(document.name, 0) >= PER_DOCUMENT or
          is_copied(text, trained[document.kind])):
        continue
      seen.add(text[:120])
      per_document[document.name] = per_document.get(document.name, 0) + 1
      count += 1
      lines.append({
          'id': f'{document.kind}-{len(lines):03d}',
          'package': package,
          'version': versions[package],
          'path': document.path,
          'offset': offset,
          'length': length,
          'sha256': hashlib.sha256(text).hexdigest(),
          'kind': document.kind,
      })
    print(package, count, 'passages of', len(per_document), 'documents')
  os.makedirs(args.out, exist_ok=True)
  recipe = ''.join(json.dumps(line) + '\n' for line in lines).encode()
  with open(os.path.join(args.out, 'recipe.jsonl'), 'wb') as f:
    f.write(recipe)
  packages = sorted({line['package'] for line in lines})
  with open(os.path.join(args.out, 'packages.txt'), 'w') as f:
    f.write(''.join(p + '\n' for p in packages))
  with open(os.path.join(args.out, 'card.json'), 'w') as f:
    json.dump({
        'name': 'human',
        'version': '1',
        'licence': 'the recipe is Apache-2.0; no text is shipped, each '
                   'passage is under the licence of its package',
        'purpose': 'natural text that no model of the panel wrote or was '
                   'trained on, in the domain of the references of the zoo: '
                   'inherited error is read here',
        'origin': 'human',
        'evidence': 'counted',
        'content': 'recipe',
        'file': 'recipe.jsonl',
        'sha256': hashlib.sha256(recipe).hexdigest(),
        'licences': {p: LICENCES[p] for p in packages},
    }, f, indent=1)
    f.write('\n')
  print(len(lines), 'passages')


if __name__ == '__main__':
  main()
