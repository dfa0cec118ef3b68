"""The race's chart: the test loss of every function over the epochs, with its spread."""

from __future__ import annotations

from typing import Any

import altair as alt

from dlbasic.charts.theme import GREY, function_names, function_scales, power_of_ten, relabel
from dlbasic.text import Language, Text

_TICKS = [digit * 10.0**power for power in range(-9, 5) for digit in (1, 2, 5)]

_EPOCH = Text(ko="에포크", en="epoch")
_LOSS = Text(
    ko="테스트 손실의 중앙값, 띠는 사분위 범위 (로그 축)",
    en="median test loss, band: quartiles (log axis)",
)
_TARGET = Text(ko="목표", en="target")
_FUNCTION, _MEDIAN = Text(ko="함수", en="function"), Text(ko="중앙값", en="median")
_LOW, _HIGH = Text(ko="1사분위수", en="1st quartile"), Text(ko="3사분위수", en="3rd quartile")


def race(functions: tuple[str, ...], epochs: int, language: Language) -> alt.LayerChart:
    """A line and a band for each function, the target as a rule.

    Reads the columns of :meth:`dlbasic.experiments.race.Race.curves` and ``target``.
    """
    keys = list(functions)
    names = {key: function_names(language)[key] for key in keys}
    colours, dashes = function_scales(keys)
    legend = alt.Legend(
        labelExpr=relabel(names), columns=alt.ExprRef("width < 420 ? 2 : 6"), offset=30
    )
    colour = alt.Color("function:N", scale=colours, legend=legend, sort=keys)
    dash = alt.StrokeDash("function:N", scale=dashes, legend=legend, sort=keys)
    scale = alt.Scale(type="log", nice=False)
    label = f"datum.value >= 0.001 ? format(datum.value, '~g') : {power_of_ten()}"
    axis = alt.Axis(
        labelExpr=label, values=_TICKS, titleAngle=0, titleAnchor="start", titleAlign="left",
        titleX=0, titleY=-14,
    )  # fmt: skip
    x = alt.X("epoch:Q", title=_EPOCH[language], scale=alt.Scale(domain=[0, epochs]),
              axis=alt.Axis(grid=False, tickCount=8, tickMinStep=1))  # fmt: skip
    y = alt.Y("loss:Q", title=_LOSS[language], scale=scale, axis=axis)
    base = (
        alt.Chart().transform_calculate(name=f"{names!r}[datum.function]").encode(x=x, color=colour)
    )
    bands = base.mark_area(opacity=0.13).encode(y=alt.Y("low:Q"), y2="high:Q")
    lines = base.mark_line().encode(y=y, strokeDash=dash)
    target = (
        alt.Chart()
        .transform_aggregate(target="max(target)")
        .mark_rule(color=GREY, strokeWidth=2, strokeDash=[3, 3])
        .encode(y=alt.Y("target:Q"))
    )
    word = (
        alt.Chart()
        .transform_aggregate(target="max(target)")
        .transform_calculate(word=f"'{_TARGET[language]} ' + datum.target")
        .mark_text(align="right", baseline="bottom", dx=-4, dy=-3)
        .encode(y=alt.Y("target:Q"), x=alt.value(alt.ExprRef("width")), text="word:N")
    )
    points = base.mark_point(filled=True, size=200, opacity=0).encode(
        y=y,
        tooltip=[
            alt.Tooltip("name:N", title=_FUNCTION[language]),
            alt.Tooltip("epoch:Q", title=_EPOCH[language]),
            alt.Tooltip("loss:Q", title=_MEDIAN[language], format=".3~g"),
            alt.Tooltip("low:Q", title=_LOW[language], format=".3~g"),
            alt.Tooltip("high:Q", title=_HIGH[language], format=".3~g"),
        ],
    )
    whole: Any = alt.layer(bands, target, word, lines, points)
    chart: alt.LayerChart = whole.properties(height=380)
    return chart
