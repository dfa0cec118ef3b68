"""Scores on their way to probabilities, by the quotient as written and by the stable one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dlbasic.arrays import Float64s
from dlbasic.params import Declared, Integer, Real, parameter
from dlbasic.softmax import naive_softmax, softmax
from dlbasic.text import Text, both, indexed, number

MOST = 6  # classes


def _score(place: int, default: float) -> Real:
    return Real(both(indexed("z", place)), default=default, low=-10.0, high=10.0, step=0.1)


@dataclass(frozen=True)
class Softmax(Declared):
    """The scores of up to six classes, a temperature, and a constant added to every score."""

    classes: int = parameter(
        Integer(Text(ko="클래스 수", en="Number of classes"), default=3, low=2, high=MOST)
    )
    temperature: float = parameter(
        Real(Text(ko="온도 T", en="Temperature T"), default=1.0, low=0.1, high=10.0, step=0.1)
    )
    shift: float = parameter(
        Real(
            Text(ko="모든 점수에 더할 상수 c", en="Constant c added to every score"),
            default=0.0, low=-1000.0, high=1000.0, step=10.0,
        )
    )  # fmt: skip
    z1: float = parameter(_score(1, 2.0))
    z2: float = parameter(_score(2, 1.0))
    z3: float = parameter(_score(3, 0.0))
    z4: float = parameter(_score(4, -1.0))
    z5: float = parameter(_score(5, 0.5))
    z6: float = parameter(_score(6, -2.0))

    @property
    def names(self) -> list[str]:
        """The fields of the scores that there are."""
        return [f"z{place}" for place in range(1, self.classes + 1)]


@dataclass(frozen=True, eq=False)
class Forms:
    """Of each class: ``(z + c)/T``, its exponential, both quotients."""

    scaled: Float64s
    exponentials: Float64s
    naive: Float64s
    stable: Float64s

    @property
    def broken(self) -> bool:
        """Whether the quotient as written is wrong: out of the range of floats, or imprecise."""
        return not np.allclose(self.naive, self.stable, rtol=1e-9, atol=0.0)


def forms(settings: Softmax) -> Forms:
    """Softmax of the settings' scores, step by step.

    >>> forms(Softmax()).stable.round(3).tolist(), forms(Softmax(shift=800.0)).broken
    ([0.665, 0.245, 0.09], True)
    """
    logits = np.array([getattr(settings, name) for name in settings.names])
    shifted, temperature = logits + settings.shift, settings.temperature
    stable = np.asarray(softmax(shifted, temperature=temperature), np.float64)
    scaled = shifted / temperature
    with np.errstate(over="ignore"):
        exponentials = np.exp(scaled)
    return Forms(scaled, exponentials, np.asarray(naive_softmax(scaled), np.float64), stable)


def written(shares: Float64s) -> list[str]:
    """Probabilities as they are shown; one that floats round to 1, as 1 less the others.

    >>> written(forms(Softmax(classes=2, z1=10.0, temperature=0.1)).stable)
    ['1 − 8.19·10⁻⁴⁰', '8.19·10⁻⁴⁰']
    """
    rest = float(np.sum(shares[shares != 1.0]))
    return [f"1 − {number(rest)}" if share == 1.0 else number(share) for share in shares]
