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
from dlbasic.ui import Panel, caption, control, draw, say

_ALT = Text(
    ko="{x}에 대한 손실과 기울기. {x} = {at}에서 {told}.",
    en="Losses and their slopes over {x}. At {x} = {at}: {told}.",
)
_TOLD = Text(ko="{name}: 값 {value}, 기울기 {slope}", en="{name}: value {value}, slope {slope}")
_LOSS = Text(ko="손실 함수", en="Loss")
_VALUE = Text(ko="손실 ℓ", en="Loss ℓ")
_SLOPE = Text(ko="기울기 ∂ℓ/∂{by}", en="Slope ∂ℓ/∂{by}")
_PAPER = Text(ko="출처", en="Source")
_X = {"residual": "r", "score": "z", "probability": "p"}
_BY = _X | {"residual": "ŷ"}
_DIGITS = 12  # that are read: all 17 of a float64 would write 0.05² as 0.0025000000000000005


def show(panel: Panel) -> None:
    """The controls, the chart, values at one place; each loss's formulas and conventions."""
    _controls(panel)
    settings = panel.settings(Explorer)
    say(panel, settings.against)
    _chart(panel, settings)
    _reading(panel, settings)
    say(panel, "conventions")
    for key in settings.chosen:
        with st.container(border=True):
            _card(panel, settings, key)


def _controls(panel: Panel) -> None:
    """What is shown, and the controls that it needs."""
    settings, names = panel.settings(Explorer), loss_names(panel.language)
    of_regression = settings.against == "residual"
    control(panel, "against")
    control(panel, "regression" if of_regression else "two_classes")
    with st.grid(3, min_column_width=220):
        if not of_regression:
            control(panel, "label")
        if settings.against != "probability":
            control(panel, "reach")
        control(panel, "slope")
        for key in settings.chosen:
            for name, param in declared(LOSSES[key]).items():
                control(panel, name, f"{names[key]} · {param.label[panel.language]}")


def _chart(panel: Panel, settings: Explorer) -> None:
    language, names, log = panel.language, loss_names(panel.language), settings.slope == "log"
    rows = frame(settings)
    slots = {"x": _X[settings.against], "at": settings.point, "told": "; ".join(
        _TOLD.fill(language, {"name": name, "value": value, "slope": slope})
        for name, value, slope in _at(settings, settings.point, language)
    )}  # fmt: skip
    draw(charts.chart, settings.chosen, settings.against, log, language,
         rows=rows, key="losses-explorer", alt=_ALT.fill(language, slots))  # fmt: skip
    _caption(panel, settings)
    flat = [names[key] for key in settings.chosen if (rows[f"{key}_slope"] == 0).any()]
    if log and flat:
        caption(panel, "caption-log", {"names": ", ".join(flat)})


def _at(settings: Explorer, x: float, language: Language) -> list[tuple[str, float, float]]:
    """Name, value and slope of each loss at x, as they are read."""
    readings = []
    for key in settings.chosen:
        value, slope = curve(settings, key, x)
        readings.append((loss_names(language)[key], _read(value), _read(slope)))
    return readings


def _read(value: Any) -> float:
    return rounded(float(value), _DIGITS)


def _caption(panel: Panel, settings: Explorer) -> None:
    """The slopes far on the wrong side; by a probability, both slopes at the place read."""
    language, against = panel.language, settings.against
    by_probability = against == "probability"
    at = settings.p if by_probability else settings.wrong_end
    read = _at(settings, at, language)
    slots = {
        "at": at, "label": settings.label,
        "slopes": ", ".join(f"{name} {number(slope)}" for name, _, slope in read),
    }  # fmt: skip
    if by_probability:
        slots["by_score"] = ", ".join(
            f"{loss_names(language)[key]} {number(_read(score_slopes(settings, key, at)))}"
            for key in settings.chosen
        )
    caption(panel, f"caption-{against}", slots)


def _reading(panel: Panel, settings: Explorer) -> None:
    """A table of the values at one place, for those who cannot point at the chart."""
    language, against = panel.language, settings.against
    with st.container(width=240):
        control(panel, "p" if against == "probability" else "at")
    say(panel, "reading", {"x": _X[against], "at": exact(settings.point), "digits": _DIGITS})
    table = pd.DataFrame(
        {
            _LOSS[language]: name,
            _VALUE[language]: exact(value),
            _SLOPE.fill(language, {"by": _BY[against]}): exact(slope),
        }
        for name, value, slope in _at(settings, settings.point, language)
    )
    st.table(table, hide_index=True)


def _card(panel: Panel, settings: Explorer, key: str) -> None:
    """A loss's formulas, what differs elsewhere, its names in frameworks and its source."""
    language, loss = panel.language, LOSSES[key]
    formulas = OF_PROBABILITY[key] if settings.against == "probability" else loss
    formula, words = st.columns(2, vertical_alignment="center")
    with formula:
        st.latex(formulas.value_tex)
        st.latex(formulas.slope_tex)
    with words:
        st.markdown(f"#### {loss.name[language]}")
        st.markdown(loss.note[language])
        if known := loss.frameworks():
            st.markdown(known)
        paper = loss.paper
        st.caption(
            f"{_PAPER[language]}: {paper.authors} ({paper.year}), [{paper.title}]({paper.url})"
        )
