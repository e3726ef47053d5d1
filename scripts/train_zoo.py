#!/usr/bin/env python3
# Copyright 2026 The Hydrometer Authors
# SPDX-License-Identifier: Apache-2.0
"""Trains the zoo: fetches texts, trains every model of the lineup, ships it.

    scripts/train_zoo.py --work /var/tmp/zoo --out zoo
    scripts/train_zoo.py --work /var/tmp/zoo --only ref_a --corpus my_texts

The state lives in the work folder: a killed run goes on where it stopped,
and a model that is there is not trained again. Needs PyTorch, tokenizers,
safetensors and, for the Debian texts, apt-get and dpkg-deb (nothing is
installed). Two processes with one thread each by default.
"""

import argparse
import json
import os
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))


def arguments():
  parser = argparse.ArgumentParser(
      description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
  parser.add_argument('--work', required=True, help='folder for the state')
  parser.add_argument('--out', help='zoo folder to write the models to')
  parser.add_argument('--corpus', help='train on this folder of text alone')
  parser.add_argument('--staging', help='folder of packed texts, if any',
                      default=os.path.join(os.path.dirname(__file__), '..',
                                           '..', 'shared', 'staging'))
  parser.add_argument('--only', help='train this one model, in this process')
  parser.add_argument('--processes', type=int, default=2)
  parser.add_argument('--steps', type=int,
                      help='with --only: this many steps, then stop')
  return parser.parse_args()


def run_queue(args, models):
  """Trains all of `models`, `processes` at a time, respecting needs."""
  from zoo import production
  waiting, running, failed = list(models), {}, []
  while waiting or running:
    for name, process in list(running.items()):
      if process.poll() is None:
        continue
      del running[name]
      if process.returncode:
        failed.append(name)
      print(f'{time.strftime("%H:%M:%S")} {name} '
            f'{"failed" if process.returncode else "done"}, '
            f'{len(waiting)} waiting', flush=True)
    waiting = [m for m in waiting
               if not production.is_done(args.work, m.name)
               and not m.needs & set(failed)]
    for model in waiting:
      if len(running) >= args.processes:
        break
      if all(production.is_done(args.work, n) for n in model.needs):
        command = [sys.executable, os.path.abspath(__file__), '--work',
                   args.work, '--staging', args.staging, '--only',
                   model.name]
        if args.corpus:
          command += ['--corpus', args.corpus]
        log_path = os.path.join(args.work, 'logs', model.name + '.txt')
        with open(log_path, 'a', encoding='utf-8') as log:
          running[model.name] = subprocess.Popen(
              command, stdout=log, stderr=subprocess.STDOUT,
              env=dict(os.environ, OMP_NUM_THREADS='1',
                       MKL_NUM_THREADS='1'))
        waiting.remove(model)
        break
    time.sleep(0.5)
  return failed


def main():
  args = arguments()
  from zoo import lineup, production
  models = lineup.lineup()
  os.makedirs(os.path.join(args.work, 'logs'), exist_ok=True)
  production.prepare(args.work, args.corpus, args.staging)
  if args.only:
    model = next((m for m in models if m.name == args.only), None)
    if model is None:
      sys.exit(f'{args.only}: not in the lineup')
    production.produce(args.work, model, stop_after=args.steps)
    return 0
  failed = run_queue(args, models)
  if failed:
    sys.exit('failed: ' + ' '.join(failed))
  if args.out:
    production.ship(args.work, models, args.out)
  return 0


if __name__ == '__main__':
  sys.exit(main())
