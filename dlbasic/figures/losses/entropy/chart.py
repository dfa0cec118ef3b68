"""Entropy, divergence and cross-entropy as bars, and the cross-entropy as q moves to p."""

from __future__ import annotations

from typing import Any

import altair as alt

from dlbasic.charts.lines import Measure, layered, legend_of_bars, lines
from dlbasic.charts.theme import function_scales
from dlbasic.measures.settings import UNIT
from dlbasic.text import Language, Text, both

# In this order, so that the two that are lines as well have one colour in both charts.
PARTS = {"entropy": both("H(p)"), "cross": both("H(p, q)"), "divergence": both("KL(p‖q)")}
BARS = ("H(p) + KL(p‖q)", "H(p, q)")  # the first of two parts, the second of one
_SIZE = Text(ko="크기 ({unit})", en="size ({unit})")
_VALUE = Text(ko="값", en="value")
_MOVED = Text(ko="q의 위치: 0은 처음 위치, 1은 p", en="position of q: 0 where it was, 1 at p")
_CROSS = Text(ko="크로스 엔트로피 ({unit})", en="cross-entropy ({unit})")
_BAR, _PART = Text(ko="막대", en="bar"), Text(ko="부분", en="part")
_START, _END = (
    Text(ko="시작 ({unit})", en="from ({unit})"),
    Text(ko="끝 ({unit})", en="to ({unit})"),
)
_LINE = Text(ko="선", en="line")


def unit(key: str, language: Language) -> str:
    """The unit's name as a chart has room for it."""
    return UNIT.options[key].short[language]


def bars(unit_key: str, language: Language) -> alt.LayerChart:
    """Two bars of equal length: entropy and divergence, one after the other; cross-entropy.

    Reads ``bar``, one of ``BARS``; ``part``, a key of ``PARTS``; ``start``, ``end`` and ``label``,
    the part's name and its number.  A part that is infinite has no ``end``: its label says so.
    ``room`` is as far as the axis goes at least.
    """
    words = {key: text[language] for key, text in PARTS.items()}
    keys = list(words)
    colours, _ = function_scales(keys)
    legend = legend_of_bars(words, 14)
    x: dict[str, Any] = {
        "title": _SIZE.fill(language, {"unit": unit(unit_key, language)}),
        "axis": alt.Axis(tickCount=6),
        "scale": alt.Scale(domainMin=0, nice=False),
    }
    base = alt.Chart().encode(
        y=alt.Y("bar:N", title=None, sort=[*BARS], scale=alt.Scale(domain=[*BARS]),
                axis=alt.Axis(labels=False)),
        tooltip=[alt.Tooltip("label:N", title=_VALUE[language])],
    )  # fmt: skip
    rectangles = (
        base.transform_filter("isValid(datum.end)")
        .mark_bar(height=32)
        .encode(
            x=alt.X("start:Q", **x), x2="end:Q",
            color=alt.Color("part:N", scale=colours, sort=keys, legend=legend),
        )
    )  # fmt: skip
    room = base.mark_rule(opacity=0).encode(x=alt.X("room:Q", **x))
    # The divergence is written under its end, the others over their beginning: never into another.
    first = base.transform_filter("datum.part != 'divergence'").mark_text(
        align="left", baseline="bottom", dy=-20, fontWeight=600
    )
    last = base.transform_filter("datum.part == 'divergence'").mark_text(
        align="right", baseline="top", dy=22, fontWeight=600
    )
    words_of = [
        first.encode(x=alt.X("start:Q", **x), text="label:N"),
        last.encode(x=alt.X("room:Q", **x), text="label:N"),
    ]
    return layered([room, rectangles, *words_of], 200, titles={
        "bar": _BAR[language], "part": _PART[language],
        "start": _START.fill(language, {"unit": unit(unit_key, language)}),
        "end": _END.fill(language, {"unit": unit(unit_key, language)}),
    })  # fmt: skip


def way(unit_key: str, language: Language) -> alt.LayerChart:
    """The column ``value`` over ``t`` for the ``line`` of cross-entropy and the floor, H(p).

    Rows with ``mark`` are the ends, q and p, which it names.
    """
    names = {key: PARTS[key][language] for key in ("entropy", "cross")}
    x = alt.X("t:Q", title=_MOVED[language], scale=alt.Scale(nice=False),
              axis=alt.Axis(grid=False, tickCount=6))  # fmt: skip
    title = _CROSS.fill(language, {"unit": unit(unit_key, language)})
    value = Measure("value", title)
    line, points = lines(names, x, value, language, series=("line", _LINE))
    # However little it is that the values differ by, the axis and the pointer tell them apart.
    up = value.on("y")
    up["axis"].format = alt.Undefined
    read = [
        alt.Tooltip("name:N", title=_LINE[language]),
        alt.Tooltip("t:Q", title=_MOVED[language], format=".3~g"),
        alt.Tooltip("value:Q", title=value.name, format=".6~g"),
    ]
    line = line.encode(y=alt.Y("value:Q", **up))
    points = points.encode(y=alt.Y("value:Q", **up), tooltip=read)
    marked = alt.Chart().transform_filter("isValid(datum.mark)").encode(
        x=x, y=alt.Y("value:Q", scale=alt.Scale(zero=False))
    )  # fmt: skip
    dots = marked.mark_point(filled=True, size=110, opacity=1).encode(color=alt.Color("line:N"))
    text = marked.mark_text(dx=10, dy=-14, fontWeight=600).encode(text="mark:N")
    return layered([line, dots, text, points], 280, titles={
        "line": _LINE[language], "value": _SIZE.fill(language, {"unit": unit(unit_key, language)}),
    })  # fmt: skip
