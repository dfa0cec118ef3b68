"""Where the squashing functions' values end: in theory, and in floating point."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dlbasic.activations import ACTIVATIONS
from dlbasic.arrays import Floats
from dlbasic.claims.base import Claim, Outcome, Plot, Verdict, band
from dlbasic.measures.float_range import (
    PRECISION,
    PRECISIONS,
    Function,
    float_grid,
    line_to_nearest_end,
    rounding_point,
)
from dlbasic.measures.settings import FUNCTIONS, function_choice
from dlbasic.params import Declared, parameter
from dlbasic.text import Text, both
from dlbasic.words import Words

POINTS = 200  # points of each line of the chart
NEAR = 5.0  # an ordinary weighted sum, far from where any value is rounded to the end


@dataclass(frozen=True)
class SigmoidRange(Declared):
    function: str = parameter(function_choice("sigmoid"))
    precision: str = parameter(PRECISION)


def quotient(x: Floats) -> Floats:
    with np.errstate(over="ignore", invalid="ignore"):
        values: Floats = np.exp(x) / (1 + np.exp(x))
    return values


def reciprocal(x: Floats) -> Floats:
    with np.errstate(over="ignore"):
        values: Floats = 1 / (1 + np.exp(-x))
    return values


def measure_range(
    function: str,
    precision: str,
    ends: tuple[float, float],
    window: tuple[float, float],
    forms: Mapping[str, Function],
) -> Outcome:
    """The values of one function over the whole float range, held against the two ``ends``."""
    low, high = ends
    dtype = PRECISIONS[precision]
    chosen = ACTIVATIONS[function]()

    def f(x: Floats) -> Floats:
        return np.asarray(chosen(x), dtype)

    inputs = float_grid(dtype)
    values = f(inputs)
    smallest, largest = float(values.min()), float(values.max())
    near = values[np.abs(inputs) <= NEAR]
    measured = {
        "near": NEAR, "near_smallest": float(near.min()), "near_largest": float(near.max()),
        "smallest": smallest, "largest": largest, "points": float(values.size),
    }  # fmt: skip
    points = {"low_from": rounding_point(f, low, -1000, dtype)}
    points["high_from"] = rounding_point(f, high, 1000, dtype)
    for key, form in forms.items():
        points[f"{key}_low_from"] = rounding_point(form, low, -1000, dtype)
    measured |= {key: x for key, x in points.items() if np.isfinite(x)}

    epsilon = float(np.finfo(dtype).eps)
    inside = low <= smallest and largest <= high  # also False where a value is NaN
    filled = smallest - low <= epsilon and high - largest <= epsilon
    x = np.linspace(*window, POINTS).astype(dtype)
    lines = {function: f, **forms}
    frame = pd.concat(
        [line_to_nearest_end(name, x, line(x), ends) for name, line in lines.items()],
        ignore_index=True,
    )
    if inside and filled:
        return Outcome(frame, measured, Verdict.HOLDS)
    return Outcome(frame, measured, Verdict.CONDITIONAL if inside else Verdict.CONTRADICTED)


def run_sigmoid_range(settings: SigmoidRange) -> Outcome:
    # Wide enough for both ends to be reached: exp(-x) meets the smallest float on the left, and
    # half the gap below 1 on the right.
    window = (-800.0, 60.0) if settings.precision == "float64" else (-120.0, 25.0)
    forms = {"quotient": quotient, "reciprocal": reciprocal}
    return measure_range(settings.function, settings.precision, (0.0, 1.0), window, forms)


DISTANCE = Text(ko="가까운 끝값까지의 거리 (로그 축)", en="distance to the nearer end (log axis)")

QUANTITIES = {
    "near": Text(ko="흔한 입력으로 본 크기", en="size up to which an input is an ordinary one"),
    "near_smallest": Text(ko="흔한 입력에서 가장 작은 값", en="smallest value at ordinary inputs"),
    "near_largest": Text(ko="흔한 입력에서 가장 큰 값", en="largest value at ordinary inputs"),
    "smallest": Text(
        ko="시험한 모든 입력에서 가장 작은 값", en="smallest value at all inputs tried"
    ),
    "largest": Text(ko="시험한 모든 입력에서 가장 큰 값", en="largest value at all inputs tried"),
    "points": Text(ko="시험한 입력의 수", en="inputs tried"),
    "low_from": Text(
        ko="여기부터 왼쪽은 정확히 아래쪽 끝값", en="exactly the lower end from this x down"
    ),
    "high_from": Text(
        ko="여기부터 오른쪽은 정확히 위쪽 끝값", en="exactly the upper end from this x up"
    ),
}

CLAIM = Claim(
    key="sigmoid-range",
    words=Words(__file__),
    defaults=SigmoidRange(),
    control=SigmoidRange(function="tanh"),
    subject=("function",),
    expected=Verdict.HOLDS,
    measure=run_sigmoid_range,
    right=lambda measured: band(
        measured["near_smallest"], {"zero": 0.0, "tiny": 0.03, "fifth": 1.0}
    ),
    quantities={
        **QUANTITIES,
        "quotient_low_from": Text(
            ko="exp(x)/(1+exp(x))가 0이 되기 시작하는 x", en="x from which exp(x)/(1+exp(x)) is 0"
        ),
        "reciprocal_low_from": Text(
            ko="1/(1+exp(−x))가 0이 되기 시작하는 x", en="x from which 1/(1+exp(−x)) is 0"
        ),
    },
    plot=Plot(
        x="x",
        y="distance",
        x_title=both("x"),
        y_title=DISTANCE,
        names={
            **FUNCTIONS,
            "quotient": both("exp(x)/(1+exp(x))"),
            "reciprocal": both("1/(1+exp(−x))"),
        },
        log_y=True,
    ),
)
