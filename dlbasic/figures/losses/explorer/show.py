"""Value and slope of each loss, read, compared and written out."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from dlbasic.charts.theme import loss_names
from dlbasic.figures.losses.explorer import chart as charts
from dlbasic.figures.losses.explorer.measure import (
    OF_PROBABILITY,
    Explorer,
    curve,
    frame,
    score_slopes,
)
from dlbasic.losses import LOSSES
from dlbasic.params import declared
from dlbasic.text import Language, Text, exact, number, rounded
from dlbasic.ui import Panel, beside, caption, control, draw, more, part, say

_TOO_SMALL = Text(ko="너무 작아 계산되지 않음", en="too small to compute")
_ALT = Text(
    ko="{x}에 따른 손실과 기울기. {x} = {at}일 때 {told}.",
    en="Losses and their gradients over {x}. At {x} = {at}: {told}.",
)
_TOLD = Text(ko="{name}: 값 {value}, 기울기 {slope}", en="{name}: value {value}, gradient {slope}")
_LOSS = Text(ko="손실 함수", en="Loss")
_VALUE = Text(ko="손실 ℓ", en="Loss ℓ")
_SLOPE = Text(ko="기울기 ∂ℓ/∂{by}", en="Gradient ∂ℓ/∂{by}")
_PAPER, _SEE = Text(ko="출처", en="Source"), Text(ko="참고", en="See")
_X = {"residual": "r", "score": "z", "probability": "p"}
_BY = _X | {"residual": "ŷ"}
_DIGITS = 12  # that are read: all 17 of a float64 would write 0.05² as 0.0025000000000000005


def show(panel: Panel) -> None:
    """The chart, its controls beside it; below, values at one place, or formulas."""
    settings = panel.settings(Explorer)
    picture, side = beside()
    with picture:
        _chart(panel, settings)
    with side:
        _controls(panel, settings)
    _captions(panel, settings)
    say(panel, settings.against)
    match part(panel):
        case "values":
            _reading(panel, settings)
        case _:
            say(panel, "conventions")
            with st.container(gap="xsmall"):
                for place, key in enumerate(settings.chosen):
                    with st.expander(LOSSES[key].name[panel.language], expanded=place == 0):
                        _card(panel, settings, key)


def _controls(panel: Panel, settings: Explorer) -> None:
    """What is shown, and the controls that it needs."""
    names = loss_names(panel.language)
    of_regression = settings.against == "residual"
    control(panel, "against")
    control(panel, "regression" if of_regression else "two_classes")
    if not of_regression:
        control(panel, "label")
    for key in settings.chosen:
        for name, param in declared(LOSSES[key]).items():
            control(panel, name, f"{names[key]} · {param.label[panel.language]}")
    more(panel, ("slope",) if settings.against == "probability" else ("reach", "slope"))


def _chart(panel: Panel, settings: Explorer) -> None:
    language, log = panel.language, settings.slope == "log"
    rows = frame(settings)
    # Not at the place that is read: the chart would be sent anew with each of its steps.
    low = float(rows["x"].iloc[0])
    told = "; ".join(
        _TOLD.fill(language, {"name": _inside(key, language), "value": value, "slope": slope})
        for key, value, slope in _at(settings, low)
    )
    slots = {"x": _X[settings.against], "at": low, "told": told}
    draw(charts.chart, settings.offered, settings.against, log, language, only=settings.chosen,
         rows=rows, key="losses-explorer", alt=_ALT.fill(language, slots))  # fmt: skip


def _captions(panel: Panel, settings: Explorer) -> None:
    """What the slopes come to, and on a log axis what it cannot show."""
    _caption(panel, settings)
    rows = frame(settings)
    flat = [
        _inside(key, panel.language) for key in settings.chosen if (rows[f"{key}_slope"] == 0).any()
    ]
    if settings.slope == "log" and flat:
        caption(panel, "caption-log", {"names": ", ".join(flat)})


def _inside(key: str, language: Language) -> str:
    """The loss's name as a sentence has it."""
    return LOSSES[key].name.short.inside[language]


def _at(settings: Explorer, x: float) -> list[tuple[str, float, float]]:
    """Key, value and slope of each loss at x, as they are read."""
    pairs = {key: curve(settings, key, x) for key in settings.chosen}
    return [(key, _read(value), _read(slope)) for key, (value, slope) in pairs.items()]


def _read(value: Any) -> float:
    return rounded(float(value), _DIGITS)


def _caption(panel: Panel, settings: Explorer) -> None:
    """The slopes far on the wrong side; by a probability, both slopes at the place read."""
    language, against = panel.language, settings.against
    by_probability = against == "probability"
    at = settings.p if by_probability else settings.wrong_end
    slots = {
        "at": at, "label": settings.label,
        "slopes": ", ".join(
            # Far on the wrong side no slope is 0: by a score it may be smaller than any float64.
            f"{_inside(key, language)} {_written(slope, language, against == 'score')}"
            for key, _, slope in _at(settings, at)
        ),
    }  # fmt: skip
    if by_probability:
        slots["by_score"] = ", ".join(
            f"{_inside(key, language)} {number(_read(score_slopes(settings, key, at)))}"
            for key in settings.chosen
        )
    caption(panel, f"caption-{against}", slots)


def _written(slope: float, language: Language, never_zero: bool) -> str:
    return _TOO_SMALL[language] if never_zero and slope == 0 else number(slope)


def _reading(panel: Panel, settings: Explorer) -> None:
    """A table of the values at one place, for those who cannot point at the chart."""
    language, against = panel.language, settings.against
    say(panel, "reading", {"x": _X[against], "at": exact(settings.point), "digits": _DIGITS})
    table = pd.DataFrame(
        {
            _LOSS[language]: loss_names(language)[key],
            _VALUE[language]: exact(value),
            _SLOPE.fill(language, {"by": _BY[against]}): exact(slope),
        }
        for key, value, slope in _at(settings, settings.point)
    )
    place, values = st.columns([1, 3], gap="medium")
    with place:
        control(panel, "p" if against == "probability" else "at")
    with values:
        st.table(table, hide_index=True)


def _card(panel: Panel, settings: Explorer, key: str) -> None:
    """A loss's formulas, what differs elsewhere, its names in frameworks and its source."""
    language, loss = panel.language, settings.loss(key)
    formulas = OF_PROBABILITY[key] if settings.against == "probability" else loss
    formula, words = st.columns(2, vertical_alignment="center")
    with formula:
        st.latex(formulas.value_tex)
        st.latex(formulas.slope_tex)
    with words:
        st.markdown(loss.note[language])
        if known := loss.frameworks(language):
            st.markdown(known)
        paper = loss.paper
        whose = (_PAPER if paper.introduces else _SEE)[language]
        st.caption(f"{whose}: {paper.authors} ({paper.year}), [{paper.title}]({paper.url})")
