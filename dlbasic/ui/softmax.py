"""Figure 3 of the activations page: scores into probabilities, stably and not."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from dlbasic.charts import bars
from dlbasic.experiments.softmax import naive_softmax
from dlbasic.softmax import softmax
from dlbasic.text import Text, exact, number
from dlbasic.ui.figures import draw
from dlbasic.ui.link import Page
from dlbasic.ui.prose import caption
from dlbasic.ui.widgets import control

_ALT = Text(
    ko="클래스별 확률: {shares}. 합은 {total}.", en="Probability by class: {shares}. Sum {total}."
)
_CLASS = Text(ko="클래스", en="Class")
_SCORE = Text(ko="점수 (zᵢ + c)/T", en="Score (zᵢ + c)/T")
_EXPONENTIAL = Text(ko="exp(점수)", en="exp(score)")
_NAIVE = Text(ko="식 그대로 나누기", en="Quotient as written")
_STABLE = Text(ko="최댓값을 빼고 나누기", en="Quotient after subtracting the maximum")
_SUM = Text(ko="합", en="Sum")


def softmax_figure(page: Page) -> None:
    """Sliders for the scores, the bars, and the naive quotient beside the stable one."""
    language, classes = page.language, page["classes"]
    with st.grid(3, min_column_width=220):
        for name in ("classes", "temperature", "shift"):
            control(page, name)
        for place in range(1, classes + 1):
            control(page, f"z{place}")

    scores = np.array([page[f"z{place}"] for place in range(1, classes + 1)])
    shift, temperature = page["shift"], page["temperature"]
    shares = softmax(scores + shift, temperature=temperature)
    change = float(np.abs(shares - softmax(scores, temperature=temperature)).max())
    scaled = (scores + shift) / temperature
    naive = naive_softmax(scaled)
    with np.errstate(over="ignore"):
        exponentials = np.exp(scaled)

    names = [f"z{place}" for place in range(1, classes + 1)]
    rows = pd.DataFrame(
        {"name": names, "probability": shares, "label": [number(share) for share in shares]}
    )
    total = float(shares.sum())
    alt = {"shares": ", ".join(f"{n} {number(p)}" for n, p in zip(names, shares, strict=True)),
           "total": total}  # fmt: skip
    draw(bars.probabilities, classes, language, rows=rows, key="softmax",
         alt=_ALT.fill(language, alt))  # fmt: skip
    broken = not np.allclose(naive, shares, rtol=1e-9, atol=0.0)
    caption(
        page, "softmax-caption-broken" if broken else "softmax-caption",
        {"total": exact(total), "error": abs(total - 1.0), "shift": shift, "change": change},
    )  # fmt: skip
    table = pd.DataFrame(
        {
            _CLASS[language]: [*names, _SUM[language]],
            _SCORE[language]: [*map(number, scaled), ""],
            _EXPONENTIAL[language]: [
                *(number(e, 6) for e in exponentials),
                number(exponentials.sum(), 6),
            ],
            _NAIVE[language]: [*map(number, naive), number(naive.sum())],
            _STABLE[language]: [*map(number, shares), number(total)],
        }
    )
    st.table(table, hide_index=True)
