"""Charts over the layers of deep networks: one line a function, its spread, the layer picked."""

from __future__ import annotations

from typing import Any

import altair as alt

from dlbasic.charts.lines import (
    COLUMNS,
    EXTREMES,
    HEIGHTS,
    Measure,
    Place,
    layered,
    lines,
    names_of,
    untitled,
)
from dlbasic.charts.theme import GREY, function_scales
from dlbasic.text import Language, Text

PICK = "pick"  # the selection that a click on a layer makes
LAYER = Text(ko="층 (1은 입력 쪽)", en="layer (1 is next to the inputs)")
_GUIDE = Text(ko="층마다 가장 큰 미분값만 곱할 때", en="the largest slope alone, layer by layer")
_EXACT = Text(ko="{title}, float64로 계산", en="{title}, in float64")
_OUTPUT, _SHARE = Text(ko="출력 f(z)", en="output f(z)"), Text(ko="비율", en="share")


def layers(
    functions: tuple[str, ...], measure: Measure, guide: bool, beside: bool, place: Place,
    language: Language,
) -> alt.LayerChart:  # fmt: skip
    """The measure over ``layer``, a band from ``<field>_low`` to ``<field>_high``.

    With ``guide`` the column ``guide`` as a grey line, with ``beside`` the column
    ``<field>_beside`` as a thin line without points.  A rule stands at the layer that the column
    ``picked`` names; a click picks another.
    """
    axis = alt.Axis(grid=False, tickMinStep=1, tickCount=10, **untitled(place))
    scale = alt.Scale(nice=False, zero=False, padding=6)
    x = alt.X("layer:Q", title=LAYER[language], scale=scale, axis=axis)
    wide, narrow = COLUMNS
    *drawn, points = lines(
        names_of(functions, language), x, measure, language, ends=EXTREMES, columns=wide,
        narrow=narrow, named=place != "lower", dots=1.0,
    )  # fmt: skip
    pick = alt.selection_point(name=PICK, fields=["layer"], nearest=True, on="click", empty=False)
    rule = (
        alt.Chart()
        .transform_filter("datum.layer == datum.picked")
        .mark_rule(color=GREY, strokeWidth=1.5)
        .encode(x=alt.X("layer:Q"))
    )
    # The axis has all layers, also where nothing can be drawn.
    ends = alt.Chart().transform_aggregate(first="min(layer)", last="max(layer)")
    whole = ends.mark_rule(opacity=0).encode(x=alt.X("first:Q"), x2="last:Q")
    behind: list[Any] = [whole, rule]
    if guide:
        grey = alt.Chart().transform_filter("isValid(datum.guide)").encode(x=x)
        dotted = grey.mark_line(color=GREY, strokeDash=[2, 3], strokeWidth=1.5)
        behind.insert(0, dotted.encode(y=alt.Y("guide:Q"), detail="function:N"))
    if beside:
        # In the functions' colours and dashes, whose legend is that of the lines proper.
        field = f"{measure.field}_beside"
        colours, dashes = function_scales([*functions])
        legend: dict[str, Any] = {"legend": None} if place == "lower" else {}
        thin = alt.Chart().transform_filter(f"isValid(datum['{field}'])").encode(
            x=x, y=alt.Y(f"{field}:Q"),
            color=alt.Color("function:N", scale=colours, sort=[*functions], **legend),
            strokeDash=alt.StrokeDash("function:N", scale=dashes, sort=[*functions], **legend),
        )  # fmt: skip
        behind.append(thin.mark_line(strokeWidth=1))
    titles = {"guide": _GUIDE[language]} if guide else {}
    if beside:
        titles[field] = _EXACT.fill(language, {"title": measure.name})
    return layered([*behind, *drawn, points.add_params(pick)], HEIGHTS[place], COLUMNS, titles)


def outputs(functions: tuple[str, ...], language: Language) -> alt.LayerChart:
    """The distribution of one layer's outputs for each function, as stepped lines.

    Reads the columns ``function``, ``output`` (the middle of a bin) and ``share``.
    """
    x = alt.X("output:Q", title=_OUTPUT[language], axis=alt.Axis(grid=False, tickCount=8))
    # A bin's share may be anything up to all; the axis ends where the tallest does.
    share = Measure("share", _SHARE[language], "percent")
    # Its legend is that of the charts above it.
    drawn = lines(names_of(functions, language), x, share, language, step=True, named=False)
    return layered(drawn, 140)
