# Copyright 2026 The Hydrometer Authors
# SPDX-License-Identifier: Apache-2.0
"""Texts that the zoo is trained on: a recipe, documents, slices, chunks.

A document has a kind, a name that does not depend on the machine
(`package:path`), and text. A seeded hash of the name holds out one document
in ten: no model is trained on those; the `human` probes and the losses in
`lineage.json` come from them. The other documents of a kind are dealt to
SLICES slices of about equal size, in the order of their hash; models that
are to be unrelated get different slices.
"""

import dataclasses
import fnmatch
import glob
import gzip
import hashlib
import html.parser
import json
import os
import re
import subprocess

import numpy as np

SLICES = 24
HELD_OUT = 0.10
MARKER = '\n\n<|endofdoc|>\n\n'

# kind, Debian package, path (glob below /), reader.
RECIPE = [
    ('git', 'git-doc', 'usr/share/doc/git-doc/**/*.txt', 'plain'),
    ('perl', 'perl-doc', 'usr/share/perl/*/pod/*.pod', 'plain'),
    ('vim', 'vim-runtime', 'usr/share/vim/vim*/doc/*.txt', 'plain'),
    ('debian', 'debian-policy',
     'usr/share/doc/debian-policy/policy.html/_sources/*.txt', 'plain'),
    ('debian', 'developers-reference',
     'usr/share/developers-reference/_sources/*.txt', 'plain'),
    ('debian', 'debian-reference-en',
     'usr/share/doc/debian-reference*/*.en.html', 'html'),
    ('debian', 'maint-guide', 'usr/share/doc/maint-guide/**/*.en.html',
     'html'),
    ('debian', 'debian-faq', 'usr/share/doc/debian/FAQ/*.html', 'html'),
    ('debian', 'live-manual-txt',
     'usr/share/doc/live-manual/txt/*.en.txt.gz', 'plain'),
    ('debian', 'aptitude-doc-en',
     'usr/share/doc/aptitude/html/en/*.html', 'html'),
    ('game', 'crawl-common', 'usr/share/crawl/dat/descript/*.txt', 'plain'),
    ('game', 'crawl-common', 'usr/share/crawl/dat/database/*.txt', 'plain'),
    ('game', 'crawl-common', 'usr/share/crawl/docs/**/*.txt', 'plain'),
    ('linux', 'linux-doc-6.1', 'usr/share/doc/linux-doc-6.1/html/_sources/'
     '**/*.txt', 'plain'),
    ('python', 'python3.11-doc', 'usr/share/doc/python3.11/html/_sources/'
     '**/*.txt', 'plain'),
    ('postgres', 'postgresql-doc-15',
     'usr/share/doc/postgresql-doc-15/html/*.html', 'html'),
    ('essays', 'anarchism', 'usr/share/doc/anarchism/markdown/*.md.gz',
     'plain'),
    ('words', 'fortunes', 'usr/share/games/fortunes/*', 'plain'),
    ('words', 'jargon-text', 'usr/share/doc/jargon-text/*.txt.gz', 'plain'),
    ('emacs', 'emacs-common', 'usr/share/emacs/*/etc/NEWS*', 'plain'),
]
# Where present: files of documents with a marker between them.
STAGED = [('novels', 'english_novels_100.txt.zst'),
          ('peps', 'python_peps.txt.zst'), ('rfcs', 'rust_rfcs.txt.zst')]
LEFT_OUT = ('*/translations/*', '*.dat', '*.u8', '*/_sources/index.rst.txt',
            '*/perltoc.pod', '*/tags', '*/todo.txt', '*/cputable*',
            '*/fortunes/off/*')


@dataclasses.dataclass
class Document:
  kind: str
  name: str
  text: str
  path: str = ''  # where it lay below the root, for plain files

  @property
  def held_out(self):
    return name_hash('held out', self.name) < HELD_OUT


def name_hash(salt, name):
  """A number in [0, 1) that depends on nothing but its arguments."""
  digest = hashlib.sha256(f'hydrometer zoo {salt}:{name}'.encode()).digest()
  return int.from_bytes(digest[:8], 'big') / 2**64


class _Text(html.parser.HTMLParser):
  BREAKS = {'p', 'br', 'li', 'div', 'tr', 'h1', 'h2', 'h3', 'h4', 'dt', 'dd'}
  SILENT = {'script', 'style', 'head', 'nav', 'table', 'title'}

  def __init__(self):
    super().__init__()
    self.out, self.depth = [], 0

  def handle_starttag(self, tag, attrs):
    self.depth += tag in self.SILENT
    if tag in self.BREAKS:
      self.out.append('\n')

  def handle_endtag(self, tag):
    self.depth -= tag in self.SILENT and self.depth > 0
    if tag in self.BREAKS:
      self.out.append('\n')

  def handle_data(self, data):
    if not self.depth:
      self.out.append(data)


def html_text(source):
  parser = _Text()
  parser.feed(source)
  text = re.sub(r'[ \t]+', ' ', ''.join(parser.out))
  return re.sub(r'\s*\n\s*\n\s*', '\n\n', text).strip() + '\n'


def read_document(path, reader):
  opener = gzip.open if path.endswith('.gz') else open
  with opener(path, 'rb') as f:
    text = f.read().decode('utf-8', errors='ignore')
  if reader == 'html':
    text = html_text(text)
  return text.replace('\r\n', '\n').replace('\ufeff', '')


