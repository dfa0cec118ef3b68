"""The race's test losses over the epochs, and the target."""

from __future__ import annotations

from typing import Any

import altair as alt

from dlbasic.charts.curves import EPOCHS, over_epochs
from dlbasic.charts.lines import QUARTILES, Measure, layered, lines, names_of
from dlbasic.charts.theme import GREY
from dlbasic.text import Language, Text

LOSS = Text(
    ko="테스트 손실의 중앙값, 띠는 사분위 범위 (로그 축)",
    en="median test loss, band: quartiles (log axis)",
)

_TARGET = Text(ko="목표", en="target")


def race(functions: tuple[str, ...], language: Language) -> alt.LayerChart:
    """The race's test losses, the target as a rule.

    Reads the columns of ``Race.curves`` and ``target``; its parameter ``EPOCHS`` is the last epoch.
    """
    measure = Measure("loss", LOSS[language], "log")
    x = over_epochs(language)
    target: Any = alt.Chart().transform_aggregate(target="max(target)").encode(y="target:Q")
    rule = target.mark_rule(color=GREY, strokeWidth=2, strokeDash=[3, 3])
    word = (
        target.transform_calculate(word=f"'{_TARGET[language]} ' + datum.target")
        .mark_text(align="right", baseline="bottom", dx=-4, dy=-3)
        .encode(x=alt.value(alt.ExprRef("width")), text="word:N")
    )
    drawn = lines(names_of(functions, language), x, measure, language, ends=QUARTILES)
    return layered([rule, word, *drawn], 300, [EPOCHS])
