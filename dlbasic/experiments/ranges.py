"""Where the squashing functions' values end: in theory, and in floating point."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dlbasic.activations import ACTIVATIONS
from dlbasic.experiments.base import (
    FUNCTIONS,
    Experiment,
    Outcome,
    Plot,
    Verdict,
    function_choice,
)
from dlbasic.params import Choice, Declared, parameter
from dlbasic.text import Text, both

Floats = NDArray[np.floating[Any]]
Function = Callable[[Floats], Floats]

PRECISIONS: Mapping[str, type[np.floating[Any]]] = {"float64": np.float64, "float32": np.float32}
PRECISION = Choice(
    Text(ko="정밀도", en="Precision"),
    default="float64",
    options={
        "float64": both("float64"),
        "float32": both("float32"),
    },
)
POINTS = 200  # points of each line of the chart


@dataclass(frozen=True)
class SigmoidRange(Declared):
    function: str = parameter(function_choice("sigmoid"))
    precision: str = parameter(PRECISION)


@dataclass(frozen=True)
class TanhRange(SigmoidRange):
    function: str = parameter(function_choice("tanh"))


def quotient(x: Floats) -> Floats:
    with np.errstate(over="ignore", invalid="ignore"):
        values: Floats = np.exp(x) / (1 + np.exp(x))
    return values


def reciprocal(x: Floats) -> Floats:
    with np.errstate(over="ignore"):
        values: Floats = 1 / (1 + np.exp(-x))
    return values


def float_grid(dtype: type[np.floating[Any]]) -> Floats:
    """The whole range of ``dtype`` in both signs, and -10 to 10 in steps of 0.01.

    Every power of two it holds, subnormal ones too, its largest number, and both zeros.

    >>> grid = float_grid(np.float64)
    >>> len(grid), grid.min(), grid[grid > 0].min()
    (6201, np.float64(-1.7976931348623157e+308), np.float64(5e-324))
    """
    limits = np.finfo(dtype)
    exponents = np.arange(limits.minexp - limits.nmant, limits.maxexp)
    positive = np.append(np.ldexp(dtype(1), exponents), [dtype(0), limits.max])
    return np.concatenate([-positive, positive, np.linspace(-10, 10, 2001, dtype=dtype)])


def rounding_point(f: Function, end: float, far: float, dtype: type[np.floating[Any]]) -> float:
    """The x nearest to 0, on the side of ``far``, at which a monotone f is exactly ``end``.

    NaN where f is not ``end`` at ``far``, or is it already at 0.
    """

    def reached(x: np.floating[Any]) -> bool:
        return bool(f(np.array([x], dtype))[0] == end)

    inside, outside = dtype(0.0), dtype(far)
    if reached(inside) or not reached(outside):
        return float("nan")
    while (middle := dtype((inside + outside) / 2)) not in (inside, outside):
        if reached(middle):
            outside = middle
        else:
            inside = middle
    return float(outside)


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

    values = f(float_grid(dtype))
    smallest, largest = float(values.min()), float(values.max())
    measured = {"smallest": smallest, "largest": largest, "points": float(values.size)}
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


def line_to_nearest_end(
    name: str, x: Floats, values: Floats, ends: tuple[float, float]
) -> pd.DataFrame:
    """One line of the chart; it stops where the value is the end itself, distance 0."""
    low, high = ends
    distance = np.minimum(np.abs(values - values.dtype.type(low)), np.abs(high - values))
    columns = {"x": x, "value": values, "distance": distance}
    rows = pd.DataFrame(columns, dtype=float).assign(series=name)
    line: pd.DataFrame = rows.loc[distance > 0, ["series", *columns]]
    return line


def run_sigmoid_range(settings: SigmoidRange) -> Outcome:
    # Wide enough for both ends to be reached: exp(-x) meets the smallest float on the left, and
    # half the gap below 1 on the right.
    window = (-800.0, 60.0) if settings.precision == "float64" else (-120.0, 25.0)
    forms = {"quotient": quotient, "reciprocal": reciprocal}
    return measure_range(settings.function, settings.precision, (0.0, 1.0), window, forms)


def run_tanh_range(settings: TanhRange) -> Outcome:
    window = (-25.0, 25.0) if settings.precision == "float64" else (-12.0, 12.0)
    return measure_range(settings.function, settings.precision, (-1.0, 1.0), window, {})


DECIDING = Text(
    ko="실수형(float)의 범위 전체에서 고른 입력 {points}개에서 {function}의 가장 작은 값: "
    "{smallest}, 가장 큰 값: {largest}",
    en="Over {points} inputs across the whole range of floats, smallest value of {function}: "
    "{smallest}, largest: {largest}",
)
DISTANCE = Text(ko="가까운 끝값까지의 거리", en="distance to the nearer end")

QUANTITIES = {
    "smallest": Text(ko="가장 작은 값", en="smallest value"),
    "largest": Text(ko="가장 큰 값", en="largest value"),
    "points": Text(ko="시험한 입력의 수", en="inputs tried"),
    "low_from": Text(
        ko="여기부터 왼쪽은 정확히 아래쪽 끝값", en="exactly the lower end from this x down"
    ),
    "high_from": Text(
        ko="여기부터 오른쪽은 정확히 위쪽 끝값", en="exactly the upper end from this x up"
    ),
}

SIGMOID_RANGE = Experiment(
    key="sigmoid-range",
    claim=Text(
        ko="시그모이드(Sigmoid)는 가중 합을 0과 1 사이의 값으로 바꿉니다.",
        en="Sigmoid squeezes the weighted sum into 0 to 1.",
    ),
    reading=Text(
        ko="값이 0과 1 사이를 벗어나지 않고, 양 끝에 한없이 가까워지는지를 봅니다. 수식으로는 0과 "
        "1에 닿지 않는 열린 구간이지만, 컴퓨터의 실수형(float)에서는 반올림 때문에 끝값 자체가 "
        "나오므로 끝값도 구간에 넣습니다.",
        en="Taken as: no value leaves 0 to 1, and both ends are approached. As a formula the "
        "interval is open; floats round, and give the ends themselves, so the ends are let in.",
    ),
    defaults=SigmoidRange(),
    quick=SigmoidRange(),
    control=SigmoidRange(function="tanh"),
    subject=("function",),
    expected=Verdict.HOLDS,
    measure=run_sigmoid_range,
    deciding=DECIDING,
    why={
        Verdict.HOLDS: Text(
            ko="수식으로는 0도 1도 나오지 않지만, 실수형에서는 x가 {low_from} 아래로 내려가면 "
            "정확히 0, {high_from} 위로 올라가면 정확히 1이 됩니다. 어디서부터 0이 되는지는 "
            "계산식에 따라 다릅니다: exp(x)/(1+exp(x))는 {quotient_low_from}부터, 1/(1+exp(−x))는 "
            "{reciprocal_low_from}부터입니다.",
            en="The formula never gives 0 or 1, but floats do: exactly 0 from {low_from} down, "
            "exactly 1 from {high_from} up. Where 0 begins depends on how it is computed: from "
            "{quotient_low_from} with exp(x)/(1+exp(x)), from {reciprocal_low_from} with "
            "1/(1+exp(−x)).",
        ),
        Verdict.CONTRADICTED: Text(
            ko="{function}의 값은 {smallest}에서 {largest}까지 퍼져 있어, 0과 1 사이를 벗어납니다.",
            en="The values of {function} run from {smallest} to {largest}: they leave 0 to 1.",
        ),
    },
    suggestion=Text(
        ko="float64와 float32를 번갈아 골라 보세요. 시그모이드는 float32에서 0과 1에 훨씬 일찍 "
        "닿습니다. 다른 함수로 바꾸면 이 구간을 지키는 것이 시그모이드뿐임을 볼 수 있습니다.",
        en="Switch between float64 and float32: in float32 sigmoid meets 0 and 1 much earlier. "
        "Try the other functions: of those offered, only sigmoid keeps to this interval.",
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

TANH_RANGE = Experiment(
    key="tanh-range",
    claim=Text(
        ko="하이퍼볼릭 탄젠트(Tanh)는 가중 합을 −1과 1 사이의 값으로 바꿉니다.",
        en="Tanh maps the weighted sum into −1 to 1.",
    ),
    reading=Text(
        ko="값이 −1과 1 사이를 벗어나지 않고, 양 끝에 한없이 가까워지는지를 봅니다. 수식으로는 "
        "열린 구간이지만 컴퓨터의 실수형(float)에서는 끝값 자체가 나오므로 끝값도 구간에 "
        "넣습니다.",
        en="Taken as: no value leaves −1 to 1, and both ends are approached. As a formula the "
        "interval is open; floats round, and give the ends themselves, so the ends are let in.",
    ),
    defaults=TanhRange(),
    quick=TanhRange(),
    control=TanhRange(function="sigmoid"),
    subject=("function",),
    expected=Verdict.HOLDS,
    measure=run_tanh_range,
    deciding=DECIDING,
    why={
        Verdict.HOLDS: Text(
            ko="수식으로는 −1도 1도 나오지 않지만, 실수형에서는 x가 {low_from} 아래로 내려가면 "
            "정확히 −1, {high_from} 위로 올라가면 정확히 1이 됩니다. 남은 거리가 "
            "부동소수점 수 사이의 간격보다 작아져 반올림되기 때문입니다.",
            en="The formula never gives −1 or 1, but floats do: exactly −1 from {low_from} down, "
            "exactly 1 from {high_from} up. There the distance left is smaller than the spacing "
            "of floats and is rounded away.",
        ),
        Verdict.CONDITIONAL: Text(
            ko="{function}의 값은 −1과 1 사이에 있지만 {smallest}에서 {largest}까지만 채웁니다. "
            "구간을 지키는 것과 구간을 다 쓰는 것은 다릅니다.",
            en="The values of {function} stay within −1 to 1 but fill only {smallest} to "
            "{largest}: keeping to an interval is not yet using all of it.",
        ),
        Verdict.CONTRADICTED: Text(
            ko="{function}의 값은 {smallest}에서 {largest}까지 퍼져 있어, −1과 1 사이를 "
            "벗어납니다.",
            en="The values of {function} run from {smallest} to {largest}: they leave −1 to 1.",
        ),
    },
    suggestion=Text(
        ko="시그모이드를 골라 보세요. 구간 안에 머물지만 음수 쪽 절반을 쓰지 않습니다. float32로 "
        "바꾸면 Tanh의 그래프는 더 작은 |x|에서 끝납니다. 거기서부터 값이 정확히 ±1입니다.",
        en="Choose sigmoid: it stays inside but never uses the negative half. In float32 tanh's "
        "line ends at a smaller |x|: from there on its value is exactly ±1.",
    ),
    quantities=QUANTITIES,
    plot=Plot(
        x="x",
        y="distance",
        x_title=both("x"),
        y_title=DISTANCE,
        names=FUNCTIONS,
        log_y=True,
    ),
)
