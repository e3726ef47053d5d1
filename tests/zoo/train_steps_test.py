#!/usr/bin/env python3
# Copyright 2026 The Hydrometer Authors
# SPDX-License-Identifier: Apache-2.0
"""Retrains the smallest model of the zoo for a few steps.

On a tiny folder of text made here: the loss falls, a stopped run goes on
where it stopped and ends like one that was not stopped, and what is written
loads in `transformers` and computes the same. Skipped where PyTorch,
tokenizers or safetensors are not installed.

    python3 tests/zoo/train_steps_test.py
"""

import json
import os
import subprocess
import sys
import tempfile
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
SCRIPTS = os.path.join(ROOT, 'scripts')
sys.path.insert(0, SCRIPTS)

try:
  import safetensors.torch  # pylint: disable=unused-import
  import tokenizers  # pylint: disable=unused-import
  import torch
  MISSING = None
except ImportError as error:
  MISSING = str(error)

SMALLEST = 'control_20'


def write_corpus(folder):
  """Some texts of made-up regular sentences, enough for a vocabulary."""
  people = 'miller sailor baker teacher painter farmer'.split()
  verbs = 'carries mends paints counts sells follows'.split()
  things = 'lantern wagon barrel ladder kettle basket'.split()
  for number in range(60):
    lines = []
    for line in range(400):
      k = number * 400 + line
      lines.append(f'The {people[k % 6]} {verbs[k // 6 % 6]} the '
                   f'{things[k // 36 % 6]} number {k} before noon.')
    path = os.path.join(folder, f'text_{number}.txt')
    with open(path, 'w', encoding='utf-8') as f:
      f.write('\n'.join(lines) + '\n')


@unittest.skipIf(MISSING, f'not installed: {MISSING}')
class TrainStepsTest(unittest.TestCase):

  @classmethod
  def setUpClass(cls):
    cls.folder = tempfile.TemporaryDirectory()
    cls.corpus = os.path.join(cls.folder.name, 'corpus')
    os.makedirs(cls.corpus)
    write_corpus(cls.corpus)

  @classmethod
  def tearDownClass(cls):
    cls.folder.cleanup()

  def run_script(self, work, *options):
    done = subprocess.run(
        [sys.executable, os.path.join(SCRIPTS, 'train_zoo.py'), '--work',
         work, '--corpus', self.corpus, '--only', SMALLEST, *options],
        capture_output=True, text=True, check=False)
    self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

  def state(self, work):
    return torch.load(os.path.join(work, 'state', SMALLEST + '.pt'),
                      weights_only=True)

  def test_loss_falls_and_a_stopped_run_goes_on(self):
    stopped = os.path.join(self.folder.name, 'stopped')
    whole = os.path.join(self.folder.name, 'whole')
    self.run_script(stopped, '--steps', '30')
    self.assertEqual(self.state(stopped)['step'], 30)
    self.run_script(stopped, '--steps', '70')
    self.run_script(whole, '--steps', '100')
    one, other = self.state(stopped), self.state(whole)
    self.assertEqual(one['step'], 100)
    self.assertEqual(other['step'], 100)
    # Uniform guessing over 1,024 tokens costs 6.93 nats.
    self.assertLess(other['curve'][-1][1], 6.0)
    for name, tensor in one['model'].items():
      # The same operations on the same machine: equal but for the order
      # of sums that a thread pool may change.
      torch.testing.assert_close(tensor, other['model'][name], rtol=1e-4,
                                 atol=1e-5)

  def test_output_loads_in_transformers(self):
    try:
      import transformers
    except ImportError as error:
      self.skipTest(str(error))
    from zoo import corpora, decoder, layout, lineup, panel
    layout_folder = os.path.join(self.folder.name, 'layout')
    tokenizer = os.path.join(self.folder.name, 'tokenizer.json')
    layout.train_tokenizer(
        [d.text for d in corpora.folder_documents(self.corpus)], tokenizer)
    for old_keys in (False, True):
      for architecture in (lineup.LARGE_LLAMA, lineup.LARGE_QWEN):
        model = decoder.Decoder(architecture, 3)
        layout.save_model(layout_folder, model, tokenizer, old_keys)
        mine = layout.load_model(layout_folder,
                                 panel.architecture_from(layout_folder))
        self.assertEqual(mine.a, architecture)
        theirs = transformers.AutoModelForCausalLM.from_pretrained(
            layout_folder, dtype=torch.float32)
        ids = torch.randint(0, decoder.VOCABULARY, (2, 40))
        with torch.no_grad():
          # fp32 arithmetic in two orders; 1e-4 in a logit of order 1.
          torch.testing.assert_close(mine(ids), theirs(ids).logits,
                                     rtol=1e-4, atol=1e-4)
          cache = decoder.Cache(2)
          steps = [mine(ids[:, t:t + 1], cache) for t in range(40)]
          torch.testing.assert_close(torch.cat(steps, 1), mine(ids),
                                     rtol=1e-4, atol=1e-4)

  def test_lineage_names_every_shipped_model(self):
    path = os.path.join(ROOT, 'zoo', 'lineage.json')
    if not os.path.exists(path):
      self.skipTest('no zoo in this tree')
    with open(path, encoding='utf-8') as f:
      models = json.load(f)['models']
    import hashlib
    for name, made in models.items():
      weights = os.path.join(ROOT, 'zoo', made['path'], 'model.safetensors')
      with open(weights, 'rb') as f:
        self.assertEqual(hashlib.sha256(f.read()).hexdigest(),
                         made['sha256'], name)


if __name__ == '__main__':
  unittest.main()
