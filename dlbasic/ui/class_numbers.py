"""Figure 5 of the losses page: class numbers as targets."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
import streamlit as st

from dlbasic.charts import class_numbers as charts
from dlbasic.datasets import EXTENT
from dlbasic.experiments.class_numbers import (
    EPOCHS,
    NAMES,
    NUMBERINGS,
    SEEDS,
    SURE,
    NumbersRun,
    NumbersSettings,
    Targets,
    Trial,
    errors,
    trials,
)
from dlbasic.experiments.live import MAP
from dlbasic.losses import CrossEntropy
from dlbasic.params import declared
from dlbasic.text import Language, Text, number
from dlbasic.ui.asked import asked_for
from dlbasic.ui.figures import draw
from dlbasic.ui.kept import Kept
from dlbasic.ui.link import Page
from dlbasic.ui.player import Scene, player
from dlbasic.ui.prose import caption, say
from dlbasic.ui.replay import epoch_shown, frames, kept_run
from dlbasic.ui.widgets import control

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
    "one_hot": Text(ko=CrossEntropy.name.ko.partition("(")[0], en=CrossEntropy.name.en),
}
_WAITING = Text(ko="신경망을 학습시키고 있습니다…", en="Training the networks…")
_ALT = Text(
    ko="번호를 바꾸어 붙일 때의 평균 테스트 정확도. {told}.",
    en="Mean test accuracy by numbering. {told}.",
)
_TOLD = Text(ko="{numbering}: 번호 {number:%}, 원-핫 {one_hot:%}",
             en="{numbering}: {number:%} with numbers, {one_hot:%} with one-hot")  # fmt: skip


def class_numbers_figure(page: Page) -> None:
    """The errors of the wrong classes, two networks that learn, and accuracies by numbering."""
    with st.grid(3, min_column_width=200):
        for name in declared(NumbersSettings):
            control(page, f"numbers.{name}")
    settings = _settings(page)
    caption(page, "numbers-numbering", {
        "names": ", ".join(NAMES[: settings.count]),
        "numbers": ", ".join(map(str, settings.numbers)),
    })  # fmt: skip
    if settings.true_class != NAMES.index(settings.truth.upper()):
        caption(page, "numbers-label", {
            "classes": settings.count, "label": settings.truth.upper(),
            "last": NAMES[settings.true_class],
        })  # fmt: skip
    _errors(page, settings)
    say(page, "numbers-live")
    for targets, column in zip(_LOSSES, st.columns(2, gap="large"), strict=True):
        with column:
            say(page, f"numbers-{targets.replace('_', '-')}")
            _play(page, targets)
    say(page, "numbers-all")
    if asked_for(page, "numbers.run"):
        _accuracies(page, settings)


def _settings(page: Page) -> NumbersSettings:
    return NumbersSettings(
        **{name: page[f"numbers.{name}"] for name in declared(NumbersSettings)}
    )  # fmt: skip


def _errors(page: Page, settings: NumbersSettings) -> None:
    """Each wrong class's error as bars, and every class's as a table."""
    language, truth = page.language, settings.true_class
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
        "one_hot": wrong["one_hot_error"].max(), "classes": settings.count,
        "one_hot_mean": wrong["one_hot_error"].max() / settings.count,
        "cross_entropy": wrong["cross_entropy"].max(),
        "right": every["cross_entropy"][truth], "sure": SURE,
    }  # fmt: skip
    told = {
        name: ", ".join(f"{of} {number(error)}" for of, error in zip(wrong["name"], wrong[column],
                                                                     strict=True))
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
    bars, exact = st.columns([2, 3], gap="medium")
    with bars:
        draw(charts.errors, language, rows=rows, key="numbers-errors",
             alt=_ERRORS_ALT.fill(language, slots | told))  # fmt: skip
    with exact:
        st.table(table, hide_index=True)
    uneven = slots["least"] != slots["largest"]
    caption(page, "numbers-errors" if uneven else "numbers-errors-even", slots)


@st.fragment
def _play(page: Page, targets: Targets) -> None:
    """One of the two players: asking for frames reruns nothing else."""
    settings, language = _settings(page), page.language
    learned = settings.learned
    key = f"numbers-player-{targets}"
    run = kept_run(key, (learned, targets), lambda: NumbersRun(learned, targets))
    source = frames(run, run.cells, language)
    shown = player(key, _scene(run, language), source, language)
    epoch = epoch_shown(run, shown)
    assert epoch.train_accuracy is not None and epoch.test_accuracy is not None
    slots = {
        "epoch": epoch.number, "test_loss": float(epoch.test_loss[0]),
        "test_accuracy": float(epoch.test_accuracy[0]), "test_points": len(run.test),
    }  # fmt: skip
    caption(page, "numbers-played", slots)


def _scene(run: NumbersRun, language: Language) -> Scene:
    """The plane and the points to train on; those to test on, four times as many, would hide it."""
    settings, points = run.settings, run.train
    inside = (np.abs(points.inputs) <= EXTENT).all(axis=1)
    inputs, classes = points.inputs[inside], points.targets[inside]
    return Scene(
        repr((settings, run.targets)), "classes", MAP, EXTENT,
        tuple(inputs[:, 0].tolist()), tuple(inputs[:, 1].tolist()),
        tuple(classes.astype(float).tolist()), (False,) * len(classes),
        tuple(_NAMED.fill(language, {"name": name, "number": of})
              for name, of in zip(NAMES, settings.numbers, strict=False)),
        _LOSSES[run.targets][language],
    )  # fmt: skip


def _laps(settings: tuple[int, int, float, int]) -> Iterator[tuple[float, tuple[Trial, ...]]]:
    classes, width, spread, seed = settings
    found: tuple[Trial, ...] = ()
    for trial in trials(classes, width, spread, SEEDS, seed):
        found = (*found, trial)
        yield len(found) / len(NUMBERINGS[classes]), found


_TRIALS = Kept(_laps)


def _accuracies(page: Page, settings: NumbersSettings) -> None:
    language, count = page.language, settings.count
    wanted = (count, settings.width, settings.spread, settings.seed)
    found = _TRIALS.get(wanted, _WAITING[language])
    rows, told = [], []
    means: dict[str, list[float]] = {targets: [] for targets in _LOSSES}
    for trial in found:
        numbering = " ".join(map(str, trial.numbering))
        for targets, mean in means.items():
            accuracy = getattr(trial, targets)
            mean.append(float(accuracy.mean()))
            rows.append((numbering, targets, mean[-1], float(accuracy.min()),
                         float(accuracy.max())))  # fmt: skip
        told.append(_TOLD.fill(language, {
            "numbering": numbering, "number": means["number"][-1],
            "one_hot": means["one_hot"][-1],
        }))  # fmt: skip
    columns = ["numbering", "targets", "accuracy", "accuracy_low", "accuracy_high"]
    names = " ".join(NAMES[:count])
    draw(charts.accuracies, len(found), names, language, key="numbers-accuracies",
         rows=pd.DataFrame(rows, columns=columns),
         alt=_ALT.fill(language, {"told": "; ".join(told)}))  # fmt: skip
    slots = {
        f"{targets}_{end}": of(mean)
        for targets, mean in means.items()
        for end, of in (("low", min), ("high", max))
    } | {"seeds": SEEDS, "epochs": EPOCHS, "width": settings.width}  # fmt: skip
    caption(page, "numbers-accuracies", slots)
