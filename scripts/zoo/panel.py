# Copyright 2026 The Hydrometer Authors
# SPDX-License-Identifier: Apache-2.0
"""Sums over positions of a panel of models, in PyTorch, float64.

Every model of the panel is run on the same token ids. Per position the
natural log-probabilities of all models meet; kept are only the sums that
`statistics.py` needs.
"""

import hashlib
import json
import os

import numpy as np
import torch

from zoo import decoder, layout

FIRST_POSITION = 8  # positions before it have too little context


def architecture_from(folder):
  with open(os.path.join(folder, 'config.json'), encoding='utf-8') as f:
    c = json.load(f)
  theta = c.get('rope_theta') or c['rope_parameters']['rope_theta']
  return decoder.Architecture(
      c['model_type'], c['hidden_size'], c['num_hidden_layers'],
      c['num_attention_heads'], c['num_key_value_heads'],
      c['intermediate_size'], c['tie_word_embeddings'], theta,
      c['rms_norm_eps'])


def human_passages(recipe, root):
  """The passages whose bytes are as the recipe says, and how many are not."""
  found, missing = [], 0
  with open(recipe, encoding='utf-8') as f:
    lines = [json.loads(line) for line in f]
  for line in lines:
    raw = b''
    for base in (root, ''):
      if base is not None and os.path.exists(base + line['path']):
        with open(base + line['path'], 'rb') as f:
          f.seek(line['offset'])
          raw = f.read(line['length'])
        break
    if hashlib.sha256(raw).hexdigest() == line['sha256']:
      found.append(raw.decode('utf-8'))
    else:
      missing += 1
  return found, missing


@torch.inference_mode()
def log_probabilities(model, ids):
  """[positions, vocabulary] float64 for the counted positions of one text."""
  logits = model(ids[None, :-1])[0, FIRST_POSITION:]
  return logits.double().log_softmax(-1)


@torch.inference_mode()
def panel_losses(folders, texts):
  """Mean nats per token of each model on all counted positions."""
  import tokenizers
  tokenizer = tokenizers.Tokenizer.from_file(
      os.path.join(folders[0], 'tokenizer.json'))
  ids = [torch.tensor(tokenizer.encode(t).ids[:decoder.CONTEXT])
         for t in texts]
  losses = []
  for folder in folders:
    model = layout.load_model(folder, architecture_from(folder))
    total, count = 0.0, 0
    for row in ids:
      l = log_probabilities(model, row)
      follow = row[FIRST_POSITION + 1:]
      total -= l.gather(1, follow[:, None]).sum().item()
      count += len(follow)
    losses.append(total / count)
  return np.array(losses)


@torch.inference_mode()
def panel_sums(folders, texts, weighted, per_batch=8):
  """`loss`, `cross`, `gram` of the models in `folders`.

  `weighted` are the indices whose probabilities weigh a Gram matrix. Also
  `losses_by_text` [texts, models], sums, and `counts` [texts].
  """
  import tokenizers
  tokenizer = tokenizers.Tokenizer.from_file(
      os.path.join(folders[0], 'tokenizer.json'))
  models = [layout.load_model(f, architecture_from(f)) for f in folders]
  m = len(models)
  cross = torch.zeros(m, m, dtype=torch.float64)
  gram = {t: torch.zeros(m, m, dtype=torch.float64) for t in weighted}
  losses, counts = [], []
  for first in range(0, len(texts), per_batch):
    rows = []
    for text in texts[first:first + per_batch]:
      ids = torch.tensor(tokenizer.encode(text).ids[:decoder.CONTEXT])
      l = torch.stack([log_probabilities(model, ids) for model in models])
      follow = ids[FIRST_POSITION + 1:]
      picked = l.gather(2, follow.view(1, -1, 1).expand(m, -1, 1))
      losses.append(-picked.sum((1, 2)))
      counts.append(len(follow))
      rows.append(l)
    l = torch.cat(rows, 1)
    flat = l.reshape(m, -1)
    cross += l.exp().reshape(m, -1) @ flat.T
    for t in weighted:
      w = l[t].exp()
      centre = (l * w).sum(-1)
      x = (l - centre[..., None]).reshape(m, -1)
      gram[t] += (x * w.reshape(1, -1)) @ x.T
  n = sum(counts)
  by_text = torch.stack(losses)
  return {
      'loss': (by_text.sum(0) / n).numpy(),
      'cross': (cross / n).numpy(),
      'gram': {t: (g / n).numpy() for t, g in gram.items()},
      'losses_by_text': by_text.numpy(),
      'counts': np.array(counts),
      'positions': n,
  }
