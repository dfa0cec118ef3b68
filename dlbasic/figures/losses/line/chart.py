"""Points, the lines of least loss through them, the errors of one line; what each point carries."""

from __future__ import annotations

from typing import Any, Literal

import altair as alt

from dlbasic.charts.lines import Measure, layered, legend_of_bars, lines
from dlbasic.charts.theme import GREY, PLUM, function_scales
from dlbasic.figures.losses.line.measure import BOTTOM, LEFT, OUTLIER, POINTS, RIGHT, TOP
from dlbasic.measures.least_loss import FITTED
from dlbasic.text import Language, Text

LOSS = Text(ko="손실", en="loss")
_POINT, _ERROR = Text(ko="점", en="point"), Text(ko="오차 ŷ − y", en="error ŷ − y")

_LINE, _FOOT = (
    Text(ko="직선의 y", en="y of the line"),
    Text(ko="오차의 직선 쪽 끝", en="error from"),
)
_END, _SQUARED = Text(ko="오차의 점 쪽 끝", en="error to"), Text(ko="제곱됨", en="squared")

_NARROW = {"ko": 3, "en": 2}  # names side by side in a phone's legend

SHARES: dict[str, Text] = {
    "of_loss": Text(ko="점마다 차지하는 손실의 비율", en="share of the loss, by point"),
    "of_gradient": Text(
        ko="점마다 차지하는 기울기(gradient)의 비율", en="share of the gradient, by point"
    ),
}


def fitted_names(language: Language) -> dict[str, str]:
    """The names of the losses under which the lines are fitted, by key."""
    return {key: name[language] for key, name in FITTED.items()}


def fitted(language: Language) -> alt.LayerChart:
    """The points, each loss's line, and the errors of one line.

    Reads rows of several kinds, told apart by the column ``kind``: ``line`` with ``loss``, ``x``
    and ``line``; ``error`` with ``x``, ``start``, ``end``, ``square`` (whether it is drawn as a
    square, too) and ``side`` (1 or -1 for a square to the right or to the left); ``point`` with
    ``x``, ``y``, ``number``, ``off`` and ``moved`` (whether the sliders move it).
    """

    def rows(kind: str, more: str = "true") -> alt.Chart:
        chart: alt.Chart = alt.Chart().transform_filter(f"datum.kind == '{kind}' && {more}")
        return chart

    x = alt.X("x:Q", title="x", scale=alt.Scale(domain=[LEFT, RIGHT], nice=False),
              axis=alt.Axis(grid=False, tickCount=6))  # fmt: skip
    height = Measure("line", "y", domain=(BOTTOM, TOP))
    drawn = lines(
        fitted_names(language),
        x,
        height,
        language,
        series=("loss", LOSS),
        columns=3,
        narrow=_NARROW[language],
    )

    def up(field: str) -> alt.Y:
        return alt.Y(f"{field}:Q", **height.on("y"))

    # As wide on the page as it is high, whatever the shape of the picture.
    wide = f"abs(datum.end - datum.start) * {RIGHT - LEFT} / {TOP - BOTTOM} * height / width"
    squares = (
        rows("error", "datum.square")
        .transform_calculate(far=f"datum.x + datum.side * {wide}")
        .mark_rect(color=GREY, opacity=0.22, stroke=GREY, strokeWidth=1, clip=True)
        .encode(x=x, x2="far:Q", y=up("start"), y2="end:Q")
    )
    errors = (
        rows("error")
        .mark_rule(color=GREY, strokeWidth=2.5, clip=True)
        .encode(x=x, y=up("start"), y2="end:Q")
    )
    read = [
        alt.Tooltip("number:N", title=_POINT[language]),
        alt.Tooltip("x:Q", title="x", format=".3~f"),
        alt.Tooltip("y:Q", title="y", format=".3~f"),
        alt.Tooltip("off:Q", title=_ERROR[language], format=".3~f"),
    ]
    ring = (
        rows("point", "datum.moved")
        .mark_point(size=330, color=PLUM, strokeWidth=2, filled=False)
        .encode(x=x, y=up("y"))
    )
    dots = [
        rows("point", f"datum.number {'==' if outlying else '!='} {OUTLIER}")
        .mark_point(filled=True, size=150 if outlying else 90, opacity=1, color=PLUM,
                    shape="diamond" if outlying else "circle")
        .encode(x=x, y=up("y"), tooltip=read)
        for outlying in (False, True)
    ]  # fmt: skip
    # Where the line does not pass; but not on the axis.
    under = f"(datum.off > 0 && datum.y > {BOTTOM + 1.5})"
    numbers = [
        rows("point", where).mark_text(dy=away).encode(x=x, y=up("y"), text="number:N")
        for where, away in ((f"!{under}", -15), (under, 17))
    ]
    return layered([squares, *drawn, errors, ring, *dots, *numbers], 290, titles={
        "line": _LINE[language], "start": _FOOT[language], "end": _END[language],
        "square": _SQUARED[language],
    })  # fmt: skip


def carried(share: Literal["of_loss", "of_gradient"], language: Language) -> alt.LayerChart:
    """For each ``point`` a bar for each ``loss``: its ``of_loss`` or ``of_gradient``."""
    names = fitted_names(language)
    keys, title = list(names), SHARES[share][language]
    colours, _ = function_scales(keys)
    legend = legend_of_bars(names, 30, _NARROW[language])
    base = (
        alt.Chart()
        .transform_calculate(name=f"{names!r}[datum.loss]")
        .encode(
            x=alt.X("point:O", title=_POINT[language], axis=alt.Axis(labelAngle=0),
                    scale=alt.Scale(domain=list(range(1, POINTS + 1)))),
            xOffset=alt.XOffset("loss:N", sort=keys),
            y=alt.Y(f"{share}:Q", **Measure(share, title, "share").on("y")),
            tooltip=[
                alt.Tooltip("point:O", title=_POINT[language]),
                alt.Tooltip("name:N", title=LOSS[language]),
                alt.Tooltip("error:Q", title=_ERROR[language], format=".3~f"),
                alt.Tooltip(f"{share}:Q", title=title.partition(",")[0], format=".3~%"),
            ],
        )
    )  # fmt: skip
    bars: Any = base.mark_bar().encode(
        color=alt.Color("loss:N", scale=colours, sort=keys, legend=legend)
    )
    return layered([bars], 140, titles={key: text[language] for key, text in SHARES.items()})
