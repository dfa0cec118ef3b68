"""What goes into the neuron; what comes out is measured by :mod:`dlbasic.diagnostics`."""

from __future__ import annotations

from dataclasses import dataclass

from dlbasic.measures.settings import FUNCTIONS
from dlbasic.params import Choice, Declared, Real, parameter
from dlbasic.text import Text


@dataclass(frozen=True)
class Neuron(Declared):
    """The function, the normal law of its weighted sums, and what counts as a small slope."""

    function: str = parameter(
        Choice(
            Text(ko="뉴런의 함수", en="The neuron's function"), default="sigmoid",
            options=FUNCTIONS,
        )
    )  # fmt: skip
    mean: float = parameter(
        Real(
            Text(ko="가중 합의 평균", en="Mean of the weighted sum"),
            default=0.0, low=-10.0, high=10.0, step=0.1,
        )
    )  # fmt: skip
    std: float = parameter(
        Real(
            Text(ko="가중 합의 표준편차", en="Standard deviation of the weighted sum"),
            default=1.0, low=0.1, high=10.0, step=0.1,
        )
    )  # fmt: skip
    threshold: float = parameter(
        Real(
            Text(ko="작다고 볼 미분값 θ", en="Slope that counts as small, θ"),
            default=0.05, low=0.005, high=0.5, step=0.005,
        )
    )  # fmt: skip
