"""Figure 1 of the losses page: value and slope of each loss, read, compared and written out."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Any

import pandas as pd
import streamlit as st

from dlbasic.charts import loss_explorer as charts
from dlbasic.charts.loss_explorer import loss_names
from dlbasic.experiments.loss_explorer import (
    OF_PROBABILITY,
    LossExplorerSettings,
    curve,
    score_slopes,
)
from dlbasic.losses import LOSSES, Loss
from dlbasic.params import declared
from dlbasic.text import Language, Text, exact, number, rounded
from dlbasic.ui.figures import draw
from dlbasic.ui.link import Page
from dlbasic.ui.prose import caption, say
from dlbasic.ui.widgets import control

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
_SETTINGS = LossExplorerSettings()


def loss_explorer_figure(page: Page) -> None:
    """The controls, the chart, values at one place; each loss's formulas and conventions."""
    settings = _controls(page)
    say(page, f"ex-{settings.against}")
    _chart(page, settings)
    _reading(page, settings)
    say(page, "ex-conventions")
    for key in settings.chosen:
        with st.container(border=True):
            _card(page, settings, key)


def _controls(page: Page) -> LossExplorerSettings:
    residual = page["ex.against"] == "residual"
    control(page, "ex.against")
    control(page, "ex.regression" if residual else "ex.two_classes")
    shown = ["slope"]
    if page["ex.against"] != "probability":
        shown.insert(0, "reach")
    if not residual:
        shown.insert(0, "label")
    settings = LossExplorerSettings(**{name: page[f"ex.{name}"] for name in declared(_SETTINGS)})
    names = loss_names(page.language)
    with st.grid(3, min_column_width=220):
        for name in shown:
            control(page, f"ex.{name}")
        for key in settings.chosen:
            for name, param in declared(LOSSES[key]).items():
                control(page, f"ex.{name}", f"{names[key]} · {param.label[page.language]}")
    return settings


@lru_cache(maxsize=64)
def _frame(settings: LossExplorerSettings) -> pd.DataFrame:
    return charts.frame(settings)


def _chart(page: Page, settings: LossExplorerSettings) -> None:
    language, log = page.language, settings.slope == "log"
    # What is read at one place changes no curve.
    drawn = replace(settings, at=_SETTINGS.at, p=_SETTINGS.p, slope=_SETTINGS.slope)
    rows = _frame(drawn)
    at = settings.point
    slots = {"x": _X[settings.against], "at": at, "told": "; ".join(
        _TOLD.fill(language, {"name": name, "value": value, "slope": slope})
        for name, value, slope in _at(settings, at, language)
    )}  # fmt: skip
    draw(charts.chart, settings.chosen, settings.against, log, language,
         rows=rows, key="losses-explorer", alt=_ALT.fill(language, slots))  # fmt: skip
    _caption(page, settings)
    flat = [loss_names(language)[key] for key in settings.chosen if not rows[f"{key}_slope"].all()]
    if log and flat:
        caption(page, "ex-caption-log", {"names": ", ".join(flat)})


def _at(
    settings: LossExplorerSettings, x: float, language: Language
) -> list[tuple[str, float, float]]:
    """Name, value and slope of each loss at x, as they are read."""
    told = []
    for key in settings.chosen:
        value, slope = curve(settings, key, x)
        told.append((loss_names(language)[key], _read(value), _read(slope)))
    return told


def _read(value: Any) -> float:
    return rounded(float(value), _DIGITS)


def _caption(page: Page, settings: LossExplorerSettings) -> None:
    """The slopes far on the wrong side; by a probability, both slopes at the place read."""
    language, against = page.language, settings.against
    far = settings.reach
    if against == "score" and settings.label == "1":
        far = -far
    if against == "probability":
        far = settings.p

    def told(slopes: list[float]) -> str:
        names = [loss_names(language)[key] for key in settings.chosen]
        return ", ".join(
            f"{name} {number(slope)}" for name, slope in zip(names, slopes, strict=True)
        )

    slopes = [slope for _, _, slope in _at(settings, far, language)]
    slots = {"at": far, "label": settings.label, "slopes": told(slopes)}
    if against == "probability":
        by_score = [_read(score_slopes(settings, key, far)) for key in settings.chosen]
        slots["by_score"] = told(by_score)
    caption(page, f"ex-caption-{against}", slots)


def _reading(page: Page, settings: LossExplorerSettings) -> None:
    """A table of the values at one place, for those who cannot point at the chart."""
    language, against = page.language, settings.against
    with st.container(width=240):
        control(page, "ex.p" if against == "probability" else "ex.at")
    slots = {"x": _X[against], "at": exact(settings.point), "digits": _DIGITS}
    say(page, "ex-reading", slots)
    table = pd.DataFrame(
        {
            _LOSS[language]: name,
            _VALUE[language]: exact(value),
            _SLOPE.fill(language, {"by": _BY[against]}): exact(slope),
        }
        for name, value, slope in _at(settings, settings.point, language)
    )
    st.table(table, hide_index=True)


def _card(page: Page, settings: LossExplorerSettings, key: str) -> None:
    language, loss = page.language, LOSSES[key]
    formulas = OF_PROBABILITY[key] if settings.against == "probability" else loss
    formula, words = st.columns(2, vertical_alignment="center")
    with formula:
        st.latex(formulas.value_tex)
        st.latex(formulas.slope_tex)
    with words:
        st.markdown(f"#### {loss.name[language]}")
        st.markdown(loss.note[language])
        if known := frameworks(loss):
            st.markdown(known)
        paper = loss.paper
        st.caption(
            f"{_PAPER[language]}: {paper.authors} ({paper.year}), [{paper.title}]({paper.url})"
        )


def frameworks(loss: type[Loss]) -> str:
    """What the loss is called in each framework that has it, and the defaults there."""
    calls = {"PyTorch": loss.pytorch, "Keras": loss.keras}
    return "  \n".join(
        f"**{name}** `{has.call}`" + (f" ({has.defaults})" if has.defaults else "")
        for name, has in calls.items()
        if has
    )
