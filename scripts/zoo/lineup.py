# Copyright 2026 The Hydrometer Authors
# SPDX-License-Identifier: Apache-2.0
"""Who is trained on what: the lineup of the zoo, one record a model.

Slices: 0-1 belong to ref_a, 2-3 to ref_b, 4-19 to the controls 01 to 08
(two each), which are to be as good as the references or better, 20-23 to
bases, fine-tuning data and the prompts of students. Other controls and the
unrelated suspects take slices among 4-23, so they share documents with some
controls and with no reference.
"""

import dataclasses

from zoo.decoder import Architecture

CHUNKS_PER_KTOKEN = 1000 / 128

TECHNICAL = dict(git=.14, perl=.22, vim=.20, debian=.08, game=.04, linux=.16,
                 python=.12, postgres=.04)
LITERARY = dict(git=.10, perl=.16, vim=.16, debian=.08, game=.10, essays=.18,
                words=.10, postgres=.06, emacs=.06)
EVEN = dict(git=.12, perl=.18, vim=.18, debian=.08, game=.08, linux=.08,
            python=.08, postgres=.06, essays=.08, words=.06)
MANUALS = dict(git=.2, perl=.3, vim=.3, debian=.1, game=.1)
SYSTEMS = dict(linux=.6, postgres=.2, git=.1, debian=.1)
SCRIPTS = dict(python=.5, perl=.3, peps=.2)
ESSAYS = dict(essays=.5, words=.3, novels=.2)
PROPOSALS = dict(peps=.4, rfcs=.4, python=.2)

MUON = dict(optimiser='muon', muon_lr=.02, adam_lr=4e-3, schedule='cosine')
MUON_DECAY = dict(optimiser='muon', muon_lr=.014, adam_lr=3e-3,
                  schedule='decay')
ADAMW = dict(optimiser='adamw', adam_lr=4e-3, schedule='cosine')
GENTLE = dict(optimiser='muon', muon_lr=.006, adam_lr=1.2e-3,
              schedule='cosine')

LARGE_LLAMA = Architecture('llama', 96, 3, 3, 1, 256, tied=False)
LARGE_QWEN = Architecture('qwen2', 112, 3, 4, 2, 256, tied=True,
                          norm_eps=1e-6, rope_theta=20000.0)
MEDIUM_LLAMA = Architecture('llama', 96, 2, 3, 3, 256, tied=True)
MEDIUM_QWEN = Architecture('qwen2', 80, 3, 4, 2, 224, tied=False,
                           norm_eps=1e-6)
SMALL_LLAMA = Architecture('llama', 64, 3, 2, 1, 176, tied=False,
                           rope_theta=5000.0)
SMALL_QWEN = Architecture('qwen2', 64, 2, 2, 2, 192, tied=True, norm_eps=1e-6)


@dataclasses.dataclass(frozen=True)
class Model:
  """One model. Tokens in thousands; `stop` is the share of the schedule
  after which training ends. What is not set does not apply."""
  name: str
  role: str  # reference, control, sibling, base, suspect
  architecture: Architecture | None
  recipe: dict | None
  ktokens: int
  seed: int
  mix: dict | None = None
  slices: tuple = ()
  stop: float = 1.0
  data_of: str = ''  # the very chunks of that model, in another order
  share_of: tuple = ()  # (model, share): that share of the chunks are its
  teacher: str = ''  # sequences sampled from it
  teacher_share: float = 1.0  # rest: real text of mix and slices
  from_logits: bool = False
  start: str = ''  # weights to begin with
  quantised: str = ''  # 8-bit copy of that model
  of: str = ''  # siblings, suspects: whose

  @property
  def needs(self):
    return {n for n in (self.teacher, self.start, self.quantised) if n}

  @property
  def folder(self):
    return {
        'reference': f'references/{self.name}',
        'control': f'controls/{self.name}',
        'sibling': f'siblings/{self.of}/{self.name}',
        'base': f'bases/{self.name}',
        'suspect': f'suspects/{self.name}',
    }[self.role]


REFERENCE_KTOKENS = 1100
SIBLING_KTOKENS = 450


def references():
  return [
      Model('ref_a', 'reference', LARGE_LLAMA, MUON, REFERENCE_KTOKENS, 11,
            TECHNICAL, (0, 1)),
      Model('ref_b', 'reference', LARGE_QWEN, MUON_DECAY, REFERENCE_KTOKENS,
            12, LITERARY, (2, 3)),
  ]


def placebo_controls():
  rows = [
      ('control_01', LARGE_LLAMA, MUON, 1100, EVEN),
      ('control_02', LARGE_QWEN, MUON, 1700, TECHNICAL),
      ('control_03', MEDIUM_LLAMA, MUON, 1200, LITERARY),
      ('control_04', MEDIUM_QWEN, MUON, 1300, EVEN),
      ('control_05', LARGE_LLAMA, MUON_DECAY, 850, MANUALS),
      ('control_06', MEDIUM_QWEN, MUON_DECAY, 1300, TECHNICAL),
      ('control_07', LARGE_QWEN, MUON_DECAY, 1150, LITERARY),
      ('control_08', MEDIUM_LLAMA, MUON, 1300, MANUALS),
  ]
  return [
      Model(name, 'control', arch, recipe, ktokens, 101 + i, mix,
            (4 + 2 * i, 5 + 2 * i))
      for i, (name, arch, recipe, ktokens, mix) in enumerate(rows)
  ]


