# Copyright 2026 The Hydrometer Authors
# SPDX-License-Identifier: Apache-2.0
"""One model of the lineup from its record to its directory.

Below the work folder: `tokenizer.json`, `chunks/` (token chunks by kind and
slice), `held_out.json`, `samples/`, `state/` (checkpoints), `models/<name>/`
(finished models, with `made.json`: what lineage.json says about it).
"""

import json
import os
import shutil
import time

import numpy as np
import torch

from zoo import corpora, decoder, layout, lineup, training

PROMPT_TOKENS = 12  # longest beginning of real text given to a teacher


def is_done(work, name):
  return os.path.exists(os.path.join(work, 'models', name, 'made.json'))


def prepare(work, corpus, staging):
  """Fetches the texts, trains the tokenizer, cuts the chunks; once."""
  done = os.path.join(work, 'held_out.json')
  if os.path.exists(done):
    return
  versions = {}
  if corpus:
    documents = list(corpora.folder_documents(corpus))
  else:
    root, versions = corpora.fetch(work)
    documents = list(corpora.recipe_documents(root))
    documents += list(corpora.staged_documents(staging))
  slices = corpora.deal(documents)
  tokenizer_path = os.path.join(work, 'tokenizer.json')
  layout.train_tokenizer(tokenizer_texts(slices), tokenizer_path)
  import tokenizers
  tokenizer = tokenizers.Tokenizer.from_file(tokenizer_path)
  corpora.Library.build(os.path.join(work, 'chunks'), slices, tokenizer,
                        decoder.CONTEXT, decoder.BOS_ID)
  held_out = [{'kind': d.kind, 'name': d.name, 'path': d.path,
               'text': d.text} for d in documents if d.held_out]
  layout.write_json(os.path.join(work, 'packages.json'), versions)
  layout.write_json(done, held_out)


def tokenizer_texts(slices, per_kind=400_000):
  """Neutral text: a like amount of every kind, from the common slices."""
  texts = []
  for kind in sorted(slices):
    left = per_kind
    for index in reversed(range(corpora.SLICES)):
      for document in slices[kind][index]:
        if left > 0:
          texts.append(document.text[:left])
          left -= len(texts[-1])
  return texts


def count_of(ktokens, share=1.0):
  return int(ktokens * 1000 * share) // decoder.CONTEXT


def real_chunks(library, model):
  """The chunks of real text that `model` learns, in its order."""
  by_name = {m.name: m for m in lineup.lineup()}
  if model.data_of:
    rows = real_chunks(library, by_name[model.data_of])
    order = np.random.default_rng(model.seed).permutation(len(rows))
    return rows[order][:count_of(model.ktokens)]
  if model.share_of:
    name, share = model.share_of
    theirs = real_chunks(library, by_name[name])
    rng = np.random.default_rng(model.seed)
    count = count_of(model.ktokens, share)
    theirs = theirs[rng.permutation(len(theirs))[:count]]
    own = library.draw(model.mix, model.slices,
                       count_of(model.ktokens, 1 - share), model.seed)
    rows = np.concatenate([theirs, own])
    return rows[rng.permutation(len(rows))]
  share = 1.0
  if model.teacher and not model.from_logits:
    share = 1.0 - model.teacher_share
  if model.from_logits:
    share = 0.0
  return library.draw(model.mix, model.slices,
                      count_of(model.ktokens, share), model.seed)


def sampled_chunks(work, library, model, architecture_of):
  """Sequences drawn from the teacher, and where its own words begin."""
  share = 1.0 if model.from_logits else model.teacher_share
  count = count_of(model.ktokens, share)
  path = os.path.join(work, 'samples', model.name + '.npz')
  if os.path.exists(path):
    stored = np.load(path)
    return stored['rows'], stored['begins']
  rng = np.random.default_rng(model.seed + 1)
  beginnings = library.draw(model.mix, model.slices, count, model.seed + 2)
  # A third begins with nothing but BOS, the rest with a few real tokens.
  lengths = rng.integers(1, PROMPT_TOKENS + 1, size=count)
  lengths[rng.random(count) < 1 / 3] = 0
  prompts = [list(map(int, row[:n + 1]))
             for row, n in zip(beginnings, lengths)]
  teacher = layout.load_model(
      os.path.join(work, 'models', model.teacher),
      architecture_of(model.teacher))
  torch.set_flush_denormal(True)
  rows = decoder.sample(teacher, prompts, model.seed + 3).numpy()
  begins = lengths + 1
  os.makedirs(os.path.dirname(path), exist_ok=True)
  np.savez(path + '.new.npz', rows=rows, begins=begins)
  os.replace(path + '.new.npz', path)
  return rows, begins


def held_out_chunks(work):
  """Held-out text of the kinds that every reference knows, by kind."""
  cached = os.path.join(work, 'held_out.npy')
  if os.path.exists(cached):
    return np.load(cached)
  import tokenizers
  tokenizer = tokenizers.Tokenizer.from_file(
      os.path.join(work, 'tokenizer.json'))
  with open(os.path.join(work, 'held_out.json'), encoding='utf-8') as f:
    documents = json.load(f)
  texts = {}
  for d in documents:
    if d['text'].strip():
      texts.setdefault(d['kind'], []).append(d['text'])
  domain = [k for k in lineup.MANUALS if k in texts] or list(texts)
  rng = np.random.default_rng(0)
  parts = []
  for kind in domain:
    rows = corpora.chunk(tokenizer, texts[kind], decoder.CONTEXT,
                         decoder.BOS_ID)
    parts.append(rows[rng.permutation(len(rows))[:64]])
  np.save(cached + f'.{os.getpid()}.npy', np.concatenate(parts))
  os.replace(cached + f'.{os.getpid()}.npy', cached)
  return np.load(cached)


