"""What class numbers do as targets, beside one-hot vectors: errors, and accuracies."""

from __future__ import annotations

from typing import Any

import altair as alt

from dlbasic.charts.lines import EXTREMES, layered, legend_of_bars
from dlbasic.charts.theme import function_scales
from dlbasic.text import Language, Text

TARGETS = {
    "number": Text(ko="번호를 목표로", en="number targets"),
    "one_hot": Text(ko="원-핫을 목표로", en="one-hot targets"),
}

_TARGETS = Text(ko="목표", en="targets")
_WRONG = Text(ko="예측한 (틀린) 클래스", en="class predicted, wrongly")
_ERROR = Text(ko="제곱 오차", en="squared error")
_NUMBERING = Text(ko="클래스 번호", en="class numbers")
_NUMBERS_OF = Text(ko="{names}의 번호", en="numbers of {names}")
_ACCURACY = Text(ko="테스트 정확도 (평균)", en="test accuracy (mean)")


def _words(language: Language) -> dict[str, str]:
    return {key: text[language] for key, text in TARGETS.items()}


def _rows(language: Language) -> alt.Chart:
    """The rows, with the words for their ``targets`` for the pointer."""
    chart: alt.Chart = alt.Chart().transform_calculate(of=f"{_words(language)!r}[datum.targets]")
    return chart


def _by_target(language: Language) -> dict[str, Any]:
    words = _words(language)
    legend = legend_of_bars(words, 26)
    colours, _ = function_scales(list(words))
    return {
        "color": alt.Color("targets:N", scale=colours, sort=[*words], legend=legend),
    }


def errors(language: Language) -> alt.LayerChart:
    """Two bars for each wrong class, ``name``: the squared ``error`` under both ``targets``."""
    error = alt.Y("error:Q", title=_ERROR[language], stack=None,
                  axis=alt.Axis(tickCount=5, titleAngle=0, titleAnchor="start", titleAlign="left",
                                titleX=0, titleY=-12))  # fmt: skip
    base = _rows(language).encode(
        x=alt.X("name:N", title=_WRONG[language],
                axis=alt.Axis(labelAngle=0, labelFontSize=15)),
        xOffset=alt.XOffset("targets:N", sort=[*TARGETS]),
        y=error,
        tooltip=[alt.Tooltip("name:N", title=_WRONG[language]),
                 alt.Tooltip("of:N", title=_TARGETS[language]),
                 alt.Tooltip("error:Q", title=_ERROR[language])],
    )  # fmt: skip
    room = (
        base.transform_calculate(room="1.15 * datum.error")
        .mark_rule(opacity=0)
        .encode(y=alt.Y("room:Q", title=_ERROR[language]))
    )
    bars = base.mark_bar().encode(**_by_target(language))
    return layered([room, bars, base.mark_text(dy=-9).encode(text="error:Q")], 240)


def accuracies(count: int, names: str, language: Language) -> alt.LayerChart:
    """For each ``numbering`` the mean ``accuracy`` under both ``targets``, with the seeds' range.

    ``count`` numberings in the order of the rows; ``names`` are the classes that they number.
    """
    share = alt.X(
        "accuracy:Q", title=_ACCURACY[language], scale=alt.Scale(domain=[0, 1]),
        axis=alt.Axis(format="~%", tickCount=6),
    )  # fmt: skip
    read = [
        alt.Tooltip("numbering:N", title=_NUMBERING[language]),
        alt.Tooltip("of:N", title=_TARGETS[language]),
        alt.Tooltip("accuracy:Q", title=_ACCURACY[language], format=".3~%"),
        *(alt.Tooltip(f"accuracy_{end}:Q", title=words[language], format=".3~%")
          for end, words in zip(("low", "high"), EXTREMES, strict=True)),
    ]  # fmt: skip
    layers: list[Any] = []
    for targets, beside in (("number", -7), ("one_hot", 7)):
        base = (
            _rows(language)
            .transform_filter(f"datum.targets == '{targets}'")
            .encode(
                y=alt.Y("numbering:N", sort=None,
                        title=_NUMBERS_OF.fill(language, {"names": names}),
                        axis=alt.Axis(labelFontSize=15, titleAngle=0, titleAnchor="start",
                                      grid=True, titleAlign="left", titleX=0, titleY=-12)),
                **_by_target(language),
            )
        )  # fmt: skip
        line = base.mark_rule(strokeWidth=3, opacity=0.4, yOffset=beside)
        point = base.mark_point(filled=True, size=110, opacity=1, yOffset=beside)
        layers += [
            line.encode(x=alt.X("accuracy_low:Q"), x2="accuracy_high:Q"),
            point.encode(x=share, tooltip=read),
        ]
    return layered(layers, 56 * count + 40)
