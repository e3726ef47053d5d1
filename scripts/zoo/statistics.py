# Copyright 2026 The Hydrometer Authors
# SPDX-License-Identifier: Apache-2.0
"""The primary pair of statistics from a panel's sums, in plain numpy.

Slow, short and float64: what the program computes is held against this.
`sums` has `loss` [m], `cross` [m, m] (mean of sum_v p_i log p_j) and `gram`
{reference index: [m, m]}. Models are indices. Every function that judges a
model in the suspect's place takes the controls that remain.
"""

import numpy as np

RIDGE = 1e-3
PLACEBO_NATS = 0.3


def partial_correlation(gram, s, t, controls):
  """rho(s, t): what the two share beyond `controls`."""
  members = [s, t] + [c for c in controls if c not in (s, t)]
  g = gram[np.ix_(members, members)]
  scale = 1 / np.sqrt(np.diag(g))
  p = np.linalg.inv(g * scale[:, None] * scale + RIDGE * np.eye(len(g)))
  return -p[0, 1] / np.sqrt(p[0, 0] * p[1, 1])


def rho2(sums, s, t, controls, placebos):
  """(rho2, rho, {placebo: rho(s, placebo)})."""
  rho = partial_correlation(sums['gram'][t], s, t, controls)
  others = {r: partial_correlation(sums['gram'][r], s, r, controls)
            for r in placebos if r != s}
  return rho - np.mean(list(others.values())), rho, others


def inherited_error(sums, s, t):
  """A_T(S) = E_T[l_S - l_T] - E_D[l_S - l_T]; a number or an array."""
  cross, loss = sums['cross'], sums['loss']
  return cross[t, s] - cross[t, t] + loss[s] - loss[t]


FORMS = {
    'linear in loss': lambda l: np.stack([l**0, l], 1),
    'linear in exp(-loss)': lambda l: np.stack([l**0, np.exp(-l)], 1),
    'quadratic in loss': lambda l: np.stack([l**0, l, l * l], 1),
    'quadratic in exp(-loss)':
        lambda l: np.stack([l**0, np.exp(-l), np.exp(-2 * l)], 1),
}


def fit_curve(losses, values):
  """(name, coefficients, leave-one-out error) of the best form."""
  best = None
  for name, form in FORMS.items():
    if name.startswith('quadratic') and len(losses) < 10:
      continue
    x = form(losses)
    beta = np.linalg.lstsq(x, values, rcond=None)[0]
    leverage = np.einsum('ij,jk,ik->i', x, np.linalg.pinv(x.T @ x), x)
    error = np.sqrt(np.mean(((values - x @ beta) / (1 - leverage))**2))
    if best is None or error < best[2]:
      best = name, beta, error
  return best


def curve_value(curve, loss):
  return (FORMS[curve[0]](np.atleast_1d(np.asarray(loss, float)))
          @ curve[1])[0]


def inherited_share(sums, s, t, controls):
  """h with its curve, or None with the reason."""
  fitted = np.array([c for c in controls if c != s])
  losses = sums['loss'][fitted]
  curve = fit_curve(losses, inherited_error(sums, fitted, t))
  a = inherited_error(sums, s, t)
  a0 = curve_value(curve, sums['loss'][s])
  out = {'A': a, 'curve': curve[0], 'curve_loo_rmse': curve[2],
         'h': 1 - a / a0,
         'h_T': (a - a0) / -curve_value(curve, sums['loss'][t]),
         'refused': None}
  margin = 0.1 * (losses.max() - losses.min())
  for who, loss in (('suspect', sums['loss'][s]),
                    ('reference', sums['loss'][t])):
    if not losses.min() - margin <= loss <= losses.max() + margin:
      out['refused'] = f'loss of the {who} outside the controls'
  if -a0 < 4 * curve[2]:
    out['refused'] = 'curve within four leave-one-out errors of zero'
  return out


def placebos_of(sums, t, controls):
  return [c for c in controls
          if abs(sums['loss'][c] - sums['loss'][t]) <= PLACEBO_NATS]


def audit(sums, s, t, controls, siblings=(), base=None):
  """Everything about suspect `s` and reference `t`, with a label."""
  controls = [c for c in controls if c != s]
  placebos = placebos_of(sums, t, controls)
  fitted = controls + ([base] if base is not None else [])
  value, rho, others = rho2(sums, s, t, fitted, placebos)
  null = np.array([
      rho2(sums, c, t, [d for d in fitted if d != c], placebos)[0]
      for c in controls])
  z = (value - null.mean()) / null.std(ddof=1)
  out = inherited_share(sums, s, t, fitted)
  out.update(rho=rho, rho_placebo=others, rho2=value, z=z,
             null_mean=null.mean(), null_sd=null.std(ddof=1),
             p=(1 + int((null >= value).sum())) / (len(null) + 1),
             placebos=placebos,
             kl=sums['cross'][t, t] - sums['cross'][t, s])
  ordered = all(rho > r for r in others.values())
  exceeded = None
  if siblings:
    exceeded = all(
        out['h'] > inherited_share(sums, b, t, fitted)['h'] and
        value > rho2(sums, b, t, fitted, placebos)[0] for b in siblings)
  out['siblings_exceeded'] = exceeded
  out['label'] = label(out, ordered, len(placebos), len(controls))
  return out


def label(e, ordered, placebo_count, control_count):
  """The default policy, without the weight tests."""
  if e['kl'] < 1e-6:
    return 'identical'
  if placebo_count < 2 or control_count < 10:
    return 'inconclusive'
  h, z = (None if e['refused'] else e['h']), e['z']
  if z > 4 and ordered and h is not None and (
      h >= 0.75 or (h >= 0.25 and e['siblings_exceeded'])):
    return 'distilled'
  if z > 4 and ordered and h is not None and h >= 0.25:
    return 'related'
  if z > 4 and (not ordered or (h is not None and h < 0.25)):
    return 'shared'
  if z <= 3 and h is not None and h < 0.25:
    return 'unrelated'
  return 'inconclusive'
