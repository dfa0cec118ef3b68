"""Charts over the layers of deep networks: one line a function, its spread, the layer picked."""

from __future__ import annotations

from typing import Any

import altair as alt

from dlbasic.charts.theme import GREY, function_names, function_scales, power_of_ten, relabel
from dlbasic.text import Language, Text

PICK = "pick"  # the selection that a click on a layer makes
_LAYER = Text(ko="층 (1은 입력 쪽)", en="layer (1 is next to the inputs)")
_FUNCTION = Text(ko="함수", en="function")
_LOW, _HIGH = (
    Text(ko="가장 작은 시드", en="lowest seed"),
    Text(ko="가장 큰 시드", en="highest seed"),
)


def layers(
    functions: tuple[str, ...], field: str, title: str, log: bool, guide: bool, language: Language
) -> alt.LayerChart:
    """The column ``field`` over ``layer``, a band from ``<field>_low`` to ``<field>_high``.

    With ``guide`` the column ``guide`` as a grey line.  A rule stands at the layer that the column
    ``picked`` names; a click picks another.
    """
    keys = list(functions)
    names = {key: function_names(language)[key] for key in keys}
    colours, dashes = function_scales(keys)
    legend = alt.Legend(
        labelExpr=relabel(names), columns=alt.ExprRef("width < 420 ? 2 : 4"), offset=26
    )
    colour = alt.Color("function:N", scale=colours, legend=legend, sort=keys)
    dash = alt.StrokeDash("function:N", scale=dashes, legend=legend, sort=keys)
    labels: dict[str, Any] = {"labelExpr": power_of_ten()} if log else {"format": ",.3~g"}
    axis = alt.Axis(tickCount=6, titleAngle=0, titleAnchor="start", titleAlign="left", titleX=0,
                    titleY=-12, **labels)  # fmt: skip
    scale = alt.Scale(type="log", nice=False) if log else alt.Scale(nice=True)
    y = alt.Y(f"{field}:Q", title=title, scale=scale, axis=axis)
    x = alt.X("layer:Q", title=_LAYER[language], scale=alt.Scale(nice=False, zero=False, padding=6),
              axis=alt.Axis(grid=False, tickMinStep=1, tickCount=10, labelFlush=False))  # fmt: skip
    base = (
        alt.Chart()
        .transform_calculate(name=f"{names!r}[datum.function]")
        .transform_filter(f"isValid(datum['{field}'])")
        .encode(x=x, color=colour)
    )
    band = base.mark_area(opacity=0.15).encode(y=alt.Y(f"{field}_low:Q"), y2=f"{field}_high:Q")
    line = base.mark_line().encode(y=y, strokeDash=dash)
    pick = alt.selection_point(name=PICK, fields=["layer"], nearest=True, on="click", empty=False)
    points = (
        base.mark_point(filled=True, size=45)
        .encode(
            y=y,
            tooltip=[
                alt.Tooltip("name:N", title=_FUNCTION[language]),
                alt.Tooltip("layer:Q", title=_LAYER[language]),
                alt.Tooltip(f"{field}:Q", title=title, format=".3~g"),
                alt.Tooltip(f"{field}_low:Q", title=_LOW[language], format=".3~g"),
                alt.Tooltip(f"{field}_high:Q", title=_HIGH[language], format=".3~g"),
            ],
        )
        .add_params(pick)
    )
    rule = (
        alt.Chart()
        .transform_filter("datum.layer == datum.picked")
        .mark_rule(color=GREY, strokeWidth=1.5)
        .encode(x=alt.X("layer:Q"))
    )
    marks: list[Any] = [rule, band, line, points]
    if guide:
        grey = alt.Chart().transform_filter("isValid(datum.guide)")
        marks.insert(
            0,
            grey.mark_line(color=GREY, strokeDash=[2, 3], strokeWidth=1.5).encode(
                x=x, y=alt.Y("guide:Q"), detail="function:N"
            ),
        )
    whole: Any = alt.layer(*marks)
    chart: alt.LayerChart = whole.properties(height=300)
    return chart


_OUTPUT, _DENSITY = Text(ko="출력 f(z)", en="output f(z)"), Text(ko="비율", en="share")


def outputs(functions: tuple[str, ...], language: Language) -> alt.LayerChart:
    """The distribution of one layer's outputs for each function, as stepped lines.

    Reads the columns ``function``, ``output`` (the middle of a bin) and ``share``.
    """
    keys = list(functions)
    names = {key: function_names(language)[key] for key in keys}
    colours, dashes = function_scales(keys)
    legend = alt.Legend(
        labelExpr=relabel(names), columns=alt.ExprRef("width < 420 ? 2 : 4"), offset=26
    )
    line = (
        alt.Chart()
        .transform_calculate(name=f"{names!r}[datum.function]")
        .mark_line(interpolate="step")
        .encode(
            x=alt.X("output:Q", title=_OUTPUT[language], axis=alt.Axis(grid=False, tickCount=8)),
            y=alt.Y(
                "share:Q", title=_DENSITY[language],
                axis=alt.Axis(format="~%", tickCount=4, titleAngle=0, titleAnchor="start",
                              titleAlign="left", titleX=0, titleY=-12),
            ),
            color=alt.Color("function:N", scale=colours, legend=legend, sort=keys),
            strokeDash=alt.StrokeDash("function:N", scale=dashes, legend=legend, sort=keys),
            tooltip=[
                alt.Tooltip("name:N", title=_FUNCTION[language]),
                alt.Tooltip("output:Q", title=_OUTPUT[language], format=".3~g"),
                alt.Tooltip("share:Q", title=_DENSITY[language], format=".3~%"),
            ],
        )
    )  # fmt: skip
    whole: Any = alt.layer(line)
    chart: alt.LayerChart = whole.properties(height=260)
    return chart
