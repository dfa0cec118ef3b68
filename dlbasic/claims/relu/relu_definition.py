"""What ReLU is: its values, its slopes, and the kink between them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from dlbasic.activations import ACTIVATIONS
from dlbasic.claims.base import Claim, Outcome, Plot, Verdict, band
from dlbasic.measures.float_range import float_grid
from dlbasic.measures.settings import FUNCTIONS, function_choice
from dlbasic.params import Declared, Integer, parameter
from dlbasic.text import Text, both
from dlbasic.words import Words


@dataclass(frozen=True)
class ReluDefinition(Declared):
    function: str = parameter(function_choice("relu"))
    # Beyond 8 places the rounding of f(h) shows in the quotient of the smooth functions.
    places: int = parameter(
        Integer(Text(ko="간격 h = 10⁻ᵏ의 k", en="Distance h: k in 10⁻ᵏ"), default=4, low=0, high=8)
    )


def run_relu_definition(settings: ReluDefinition) -> Outcome:
    f = ACTIVATIONS[settings.function]()
    x = float_grid(np.float64)
    differing = f(x) != np.maximum(0.0, x)
    off_zero = x != 0
    slope_differs = (f.grad(x) != (x > 0)) & off_zero

    ordinary = x[np.abs(x) <= 10]
    gap = np.abs(f(ordinary) - np.maximum(0.0, ordinary))
    h = 10.0**-settings.places
    before, at, after = (float(value) for value in f(np.array([-h, 0.0, h])))
    measured = {
        "points": float(x.size),
        "differing": float(differing.sum()),
        "slopes_differing": float(slope_differs.sum()),
        "gap_negative": float(gap[ordinary < 0].max()),
        "gap_positive": float(gap[ordinary > 0].max()),
        "step": h,
        "quotient_left": (at - before) / h,
        "quotient_right": (after - at) / h,
        "slope_at_zero": float(f.grad(np.zeros(1))[0]),
    }

    # 0 and the points next to it, so that a jump is drawn as a jump.
    x = np.sort(np.concatenate([np.linspace(-3, 3, 121), [-1e-9, 1e-9]]))
    lines = {"definition": np.maximum(0.0, x), settings.function: f(x), "slope": f.grad(x)}
    frame = pd.concat(
        [pd.DataFrame({"series": name, "x": x, "value": y}) for name, y in lines.items()],
        ignore_index=True,
    )
    same = not differing.any() and not slope_differs.any()
    return Outcome(frame, measured, Verdict.HOLDS if same else Verdict.CONTRADICTED)


CLAIM = Claim(
    key="relu-definition",
    words=Words(__file__),
    defaults=ReluDefinition(),
    control=ReluDefinition(function="leaky_relu"),
    subject=("function",),
    expected=Verdict.HOLDS,
    measure=run_relu_definition,
    right=lambda measured: band(
        measured["differing"], {"none": 0, "zero": 1, "large": measured["points"]}
    ),
    quantities={
        "points": Text(ko="시험한 입력의 수", en="inputs tried"),
        "differing": Text(
            ko="값이 max(0, x)와 다른 입력의 수", en="inputs whose value differs from max(0, x)"
        ),
        "slopes_differing": Text(
            ko="미분값이 다른 입력의 수 (x = 0 제외)",
            en="inputs whose slope differs (x = 0 aside)",
        ),
        "gap_negative": Text(
            ko="음수 쪽 최대 차이 (−10 ≤ x)", en="largest gap on the negative side (−10 ≤ x)"
        ),
        "gap_positive": Text(
            ko="양수 쪽 최대 차이 (x ≤ 10)", en="largest gap on the positive side (x ≤ 10)"
        ),
        "step": Text(ko="간격 h", en="distance h"),
        "quotient_left": Text(ko="0의 왼쪽에서 측정한 미분값", en="slope measured left of 0"),
        "quotient_right": Text(ko="0의 오른쪽에서 측정한 미분값", en="slope measured right of 0"),
        "slope_at_zero": Text(ko="x = 0에서 쓰는 미분값", en="slope used at x = 0"),
    },
    plot=Plot(
        x="x",
        y="value",
        x_title=both("x"),
        y_title=Text(ko="값과 미분값", en="value and slope"),
        names={
            "definition": both("max(0, x)"),
            **FUNCTIONS,
            "slope": Text(ko="미분값 f′(x)", en="slope f′(x)"),
        },
    ),
)
