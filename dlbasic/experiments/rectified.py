"""What ReLU is: its values, its slopes, and the kink between them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from dlbasic.activations import ACTIVATIONS
from dlbasic.experiments.base import (
    FUNCTIONS,
    Experiment,
    Outcome,
    Plot,
    Verdict,
    function_choice,
)
from dlbasic.experiments.ranges import float_grid
from dlbasic.params import Declared, Integer, parameter
from dlbasic.text import Text, both


@dataclass(frozen=True)
class ReluDefinition(Declared):
    function: str = parameter(function_choice("relu"))
    # Beyond 8 places the rounding of f(h) shows in the quotient of the smooth functions.
    places: int = parameter(
        Integer(Text(ko="차분 간격 h = 10⁻ᵏ의 k", en="Step h: k in 10⁻ᵏ"), default=4, low=0, high=8)
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


RELU_DEFINITION = Experiment(
    key="relu-definition",
    claim=Text(
        ko="ReLU는 입력이 음수이면 0을, 양수이면 x를 그대로 출력합니다.",
        en="ReLU gives 0 for a negative input and x itself for a positive one.",
    ),
    reading=Text(
        ko="값은 max(0, x)와, 기울기는 음수에서 0, 양수에서 1과 정확히 같은지를 봅니다. x = "
        "0에서는 미분할 수 없어, 이 사이트는 PyTorch처럼 그 점의 기울기를 0으로 정합니다.",
        en="Taken as: values equal max(0, x) exactly, slopes are exactly 0 for negative and 1 for "
        "positive x. At x = 0 there is no derivative; as PyTorch does, the slope there is set to "
        "0.",
    ),
    defaults=ReluDefinition(),
    quick=ReluDefinition(),
    control=ReluDefinition(function="leaky_relu"),
    subject=("function",),
    expected=Verdict.HOLDS,
    measure=run_relu_definition,
    deciding=Text(
        ko="시험한 점 {points}개(±0, 비정규수, 실수형의 최댓값 포함) 가운데 {function}의 값이 "
        "max(0, x)와 다른 점: {differing}개",
        en="Of {points} points tried (±0, subnormals and the largest floats among them), those "
        "where {function} differs from max(0, x): {differing}",
    ),
    why={
        Verdict.HOLDS: Text(
            ko="값과 기울기가 모두 같습니다. 0에서 h = {step}만큼 떨어져 측정한 기울기는 왼쪽이 "
            "{quotient_left}, 오른쪽이 {quotient_right}입니다. h를 아무리 줄여도 둘이 같아지지 "
            "않으므로 0에서 꺾인 함수입니다.",
            en="Values and slopes are all the same. Measured over h = {step} beside 0, the slope "
            "is {quotient_left} on the left and {quotient_right} on the right; they stay apart "
            "however small h is: the function has a kink at 0.",
        ),
        Verdict.CONTRADICTED: Text(
            ko="−10에서 10까지 {function}의 값은 max(0, x)와 음수 쪽에서 최대 {gap_negative}, 양수 "
            "쪽에서 최대 {gap_positive}만큼 다릅니다. 0에서 h = {step}만큼 떨어져 측정한 "
            "기울기는 왼쪽이 {quotient_left}, 오른쪽이 {quotient_right}입니다.",
            en="From −10 to 10, {function} differs from max(0, x) by up to {gap_negative} on the "
            "negative side and {gap_positive} on the positive side. Measured over h = {step} "
            "beside 0, its slope is {quotient_left} on the left and {quotient_right} on the right.",
        ),
    },
    suggestion=Text(
        ko="Leaky ReLU를 골라 음수 쪽이 어떻게 달라지는지 보세요. GELU나 SiLU를 고르고 k를 "
        "키워 h를 줄이면 0의 왼쪽과 오른쪽에서 측정한 기울기가 서로 가까워집니다. ReLU에서는 "
        "그렇지 않습니다.",
        en="Choose Leaky ReLU and watch the negative side. With GELU or SiLU, raise k (a smaller "
        "h): the slopes left and right of 0 draw together; with ReLU they do not.",
    ),
    quantities={
        "points": Text(ko="시험한 점의 수", en="points tried"),
        "differing": Text(
            ko="max(0, x)와 값이 다른 점", en="points whose value differs from max(0, x)"
        ),
        "slopes_differing": Text(
            ko="기울기가 다른 점 (x = 0 제외)", en="points whose slope differs (x = 0 aside)"
        ),
        "gap_negative": Text(
            ko="음수 쪽 최대 차이 (−10 ≤ x)", en="largest gap on the negative side (−10 ≤ x)"
        ),
        "gap_positive": Text(
            ko="양수 쪽 최대 차이 (x ≤ 10)", en="largest gap on the positive side (x ≤ 10)"
        ),
        "step": Text(ko="간격 h", en="distance h"),
        "quotient_left": Text(ko="왼쪽에서 측정한 기울기", en="slope measured on the left"),
        "quotient_right": Text(ko="오른쪽에서 측정한 기울기", en="slope measured on the right"),
        "slope_at_zero": Text(ko="x = 0에서 쓰는 기울기", en="slope used at x = 0"),
    },
    plot=Plot(
        x="x",
        y="value",
        x_title=both("x"),
        y_title=Text(ko="값과 기울기", en="value and slope"),
        names={
            "definition": both("max(0, x)"),
            **FUNCTIONS,
            "slope": Text(ko="기울기 f′(x)", en="slope f′(x)"),
        },
    ),
)
