"""Values and slopes of the losses against mpmath, tails included.

``pytest -s`` shows the worst point of each loss.  The references are the defining formulas and
their textbook derivatives.
"""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import pytest

from dlbasic.losses import BCE, MAE, MSE, CrossEntropy, Focal, Hinge, Huber, LogCosh
from tests.every_loss import ELEMENTWISE, TWO_CLASSES

mpmath = pytest.importorskip("mpmath", reason="the reference values need mpmath")
mp = mpmath.mp

SMALLEST, SMALLEST_NORMAL, LARGEST = 2.0**-1074, 2.0**-1022, np.finfo(np.float64).max


def softplus(x):
    return mp.log1p(mp.exp(x))


@cache
def sides(o):
    """σ(o), σ(-o) and minus their logarithms, to 60 digits."""
    return 1 / (1 + mp.exp(-o)), 1 / (1 + mp.exp(o)), softplus(-o), softplus(o)


@cache
def powers(o, gamma):
    p, q, *_ = sides(o)
    return p ** mp.mpf(gamma), q ** mp.mpf(gamma)


def reference(loss, o, t):
    """The definition, its textbook derivative, and what their errors may be held against."""
    r = o - t
    if isinstance(loss, MSE):
        return (r * r, 0), (2 * r, 0)
    if isinstance(loss, MAE):
        return (abs(r), 0), (mp.sign(r), 0)
    if isinstance(loss, Huber):
        d = mp.mpf(loss.delta)
        if abs(r) <= d:
            return (r * r / 2, 0), (r, 0)
        return (d * (abs(r) - d / 2), 0), (d * mp.sign(r), 0)
    if isinstance(loss, LogCosh):
        # cosh(1e-300) - 1 has its first digit behind 600 zeros.
        with mp.workdps(60 if abs(r) > 1e-15 else 700):
            value = mp.log(mp.cosh(r)) if abs(r) < 1e4 else abs(r) - mp.log(2)
            return (value, 0), (mp.tanh(r), 0)
    if isinstance(loss, Hinge):
        one, zero = max(1 - o, 0), max(1 + o, 0)
        up, down = (1 - t) * (o > -1), t * (o < 1)
        return (t * one + (1 - t) * zero, 0), (up - down, max(up, down))
    p, q, minus_log_p, minus_log_q = sides(o)
    if isinstance(loss, Focal):
        g, (p_g, q_g) = mp.mpf(loss.gamma), powers(o, loss.gamma)
        down, up = t * q_g * (q + g * p * minus_log_p), (1 - t) * p_g * (p + g * q * minus_log_q)
        near = max(up, down) if abs(up - down) < 0.05 * max(up, down) else 0
        value = t * q_g * minus_log_p + (1 - t) * p_g * minus_log_q
        return (value, 0), (up - down, near)
    # p - y from what each side adds: where these nearly cancel only an absolute error is small.
    above, below = (1 - t) * p, t * q
    miss = above - below
    near = max(above, below) if abs(miss) < 0.05 * max(above, below) else 0
    if isinstance(loss, BCE):
        return (t * minus_log_p + (1 - t) * minus_log_q, 0), (miss, near)
    return (miss * miss, near * near), (2 * miss * p * q, 2 * near * p * q)


def close(got: float, true, allowed: float, scale=0) -> bool:
    """Whether an error is within ``allowed`` of the true number (or of ``scale``)."""
    if abs(true) > LARGEST:
        return got == math.copysign(math.inf, true)
    return abs(got - true) <= allowed * max(abs(true), scale) + 4 * SMALLEST


@cache
def grid() -> list[float]:
    rng = np.random.default_rng(4)
    sizes = [1e-320, *np.geomspace(1e-300, 1e300, 61), *np.geomspace(1e-3, 1e4, 71)]
    sizes += [36.7, 37.5, 354.0, 372.6, 708.3, 708.5, 709.7, 744.4, 745.2, 746.0, 800.0]
    sizes += rng.uniform(0.0, 760.0, 150).tolist()
    return [0.0, *sizes, *(-size for size in sizes)]


@pytest.mark.parametrize("loss", ELEMENTWISE, ids=repr)
def test_values_and_slopes_are_right_to_the_last_digits(loss):
    worst = [0.0, 0.0]
    with mp.workdps(60):
        for t in [0.0, 1.0] if loss in TWO_CLASSES else [0.0, 1.0, -2.5, 1e-7, 1e200]:
            outputs = [*grid(), *(t + step for step in (-1.0, -1e-9, 1e-9, 0.3, 1.0))]
            targets = np.full(len(outputs), t)
            found = np.stack([loss(outputs, targets), loss.grad(outputs, targets)], axis=-1)
            for o, pair in zip(outputs, found.tolist(), strict=True):
                true = reference(loss, mp.mpf(o), mp.mpf(t))
                for which, got in enumerate(pair):
                    exact = true[which][0]
                    assert close(got, exact, 1e-14), (o, t, which, got, exact)
                    if SMALLEST_NORMAL < abs(exact) < 1e308:
                        error = float(abs(got - exact) / abs(exact))
                        worst[which] = max(worst[which], error)
    print(f"{loss!r:14} worst relative error: value {worst[0]:.1e}, slope {worst[1]:.1e}")


