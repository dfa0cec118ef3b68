"""Values and slopes against mpmath, tails included.

``pytest -s`` shows the worst point of each function.  The references are the defining formulas and
their textbook derivatives, evaluated with enough digits to survive their own cancelling.  A
function that has none in ``REFERENCES`` is held by the other tests of this folder alone.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pytest

from dlbasic.activations import (
    ACTIVATIONS,
    ELU,
    GELU,
    Activation,
    Identity,
    Interval,
    LeakyReLU,
    Mish,
    PReLU,
    ReLU,
    Sigmoid,
    SiLU,
    Softplus,
    Tanh,
)
from tests.activations.every_activation import EVERY

mpmath = pytest.importorskip("mpmath", reason="the reference values need mpmath")
mp = mpmath.mp

SMALLEST_NORMAL = 2.0**-1022
SMALLEST = 2.0**-1074
LARGEST = np.finfo(np.float64).max
EPSILON = 2.0**-52


def sigmoid(x):
    return 1 / (1 + mp.exp(-x))


def gelu(f: GELU, x):
    if f.approximate == "none":
        phi = mp.exp(-x * x / 2) / mp.sqrt(2 * mp.pi)
        # mpmath's erfc fails above about 1e150.
        below = mp.erfc(-x / mp.sqrt(2)) / 2 if abs(x) < 1e100 else mp.mpf(x > 0)
        return x * below, below + x * phi
    c = mp.mpf("0.044715")
    t = mp.tanh(mp.sqrt(2 / mp.pi) * (x + c * x**3))
    inner = mp.sqrt(2 / mp.pi) * (1 + 3 * c * x * x)
    return x * (1 + t) / 2, (1 + t) / 2 + x * (1 - t * t) * inner / 2


def mish(f: Mish, x):
    t = mp.tanh(mp.log(1 + mp.exp(x)))
    return x * t, t + x * (1 - t * t) * sigmoid(x)


def silu(f: SiLU, x):
    s = sigmoid(f.beta * x)
    return x * s, s + f.beta * x * s * (1 - s)


def lines(f: LeakyReLU | PReLU, x):
    return (x, mp.one) if x > 0 else (f.alpha * x, mp.mpf(f.alpha))


def elu(f: ELU, x):
    return (x, mp.one) if x > 0 else (f.alpha * (mp.exp(x) - 1), f.alpha * mp.exp(x))


REFERENCES = {
    Sigmoid: lambda f, x: (s := sigmoid(x), s * (1 - s)),
    Tanh: lambda f, x: (t := mp.tanh(x), 1 - t**2),
    ReLU: lambda f, x: (max(x, mp.zero), mp.one if x > 0 else mp.zero),
    LeakyReLU: lines,
    PReLU: lines,
    ELU: elu,
    GELU: gelu,
    SiLU: silu,
    Mish: mish,
    Identity: lambda f, x: (x, mp.one),
    Softplus: lambda f, x: (mp.log(1 + mp.exp(x)), sigmoid(x)),
}
with_reference = pytest.mark.parametrize(
    "activation", [f for f in EVERY if type(f) in REFERENCES], ids=repr
)


def test_only_functions_that_the_article_does_not_have_may_lack_a_reference():
    lacking = [key for key, make in ACTIVATIONS.items() if make not in REFERENCES]
    print("without a high-precision reference:", *lacking or ["none"])
    assert set(lacking).isdisjoint(
        ["sigmoid", "tanh", "relu", "leaky_relu", "prelu", "elu", "gelu", "silu", "mish"]
    )


def digits(f: Activation, x: float) -> int:
    """Digits that leave 60 after 1 - σ, 1 - tanh², 1 + tanh, log(1 + eˣ) or eˣ - 1 have cancelled.

    Where they would be more than 1000, the result is 0 or 1 to any precision that matters here.
    """
    exponent = {Sigmoid: abs(x), Softplus: abs(x), Mish: abs(x), Tanh: 2 * abs(x)}.get(type(f), 0)
    if f == GELU("tanh"):
        exponent = 1.6 * abs(x) + 0.0714 * min(abs(x), 1e3) ** 3
    tiny = max(0.0, -math.log10(abs(x) or 1.0))
    return 60 + int(tiny + (0.44 * exponent if exponent < 2300 else 0))


def reference(f: Activation, x: float):
    with mp.workdps(digits(f, x)):
        return REFERENCES[type(f)](f, mp.mpf(x))


def crossings(f: Activation) -> list[float]:
    """Where the slope passes through 0, without a jump."""

    def crosses(turn: float) -> bool:
        gap = 1e-9 * max(1.0, abs(turn))
        return reference(f, turn - gap)[1] * reference(f, turn + gap)[1] < 0

    return [turn for turn in f.turning_points if turn not in f.kinks and crosses(turn)]


def sweep_points(f: Activation) -> np.ndarray:
    rng = np.random.default_rng(20)
    critical = [-745, -714, -708.4, -373, -354, -40, -38.5, -37.5, -21.5, -21, -8.5, -5, 0]
    critical += [9, 19, 19.1, 36.7, 37, 38.5, 40, 372, 708, 709.8, 710.5, 714, 745.2]
    around = np.concatenate([[0.0], np.logspace(-16, 0, 9), -np.logspace(-16, 0, 9)])
    steps = np.array([-2, -1, 1, 2])
    near = [c + max(abs(c), 1.0) * around for c in critical]
    near += [c * (1.0 + EPSILON * steps) for c in critical]
    near += [c + around for c in crossings(f)]
    points = np.concatenate(
        [
            np.linspace(-50.0, 50.0, 1201),
            np.geomspace(1e-307, 1e308, 206),
            -np.geomspace(1e-307, 1e308, 206),
            [s * m for s in (1, -1) for m in (5e-324, 1e-320, 1e-315, 2.2e-308, LARGEST)],
            *near,
            rng.uniform(-760.0, 760.0, 700),
            rng.normal(0.0, 4.0, 700),
        ]
    )
    if isinstance(f, SiLU) and f.beta:
        points = np.concatenate([points, points[np.abs(points) < 1e3] / f.beta])
    return np.unique(points)


@dataclass
class Worst:
    """The largest relative error of value and slope, where, and the largest absolute ones where a
    relative error means nothing: near a zero of the slope, and below the normal numbers."""

    value: float = 0.0
    value_at: float = math.nan
    slope: float = 0.0
    slope_at: float = math.nan
    crossing: float = 0.0
    subnormal: float = 0.0


def worst_points(f: Activation) -> Worst:
    worst, zeros = Worst(), crossings(f)
    x = sweep_points(f)
    for at, value, slope in zip(x.tolist(), f(x).tolist(), f.grad(x).tolist(), strict=True):
        true_value, true_slope = reference(f, at)
        for name, got, true in (("value", value, true_value), ("slope", slope, true_slope)):
            if abs(true) > LARGEST:
                assert got == math.copysign(math.inf, true), (f, name, at, got)
                continue
            assert math.isfinite(got), (f, name, at, got)
            error = abs(mp.mpf(got) - true)
            if name == "slope" and any(abs(at - zero) < 0.05 for zero in zeros):
                worst.crossing = max(worst.crossing, float(error))
            elif abs(true) < SMALLEST_NORMAL:
                worst.subnormal = max(worst.subnormal, float(error))
            elif error > getattr(worst, name) * abs(true):
                setattr(worst, name, float(error / abs(true)))
                setattr(worst, f"{name}_at", at)
    return worst


@with_reference
def test_values_and_slopes_are_right_to_the_last_digits(activation):
    worst = worst_points(activation)
    print(
        f"{activation!s:28} value {worst.value:8.1e} at {worst.value_at:<12.6g} "
        f"slope {worst.slope:8.1e} at {worst.slope_at:<12.6g} "
        f"near its zero {worst.crossing:8.1e}, subnormal {worst.subnormal:.0e}"
    )
    assert worst.value <= 1e-14, worst
    assert worst.slope <= 1e-13, worst
    assert worst.crossing <= 4 * EPSILON, worst
    assert worst.subnormal <= 4 * SMALLEST, worst


@with_reference
@pytest.mark.parametrize("x", [-30.0, -2.5, -0.75, -1e-3, 1e-3, 0.6, 3.0, 25.0])
def test_the_reference_slopes_are_the_derivatives_of_the_reference_values(activation, x):
    with mp.workdps(1500):
        derivative = mp.diff(lambda t: REFERENCES[type(activation)](activation, t)[0], mp.mpf(x))
        slope = reference(activation, x)[1]
        assert abs(derivative - slope) <= mp.mpf(10) ** -40 * abs(slope)


@pytest.mark.parametrize("alpha", [1e300, -1e-320, 1.7976931348623157e308, 5e-324])
def test_prelu_overflows_only_where_the_true_value_does(alpha):
    x = np.concatenate([-np.geomspace(1e-300, 1e308, 77), [1e308, 0.0]])
    for at, got in zip(x.tolist(), PReLU(alpha)(x).tolist(), strict=True):
        true = mp.mpf(at) * (1 if at > 0 else mp.mpf(alpha))
        if abs(true) > LARGEST:
            assert got == math.copysign(math.inf, true)
        else:
            assert abs(got - true) <= max(1e-14 * abs(true), SMALLEST)


@pytest.mark.parametrize("beta", [1e-310, 1e-300, 1e-8, 37.7])
def test_silu_is_right_for_any_beta(beta):
    x = np.array([-1e308, -1e300, -1.0, 1.0, 1e308, *(np.array([-700.0, -30, -1.5, 2]) / 37.7)])
    worst = max(
        float(abs(got - true) / abs(true))
        for at, *pair in zip(x.tolist(), SiLU(beta)(x), SiLU(beta).grad(x), strict=True)
        for got, true in zip(pair, reference(SiLU(beta), at), strict=True)
        if abs(true) >= SMALLEST_NORMAL
    )
    assert worst <= 1e-14


def extremes(f: Activation, lowest: float, flattest: float, steepest: float):
    """Lowest value, lowest and highest slope of the reference, from zeros of its derivatives."""
    with mp.workdps(60):
        value = lambda x: REFERENCES[type(f)](f, x)[0]  # noqa: E731
        slope = lambda x: REFERENCES[type(f)](f, x)[1]  # noqa: E731
        bend = lambda x: mp.diff(slope, x)  # noqa: E731
        return (
            float(value(mp.findroot(slope, lowest))),
            float(slope(mp.findroot(bend, flattest))),
            float(slope(mp.findroot(bend, steepest))),
        )


@pytest.mark.parametrize(
    ("f", "guesses"),
    [
        (GELU(), (-0.75, -1.41, 1.41)),
        (GELU("tanh"), (-0.75, -1.41, 1.41)),
        (SiLU(), (-1.28, -2.4, 2.4)),
        (Mish(), (-1.19, -2.25, 1.5)),
    ],
    ids=str,
)
def test_the_stated_extremes_are_those_of_the_formulas(f, guesses):
    value, low, high = extremes(f, *guesses)
    assert f.range() == Interval(value, math.inf)
    assert f.slope_range().low == low
    assert f.slope_range().high == pytest.approx(high, rel=EPSILON, abs=0)


def the_turns_hold_the_extremes(f: Activation, low: float, high: float) -> None:
    """No point of an interval has a more extreme value or slope than its ends and its turns."""
    turns = [turn for turn in f.turning_points if low < turn < high]
    # Close around each turn as well, so that a turn in slightly the wrong place is noticed.
    near = [turn + side * gap for turn in turns for side in (-1, 1) for gap in (1e-2, 1e-5, 1e-10)]
    dense = [x for x in [*np.linspace(low, high, 41).tolist(), *near] if low <= x <= high]
    ends_and_turns = zip(*(reference(f, x) for x in (low, *turns, high)), strict=True)
    everywhere = zip(*(reference(f, x) for x in dense), strict=True)
    slack = mp.mpf(10) ** -27  # a turn is rounded to a float
    with mp.workdps(60):
        for held, found in zip(ends_and_turns, everywhere, strict=True):
            assert min(held) - slack <= min(found), (low, high)
            assert max(found) <= max(held) + slack, (low, high)


@with_reference
def test_an_interval_has_its_extremes_at_its_ends_or_where_the_function_turns(activation):
    rng = np.random.default_rng(31)
    size = 1.0 / (getattr(activation, "beta", 1.0) or 1.0)
    ends = [np.sort(rng.uniform(-9.0, 9.0, 2)) for _ in range(6)]
    ends += [np.sort(rng.uniform(-3.0, 3.0, 2)) for _ in range(6)]
    # One interval about each turn alone: a turn that is missing cannot hide behind another one.
    ends += [[turn - 0.4, turn + 0.3] for turn in (-2.4, -2.26, -1.42, -1.2, -0.75, 0, 1.42, 1.5)]
    for low, high in [*ends, (2.0, 2.8), (-30.0, 30.0)]:
        the_turns_hold_the_extremes(activation, float(low * size), float(high * size))
