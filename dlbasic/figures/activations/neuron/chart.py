"""Bars: the shares of a histogram's bins."""

from __future__ import annotations

import altair as alt

from dlbasic.charts.theme import number_label, styles
from dlbasic.text import Language, Text, both

GROUPS = {
    "active": both("|f′(z)| ≥ θ"),
    "small": Text(ko="|f′(z)| < θ: 미분값이 작음", en="|f′(z)| < θ: small slope"),
}

_SHARE = Text(ko="비율", en="share")
_FROM, _TO = Text(ko="부터", en="from"), Text(ko="까지", en="to")


def histogram(function: str, x_title: str, language: Language) -> alt.Chart:
    """Shares by bin in the function's colour, where the slope is small in outline only.

    Reads the rows of a :class:`dlbasic.diagnostics.NeuronResponse`, with the groups of ``GROUPS``.
    """
    words = {group: text[language] for group, text in GROUPS.items()}
    groups = list(words)
    colour = styles([function])[0].colour
    legend = alt.Legend(
        labelExpr=f"{words!r}[datum.label]", symbolType="square", symbolSize=180,
        symbolStrokeColor=colour, symbolStrokeWidth=1.5,
    )  # fmt: skip
    chart: alt.Chart = (
        alt.Chart()
        .mark_bar(color=colour, stroke=colour, strokeWidth=1, binSpacing=0)
        .encode(
            x=alt.X("low:Q", bin="binned", title=x_title, scale=alt.Scale(zero=False),
                    axis=alt.Axis(grid=False, tickCount=8, labelExpr=number_label())),
            x2="high:Q",
            y=alt.Y("share:Q", title=None, stack="zero", axis=alt.Axis(format="~%", tickCount=4)),
            fill=alt.Fill(
                "group:O",
                scale=alt.Scale(domain=groups, range=[colour, "transparent"]),
                legend=legend,
            ),
            order=alt.Order("group:O"),
            tooltip=[
                alt.Tooltip("low:Q", title=_FROM[language], format=".4~g"),
                alt.Tooltip("high:Q", title=_TO[language], format=".4~g"),
                alt.Tooltip("share:Q", title=_SHARE[language], format=".3~%"),
            ],
        )
        .properties(height=205, usermeta={"columns": {
            "low": f"{x_title}, {_FROM[language]}", "high": f"{x_title}, {_TO[language]}",
        }})
    )  # fmt: skip
    return chart
