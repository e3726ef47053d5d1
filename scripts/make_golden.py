#!/usr/bin/env python3
# Copyright 2026 The Hydrometer Authors
# SPDX-License-Identifier: Apache-2.0
"""Works out the zoo's panel on the `human` passages, in Python.

    scripts/make_golden.py --zoo zoo --human DIR --out tests/golden/zoo_panel.json

DIR is where scripts/fetch_human.sh unpacked the packages. Written are the
sums over positions and every statistic that follows from them; printed are
a table of the suspects and the audits of each control in turn. Thresholds
are those of the default policy.
"""

import argparse
import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

ABOUT = (
    'Sums over positions of the zoo (natural logarithms; float64) on the '
    'passages of probes/human, counted from position {first} of each '
    'passage, and the statistics that follow from them. cross[i][j] = mean '
    'over positions of sum_v p_i(v) log p_j(v); loss[i] = mean of -log '
    'p_i(observed token); gram[t][i][j] = mean of sum_v p_t(v) x_i x_j with '
    'x the log-probabilities centred under p_t. Placebo references are the '
    'controls whose loss is within {nats} nats of the reference. Controls '
    'take the suspect\'s place one by one, the other controls as controls. '
    'h is what the curve gives; "refused" says why it must not be used. '
    'label: the default policy without the weight tests, siblings not '
    'given. Made by scripts/make_golden.py.')


def rounded(array):
  """Sums are kept to 9 significant digits, and the statistics follow from
  the rounded sums: the file stays small and whole."""
  import numpy as np
  return np.array([float(f'{v:.9g}') for v in array.flat]).reshape(
      array.shape)


def collect(zoo, only_finished=None):
  """[(name, folder, class, of)] in the order of the lineage."""
  with open(os.path.join(zoo, 'lineage.json'), encoding='utf-8') as f:
    lineage = json.load(f)['models']
  return [(name, os.path.join(zoo, m['path']), m['class'], m['of'])
          for name, m in lineage.items()]


def collect_work(work):
  """The same for the finished models of a work folder."""
  base = os.path.join(work, 'models')
  rows = []
  for name in sorted(os.listdir(base)):
    made = os.path.join(base, name, 'made.json')
    if os.path.exists(made):
      with open(made, encoding='utf-8') as f:
        m = json.load(f)
      rows.append((name, os.path.join(base, name), m['class'], m['of']))
  return rows


def expected_of(statistics, sums, names, s, t, controls, siblings=()):
  e = statistics.audit(sums, s, t, controls, siblings)
  return {
      'model': names[s],
      'reference': names[t],
      'placebo_references': [names[r] for r in e['placebos']],
      'rho': float(e['rho']),
      'rho_placebo': {names[r]: float(v)
                      for r, v in e['rho_placebo'].items()},
      'rho2': float(e['rho2']),
      'null_rho2': {'mean': float(e['null_mean']),
                    'sd': float(e['null_sd'])},
      'z': float(e['z']),
      'p': float(e['p']),
      'A': float(e['A']),
      'curve': e['curve'],
      'curve_loo_rmse': float(e['curve_loo_rmse']),
      'h': float(e['h']),
      'h_T': float(e['h_T']),
      'refused': e['refused'],
      'kl_reference_model': float(e['kl']),
      'label': e['label'],
  }


def show(e, loss, note=''):
  print(f'{e["reference"]}  {e["model"]:17s} loss {loss:.3f}  '
        f'rho2 {e["rho2"]:6.3f}  z {e["z"]:6.2f}  h {e["h"]:6.3f}  '
        f'{e["label"]}{" (" + e["refused"] + ")" if e["refused"] else ""} '
        f'{note}', flush=True)


def main():
  parser = argparse.ArgumentParser(
      description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
  parser.add_argument('--zoo')
  parser.add_argument('--work', help='instead: what is finished there')
  parser.add_argument('--human', default='')
  parser.add_argument('--recipe', default=os.path.join(
      os.path.dirname(os.path.abspath(__file__)), '..', 'probes', 'human',
      'recipe.jsonl'))
  parser.add_argument('--texts', type=int, help='only so many passages')
  parser.add_argument('--out')
  args = parser.parse_args()
  import torch
  torch.set_num_threads(1)
  from zoo import panel, statistics
  rows = collect(args.zoo) if args.zoo else collect_work(args.work)
  texts, missing = panel.human_passages(args.recipe, args.human)
  texts = texts[:args.texts]
  print(f'{len(texts)} passages, {missing} left out, {len(rows)} models')
  names = [r[0] for r in rows]
  folders = [r[1] for r in rows]
  index = {n: i for i, n in enumerate(names)}
  controls = [i for i, r in enumerate(rows) if r[2] == 'control']
  references = [i for i, r in enumerate(rows) if r[2] == 'reference']
  plain = {'loss': panel.panel_losses(folders, texts)}
  near = {c for t in references
          for c in statistics.placebos_of(plain, t, controls)}
  sums = panel.panel_sums(folders, texts, references + sorted(near))
  sums['loss'], sums['cross'] = rounded(sums['loss']), rounded(sums['cross'])
  sums['gram'] = {t: rounded(g) for t, g in sums['gram'].items()}
  for c in controls:
    print(f'{names[c]}  loss {sums["loss"][c]:.3f}',
          'placebo of ' + ' '.join(
              names[t] for t in references
              if c in statistics.placebos_of(sums, t, controls)))
  expected, turns = [], []
  for t in references:
    print(f'{names[t]}  loss {sums["loss"][t]:.3f}')
    for s in range(len(rows)):
      if s in controls or s == t:
        continue
      e = expected_of(statistics, sums, names, s, t, controls)
      own = [i for i, r in enumerate(rows)
             if r[2] == 'sibling' and r[3] == names[t] and i != s]
      note = ''
      if own and rows[s][2] != 'sibling':
        note = 'with siblings: ' + expected_of(
            statistics, sums, names, s, t, controls, own)['label']
      expected.append(e)
      show(e, sums['loss'][s], note)
  for t in references:
    for c in controls:
      turns.append(expected_of(statistics, sums, names, c, t, controls))
      show(turns[-1], sums['loss'][c])
  if args.out:
    write(args.out, panel, statistics, sums, names, rows, controls,
          expected, turns)


def write(path, panel, statistics, sums, names, rows, controls, expected,
          turns):
  golden = {
      'about': ABOUT.format(first=panel.FIRST_POSITION,
                            nats=statistics.PLACEBO_NATS),
      'positions': int(sums['positions']),
      'ridge': statistics.RIDGE,
      'models': names,
      'classes': [r[2] for r in rows],
      'of': [r[3] for r in rows],
      'controls': [names[c] for c in controls],
      'loss': sums['loss'].tolist(),
      'cross': sums['cross'].tolist(),
      'gram': {names[t]: g.tolist()
               for t, g in sums['gram'].items()},
      'expected': expected,
      'controls_in_turn': turns,
  }
  os.makedirs(os.path.dirname(path), exist_ok=True)
  with open(path, 'w', encoding='utf-8') as f:
    json.dump(golden, f, separators=(',', ':'))
    f.write('\n')
  print(path, os.path.getsize(path), 'bytes')


if __name__ == '__main__':
  main()
