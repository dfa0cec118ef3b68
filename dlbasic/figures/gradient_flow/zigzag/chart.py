"""The way of two weights over the contours of their loss, and where one step can lead."""

from __future__ import annotations

from typing import Any

import altair as alt

from dlbasic.activations import ACTIVATIONS
from dlbasic.charts.lines import EXTREMES, Measure, layered, lines, names_of
from dlbasic.charts.theme import BLUE, DASHED, GREY, ORANGE, SOLID, TEAL
from dlbasic.figures.gradient_flow.zigzag.measure import EDGE, LAST
from dlbasic.measures.two_weights import BATCHES, INPUTS
from dlbasic.text import Language, Text

WALKS = ("chosen", "other")
_WALK = Text(ko="{inputs} 입력의 경로", en="path with {inputs} inputs")

_STEP, _SERIES = Text(ko="스텝", en="step"), Text(ko="경로", en="path")


_NOW = "(step < 0 ? datum.picked : step)"


FRAME = ("middle_w1", "middle_w2", "half_width", "half_height")
CENTRED = "centred"  # whether the chosen inputs are: the legend calls both by their names


def _enclosing(middle: str, own: str, ratio: str, other: str) -> alt.Scale:
    """An axis around the middle on which a unit is as long as on the other, whatever the shape."""
    half = f"max({own}, {ratio} * {other})"
    low, high = alt.ExprRef(f"{middle} - {half}"), alt.ExprRef(f"{middle} + {half}")
    return alt.Scale(domainMin=low, domainMax=high, nice=False, zero=False)


def path(language: Language) -> alt.LayerChart:
    """Contours, the quadrants allowed at the current point, both paths, start and target.

    It is drawn up to the step that the column ``picked`` names, or that the parameter ``step`` has
    been moved to: the browser plays it without asking for anything.

    The axes show what is in the frame, which the parameters ``FRAME`` tell; ``CENTRED`` is 1 or 0.
    Reads rows of several kinds, told apart by the column ``kind``: ``contour`` and ``walk`` with
    ``series``, ``order``, ``w1``, ``w2``, the chosen walk's with the signs ``sign1``, ``sign2`` of
    an allowed quadrant, if there is one; ``start`` and ``target`` with ``w1``, ``w2``, ``words``.
    """
    words = {kind: _WALK.fill(language, {"inputs": of[language]}) for kind, of in INPUTS.items()}
    written = (
        f"(datum.label == 'chosen') == ({CENTRED} > 0) ? '{words['centred']}'"
        f" : '{words['positive']}'"
    )

    def rows(kind: str) -> alt.Chart:
        chart: alt.Chart = alt.Chart().transform_filter(f"datum.kind == '{kind}'")
        return chart

    w1, w2, across, up = FRAME
    x = alt.X("w1:Q", title="w₁", scale=_enclosing(w1, across, "width / height", up),
              axis=alt.Axis(grid=False, tickCount=5, labelBound=True))  # fmt: skip
    y = alt.Y("w2:Q", title="w₂", scale=_enclosing(w2, up, "height / width", across),
              axis=alt.Axis(grid=False, tickCount=5, titleAngle=0, titlePadding=16))  # fmt: skip
    chosen = rows("walk").transform_filter("datum.series == 'chosen'")
    here = chosen.transform_filter(f"datum.order == {_NOW}")
    allowed = [
        here.transform_filter("isValid(datum.sign1)")
        .transform_calculate(
            w1_end=f"datum.w1 {side} {EDGE} * datum.sign1",
            w2_end=f"datum.w2 {side} {EDGE} * datum.sign2",
        )
        .mark_rect(color=TEAL, opacity=0.16, clip=True)
        .encode(x=x, y=y, x2="w1_end:Q", y2="w2_end:Q")
        for side in "+-"
    ]
    contours = (
        rows("contour")
        .mark_line(color=GREY, strokeWidth=1, opacity=0.7, clip=True)
        .encode(x=x, y=y, detail="series:N", order="order:Q")
    )
    legend = alt.Legend(labelExpr=written, columns=alt.ExprRef("width < 420 ? 1 : 2"))
    keys = list(WALKS)
    walked = f"datum.series == 'other' || datum.order <= {_NOW}"
    walks = rows("walk").transform_filter(walked).mark_line(strokeWidth=2, clip=True).encode(
        x=x, y=y, order="order:Q",
        color=alt.Color("series:N", legend=legend, sort=keys,
                        scale=alt.Scale(domain=keys, range=[BLUE, ORANGE])),
        strokeDash=alt.StrokeDash("series:N", legend=legend, sort=keys,
                                  scale=alt.Scale(domain=keys, range=[[*SOLID], [*DASHED]])),
    )  # fmt: skip
    steps = (
        chosen.transform_filter(walked)
        .mark_point(filled=True, size=16, color=BLUE, clip=True)
        .encode(x=x, y=y, tooltip=[
            alt.Tooltip("order:Q", title=_STEP[language]),
            alt.Tooltip("w1:Q", title="w₁", format=".3~f"),
            alt.Tooltip("w2:Q", title="w₂", format=".3~f"),
        ])
    )  # fmt: skip
    marks = [
        place.mark_point(shape=shape, filled=filled, size=size, color=colour, strokeWidth=2.5)
        .encode(x=x, y=y)
        for place, shape, filled, size, colour in (
            (rows("start"), "square", True, 90, GREY), (rows("target"), "cross", True, 160, ORANGE),
            (here, "circle", False, 190, BLUE),
        )
    ]  # fmt: skip
    labels = alt.Chart().transform_filter("isValid(datum.words)").mark_text(
        align="left", dx=12, dy=-8
    ).encode(x=x, y=y, text="words:N")  # fmt: skip
    whole: Any = alt.layer(*allowed, contours, walks, steps, *marks, labels)
    # Its own input is hidden: the script of Play moves it.
    step = alt.param(name="step", value=-1, bind=alt.binding_range(min=-1, max=LAST, step=1))
    frame = [alt.param(name=name) for name in (*FRAME, CENTRED)]
    chart: alt.LayerChart = whole.properties(height=350).add_params(step, *frame)
    return chart


_BATCH = Text(ko="배치 크기 (로그 축)", en="batch size (log axis)")
_SHARE = Text(ko="모두 같은 부호인 유닛의 비율 (중앙값)", en="share of units of one sign (median)")


def signs(language: Language) -> alt.LayerChart:
    """The column ``share`` over ``batch``; a rule at the batch size that ``picked`` names."""
    x = alt.X(
        "batch:Q", title=_BATCH[language],
        scale=alt.Scale(type="log", base=2, nice=False),
        axis=alt.Axis(grid=False, values=list(BATCHES), format="d"),
    )  # fmt: skip
    share = Measure("share", _SHARE[language], "share")
    drawn = lines(
        names_of(tuple(ACTIVATIONS), language), x, share, language, ends=EXTREMES, dots=1.0
    )
    rule = (
        alt.Chart()
        .transform_filter("datum.batch == datum.picked")
        .mark_rule(color=GREY, strokeWidth=1.5)
        .encode(x=alt.X("batch:Q"))
    )
    return layered([rule, *drawn], 290)
