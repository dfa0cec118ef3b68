"""Sliders for the scores, the probabilities as bars, and both ways to compute them."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dlbasic.figures.activations.softmax import chart as charts
from dlbasic.figures.activations.softmax.measure import Softmax, forms, written
from dlbasic.text import Text, number, rounded
from dlbasic.ui import Panel, beside, caption, control, draw

_ALT = Text(
    ko="클래스별 확률: {shares}. 합은 {total}.", en="Probability by class: {shares}. Sum {total}."
)

_CLASS = Text(ko="클래스", en="Class")
_SCORE = Text(ko="점수 (zᵢ + c)/T", en="Score (zᵢ + c)/T")
_EXPONENTIAL = Text(ko="exp(점수)", en="exp(score)")
_NAIVE = Text(ko="수식 그대로 계산", en="Quotient as written")
_STABLE = Text(ko="최댓값을 빼고 계산", en="Quotient after subtracting the maximum")
_SUM = Text(ko="합", en="Sum")


def show(panel: Panel) -> None:
    """Sliders for the scores, the bars, and the naive quotient beside the stable one."""
    settings, language = panel.settings(Softmax), panel.language
    names = [panel.param(name).label[language] for name in settings.names]
    picture, side = beside()
    with side:
        for name in ("classes", *settings.names, "temperature", "shift"):
            control(panel, name)

    found = forms(settings)
    shares, exponentials, naive = found.stable, found.exponentials, found.naive
    rows = pd.DataFrame({"name": names, "probability": shares, "label": written(shares)})
    total = rounded(float(shares.sum()))
    alt = {"shares": ", ".join(f"{n} {p}" for n, p in zip(names, written(shares), strict=True)),
           "total": total}  # fmt: skip
    with picture:
        draw(charts.probabilities, settings.classes, language, rows=rows, key="softmax",
             alt=_ALT.fill(language, alt))  # fmt: skip
        part = "caption-shifted" if settings.shift else "caption"
        largest = [n for n, p in zip(names, shares, strict=True) if p == shares.max()]
        caption(panel, "caption-broken" if found.broken else part, {
            "total": total, "largest": written(shares)[int(shares.argmax())],
            "name": ", ".join(largest), "shift": settings.shift,
        })  # fmt: skip
    table = pd.DataFrame(
        {
            _CLASS[language]: [*names, _SUM[language]],
            _SCORE[language]: [*map(number, found.scaled), ""],
            _EXPONENTIAL[language]: [
                *(number(e, 6) for e in exponentials),
                number(exponentials.sum(), 6),
            ],
            _NAIVE[language]: [*map(number, naive), number(rounded(float(naive.sum())))],
            _STABLE[language]: [*written(shares), number(total)],
        }
    )
    st.table(table, hide_index=True)
