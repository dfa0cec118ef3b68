"""How gently Mish bends on the negative side, beside SiLU: second derivatives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dlbasic.activations import ACTIVATIONS
from dlbasic.arrays import Floats
from dlbasic.claims.base import Claim, Outcome, Plot, Verdict
from dlbasic.measures.settings import FUNCTIONS, function_choice
from dlbasic.params import Choice, Declared, Span, parameter
from dlbasic.text import Text, both, rounded
from dlbasic.words import Words

BENDING = {key: FUNCTIONS[key] for key in ("elu", "gelu", "silu", "mish")}


@dataclass(frozen=True)
class MishCurvature(Declared):
    function: str = parameter(function_choice("mish", BENDING))
    rival: str = parameter(
        Choice(Text(ko="비교할 함수", en="Compared with"), default="silu", options=BENDING)
    )
    window: tuple[float, float] = parameter(
        Span(
            Text(ko="구간", en="Interval"),
            default=(-6.0, 0.0),
            ticks=tuple(half / 2 for half in range(-20, 1)),
        )
    )


# Cutting off the series costs some h²·f⁗, rounding the slope eps/h: both near 1e-11 for
# h = eps^(1/3), seven places below the figures that are compared.
_H = float(np.cbrt(np.finfo(float).eps))


def second_derivative(grad: Callable[[Floats], Floats], x: Floats) -> Floats:
    """The central difference of the exact slope."""
    return (grad(x + _H) - grad(x - _H)) / (2 * _H)


def _over_interval(grad: Callable[[Floats], Floats], x: Floats) -> Floats:
    """The same for rising x, at both ends from within: at 0 ELU's second derivative jumps."""
    bends = second_derivative(grad, x)
    ends, h = x[[0, -1]], _H * np.array([1.0, -1.0])
    bends[[0, -1]] = (4 * grad(ends + h) - grad(ends + 2 * h) - 3 * grad(ends)) / (2 * h)
    return bends


def run_mish(settings: MishCurvature) -> Outcome:
    low, high = settings.window
    # The ends, and midpoints between, whose mean is the midpoint rule.
    x = np.concatenate([[low], low + (high - low) * (np.arange(2000) + 0.5) / 2000, [high]])
    bends = {
        key: np.abs(_over_interval(ACTIVATIONS[key]().grad, x))
        for key in (settings.function, settings.rival)
    }
    chosen, rival = bends[settings.function], bends[settings.rival]
    measured = {
        "largest": rounded(float(chosen.max()), 9),
        "largest_at": float(x[chosen.argmax()]),
        "mean": float(chosen[1:-1].mean()),
        "rival_largest": rounded(float(rival.max()), 9),
        "rival_mean": float(rival[1:-1].mean()),
        "low": low,
        "high": high,
    }
    for key in ("mish", "silu"):
        measured |= _reason(key)
    frame = pd.concat(
        [
            pd.DataFrame({"series": key, "x": x, "bend": bend}).iloc[6::10]
            for key, bend in bends.items()
        ],
        ignore_index=True,
    )
    smaller = [
        measured["largest"] < measured["rival_largest"],
        measured["mean"] < measured["rival_mean"],
    ]
    if all(smaller):
        return Outcome(frame, measured, Verdict.HOLDS)
    return Outcome(frame, measured, Verdict.CONDITIONAL if any(smaller) else Verdict.CONTRADICTED)


def _reason(key: str) -> dict[str, float]:
    """How steeply a function comes into 0, and how far down it goes on the negative side."""
    f = ACTIVATIONS[key]()
    return {
        f"{key}_slope": float(f.grad(0.0)),
        f"{key}_lowest": float(f(np.linspace(-6.0, 0.0, 6001)).min()),
    }


CLAIM = Claim(
    key="mish",
    words=Words(__file__),
    defaults=MishCurvature(),
    control=MishCurvature(function="silu", rival="mish"),
    subject=("function", "rival"),
    expected=Verdict.CONTRADICTED,
    measure=run_mish,
    right=lambda measured: {
        (True, True): "mish",
        (True, False): "largest",
        (False, True): "mean",
        (False, False): "silu",
    }[measured["largest"] < measured["rival_largest"], measured["mean"] < measured["rival_mean"]],
    quantities={
        "largest": Text(ko="{function}: |f″|의 최댓값", en="{function}: largest |f″|"),
        "largest_at": Text(ko="그 최댓값이 나오는 x", en="x of that value"),
        "mean": Text(ko="{function}: |f″|의 평균", en="{function}: mean |f″|"),
        "rival_largest": Text(ko="{rival}: |f″|의 최댓값", en="{rival}: largest |f″|"),
        "rival_mean": Text(ko="{rival}: |f″|의 평균", en="{rival}: mean |f″|"),
        "low": Text(ko="구간의 왼쪽 끝", en="left end of the interval"),
        "high": Text(ko="구간의 오른쪽 끝", en="right end of the interval"),
        "mish_slope": Text(ko="x = 0에서 Mish의 미분값", en="slope of Mish at x = 0"),
        "silu_slope": Text(ko="x = 0에서 SiLU의 미분값", en="slope of SiLU at x = 0"),
        "mish_lowest": Text(ko="Mish의 최솟값", en="lowest value of Mish"),
        "silu_lowest": Text(ko="SiLU의 최솟값", en="lowest value of SiLU"),
    },
    plot=Plot(
        x="x",
        y="bend",
        x_title=both("x"),
        y_title=Text(ko="이계도함수의 절댓값 |f″(x)|", en="size of the second derivative |f″(x)|"),
        names=BENDING,
    ),
)
