"""Sliders for the scores, the probabilities as bars, and both ways to compute them."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dlbasic.figures.activations.softmax import chart as charts
from dlbasic.figures.activations.softmax.measure import Softmax, forms
from dlbasic.text import Text, exact, number
from dlbasic.ui import Panel, beside, caption, control, draw

_ALT = Text(
    ko="클래스별 확률: {shares}. 합은 {total}.", en="Probability by class: {shares}. Sum {total}."
)

_CLASS = Text(ko="클래스", en="Class")
_SCORE = Text(ko="점수 (zᵢ + c)/T", en="Score (zᵢ + c)/T")
_EXPONENTIAL = Text(ko="exp(점수)", en="exp(score)")
_NAIVE = Text(ko="식 그대로 나누기", en="Quotient as written")
_STABLE = Text(ko="최댓값을 빼고 나누기", en="Quotient after subtracting the maximum")
_SUM = Text(ko="합", en="Sum")


def show(panel: Panel) -> None:
    """Sliders for the scores, the bars, and the naive quotient beside the stable one."""
    settings, language = panel.settings(Softmax), panel.language
    names = settings.names
    picture, side = beside()
    with side:
        for name in ("classes", *names, "temperature", "shift"):
            control(panel, name)

    found = forms(settings)
    shares, exponentials, naive = found.stable, found.exponentials, found.naive
    rows = pd.DataFrame(
        {"name": names, "probability": shares, "label": [number(share) for share in shares]}
    )
    total = float(shares.sum())
    alt = {"shares": ", ".join(f"{n} {number(p)}" for n, p in zip(names, shares, strict=True)),
           "total": total}  # fmt: skip
    with picture:
        draw(charts.probabilities, settings.classes, language, rows=rows, key="softmax",
             alt=_ALT.fill(language, alt))  # fmt: skip
        caption(panel, "caption-broken" if found.broken else "caption", {
            "total": exact(total), "error": abs(total - 1.0), "shift": settings.shift,
            "change": found.change,
        })  # fmt: skip
    table = pd.DataFrame(
        {
            _CLASS[language]: [*names, _SUM[language]],
            _SCORE[language]: [*map(number, found.scaled), ""],
            _EXPONENTIAL[language]: [
                *(number(e, 6) for e in exponentials),
                number(exponentials.sum(), 6),
            ],
            _NAIVE[language]: [*map(number, naive), number(naive.sum())],
            _STABLE[language]: [*map(number, shares), number(total)],
        }
    )
    st.table(table, hide_index=True)