def fetch(work):
  """Downloads and unpacks the packages below `work`; nothing is installed."""
  debs, root = os.path.join(work, 'debs'), os.path.join(work, 'root')
  os.makedirs(debs, exist_ok=True)
  os.makedirs(root, exist_ok=True)
  versions = {}
  for package in sorted({row[1] for row in RECIPE}):
    found = glob.glob(os.path.join(debs, package + '_*.deb'))
    if not found:
      done = subprocess.run(['apt-get', 'download', package], cwd=debs,
                            capture_output=True, check=False)
      found = glob.glob(os.path.join(debs, package + '_*.deb'))
      if not found:
        print(f'{package}: not available: {done.stderr.decode()[-200:]}')
        continue
    mark = os.path.join(root, '.' + os.path.basename(found[0]))
    if not os.path.exists(mark):
      subprocess.run(['dpkg-deb', '-x', found[0], root], check=True)
      open(mark, 'w').close()
    versions[package] = os.path.basename(found[0]).split('_')[1].replace(
        '%3a', ':')
  return root, versions


def recipe_documents(root):
  for kind, package, pattern, reader in RECIPE:
    for path in sorted(glob.glob(os.path.join(root, pattern),
                                 recursive=True)):
      below = os.path.relpath(path, root)
      if os.path.islink(path) or not os.path.isfile(path):
        continue
      if any(fnmatch.fnmatch('/' + below, p) for p in LEFT_OUT):
        continue
      # Version numbers in folders do not belong to the name.
      name = re.sub(r'/(vim|emacs/)?[\d.]+/', '/', '/' + below)
      yield Document(kind, package + ':' + name, read_document(path, reader),
                     '/' + below)


def staged_documents(folder):
  for kind, name in STAGED:
    path = os.path.join(folder, name)
    if not os.path.exists(path):
      continue
    raw = subprocess.run(['zstd', '-dc', path], capture_output=True,
                         check=True).stdout.decode('utf-8', errors='ignore')
    for index, text in enumerate(raw.split(MARKER)[:-1]):
      text = text.replace('\r\n', '\n').replace('\ufeff', '')
      yield Document(kind, f'{name}:{index}', text)


def folder_documents(folder):
  """Any folder of text: its sub-folders are the kinds ('own' at the top)."""
  for base, _, names in sorted(os.walk(folder)):
    for name in sorted(names):
      path = os.path.join(base, name)
      below = os.path.relpath(path, folder)
      kind = below.split(os.sep)[0] if os.sep in below else 'own'
      yield Document(kind, below, read_document(path, 'plain'), path)


def deal(documents):
  """{kind: [documents of slice 0, of slice 1, ...]}, held-out ones left out.

  In the order of the hash, each document goes to the slice that is the
  shortest so far.
  """
  slices = {}
  for document in sorted(documents, key=lambda d: name_hash('deal', d.name)):
    if document.held_out or not document.text.strip():
      continue
    parts = slices.setdefault(document.kind, [[] for _ in range(SLICES)])
    sizes = [sum(len(d.text) for d in part) for part in parts]
    parts[sizes.index(min(sizes))].append(document)
  return slices


MOST_EPOCHS = 3


class Library:
  """Token chunks of the dealt documents: int16 [n, length], BOS first.

  They lie below `folder` as one array per kind and slice; `build` writes
  them, `draw` reads what it needs.
  """

  def __init__(self, folder):
    self.folder = folder
    with open(os.path.join(folder, 'kinds.json'), encoding='utf-8') as f:
      self.kinds = json.load(f)

  @staticmethod
  def build(folder, slices, tokenizer, length, bos_id):
    os.makedirs(folder, exist_ok=True)
    for kind, parts in slices.items():
      for index, part in enumerate(parts):
        rows = chunk(tokenizer, [d.text for d in part], length, bos_id)
        np.save(os.path.join(folder, f'{kind}_{index}.npy'), rows)
    with open(os.path.join(folder, 'kinds.json'), 'w',
              encoding='utf-8') as f:
      json.dump(sorted(slices), f)

  def chunks_of(self, kind, index):
    return np.load(os.path.join(self.folder, f'{kind}_{index}.npy'))

  def draw(self, mix, slices, count, seed):
    """`count` chunks by the weights of `mix` {kind: weight}, shuffled.

    A kind that runs out is repeated, at most MOST_EPOCHS times; what is
    then missing comes from the other kinds.
    """
    rng = np.random.default_rng(seed)
    mix = {k: w for k, w in sorted(mix.items()) if k in self.kinds}
    if not mix:  # a corpus of one's own: all its kinds alike
      mix = {k: 1.0 for k in self.kinds}
    pools = {k: np.concatenate([self.chunks_of(k, i) for i in slices])
             for k in mix}
    picked, missing = [], 0
    want = {k: int(round(count * w / sum(mix.values())))
            for k, w in mix.items()}
    room = {k: MOST_EPOCHS * len(p) for k, p in pools.items()}
    for k in sorted(mix, key=lambda k: room[k] / max(1, want[k])):
      need = want[k] + missing
      take = min(need, room[k])
      missing = need - take
      whole, rest = divmod(take, max(1, len(pools[k])))
      order = rng.permutation(len(pools[k]))
      picked += [pools[k]] * whole + [pools[k][order[:rest]]]
    rows = np.concatenate(picked)
    return rows[rng.permutation(len(rows))]


def chunk(tokenizer, texts, length, bos_id):
  """Cuts each text into rows of BOS and length - 1 tokens (tail dropped)."""
  rows = []
  for encoding in tokenizer.encode_batch(texts, add_special_tokens=False):
    ids = np.array(encoding.ids, dtype=np.int16)
    n = len(ids) // (length - 1)
    if not n:
      continue
    body = ids[:n * (length - 1)].reshape(n, length - 1)
    bos = np.full((n, 1), bos_id, dtype=np.int16)
    rows.append(np.concatenate([bos, body], axis=1))
  if not rows:
    return np.zeros((0, length), dtype=np.int16)
  return np.concatenate(rows)
