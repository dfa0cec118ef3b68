"""Probability, target and gradient of each class as bars."""

from __future__ import annotations

import altair as alt

from dlbasic.charts.lines import layered, legend_of_bars
from dlbasic.charts.theme import function_scales
from dlbasic.text import Language, Text

KINDS = {
    "p": Text(ko="확률 p", en="probability p"),
    "y": Text(ko="정답 y", en="target y"),
    "gradient": Text(ko="기울기 p − y", en="gradient p − y"),
}

_CLASS, _VALUE = Text(ko="클래스", en="class"), Text(ko="값", en="value")
_NARROW = {"ko": 3, "en": 2}  # names side by side in a phone's legend
_BAR = Text(ko="막대", en="bar")


def chain(classes: int, language: Language) -> alt.LayerChart:
    """Three bars for each class, from -1 to 1, their numbers beside them.

    Reads ``name``, the class; ``kind``, a key of ``KINDS``; ``value``; and ``label``, the number as
    it is written.
    """
    words = {key: text[language] for key, text in KINDS.items()}
    keys = list(words)
    colours, _ = function_scales(keys)
    legend = legend_of_bars(words, 30, _NARROW[language])
    base = alt.Chart().transform_calculate(bar=f"{words!r}[datum.kind]").encode(
        y=alt.Y("name:N", title=_CLASS[language], sort=None,
                scale=alt.Scale(paddingInner=0.2),
                axis=alt.Axis(labelFontSize=15, titleAngle=0, titleAnchor="start",
                              titleAlign="left", titleX=0, titleY=-12)),
        yOffset=alt.YOffset("kind:N", sort=keys, scale=alt.Scale(paddingOuter=0)),
        x=alt.X("value:Q", title=None, scale=alt.Scale(domain=[-1.4, 1.4], nice=False),
                axis=alt.Axis(values=[-1, -0.5, 0, 0.5, 1], format="~g")),
        color=alt.Color("kind:N", scale=colours, sort=keys, legend=legend),
        tooltip=[alt.Tooltip("name:N", title=_CLASS[language]),
                 alt.Tooltip("bar:N", title=_BAR[language]),
                 alt.Tooltip("label:N", title=_VALUE[language])],
    )  # fmt: skip
    text = base.encode(text="label:N")
    after = text.transform_filter("datum.value >= 0").mark_text(align="left", dx=6, dy=3)
    before = text.transform_filter("datum.value < 0").mark_text(align="right", dx=-6, dy=3)
    return layered([base.mark_bar(), after, before], 80 * classes + 40,
                   titles={"kind": _BAR[language], "value": _VALUE[language]})  # fmt: skip
