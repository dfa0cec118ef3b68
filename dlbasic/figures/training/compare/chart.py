"""What the networks have reached on the test points over the epochs, and the target."""

from __future__ import annotations

from functools import cache
from typing import Any

import altair as alt

from dlbasic.charts.curves import EPOCHS, over_epochs
from dlbasic.charts.lines import QUARTILES, Measure, layered, lines
from dlbasic.charts.theme import GREY
from dlbasic.figures.training.compare.measure import Compare, Score
from dlbasic.params import Choice, declared
from dlbasic.text import Language, Text, number

TITLES: dict[Score, Text] = {
    "loss": Text(
        ko="테스트 손실의 중앙값 (띠는 사분위수, 로그 축)",
        en="median test loss, band: quartiles (log axis)",
    ),
    "accuracy": Text(
        ko="테스트 정확도의 중앙값 (띠는 사분위수)", en="median test accuracy, band: quartiles"
    ),
    "error": Text(
        ko="테스트 MAE의 중앙값 (띠는 사분위수, 로그 축)",
        en="median test MAE, band: quartiles (log axis)",
    ),
}
TARGET, OWN = "goal", "own"  # the chart's parameters that tell the target and the reader's variant
_TARGET = Text(ko="목표", en="target")


@cache
def names_of(varied: str, keys: tuple[str, ...], language: Language) -> dict[str, str]:
    """The variants of a setting as a chart has room for them."""
    param = declared(Compare)[varied]
    if isinstance(param, Choice):
        return {key: param.options[key].short[language] for key in keys}
    return {key: number(float(key)) for key in keys}


def title_of(varied: str, language: Language) -> str:
    """What the variants of a setting are called."""
    return declared(Compare)[varied].label.short.inside[language]


def race(varied: str, keys: tuple[str, ...], score: Score, language: Language) -> alt.LayerChart:
    """The score of each variant of a setting, the target as a rule.

    Reads the columns of ``Race.curves``; its parameters are the last epoch, the target and the
    reader's own variant.
    """
    measure = Measure("score", TITLES[score][language], "percent" if score == "accuracy" else "log")
    x = over_epochs(language)
    once: Any = alt.Chart().transform_aggregate(rows="count()")
    target = once.transform_calculate(target=TARGET).encode(y="target:Q")
    rule = target.mark_rule(color=GREY, strokeWidth=2, strokeDash=[3, 3])
    written = f"format(datum.target, '{measure.format}')"
    word = (
        target.transform_calculate(word=f"'{_TARGET[language]} ' + {written}")
        .mark_text(align="left", baseline="bottom", dx=4, dy=-3)
        .encode(x=alt.value(0), text="word:N")
    )
    names, title = names_of(varied, keys, language), title_of(varied, language)
    drawn = lines(
        names, x, measure, language, series=("variant", Text(ko=title, en=title)),
        ends=QUARTILES, marked=OWN,
    )  # fmt: skip
    return layered([rule, word, *drawn], 300, [EPOCHS, TARGET, OWN],
                   {"score": measure.name, "variant": title})  # fmt: skip
