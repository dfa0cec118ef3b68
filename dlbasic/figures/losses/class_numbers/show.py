"""Class numbers as targets: their errors, two networks that learn, and accuracies by numbering."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from dlbasic.datasets import EXTENT, MAP
from dlbasic.figures.losses.class_numbers import chart as charts
from dlbasic.figures.losses.class_numbers.measure import ClassNumbers, NumbersRun, try_numberings
from dlbasic.losses import CrossEntropy
from dlbasic.measures.class_numbers import EPOCHS, NAMES, SEEDS, SURE, Targets, errors
from dlbasic.text import Language, Text, number, percent
from dlbasic.ui import (
    Kept,
    Panel,
    Scene,
    beside,
    caption,
    control,
    draw,
    encoding,
    measured,
    more,
    part,
    play,
    say,
    told,
)

_CLASS = Text(ko="클래스", en="Class")
_TRUE = Text(ko="{name} (정답)", en="{name} (true)")
_NUMBER, _VECTOR = Text(ko="번호", en="Number"), Text(ko="원-핫 벡터", en="One-hot vector")
_NUMBER_ERROR = Text(ko="번호의 제곱 오차", en="Squared error of numbers")
_VECTOR_ERROR = Text(ko="원-핫의 제곱 오차", en="Squared error of one-hot")
_CROSS_ENTROPY = Text(ko="크로스 엔트로피", en="Cross-entropy")
_ERRORS_ALT = Text(
    ko="정답이 클래스 {truth}일 때 틀린 클래스마다의 제곱 오차. 번호: {numbers}. 원-핫: {vectors}.",
    en="Squared error of each wrong class when class {truth} is true. Numbers: {numbers}. "
    "One-hot: {vectors}.",
)
_NAMED = Text(ko="{name} (번호 {number})", en="{name} (number {number})")
_LOSSES: dict[Targets, Text] = {
    "number": Text(ko="번호의 제곱 오차", en="Squared error of numbers"),
    "one_hot": CrossEntropy.name.short,
}
_WAITING = Text(ko="신경망을 학습시키고 있습니다…", en="Training the networks…")
_ALT = Text(
    ko="번호를 바꾸어 붙일 때의 평균 테스트 정확도. {told}.",
    en="Mean test accuracy by numbering. {told}.",
)
_TOLD = Text(ko="{numbering}: 번호 {number:%}, 원-핫 {one_hot:%}",
             en="{numbering}: {number:%} with numbers, {one_hot:%} with one-hot")  # fmt: skip
_RANGE = Text(ko="{low:%} ~ {high:%}", en="{low:%} to {high:%}")
_ALIKE = Text(ko="모두 {low:%}", en="{low:%} each")
_TRIALS = Kept(try_numberings)


def show(panel: Panel) -> None:
    """The errors of the wrong classes, two networks that learn, or accuracies by numbering."""
    match part(panel):
        case "errors":
            picture, side = beside()
            with side:
                for name in ("classes", "numbering", "truth"):
                    control(panel, name)
            settings = panel.settings(ClassNumbers)
            _errors(panel, settings, picture)
            say(panel, "bars", {"sure": SURE})
        case "runs":
            with st.grid(3, min_column_width=200):
                for name in ("classes", "numbering", "width"):
                    control(panel, name)
            for targets, column in zip(_LOSSES, st.columns(2, gap="medium"), strict=True):
                with column:
                    say(panel, targets.replace("_", "-"))
                    _play(panel, targets)
            more(panel, ("spread", "seed"))
            say(panel, "live")
        case _:
            picture, side = beside()
            with side:
                for name in ("classes", "width", "spread", "seed"):
                    control(panel, name)
            with picture:
                _accuracies(panel, panel.settings(ClassNumbers).tried)
            say(panel, "all")


def _errors(panel: Panel, settings: ClassNumbers, picture: Any) -> None:
    """Each wrong class's error as bars, and every class's as a table."""
    language, truth = panel.language, settings.true_class
    every = errors(settings.numbers, truth)
    wrong = every.drop(index=truth)
    rows = pd.concat(
        [
            pd.DataFrame({"name": wrong["name"], "targets": targets, "error": wrong[column]})
            for targets, column in (("number", "number_error"), ("one_hot", "one_hot_error"))
        ]
    )
    slots = {
        "truth": NAMES[truth], "number": settings.numbers[truth],
        "least": wrong["number_error"].min(), "largest": wrong["number_error"].max(),
        "one_hot": wrong["one_hot_error"].max(), "cross_entropy": wrong["cross_entropy"].max(),
    }  # fmt: skip
    listed = {
        name: ", ".join(
            f"{label} {number(error)}"
            for label, error in zip(wrong["name"], wrong[column], strict=True)
        )
        for name, column in (("numbers", "number_error"), ("vectors", "one_hot_error"))
    }  # fmt: skip
    names = every["name"].tolist()
    names[truth] = _TRUE.fill(language, {"name": names[truth]})
    table = pd.DataFrame(
        {
            _CLASS[language]: names,
            _NUMBER[language]: every["number"].map(number),
            _NUMBER_ERROR[language]: every["number_error"].map(number),
            _VECTOR[language]: every["one_hot"],
            _VECTOR_ERROR[language]: every["one_hot_error"].map(number),
            _CROSS_ENTROPY[language]: every["cross_entropy"].map(number),
        }
    )
    with picture:
        caption(panel, "numbering", {
            "names": ", ".join(NAMES[: settings.count]),
            "numbers": ", ".join(map(str, settings.numbers)),
        })  # fmt: skip
        draw(charts.errors, language, rows=rows, key="numbers-errors",
             alt=_ERRORS_ALT.fill(language, slots | listed))  # fmt: skip
    if truth != NAMES.index(settings.truth.upper()):
        caption(panel, "label", {
            "classes": settings.count, "label": settings.truth.upper(), "last": NAMES[truth],
        })  # fmt: skip
    uneven = slots["least"] != slots["largest"]
    caption(panel, "errors" if uneven else "errors-even", slots)
    st.table(table, hide_index=True)


@st.fragment
def _play(panel: Panel, targets: Targets) -> None:
    """One of the two players: asking for frames reruns nothing else."""
    learned, language = panel.settings(ClassNumbers).learned, panel.language
    run, epoch = play(
        panel, f"numbers-player-{targets}", learned, lambda: NumbersRun(learned, targets),
        scene=lambda run: _scene(run, language),
        outputs=lambda run: encoding.classes(*run.over_plane()), place=f"{targets}_epoch",
    )  # fmt: skip
    assert epoch.test_accuracy is not None  # both losses say which class was meant
    slots = {
        "epoch": epoch.number, "test_loss": float(epoch.test_loss[0]),
        "test_accuracy": float(epoch.test_accuracy[0]), "test_points": len(run.test),
    }  # fmt: skip
    told(panel, f"numbers-player-{targets}", slots, "played")


def _scene(run: NumbersRun, language: Language) -> Scene:
    """The plane and the points to train on; those to test on, four times as many, would hide it."""
    settings, points = run.settings, run.train
    inside = (np.abs(points.inputs) <= EXTENT).all(axis=1)
    inputs, classes = points.inputs[inside], points.targets[inside]
    return Scene(
        repr((settings, run.targets)), "classes", MAP, EXTENT,
        tuple(inputs[:, 0].tolist()), tuple(inputs[:, 1].tolist()),
        tuple(classes.astype(float).tolist()), (False,) * len(classes),
        tuple(_NAMED.fill(language, {"name": name, "number": label})
              for name, label in zip(NAMES, settings.numbers, strict=False)),
        _LOSSES[run.targets][language], strong="near" if run.targets == "number" else "sure",
    )  # fmt: skip


def _accuracies(panel: Panel, settings: ClassNumbers) -> None:
    """Mean accuracies under every numbering, with the range of all seeds."""
    language = panel.language
    found = measured(panel, _TRIALS, settings, ClassNumbers().tried, _WAITING)
    if found is None:
        return
    trials, settings = found
    rows = trials.frame()
    numberings = rows["numbering"].unique().tolist()
    means = {kind: rows["accuracy"][rows["targets"] == kind].tolist() for kind in _LOSSES}
    listed = "; ".join(
        _TOLD.fill(language, {"numbering": numbering, **dict(zip(means, both, strict=True))})
        for numbering, *both in zip(numberings, *means.values(), strict=True)
    )
    names = " ".join(NAMES[: settings.count])
    draw(charts.accuracies, len(numberings), names, language, rows=rows, key="numbers-accuracies",
         alt=_ALT.fill(language, {"told": listed}))  # fmt: skip
    caption(panel, "accuracies", {
        "seeds": SEEDS, "epochs": EPOCHS, "width": settings.width,
        **{targets: _ends(mean, language) for targets, mean in means.items()},
    })  # fmt: skip


def _ends(shares: list[float], language: Language) -> str:
    """The least and the largest; once, where they are written alike.

    >>> _ends([0.5, 0.75], "en"), _ends([1.0, 1.0], "en")
    ('50% to 75%', '100% each')
    """
    slots = {"low": min(shares), "high": max(shares)}
    alike = percent(slots["low"]) == percent(slots["high"])
    return (_ALIKE if alike else _RANGE).fill(language, slots)
