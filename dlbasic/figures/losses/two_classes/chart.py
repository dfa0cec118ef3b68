"""Gradients over the score, and the surface of a loss over two weights with a path on it."""

from __future__ import annotations

import altair as alt

from dlbasic.charts.lines import Measure, layered, lines
from dlbasic.charts.theme import GREY, LOSS_STYLES
from dlbasic.figures.losses.two_classes.measure import CELL, CELLS, REACH
from dlbasic.measures.sigmoid_losses import NAMES
from dlbasic.text import Language, Text

_LOSS = Text(ko="손실 함수", en="loss")
_SCORE = Text(ko="점수 z", en="score z")
_GRADIENT = Text(ko="기울기의 크기 (로그 축)", en="size of the gradient (log axis)")
_LEVEL = Text(ko="평균 손실 (로그 눈금)", en="mean loss (log scale)")
_SURFACE = Text(ko="두 가중치에 따른 평균 손실: {name}", en="mean loss over two weights: {name}")
_LOG_LEVEL = Text(ko="평균 손실의 상용로그", en="log10 of the mean loss")
_EPOCH = Text(ko="에포크", en="epoch")
_POWER = "abs(datum.value - round(datum.value)) < 1e-6 ? format(pow(10, datum.value), '~g') : ''"

# Grey let through by the page's own colour, on which the words stand in the page's own ink.
_LOW, _HIGH = "rgba(123, 132, 144, 0.8)", "rgba(123, 132, 144, 0.06)"
_HALO = "#ffffff"
_SPAN = CELLS * CELL / 2


def compared_names(language: Language) -> dict[str, str]:
    """The two losses' names, short enough to stand side by side on a phone."""
    return {key: words[language] for key, words in NAMES.items()}


def gradients(language: Language) -> alt.LayerChart:
    """The column ``gradient`` over ``score`` by ``loss``; a rule and dots where ``picked``.

    The axis goes up to 1, the largest that either can be.
    """
    x = alt.X("score:Q", title=_SCORE[language], axis=alt.Axis(grid=False, tickCount=7),
              scale=alt.Scale(domain=[-REACH, REACH], nice=False))  # fmt: skip
    size = Measure("gradient", _GRADIENT[language], "log")
    drawn = lines(compared_names(language), x, size, language, series=("loss", _LOSS), columns=2,
                  narrow=1)  # fmt: skip
    here = alt.Chart().transform_filter("isValid(datum.picked)")
    rule = here.mark_rule(color=GREY, strokeWidth=1.5).encode(x=x)
    dots = (
        here.transform_filter("isValid(datum.gradient)")
        .mark_point(filled=True, size=110, opacity=1)
        .encode(x=x, y=alt.Y("gradient:Q", **size.on("y")), color=alt.Color("loss:N"))
    )
    top = here.mark_rule(opacity=0).encode(y=alt.datum(1.0, type="quantitative", **size.on("y")))
    # The points for the pointer stay in front.
    return layered([rule, top, *drawn[:-1], dots, drawn[-1]], 320)


def surface(key: str, language: Language) -> alt.LayerChart:
    """Rows of the kinds ``cell``, ``walk`` and ``epoch``, all with ``w1`` and ``w2``.

    A cell has its ``level``, the logarithm of the loss; a point of the walk its ``order``; an epoch
    the ``words`` beside it, if any.
    """

    def rows(kind: str) -> alt.Chart:
        chart: alt.Chart = alt.Chart().transform_filter(f"datum.kind == '{kind}'")
        return chart

    ends = alt.Scale(domain=[-_SPAN, _SPAN], nice=False)
    x = alt.X("w1:Q", title="w₁", scale=ends, axis=alt.Axis(grid=False, tickCount=5))
    y = alt.Y("w2:Q", title="w₂", scale=ends,
              axis=alt.Axis(grid=False, tickCount=5, titleAngle=0))  # fmt: skip
    half = CELL / 2
    legend = alt.Legend(
        title=_LEVEL[language], labelExpr=_POWER, gradientLength=220, tickCount=6,
        titleFontWeight="normal", titleFontSize=14, labelFontSize=14, labelOverlap=False,
    )  # fmt: skip
    cells = (
        rows("cell")
        .transform_calculate(
            left=f"datum.w1 - {half}", right=f"datum.w1 + {half}",
            low=f"datum.w2 - {half}", high=f"datum.w2 + {half}",
            loss="pow(10, datum.level)",
        )
        .mark_rect(clip=True)
        .encode(
            x=alt.X("left:Q", title="w₁", scale=ends), x2="right:Q",
            y=alt.Y("low:Q", title="w₂", scale=ends), y2="high:Q",
            color=alt.Color("level:Q", legend=legend,
                            scale=alt.Scale(range=[_LOW, _HIGH], zero=False, nice=False)),
            tooltip=[
                alt.Tooltip("w1:Q", title="w₁", format=".3~f"),
                alt.Tooltip("w2:Q", title="w₂", format=".3~f"),
                alt.Tooltip("loss:Q", title=_LEVEL[language], format=".2~r"),
            ],
        )
    )  # fmt: skip
    style = LOSS_STYLES[key]
    path = rows("walk").encode(x=x, y=y, order="order:Q")
    halo = path.mark_line(color=_HALO, strokeWidth=6, clip=True)
    line = path.mark_line(
        color=style.colour, strokeDash=[*style.dash], strokeWidth=2.5, clip=True
    )  # fmt: skip
    stops = rows("epoch").encode(x=x, y=y)
    dots = stops.mark_point(
        filled=True, size=70, opacity=1, fill=style.colour, stroke=_HALO, strokeWidth=1.5,
        clip=True,
    ).encode(tooltip=[
        alt.Tooltip("epoch:Q", title=_EPOCH[language]),
        alt.Tooltip("w1:Q", title="w₁", format=".3~f"),
        alt.Tooltip("w2:Q", title="w₂", format=".3~f"),
    ])  # fmt: skip
    named = stops.transform_filter("isValid(datum.words)").encode(text="words:N")
    words = named.mark_text(align="left", dx=8, dy=13, clip=True)
    return layered(
        [cells, halo, line, dots, words],
        270,
        titles={"level": _LOG_LEVEL[language]},
        heading=_SURFACE.fill(language, {"name": NAMES[key][language]}),
    )