@torch.inference_mode()
def mean_loss(model, rows):
  """Nats per token over all positions of `rows`."""
  total, count = 0.0, 0
  for first in range(0, len(rows), 32):
    batch = torch.from_numpy(rows[first:first + 32]).long()
    logits = model(batch[:, :-1])
    total += torch.nn.functional.cross_entropy(
        logits.flatten(0, 1), batch[:, 1:].flatten(),
        reduction='sum').item()
    count += batch[:, 1:].numel()
  return total / count


def training_data(work, library, model, architecture_of):
  rows = real_chunks(library, model)
  begins = np.ones(len(rows), dtype=np.int64)
  if model.teacher:
    drawn, starts = sampled_chunks(work, library, model, architecture_of)
    rows = np.concatenate([rows, drawn]) if len(rows) else drawn
    begins = np.concatenate([begins, starts])
    order = np.random.default_rng(model.seed + 4).permutation(len(rows))
    rows, begins = rows[order], begins[order]
  return torch.from_numpy(rows), torch.from_numpy(begins)


def produce(work, model, stop_after=None):
  """Trains `model` (or goes on with it) and writes its directory.

  With `stop_after` steps the state is kept and no directory is written.
  """
  if is_done(work, model.name):
    return None
  torch.set_num_threads(1)
  by_name = {m.name: m for m in lineup.lineup()}

  def architecture_of(name):
    m = by_name[name]
    return m.architecture or architecture_of(m.start or m.quantised)

  began, cpu = time.time(), time.process_time()
  library = corpora.Library(os.path.join(work, 'chunks'))
  finished = lambda name: layout.load_model(
      os.path.join(work, 'models', name), architecture_of(name))
  curve, tokens = [], 0
  if model.quantised:
    net = finished(model.quantised)
    layout.quantise_8bit(net)
  else:
    net = finished(model.start).train() if model.start else decoder.Decoder(
        architecture_of(model.name), model.seed)
    rows, begins = training_data(work, library, model, architecture_of)
    planned = len(rows) // training.BATCH
    rows = rows[:int(planned * model.stop) * training.BATCH]
    tokens = rows.numel()
    state = os.path.join(work, 'state', model.name + '.pt')
    os.makedirs(os.path.dirname(state), exist_ok=True)
    curve = training.train(
        net, rows, begins, model.recipe, state,
        teacher=finished(model.teacher) if model.from_logits else None,
        schedule_steps=planned, stop_after=stop_after,
        log=lambda line: print(line, flush=True))
    if stop_after:
      return curve
  folder = os.path.join(work, 'models', model.name)
  old_keys = sum(map(ord, model.name)) % 2 == 0
  net.eval()
  sha256 = layout.save_model(
      folder, net, os.path.join(work, 'tokenizer.json'), old_keys)
  loss = mean_loss(finished(model.name), held_out_chunks(work))
  a = net.a
  layout.write_json(os.path.join(folder, 'made.json'), {
      'path': model.folder, 'class': class_of(model), 'of': model.of or None,
      'teacher': model.teacher or None,
      'start': model.start or model.quantised or None, 'seed': model.seed,
      'architecture': vars(a), 'parameters': net.parameter_count(),
      'tokens': tokens, 'stopped_at': model.stop, 'mix': model.mix,
      'slices': list(model.slices), 'data_of': model.data_of or None,
      'share_of': list(model.share_of) or None,
      'teacher_share': (model.teacher_share if model.teacher and
                        not model.from_logits else None),
      'optimiser': model.recipe, 'held_out_loss_nats': round(loss, 4),
      'training_curve': curve[-1:], 'sha256': sha256,
      'cpu_seconds': round(time.process_time() - cpu, 1),
      'wall_seconds': round(time.time() - began, 1)
  })
  print(f'{model.name}: held-out loss {loss:.4f}', flush=True)
  return curve


def class_of(model):
  if model.role != 'suspect':
    return model.role
  return model.name.split('_', 1)[1]


def ship(work, models, out):
  """Copies finished models to `out` and writes lineage.json."""
  lineage = {}
  for model in models:
    source = os.path.join(work, 'models', model.name)
    target = os.path.join(out, model.folder)
    os.makedirs(target, exist_ok=True)
    for name in ('config.json', 'tokenizer.json', 'tokenizer_config.json',
                 'model.safetensors'):
      shutil.copyfile(os.path.join(source, name), os.path.join(target, name))
    with open(os.path.join(source, 'made.json'), encoding='utf-8') as f:
      lineage[model.name] = json.load(f)
  with open(os.path.join(work, 'packages.json'), encoding='utf-8') as f:
    packages = json.load(f)
  layout.write_json(os.path.join(out, 'lineage.json'),
                    {'packages': packages, 'models': lineage})
