"""The activations that the tests of this folder run over, and the points to look at them."""

from __future__ import annotations

import numpy as np

from dlbasic.activations import ACTIVATIONS, ELU, GELU, Activation, LeakyReLU, PReLU, SiLU
from dlbasic.params import Choice, declared


def at_the_ends(make: type[Activation]) -> list[Activation]:
    """The function with each parameter at either end of its slider, or at each of its options."""
    return [
        make(**{name: end})
        for name, param in declared(make).items()
        for end in (param.options if isinstance(param, Choice) else (param.low, param.high))
    ]


DEFAULTS = [make() for make in ACTIVATIONS.values()]
OTHERS: list[Activation] = [
    *(f for make in ACTIVATIONS.values() for f in at_the_ends(make)),
    LeakyReLU(0.2),
    PReLU(-0.5),
    PReLU(0.0),
    PReLU(1.5),
    ELU(0.3),
    ELU(2.0),
    ELU(1000.0),
    GELU("tanh"),
    SiLU(0.1),
    SiLU(0.5),
    SiLU(1.7),
    SiLU(2.0),
    SiLU(100.0),
]
EVERY = [*dict.fromkeys(DEFAULTS + OTHERS)]
# Parameters at which a plain formula gives NaN or overflows.
HOSTILE: list[Activation] = [PReLU(1e300), PReLU(-1e-320), SiLU(1e-310), SiLU(5e-324)]


def width(f: Activation) -> float:
    """How wide the function's middle is: 1 over its steepness, which is always called beta."""
    return 1.0 / max(getattr(f, "beta", 1.0) or 1.0, 1e-8)


def grid(f: Activation) -> np.ndarray:
    """Dense in the middle, and far out on both sides."""
    near = np.linspace(-8.0, 8.0, 400_001)
    far = np.geomspace(8.0, 1e300, 300)
    x = np.concatenate([-far[::-1], near, far])
    return np.concatenate([[-np.inf], x * width(f), [np.inf]])


def beside_kinks(f: Activation) -> np.ndarray:
    """Each kink and the floats on both sides of it, between which the slope jumps."""
    kinks = np.array(f.kinks, dtype=np.float64)
    return np.concatenate([np.nextafter(kinks, -np.inf), kinks, np.nextafter(kinks, np.inf)])


def overflows(f: Activation, x: np.ndarray) -> np.ndarray:
    """Where a finite ``x`` has a value beyond the largest float, as on a line steeper than 1."""
    with np.errstate(over="ignore", invalid="ignore"):
        return np.isfinite(x) & np.isinf(x * f.grad(x))
