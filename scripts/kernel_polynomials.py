#!/usr/bin/env python3
# Copyright 2026 The Hydrometer Authors
# SPDX-License-Identifier: Apache-2.0
"""Coefficients of kernels/polynomials.h and the largest relative error of each.

Weighted least squares on Chebyshev nodes with Lawson's reweighting, which
converges to the minimax polynomial. Run: python3 scripts/kernel_polynomials.py
"""
import numpy as np
from numpy.polynomial import chebyshev as C

LN2 = np.log(2.0)


def fit(name, f, lo, hi, degree, weight=lambda x, y: 1.0 / np.abs(y)):
  """Minimax of weight * error on [lo, hi]; prints rising coefficients."""
  t = np.cos(np.pi * (np.arange(4000) + 0.5) / 4000)
  x = (hi - lo) / 2 * t + (hi + lo) / 2
  y = f(x)
  w = weight(x, y)
  lawson = np.ones_like(x)
  basis = C.chebvander(t, degree)
  best = (np.inf, None)
  for _ in range(300):
    s = np.sqrt(lawson) * w
    c = np.linalg.lstsq(basis * s[:, None], y * s, rcond=None)[0]
    error = np.abs(basis @ c - y) * w
    if error.max() < best[0]:
      best = (error.max(), c)
    lawson *= error / error.max()
    lawson = np.maximum(lawson / lawson.max(), 1e-12)
  inner = np.polynomial.polynomial.Polynomial([-(hi + lo) / (hi - lo),
                                               2 / (hi - lo)])
  poly = np.polynomial.polynomial.Polynomial([0.0])
  for k, ck in enumerate(best[1]):
    basis_k = np.polynomial.chebyshev.Chebyshev.basis(k).convert(
        kind=np.polynomial.polynomial.Polynomial)
    poly = poly + ck * basis_k(inner)
  coef = poly.coef.astype(np.float32)
  check = np.abs(np.polynomial.polynomial.polyval(x, coef.astype(float)) - y)
  print(f"{name}: degree {degree}, largest weighted error "
        f"{best[0]:.2e}, with float coefficients {np.max(check * w):.2e}")
  print("   ", ", ".join(f"{v:.9g}f" for v in coef))


def exp2_slope(r):          # (2^r - 1) / r
  return np.where(np.abs(r) < 1e-9, LN2, np.expm1(r * LN2) / r)


def series(terms, z):
  return sum(c * z**k for k, c in enumerate(terms))


def exp2_curvature(r):      # (2^r - 1 - r ln 2) / r^2
  terms, fact = [], 2.0
  for k in range(14):
    terms.append(LN2**(k + 2) / fact)
    fact *= k + 3
  return series(terms, r)


def js_excess(e):           # 1/2 + (2 - E) R(E): 2 JS = E^2 Q(E) - h^2 f
  r = sum(e**k / ((k + 2) * 2.0**(k + 2)) for k in range(60))
  return 0.5 + (2 - e) * r


def mp(f):
  """f, evaluated with 40 digits and rounded to double."""
  import mpmath
  mpmath.mp.dps = 40

  def g(w):
    return np.array([float(f(mpmath.mpf(float(v)))) for v in w])
  return g


def js_even(w):             # 2 K(w) / w: JS term = (p + q) K(x^2)
  import mpmath
  x = mpmath.sqrt(w)
  u = mpmath.tanh(x / 2)
  h = ((1 + u) * mpmath.log(1 + u) + (1 - u) * mpmath.log(1 - u)) / 2
  return h / w


def odd_excess(w):          # (x - 2 tanh(x / 2)) / x^3
  import mpmath
  x = mpmath.sqrt(w)
  return (x - 2 * mpmath.tanh(x / 2)) / (x * w)


def one_less_sech(w):       # (1 - 1 / cosh(x / 2)) / x^2
  import mpmath
  return (1 - mpmath.sech(mpmath.sqrt(w) / 2)) / w


fit("exp2 slope", exp2_slope, -0.5, 0.5, 4, lambda x, y: np.abs(x))
fit("exp2 curvature", exp2_curvature, -0.5, 0.5, 4)
fit("js excess", js_excess, 0.0, 1.0, 5)
# panel_divergence_cpu.cc: in u = w / 12.5 - 1, w = x^2 <= 25. Powers of w itself
# would need coefficients that cancel to more digits than a float has.
for name, f in (("js even", js_even), ("odd excess", odd_excess),
                ("one less sech", one_less_sech)):
  exact = mp(f)
  fit(name, lambda u: exact(12.5 * (u + 1)), -1 + 1e-7, 1.0, 11)
