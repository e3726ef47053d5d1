# Copyright 2026 The Hydrometer Authors
# SPDX-License-Identifier: Apache-2.0
"""Models as Hugging Face directories, and the tokenizer that all share."""

import hashlib
import json
import os
import shutil

import safetensors.torch
import torch

from zoo.decoder import BOS_ID, CONTEXT, EOS_ID, VOCABULARY, Decoder

SPECIAL = ('<|bos|>', '<|eos|>')


def train_tokenizer(texts, path):
  """Byte-level BPE of VOCABULARY tokens; encode() puts BOS first."""
  import tokenizers
  from tokenizers import decoders, models, pre_tokenizers, processors
  from tokenizers import trainers
  tokenizer = tokenizers.Tokenizer(models.BPE())
  tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
  tokenizer.decoder = decoders.ByteLevel()
  tokenizer.train_from_iterator(texts, trainers.BpeTrainer(
      vocab_size=VOCABULARY, special_tokens=list(SPECIAL),
      initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
      show_progress=False))
  tokenizer.post_processor = processors.Sequence([
      processors.ByteLevel(trim_offsets=False),
      processors.TemplateProcessing(
          single=f'{SPECIAL[0]} $A', pair=f'{SPECIAL[0]} $A $B',
          special_tokens=[(SPECIAL[0], BOS_ID)])
  ])
  tokenizer.save(path)


def config_of(a, old_keys):
  """config.json; `old_keys` writes rope_theta and torch_dtype."""
  config = {
      'architectures': ['LlamaForCausalLM' if a.kind == 'llama' else
                        'Qwen2ForCausalLM'],
      'model_type': a.kind,
      'vocab_size': VOCABULARY,
      'hidden_size': a.width,
      'intermediate_size': a.ffn,
      'num_hidden_layers': a.layers,
      'num_attention_heads': a.heads,
      'num_key_value_heads': a.kv_heads,
      'hidden_act': 'silu',
      'max_position_embeddings': CONTEXT,
      'rms_norm_eps': a.norm_eps,
      'tie_word_embeddings': a.tied,
      'bos_token_id': BOS_ID,
      'eos_token_id': EOS_ID,
  }
  if a.kind == 'llama':
    config.update(attention_bias=False, mlp_bias=False,
                  head_dim=a.head_width)
  else:
    config.update(use_sliding_window=False)
  if old_keys:
    config.update(rope_theta=a.rope_theta, torch_dtype='bfloat16')
  else:
    config.update(rope_parameters={'rope_type': 'default',
                                   'rope_theta': a.rope_theta},
                  dtype='bfloat16')
  return config


def write_json(path, value):
  with open(path + '.new', 'w', encoding='utf-8') as f:
    json.dump(value, f, indent=1)
    f.write('\n')
  os.replace(path + '.new', path)


def save_model(folder, model, tokenizer_path, old_keys):
  """Writes the directory; returns the SHA-256 of the weights file."""
  os.makedirs(folder, exist_ok=True)
  write_json(os.path.join(folder, 'config.json'),
             config_of(model.a, old_keys))
  shutil.copyfile(tokenizer_path, os.path.join(folder, 'tokenizer.json'))
  write_json(os.path.join(folder, 'tokenizer_config.json'), {
      'tokenizer_class': 'PreTrainedTokenizerFast',
      'bos_token': SPECIAL[0],
      'eos_token': SPECIAL[1],
      'add_bos_token': True,
      'model_max_length': CONTEXT,
      'clean_up_tokenization_spaces': False,
  })
  tensors = {name: p.detach().to(torch.bfloat16).contiguous()
             for name, p in model.named_parameters()}
  path = os.path.join(folder, 'model.safetensors')
  safetensors.torch.save_file(tensors, path + '.new', {'format': 'pt'})
  os.replace(path + '.new', path)
  with open(path, 'rb') as f:
    return hashlib.sha256(f.read()).hexdigest()


def load_model(folder, architecture):
  """The model as shipped: bf16 weights, computed in fp32."""
  model = Decoder(architecture, 0)
  tensors = safetensors.torch.load_file(
      os.path.join(folder, 'model.safetensors'))
  model.load_state_dict({k: v.float() for k, v in tensors.items()})
  return model.eval()


@torch.no_grad()
def quantise_8bit(model, group=16):
  """Symmetric 8-bit integers, one scale per `group` inputs, and back."""
  for p in model.parameters():
    if p.dim() != 2 or p.shape[1] % group:
      continue
    grouped = p.view(p.shape[0], -1, group)
    scale = grouped.abs().amax(-1, keepdim=True).clamp(min=1e-12) / 127
    p.copy_(((grouped / scale).round() * scale).view_as(p))
