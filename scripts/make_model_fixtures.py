#!/usr/bin/env python3
# Copyright 2026 The Hydrometer Authors
# SPDX-License-Identifier: Apache-2.0
"""Makes tests/fixtures/models: tiny random models with their answers.

Each folder is a model in Hugging Face layout plus expected.safetensors:
  ids       I64 [sequences, length]
  logprobs  F32 [sequences, length, vocabulary]  ln p(next | ids so far)
computed by transformers in float32 from the weights as stored. The weights
are drawn wide, and norms and biases are not left at 1 and 0, so that a
forgotten term moves the log-probabilities far beyond the tests' tolerance.

Run:  python scripts/make_model_fixtures.py [FOLDER]
Made with torch 2.11.0, transformers 5.23.0, safetensors 0.8.0.
"""
import json
import pathlib
import shutil
import sys

import torch
from safetensors.torch import save_file
from transformers import LlamaConfig, LlamaForCausalLM
from transformers import Qwen2Config, Qwen2ForCausalLM

VOCABULARY, SEQUENCES, LENGTH = 160, 2, 72

SHAPE = dict(vocab_size=VOCABULARY, hidden_size=48, intermediate_size=80,
             num_hidden_layers=2, num_attention_heads=6,
             num_key_value_heads=2, max_position_embeddings=128,
             bos_token_id=1, eos_token_id=2)

LINEAR = dict(rope_type="linear", factor=4.0, rope_theta=10000.0)
LLAMA3 = dict(rope_type="llama3", factor=8.0, low_freq_factor=1.0,
              high_freq_factor=4.0, original_max_position_embeddings=32,
              rope_theta=500000.0)

# name: (class, config class, config, stored dtype, shard size, old keys)
MODELS = {
    "llama-default-f32": (
        LlamaForCausalLM, LlamaConfig,
        dict(rope_parameters=dict(rope_type="default", rope_theta=3000.0),
             rms_norm_eps=1e-5, tie_word_embeddings=False),
        torch.float32, None, True),
    "llama-linear-tied-bf16": (
        LlamaForCausalLM, LlamaConfig,
        dict(rope_parameters=LINEAR, tie_word_embeddings=True,
             num_key_value_heads=6),
        torch.bfloat16, None, True),
    "llama-llama3-biased-sharded-f16": (
        LlamaForCausalLM, LlamaConfig,
        dict(rope_parameters=LLAMA3, attention_bias=True, mlp_bias=True,
             head_dim=16, tie_word_embeddings=False),
        torch.float16, "40KB", False),
    "qwen2-default-f32": (
        Qwen2ForCausalLM, Qwen2Config,
        dict(rope_parameters=dict(rope_type="default", rope_theta=1e6),
             tie_word_embeddings=False),
        torch.float32, None, False),
    "qwen2-llama3-tied-bf16": (
        Qwen2ForCausalLM, Qwen2Config,
        dict(rope_parameters=LLAMA3, tie_word_embeddings=True,
             num_key_value_heads=1),
        torch.bfloat16, None, True),
}


def randomise(model, generator):
    for name, parameter in model.named_parameters():
        noise = torch.randn(parameter.shape, generator=generator)
        if name.endswith("norm.weight"):
            value = 1 + 0.3 * noise
        elif name.endswith("bias"):
            value = 0.3 * noise
        elif "embed" in name and not model.config.tie_word_embeddings:
            value = 0.6 * noise
        else:
            value = noise * 1.2 / parameter.shape[-1] ** 0.5
        parameter.data.copy_(value)


def use_old_keys(config):
    rope = config.pop("rope_parameters")
    config["rope_theta"] = rope.pop("rope_theta")
    kind = rope.pop("rope_type")
    config["rope_scaling"] = {"type": kind, **rope} if rope else None
    config["torch_dtype"] = config.pop("dtype")
    return config


def make(folder, name, seed):
    cls, config_cls, changes, dtype, shard_size, old_keys = MODELS[name]
    target = folder / name
    shutil.rmtree(target, ignore_errors=True)
    generator = torch.Generator().manual_seed(seed)
    model = cls(config_cls(**{**SHAPE, **changes}))
    randomise(model, generator)
    extra = {"max_shard_size": shard_size} if shard_size else {}
    model.to(dtype).save_pretrained(target, **extra)
    (target / "generation_config.json").unlink(missing_ok=True)
    config = json.loads((target / "config.json").read_text())
    config.pop("transformers_version", None)
    if old_keys:
        config = use_old_keys(config)
    (target / "config.json").write_text(json.dumps(config, indent=2) + "\n")

    model = cls.from_pretrained(target, dtype=torch.float32).eval()
    ids = torch.randint(0, VOCABULARY, (SEQUENCES, LENGTH),
                        generator=generator)
    with torch.no_grad():
        logprobs = model(ids).logits.float().log_softmax(-1)
    save_file({"ids": ids, "logprobs": logprobs.contiguous()},
              target / "expected.safetensors")
    print(name, "spread", float(logprobs.std()))


def main():
    torch.set_num_threads(1)
    here = pathlib.Path(__file__).resolve().parent.parent
    folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1
                          else here / "tests/fixtures/models")
    folder.mkdir(parents=True, exist_ok=True)
    for seed, name in enumerate(MODELS, start=1):
        make(folder, name, seed)


if __name__ == "__main__":
    main()
