# Copyright 2026 The Hydrometer Authors
# SPDX-License-Identifier: Apache-2.0
"""Training loop: Muon for matrices, AdamW for the rest, resumable.

A batch is four sequences of CONTEXT tokens (BOS first). `chunks` is int16
[n, CONTEXT], `begins` [n] the first position whose token is learned (the
prompt of a student's sequence is masked). One pass over `chunks` in the
given order; the schedule spans exactly that pass (or `schedule_steps`, for
a run that is stopped early).
"""

import math
import os
import time

import torch
from torch.nn import functional as F

BATCH = 4
CHECKPOINT_SECONDS = 60


def has_fast_bf16():
  try:
    with open('/proc/cpuinfo') as f:
      text = f.read()
  except OSError:
    return False
  return 'avx512_bf16' in text or 'amx_bf16' in text


def orthogonalise(g, steps=4):
  """Newton-Schulz iteration on a stack of matrices [n, rows, columns]."""
  a, b, c = 3.4445, -4.7750, 2.0315
  x = g / (g.norm(dim=(1, 2), keepdim=True) + 1e-7)
  tall = x.shape[1] > x.shape[2]
  if tall:
    x = x.transpose(1, 2)
  for _ in range(steps):
    gram = x @ x.transpose(1, 2)
    x = a * x + (b * gram + c * gram @ gram) @ x
  return x.transpose(1, 2) if tall else x


class Muon(torch.optim.Optimizer):
  """Orthogonalised Nesterov momentum; matrices of a shape go together."""

  def __init__(self, params, lr, momentum=0.95, weight_decay=0.0):
    super().__init__(params, dict(
        lr=lr, momentum=momentum, weight_decay=weight_decay))

  @torch.no_grad()
  def step(self):
    for group in self.param_groups:
      by_shape = {}
      for p in group['params']:
        state = self.state[p]
        if not state:
          state['momentum'] = torch.zeros_like(p)
        m = state['momentum']
        m.lerp_(p.grad, 1 - group['momentum'])
        update = p.grad.lerp(m, group['momentum'])
        by_shape.setdefault(p.shape, []).append((p, update))
      for shape, pairs in by_shape.items():
        updates = orthogonalise(torch.stack([u for _, u in pairs]))
        scale = max(1.0, shape[0] / shape[1])**0.5
        for (p, _), u in zip(pairs, updates):
          p.mul_(1 - group['lr'] * group['weight_decay'])
          p.add_(u, alpha=-group['lr'] * scale)


def make_optimisers(model, recipe):
  matrices, rest = [], []
  for name, p in model.named_parameters():
    inner = p.dim() == 2 and 'embed' not in name and 'lm_head' not in name
    (matrices if inner else rest).append(p)
  adam = lambda params, lr: torch.optim.AdamW(
      params, lr=lr, betas=(0.9, 0.95), weight_decay=0.0, fused=True)
  if recipe['optimiser'] == 'adamw':
    return [adam(matrices + rest, recipe['adam_lr'])]
  return [
      Muon(matrices, recipe['muon_lr'],
           weight_decay=recipe.get('weight_decay', 0.0)),
      adam(rest, recipe['adam_lr'])
  ]


def rate(schedule, step, steps):
  """Factor on the learning rate at `step` of `steps`."""
  warm = min(1.0, (step + 1) / 40)
  done = step / max(1, steps)
  if schedule == 'cosine':
    return warm * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * done)))
  if schedule == 'decay':  # constant, then down to zero in the last 40 %
    return warm * min(1.0, (1 - done) / 0.4 + 0.01)
  raise ValueError(schedule)


def token_losses(model, batch, begins, teacher=None):
  """Mean loss over learned tokens; with a teacher, KL(teacher || model)."""
  logits = model(batch[:, :-1])
  position = torch.arange(1, batch.shape[1])
  mask = position[None, :] >= begins[:, None]
  if teacher is None:
    loss = F.cross_entropy(
        logits.flatten(0, 1), batch[:, 1:].flatten(), reduction='none')
    return (loss.view_as(mask) * mask).sum() / mask.sum()
  with torch.no_grad():
    want = teacher(batch[:, :-1]).log_softmax(-1)
  kl = (want.exp() * (want - logits.log_softmax(-1))).sum(-1)
  return (kl * mask).sum() / mask.sum()


def train(model, chunks, begins, recipe, state_path, teacher=None,
          schedule_steps=None, stop_after=None, log=print):
  """Trains `model` in place; resumes from `state_path` if it is there.

  Returns the list of (step, loss). `stop_after` ends this call after so
  many steps, with the state saved (tests of resuming use it).
  """
  torch.set_flush_denormal(True)
  steps = len(chunks) // BATCH
  optimisers = make_optimisers(model, recipe)
  base = [[g['lr'] for g in o.param_groups] for o in optimisers]
  first, curve = 0, []
  if state_path and os.path.exists(state_path):
    state = torch.load(state_path, weights_only=True)
    model.load_state_dict(state['model'])
    for o, s in zip(optimisers, state['optimisers']):
      o.load_state_dict(s)
    first, curve = state['step'], state['curve']
  fast = has_fast_bf16()
  saved = time.time()
  running, count, began = 0.0, 0, time.time()
  for step in range(first, steps):
    factor = rate(recipe['schedule'], step, schedule_steps or steps)
    for o, lrs in zip(optimisers, base):
      for g, lr in zip(o.param_groups, lrs):
        g['lr'] = lr * factor
    rows = slice(step * BATCH, (step + 1) * BATCH)
    with torch.autocast('cpu', torch.bfloat16, enabled=fast):
      loss = token_losses(
          model, chunks[rows].long(), begins[rows], teacher)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    for o in optimisers:
      o.step()
      o.zero_grad(set_to_none=True)
    running, count = running + loss.item(), count + 1
    if (step + 1) % 100 == 0 or step + 1 == steps:
      curve.append([step + 1, round(running / count, 4)])
      speed = (step + 1 - first) * chunks[0].numel() * BATCH / (
          time.time() - began)
      log(f'step {step + 1}/{steps} loss {running / count:.3f} '
          f'{speed:.0f} tokens/s')
      running, count = 0.0, 0
    stop = stop_after and step + 1 - first >= stop_after
    if state_path and (stop or time.time() - saved > CHECKPOINT_SECONDS):
      save_state(model, optimisers, base, step + 1, curve, state_path)
      saved = time.time()
    if stop:
      break
  return curve


def save_state(model, optimisers, base, step, curve, path):
  for o, lrs in zip(optimisers, base):
    for g, lr in zip(o.param_groups, lrs):
      g['lr'] = lr
  torch.save({
      'model': model.state_dict(),
      'optimisers': [o.state_dict() for o in optimisers],
      'step': step,
      'curve': curve
  }, path + '.new')
  os.replace(path + '.new', path)
