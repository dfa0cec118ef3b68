"""The share of units whose weights all move the same way, over the batch size."""

from __future__ import annotations

import altair as alt

from dlbasic.activations import ACTIVATIONS
from dlbasic.charts.lines import EXTREMES, Measure, layered, lines, names_of
from dlbasic.charts.theme import GREY
from dlbasic.experiments.zigzag import BATCHES
from dlbasic.text import Language, Text

_BATCH = Text(ko="배치 크기 (로그 축)", en="batch size (log axis)")
_SHARE = Text(ko="모두 같은 부호인 유닛 (중앙값)", en="units of one sign (median)")


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
    return layered([rule, *drawn], 280)
