"""A measure over the epochs of training: one line a function, with its spread over seeds."""

from __future__ import annotations

from typing import Any

import altair as alt

from dlbasic.charts.theme import function_names, function_scales, power_of_ten, relabel
from dlbasic.text import Language, Text

_EPOCH, _FUNCTION = Text(ko="에포크", en="epoch"), Text(ko="함수", en="function")
_LOW, _HIGH = Text(ko="띠의 아래 끝", en="band from"), Text(ko="띠의 위 끝", en="band to")
_TICKS = [digit * 10.0**power for power in range(-9, 5) for digit in (1, 2, 5)]


def curves(
    functions: tuple[str, ...],
    field: str,
    title: str,
    scale: str,
    epochs: int,
    language: Language,
) -> alt.LayerChart:
    """The column ``field`` over ``epoch``, its band from ``<field>_low`` to ``<field>_high``.

    ``scale`` is "log", for losses; "power", a log axis of powers of ten; or "share", 0 to 100 %.
    """
    keys = list(functions)
    names = {key: function_names(language)[key] for key in keys}
    colours, dashes = function_scales(keys)
    legend = alt.Legend(
        labelExpr=relabel(names), columns=alt.ExprRef("width < 300 ? 2 : 4"), offset=26
    )
    kinds: dict[str, dict[str, Any]] = {
        "log": {
            "values": _TICKS,
            "labelExpr": f"datum.value >= 0.001 ? format(datum.value, '~g') : {power_of_ten()}",
        },
        "power": {"tickCount": 6, "labelExpr": power_of_ten()},
        "share": {"tickCount": 5, "format": "~%"},
    }
    axis = alt.Axis(titleAngle=0, titleAnchor="start", titleAlign="left", titleX=0, titleY=-12,
                    **kinds[scale])  # fmt: skip
    y_scale = alt.Scale(domain=[0, 1]) if scale == "share" else alt.Scale(type="log", nice=True)
    base = (
        alt.Chart()
        .transform_calculate(name=f"{names!r}[datum.function]")
        .transform_filter(f"isValid(datum['{field}'])")
        .encode(
            x=alt.X("epoch:Q", title=_EPOCH[language], scale=alt.Scale(domain=[0, epochs]),
                    axis=alt.Axis(grid=False, tickCount=6, tickMinStep=1)),
            color=alt.Color("function:N", scale=colours, legend=legend, sort=keys),
        )
    )  # fmt: skip
    y = alt.Y(f"{field}:Q", title=title, scale=y_scale, axis=axis)
    band = base.mark_area(opacity=0.13).encode(y=alt.Y(f"{field}_low:Q"), y2=f"{field}_high:Q")
    dash = alt.StrokeDash("function:N", scale=dashes, legend=legend, sort=keys)
    number = ".3~%" if scale == "share" else ".3~g"
    points = base.mark_point(filled=True, size=200, opacity=0).encode(
        y=y,
        tooltip=[
            alt.Tooltip("name:N", title=_FUNCTION[language]),
            alt.Tooltip("epoch:Q", title=_EPOCH[language]),
            alt.Tooltip(f"{field}:Q", title=title, format=number),
            alt.Tooltip(f"{field}_low:Q", title=_LOW[language], format=number),
            alt.Tooltip(f"{field}_high:Q", title=_HIGH[language], format=number),
        ],
    )
    whole: Any = alt.layer(band, base.mark_line().encode(y=y, strokeDash=dash), points)
    chart: alt.LayerChart = whole.properties(height=360)
    return chart
