"""Test losses over the epochs, and the target."""

from __future__ import annotations

from typing import Any

import altair as alt

from dlbasic.charts.curves import EPOCHS, over_epochs
from dlbasic.charts.lines import QUARTILES, Measure, layered, lines, names_of
from dlbasic.charts.theme import GREY
from dlbasic.text import Language, Text

LOSS = Text(
    ko="테스트 손실의 중앙값 (띠는 사분위수, 로그 축)",
    en="median test loss, band: quartiles (log axis)",
)

_LOSS = Text(ko="테스트 손실의 중앙값", en="median test loss")
TARGET = "goal"  # the chart's parameter that tells the target
_TARGET = Text(ko="목표", en="target")


def race(functions: tuple[str, ...], language: Language) -> alt.LayerChart:
    """The test losses of a race, the target as a rule.

    Reads the columns of ``Race.curves``; its parameters are the last epoch and the target.
    """
    measure = Measure("loss", LOSS[language], "log")
    x = over_epochs(language)
    once: Any = alt.Chart().transform_aggregate(rows="count()")
    target = once.transform_calculate(target=TARGET).encode(y="target:Q")
    rule = target.mark_rule(color=GREY, strokeWidth=2, strokeDash=[3, 3])
    word = (
        target.transform_calculate(word=f"'{_TARGET[language]} ' + datum.target")
        .mark_text(align="right", baseline="bottom", dx=-4, dy=-3)
        .encode(x=alt.value(alt.ExprRef("width")), text="word:N")
    )
    drawn = lines(names_of(functions, language), x, measure, language, ends=QUARTILES)
    return layered([rule, word, *drawn], 300, [EPOCHS, TARGET],
                   {"loss": _LOSS[language]})  # fmt: skip
