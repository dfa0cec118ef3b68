"""Tanh's range: its values over the whole float range, held against -1 and 1."""

from __future__ import annotations

from dataclasses import dataclass

from dlbasic.claims.base import Claim, Outcome, Plot, Verdict, band
from dlbasic.claims.sigmoid.sigmoid_range import (
    DISTANCE,
    QUANTITIES,
    SigmoidRange,
    measure_range,
)
from dlbasic.measures.settings import FUNCTIONS, function_choice
from dlbasic.params import parameter
from dlbasic.text import both
from dlbasic.words import Words


@dataclass(frozen=True)
class TanhRange(SigmoidRange):
    function: str = parameter(function_choice("tanh"))


def run_tanh_range(settings: TanhRange) -> Outcome:
    window = (-25.0, 25.0) if settings.precision == "float64" else (-12.0, 12.0)
    return measure_range(settings.function, settings.precision, (-1.0, 1.0), window, {})


CLAIM = Claim(
    key="tanh-range",
    words=Words(__file__),
    defaults=TanhRange(),
    control=TanhRange(function="sigmoid"),
    subject=("function",),
    expected=Verdict.HOLDS,
    measure=run_tanh_range,
    right=lambda measured: band(
        1 - measured["near_largest"], {"none": 0.0, "tiny": 0.001, "hundredth": 1.0}
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