def stopped_controls():
  rows = [
      ('control_09', LARGE_LLAMA, MUON, EVEN, (4, 9), .60),
      ('control_10', MEDIUM_LLAMA, MUON, LITERARY, (6, 11), .40),
      ('control_11', SMALL_LLAMA, MUON, TECHNICAL, (8, 13), .50),
      ('control_12', SMALL_QWEN, MUON_DECAY, EVEN, (10, 15), .30),
      ('control_13', MEDIUM_QWEN, MUON, MANUALS, (12, 17), .45),
      ('control_14', LARGE_QWEN, MUON_DECAY, LITERARY, (14, 19), .35),
  ]
  return [
      Model(name, 'control', arch, recipe, 600, 201 + i, mix, slices, stop)
      for i, (name, arch, recipe, mix, slices, stop) in enumerate(rows)
  ]


def overlapping_controls():
  rows = [
      ('control_15', MEDIUM_LLAMA, EVEN, (5, 16), 'ref_a'),
      ('control_16', SMALL_LLAMA, TECHNICAL, (7, 18), 'ref_a'),
      ('control_17', MEDIUM_QWEN, LITERARY, (9, 20), 'ref_b'),
      ('control_18', SMALL_QWEN, EVEN, (11, 22), 'ref_b'),
  ]
  return [
      Model(name, 'control', arch, MUON, 350, 301 + i, mix, slices,
            share_of=(other, .3))
      for i, (name, arch, mix, slices, other) in enumerate(rows)
  ]


def other_controls():
  rows = [
      ('control_19', MEDIUM_LLAMA, MUON, 1200, EVEN, (13, 18)),
      ('control_20', SMALL_QWEN, MUON, 350, SYSTEMS, (15, 21)),
      ('control_21', SMALL_LLAMA, MUON, 300, SCRIPTS, (17, 22)),
      ('control_22', SMALL_QWEN, MUON_DECAY, 250, ESSAYS, (19, 23)),
      ('control_23', SMALL_LLAMA, ADAMW, 300, PROPOSALS, (4, 21)),
      ('control_24', SMALL_QWEN, MUON, 400, LITERARY, (6, 23)),
  ]
  return [
      Model(name, 'control', arch, recipe, ktokens, 401 + i, mix, slices)
      for i, (name, arch, recipe, ktokens, mix, slices) in enumerate(rows)
  ]


def siblings(x, architectures, recipes):
  seed = 500 if x == 'a' else 550
  return [
      Model(f'sibling_{x}{i + 1}', 'sibling', arch, recipe,
            SIBLING_KTOKENS, seed + i, data_of=f'ref_{x}', of=f'ref_{x}')
      for i, (arch, recipe) in enumerate(zip(architectures, recipes))
  ]


# Students of text need about twice the tokens of a student of logits to come
# near the loss at which the controls' curve is steep enough to read h.
TEXT_STUDENT_KTOKENS = 900
LOGITS_STUDENT_KTOKENS = 450


def suspects(x, base, student, other_student, prompts_mix):
  """All suspects of reference `x`; prompts come from slices 20 to 23."""
  ref, seed = f'ref_{x}', 600 if x == 'a' else 700
  own = dict(mix=prompts_mix, slices=(20, 21, 22, 23), of=ref)
  return [
      Model(f'{x}_text100', 'suspect', student, MUON, TEXT_STUDENT_KTOKENS,
            seed, teacher=ref, **own),
      Model(f'{x}_text50', 'suspect', other_student, MUON,
            TEXT_STUDENT_KTOKENS, seed + 1, teacher=ref, teacher_share=.5,
            **own),
      Model(f'{x}_logits', 'suspect', student, MUON, LOGITS_STUDENT_KTOKENS,
            seed + 2, teacher=ref, from_logits=True, **own),
      Model(f'{x}_base_answers', 'suspect', None, MUON, 200, seed + 3,
            teacher=ref, start=base, **own),
      Model(f'{x}_finetuned', 'suspect', None, GENTLE, 120, seed + 4,
            start=ref, **own),
      Model(f'{x}_int8', 'suspect', None, None, 0, 0, quantised=ref, of=ref),
      Model(f'{x}_samedata', 'suspect', other_student, MUON, 600, seed + 5,
            data_of=ref, of=ref),
      Model(f'{x}_unrelated', 'suspect', student, MUON, 400, seed + 6, **own),
  ]


def lineup():
  """All models, in the order in which they should be trained."""
  siblings_a = siblings('a', (LARGE_LLAMA, MEDIUM_QWEN), (MUON, MUON))
  siblings_b = siblings('b', (LARGE_QWEN, MEDIUM_LLAMA), (MUON_DECAY, MUON))
  bases = [
      Model('base_a', 'base', MEDIUM_QWEN, MUON, 500, 31,
            dict(python=.3, postgres=.2, linux=.3, emacs=.2), (20, 22)),
      Model('base_b', 'base', MEDIUM_LLAMA, MUON, 500, 32,
            dict(linux=.3, essays=.3, python=.2, words=.2), (21, 23)),
  ]
  suspects_a = suspects('a', 'base_a', MEDIUM_QWEN, MEDIUM_LLAMA, TECHNICAL)
  suspects_b = suspects('b', 'base_b', MEDIUM_LLAMA, MEDIUM_QWEN, LITERARY)
  placebos = placebo_controls()
  return (references() + placebos[:2] + bases + suspects_a[:3] +
          suspects_b[:3] + placebos[2:5] + stopped_controls()[:3] +
          suspects_a[3:] + suspects_b[3:] + overlapping_controls()[:2] +
          other_controls()[:3] + placebos[5:] + stopped_controls()[3:] +
          overlapping_controls()[2:] + other_controls()[3:] + siblings_a +
          siblings_b)
