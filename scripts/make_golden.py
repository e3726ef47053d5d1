#!/usr/bin/env python3
# Copyright 2026 The Hydrometer Authors
# SPDX-License-Identifier: Apache-2.0
"""Works out the zoo's panel on the `human` passages, in Python.

    scripts/make_golden.py --zoo zoo --human DIR --out tests/golden

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
    'take the suspect\'s place one by one, the other controls as controls: '
    'in expected as they stand in a suspect\'s null, in controls_in_turn as '
    'suspects of an audit with the remaining controls. '
    'h is what the curve gives; "refused" says why it must not be used. '
    'label: the default policy without the weight tests, siblings not '
    'given. Made by scripts/make_golden.py.')


def rounded(array):
  """Sums are kept to 9 significant digits, and the statistics follow from
  the rounded sums: the file stays small and whole."""
  import numpy as np
  return np.array([float(f'{v:.9g}') for v in array.flat]).reshape(
      array.shape)


def collect(zoo):
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


def weighed(statistics, sums, names, s, t, controls, siblings=()):
  """The audit of `s` against `t`, with names and plain numbers."""
  e = statistics.audit(sums, s, t, controls, siblings)
  out = {k: float(e[k]) for k in ('rho', 'rho2', 'z', 'p', 'A',
                                  'curve_loo_rmse', 'h', 'h_T')}
  out.update(
      model=names[s], reference=names[t], curve=e['curve'],
      refused=e['refused'], label=e['label'],
      rho_placebo={names[r]: float(v) for r, v in e['rho_placebo'].items()},
      kl_reference_model=float(e['kl']))
  return out, {'mean': float(e['null_mean']), 'sd': float(e['null_sd'])}


def as_null(statistics, sums, names, c, t, controls):
  """A control as it stands in the null of a suspect: no z of its own."""
  rest = [d for d in controls if d != c]
  value, rho, others = statistics.rho2(
      sums, c, t, rest, statistics.placebos_of(sums, t, controls))
  e = statistics.inherited_share(sums, c, t, rest)
  return {
      'model': names[c], 'rho': float(rho), 'rho2': float(value), 'z': None,
      'rho_placebo': {names[r]: float(v) for r, v in others.items()},
      'A': float(e['A']), 'curve': e['curve'],
      'curve_loo_rmse': float(e['curve_loo_rmse']), 'h': float(e['h']),
      'h_T': float(e['h_T']), 'refused': e['refused'],
      'kl_reference_model': float(sums['cross'][t, t] - sums['cross'][t, c])
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
  for t in references:
    expected, null, turns = [], None, []
    print(f'{names[t]}  loss {sums["loss"][t]:.3f}')
    for s in range(len(rows)):
      if s in controls or s == t:
        continue
      e, null = weighed(statistics, sums, names, s, t, controls)
      own = [i for i, r in enumerate(rows)
             if r[2] == 'sibling' and r[3] == names[t]]
      note = ''
      if own and rows[s][2] != 'sibling':
        note = 'with siblings: ' + weighed(
            statistics, sums, names, s, t, controls, own)[0]['label']
      expected.append(e)
      show(e, sums['loss'][s], note)
    for c in controls:
      expected.append(as_null(statistics, sums, names, c, t, controls))
      turns.append(weighed(statistics, sums, names, c, t, controls)[0])
      show(turns[-1], sums['loss'][c])
    if args.out:
      write(os.path.join(args.out, f'zoo_panel_{names[t]}.json'), panel,
            statistics, sums, rows, t, controls, expected, null, turns)


def write(path, panel, statistics, sums, rows, t, controls, expected, null,
          turns):
  names = [r[0] for r in rows]
  placebos = statistics.placebos_of(sums, t, controls)
  golden = {
      'about': ABOUT.format(first=panel.FIRST_POSITION,
                            nats=statistics.PLACEBO_NATS),
      'positions': int(sums['positions']),
      'ridge': statistics.RIDGE,
      'reference': names[t],
      'models': names,
      'classes': [r[2] for r in rows],
      'of': [r[3] for r in rows],
      'controls': [names[c] for c in controls],
      'placebo_references': [names[r] for r in placebos],
      'null_rho2': null,
      'loss': sums['loss'].tolist(),
      'cross': sums['cross'].tolist(),
      'gram': {names[w]: sums['gram'][w].tolist() for w in [t] + placebos},
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