@pytest.mark.parametrize("loss", TWO_CLASSES, ids=repr)
def test_soft_labels_are_right_except_next_to_a_zero_of_the_slope(loss):
    labels = [1e-300, 1e-9, 0.1, 0.3, 0.5, 0.7, 0.9, 1 - 1e-9, 1 - 2.0**-53]
    for y in labels:
        z = [z for z in grid() if abs(z) <= 1e4]
        values, slopes = loss(z, np.full(len(z), y)), loss.grad(z, np.full(len(z), y))
        for at, value, slope in zip(z, values.tolist(), slopes.tolist(), strict=True):
            with mp.workdps(60):
                true, true_slope = reference(loss, mp.mpf(at), mp.mpf(y))
                assert close(value, true[0], 1e-14, true[1]), (at, y)
                assert close(slope, true_slope[0], 1e-14, true_slope[1]), (at, y)


def logits() -> list[list[float]]:
    rng = np.random.default_rng(6)
    rows = [
        [0.0], [0.0, 0.0], [1e-300, -1e-300], [800.0, 0.0], [0.1, 700.3], [0.3, -708.1, 0.7],
        [1e4, -1e4, 0.5], [1e-20, 0.0, -1e-20], [40.1, 0.2, 0.3], [3.0, 3.0, -50.7],
        [1e300, -1e300, 1e300], [0.2, 745.0, 1.1, 2.2], [33.0, -4.6], [1e16, 1e16 + 2, 0.0],
    ]  # fmt: skip
    for spread in (1.0, 30.0, 300.0, 700.0, 1e4):
        rows += [rng.uniform(-spread, spread, n).tolist() for n in (2, 3, 5, 10, 100)]
    return rows


def test_cross_entropy_is_right_to_the_last_digits():
    loss, worst = CrossEntropy(), [0.0, 0.0]
    with mp.workdps(1000):
        for z in logits():
            # Beyond e^-2300 nothing shows in a thousand digits.
            weights = [mp.exp(max(mp.mpf(s) - mp.mpf(max(z)), -2000)) for s in z]
            total = mp.fsum(weights)
            for label in {0, len(z) // 2, len(z) - 1, int(np.argmax(z))}:
                value = mp.log(total) + (mp.mpf(max(z)) - mp.mpf(z[label]))
                slopes = [w / total - (k == label) for k, w in enumerate(weights)]
                found = [float(loss(z, label)), *loss.grad(z, label).tolist()]
                for which, (got, true) in enumerate(zip(found, [value, *slopes], strict=True)):
                    assert close(got, true, 1e-14), (z, label, which, got, true)
                    if SMALLEST_NORMAL < abs(true) < 1e308:
                        error = float(abs(got - true) / abs(true))
                        worst[which > 0] = max(worst[which > 0], error)
    print(f"CrossEntropy() worst relative error: value {worst[0]:.1e}, slope {worst[1]:.1e}")


def test_cross_entropy_with_distributions_is_right():
    rng, loss = np.random.default_rng(8), CrossEntropy()
    with mp.workdps(1000):
        for z in logits():
            # Up to 1e-6 off the sum of 1 is allowed, and taken as it is.
            y = rng.dirichlet(np.ones(len(z))) * (1 + rng.uniform(-9e-7, 9e-7))
            weights = [mp.exp(max(mp.mpf(s) - mp.mpf(max(z)), -2000)) for s in z]
            p = [w / mp.fsum(weights) for w in weights]
            logs = [mp.mpf(s) - mp.mpf(max(z)) - mp.log(mp.fsum(weights)) for s in z]
            shares = [mp.mpf(share) for share in y.tolist()]
            value = -mp.fsum(a * b for a, b in zip(shares, logs, strict=True))
            assert close(float(loss(z, y)), value, 1e-14), z
            for k, got in enumerate(loss.grad(z, y).tolist()):
                mine = p[k] * mp.fsum(shares)
                larger = max(mine, shares[k])
                near = larger if abs(mine - shares[k]) < 0.05 * larger else 0
                assert close(got, mine - shares[k], 1e-14, near), (z, k)
