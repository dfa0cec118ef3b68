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
from dlbasic.text import Text, both
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


def second_derivative(grad: Callable[[Floats], Floats], x: Floats) -> Floats:
    """The central difference of the exact slope."""
    # Cutting off the series costs h²·f⁗/6, rounding the slope eps/h: both near 1e-11 for
    # h = eps^(1/3), seven places below the figures that are compared.
    h = float(np.cbrt(np.finfo(float).eps))
    return (grad(x + h) - grad(x - h)) / (2 * h)


def run_mish(settings: MishCurvature) -> Outcome:
    low, high = settings.window
    # Midpoints: their mean is the midpoint rule, and none touches 0, where ELU's second
    # derivative jumps.
    x = low + (high - low) * (np.arange(2000) + 0.5) / 2000
    bends = {
        key: np.abs(second_derivative(ACTIVATIONS[key]().grad, x))
        for key in (settings.function, settings.rival)
    }
    chosen, rival = bends[settings.function], bends[settings.rival]
    measured = {
        "largest": float(chosen.max()),
        "largest_at": float(x[chosen.argmax()]),
        "mean": float(chosen.mean()),
        "rival_largest": float(rival.max()),
        "rival_mean": float(rival.mean()),
        "low": low,
        "high": high,
    }
    frame = pd.concat(
        [
            pd.DataFrame({"series": key, "x": x, "bend": bend}).iloc[5::10]
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


CLAIM = Claim(
    key="mish",
    words=Words(__file__),
    defaults=MishCurvature(),
    quick=MishCurvature(),
    control=MishCurvature(function="silu", rival="mish"),
    subject=("function", "rival"),
    expected=Verdict.CONTRADICTED,
    measure=run_mish,
    quantities={
        "largest": Text(ko="{function}: |f″|의 최댓값", en="{function}: largest |f″|"),
        "largest_at": Text(ko="그 최댓값의 x", en="x of that value"),
        "mean": Text(ko="{function}: |f″|의 평균", en="{function}: mean |f″|"),
        "rival_largest": Text(ko="{rival}: |f″|의 최댓값", en="{rival}: largest |f″|"),
        "rival_mean": Text(ko="{rival}: |f″|의 평균", en="{rival}: mean |f″|"),
        "low": Text(ko="구간의 왼쪽 끝", en="left end of the interval"),
        "high": Text(ko="구간의 오른쪽 끝", en="right end of the interval"),
    },
    plot=Plot(
        x="x",
        y="bend",
        x_title=both("x"),
        y_title=Text(ko="이계도함수의 크기 |f″(x)|", en="size of the second derivative |f″(x)|"),
        names=BENDING,
    ),
)
