"""Bars: the probabilities of classes."""

from __future__ import annotations

from typing import Any

import altair as alt

from dlbasic.charts.theme import BLUE
from dlbasic.text import Language, Text

_CLASS, _PROBABILITY = Text(ko="클래스", en="class"), Text(ko="확률", en="probability")


def probabilities(classes: int, language: Language) -> alt.LayerChart:
    """One bar a class from 0 to 1, its probability written beside it.

    Reads the columns ``name``, ``probability`` and ``label``.
    """
    base = alt.Chart().encode(
        y=alt.Y("name:N", title=None, sort=None, axis=alt.Axis(labelFontSize=15)),
        x=alt.X(
            "probability:Q", title=_PROBABILITY[language], scale=alt.Scale(domain=[0, 1.15]),
            axis=alt.Axis(values=[0, 0.2, 0.4, 0.6, 0.8, 1]),
        ),
        tooltip=[
            alt.Tooltip("name:N", title=_CLASS[language]),
            alt.Tooltip("label:N", title=_PROBABILITY[language]),
        ],
    )  # fmt: skip
    layers: Any = alt.layer(
        base.mark_bar(color=BLUE, height=24),
        base.mark_text(align="left", dx=8, fontWeight=600).encode(text="label:N"),
    )
    chart: alt.LayerChart = layers.properties(height=46 * classes + 40)
    return chart
