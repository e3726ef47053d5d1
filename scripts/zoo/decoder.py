# Copyright 2026 The Hydrometer Authors
# SPDX-License-Identifier: Apache-2.0
"""A Llama/Qwen2 decoder whose parameters bear the Hugging Face names.

One class for training, scoring and sampling. Shapes: `ids` [batch, time]
int64, logits [batch, time, vocabulary]. Qwen2 is Llama with biases on the
query, key and value projections. A test holds it against `transformers`.
"""

import dataclasses
import math

import torch
from torch import nn
from torch.nn import functional as F

VOCABULARY = 1024
CONTEXT = 128
BOS_ID = 0
EOS_ID = 1


@dataclasses.dataclass(frozen=True)
class Architecture:
  """Sizes of one model; `kind` is "llama" or "qwen2"."""
  kind: str
  width: int
  layers: int
  heads: int
  kv_heads: int
  ffn: int
  tied: bool
  rope_theta: float = 10000.0
  norm_eps: float = 1e-5

  @property
  def head_width(self):
    return self.width // self.heads


class Attention(nn.Module):

  def __init__(self, a):
    super().__init__()
    self.a = a
    bias = a.kind == 'qwen2'
    kv_width = a.kv_heads * a.head_width
    self.q_proj = nn.Linear(a.width, a.width, bias=bias)
    self.k_proj = nn.Linear(a.width, kv_width, bias=bias)
    self.v_proj = nn.Linear(a.width, kv_width, bias=bias)
    self.o_proj = nn.Linear(a.width, a.width, bias=False)

  def forward(self, x, cos, sin, cache=None):
    a = self.a
    b, t, _ = x.shape
    split = lambda y, n: y.view(b, t, n, a.head_width).transpose(1, 2)
    q = rotate(split(self.q_proj(x), a.heads), cos, sin)
    k = rotate(split(self.k_proj(x), a.kv_heads), cos, sin)
    v = split(self.v_proj(x), a.kv_heads)
    if cache is not None:
      k, v = cache.append(self, k, v)
    if a.heads != a.kv_heads:
      k = k.repeat_interleave(a.heads // a.kv_heads, dim=1)
      v = v.repeat_interleave(a.heads // a.kv_heads, dim=1)
    if cache is None:
      y = F.scaled_dot_product_attention(q, k, v, is_causal=True)
    else:  # one new token: plain products are faster
      weights = (q @ k.transpose(2, 3) / math.sqrt(a.head_width)).softmax(-1)
      y = weights @ v
    return self.o_proj(y.transpose(1, 2).reshape(b, t, a.width))


class Mlp(nn.Module):

  def __init__(self, a):
    super().__init__()
    self.gate_proj = nn.Linear(a.width, a.ffn, bias=False)
    self.up_proj = nn.Linear(a.width, a.ffn, bias=False)
    self.down_proj = nn.Linear(a.ffn, a.width, bias=False)

  def forward(self, x):
    return self.down_proj(F.silu(self.gate_proj(x)) * self.up_proj(x))


class Block(nn.Module):

  def __init__(self, a):
    super().__init__()
    self.self_attn = Attention(a)
    self.mlp = Mlp(a)
    self.input_layernorm = nn.RMSNorm(a.width, eps=a.norm_eps)
    self.post_attention_layernorm = nn.RMSNorm(a.width, eps=a.norm_eps)

  def forward(self, x, cos, sin, cache=None):
    x = x + self.self_attn(self.input_layernorm(x), cos, sin, cache)
    return x + self.mlp(self.post_attention_layernorm(x))


class Trunk(nn.Module):

  def __init__(self, a):
    super().__init__()
    self.embed_tokens = nn.Embedding(VOCABULARY, a.width)
    self.layers = nn.ModuleList(Block(a) for _ in range(a.layers))
    self.norm = nn.RMSNorm(a.width, eps=a.norm_eps)


class Decoder(nn.Module):
  """The whole model. `cache` serves sampling, one token at a time."""

  def __init__(self, a, seed):
    super().__init__()
    torch.manual_seed(seed)
    self.a = a
    self.model = Trunk(a)
    if not a.tied:
      self.lm_head = nn.Linear(a.width, VOCABULARY, bias=False)
    cos, sin = rope_tables(a)
    self.register_buffer('cos', cos, persistent=False)
    self.register_buffer('sin', sin, persistent=False)
    for name, p in self.named_parameters():
      if p.dim() != 2:
        if name.endswith('bias'):
          nn.init.zeros_(p)
        continue
      std = 0.02 if 'embed' in name or 'lm_head' in name else (
          0.5 / math.sqrt(p.shape[1]))
      nn.init.normal_(p, std=std)
      if name.endswith(('o_proj.weight', 'down_proj.weight')):
        p.data.mul_(1 / math.sqrt(2 * a.layers))

  def head(self):
    return self.model.embed_tokens.weight if self.a.tied else (
        self.lm_head.weight)

  def forward(self, ids, cache=None):
    start = cache.length if cache is not None else 0
    cos = self.cos[start:start + ids.shape[1]]
    sin = self.sin[start:start + ids.shape[1]]
    x = self.model.embed_tokens(ids)
    for block in self.model.layers:
      x = block(x, cos, sin, cache)
    if cache is not None:
      cache.length += ids.shape[1]
    return F.linear(self.model.norm(x), self.head())

  def parameter_count(self):
    return sum(p.numel() for p in self.parameters())


def rope_tables(a):
  half = a.head_width // 2
  inverse = a.rope_theta**(-torch.arange(half).float() / half)
  angle = torch.outer(torch.arange(CONTEXT).float(), inverse)
  angle = torch.cat([angle, angle], dim=-1)
  return angle.cos(), angle.sin()


def rotate(x, cos, sin):
  half = x.shape[-1] // 2
  turned = torch.cat([-x[..., half:], x[..., :half]], dim=-1)
  return x * cos + turned * sin


class Cache:
  """Keys and values of the tokens so far, written in place."""

  def __init__(self, batch):
    self.batch = batch
    self.length = 0
    self.store = {}

  def append(self, layer, k, v):
    if layer not in self.store:
      shape = (self.batch, k.shape[1], CONTEXT, k.shape[3])
      self.store[layer] = (torch.zeros(shape), torch.zeros(shape))
    keys, values = self.store[layer]
    end = self.length + k.shape[2]
    keys[:, :, self.length:end] = k
    values[:, :, self.length:end] = v
    return keys[:, :, :end], values[:, :, :end]


@torch.inference_mode()
def sample(model, prompts, seed, temperature=1.0, batch=256):
  """Text drawn from `model`: int16 [n, CONTEXT] tokens.

  `prompts` is a list of token lists (BOS first, it may be BOS alone).
  """
  generator = torch.Generator().manual_seed(seed)
  rows = []
  for first in range(0, len(prompts), batch):
    part = prompts[first:first + batch]
    ids = torch.zeros(len(part), CONTEXT, dtype=torch.int64)
    lengths = torch.tensor([len(p) for p in part])
    for row, prompt in enumerate(part):
      ids[row, :len(prompt)] = torch.tensor(prompt)
    cache = Cache(len(part))
    for t in range(CONTEXT - 1):
      logits = model(ids[:, t:t + 1], cache)[:, 0] / temperature
      cumulative = logits.softmax(-1).cumsum(-1)
      place = torch.rand(len(part), 1, generator=generator)
      drawn = torch.searchsorted(
          cumulative, place * cumulative[:, -1:])[:, 0]
      drawn = drawn.clamp_(max=VOCABULARY - 1)
      keep = lengths > t + 1
      ids[:, t + 1] = torch.where(keep, ids[:, t + 1], drawn)
    rows.append(ids.to(torch.int16))
  return torch.cat(rows)
