"""How fast each function learns from the same seeds: curves, who was there first, a table."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import pandas as pd
import streamlit as st

from dlbasic.activations import ACTIVATIONS
from dlbasic.charts.curves import EPOCHS
from dlbasic.charts.theme import function_names
from dlbasic.figures.training.compare import chart as charts
from dlbasic.figures.training.compare.measure import (
    Compare,
    Race,
    Standing,
    constant_loss,
    run_race,
)
from dlbasic.measures.tasks import DRAWN, LOSS_SETTINGS
from dlbasic.params import declared
from dlbasic.text import Language, Text, number, percent
from dlbasic.ui import Kept, Panel, beside, caption, control, draw, measured, more

_WAITING = Text(ko="모든 함수를 학습시키고 있습니다…", en="Training with every function…")

_ALT = Text(
    ko="함수 {count}개의 테스트 손실이 {epochs}에포크 동안 변하는 모습. 목표 {target}에 도달한 "
    "시드: {reached}.",
    en="Test loss of {count} functions over {epochs} epochs. Seeds that reached the target "
    "{target}: {reached}.",
)

_FUNCTION = Text(ko="함수", en="Function")
_EPOCHS = Text(
    ko="목표에 도달한 에포크 (도달한 시드의 중앙값과 수)",
    en="Epochs to the target (median of the seeds that got there, how many)",
)

_LOSS = Text(
    ko="마지막 테스트 손실 (중앙값, 괄호 안은 1·3사분위수)",
    en="Final test loss (median, quartiles in brackets)",
)

_ACCURACY = Text(
    ko="마지막 테스트 정확도 (중앙값, 발산하면 0으로 셈)",
    en="Final test accuracy (median, 0 where diverged)",
)

_DIVERGED = Text(ko="발산한 시드", en="Seeds that diverged")
_NEVER = "–"
_MAIN = ("data", "lr", "epochs", "target")  # the other controls stand behind a fold


_RACES: Kept[Race] = Kept(run_race)
_constant_loss = lru_cache(maxsize=64)(constant_loss)


def show(panel: Panel) -> None:
    """The curves, the controls beside them, what they say and the table."""
    settings, language = panel.settings(Compare), panel.language
    # The target changes nothing in the race, only how it is read.
    raced = replace(settings, target=Compare().target)
    picture, side = beside()
    with side:
        for name in _MAIN:
            control(panel, name)
        others = [name for kind, name in LOSS_SETTINGS.items() if kind != settings.kind]
        left = (*_MAIN, *DRAWN, *others)
        more(panel, [name for name in declared(Compare) if name not in left])
    with picture:
        found = measured(panel, _RACES, raced, Compare(), _WAITING)
        if found is None:
            return
        settings = replace(found[1], target=settings.target)
        standings = replace(found[0], settings=settings).standings()
        _curves(found[0].curves, settings, standings, language)
    _caption(panel, settings, standings)
    if not settings.layers:
        caption(panel, "no-hidden")
    elif settings.initializer == "zeros":
        names = function_names(language)
        still = [names[key] for key, f in ACTIVATIONS.items() if f()(0.0) == 0.0]
        caption(panel, "zeros", {"names": ", ".join(still)})
    baseline = _constant_loss(settings)
    if settings.target >= baseline:
        caption(panel, "easy-target", {"target": settings.target, "baseline": baseline})
    table = pd.DataFrame(_cells(standing, settings, language) for standing in standings)
    if not any(standing.diverged for standing in standings):
        table = table.drop(columns=_DIVERGED[language])  # a phone has little room
    st.table(table, hide_index=True)


def _curves(
    rows: pd.DataFrame, settings: Compare, standings: list[Standing], language: Language
) -> None:
    """The test losses of every function over the epochs."""
    names = function_names(language)
    by_function = {standing.function: standing for standing in standings}
    reached = ", ".join(
        f"{names[key]} {by_function[key].reached}/{settings.seeds}" for key in ACTIVATIONS
    )
    summary = {"count": len(ACTIVATIONS), "epochs": settings.epochs, "target": settings.target,
               "reached": reached}  # fmt: skip
    draw(
        charts.race, tuple(ACTIVATIONS), language, rows=rows, key="race",
        values={EPOCHS: settings.epochs, charts.TARGET: settings.target},
        alt=_ALT.fill(language, summary),
    )  # fmt: skip


def _caption(panel: Panel, settings: Compare, standings: list[Standing]) -> None:
    """Who reached the target first, and who did not."""
    names = function_names(panel.language)

    def named(some: list[Standing]) -> str:
        return ", ".join(names[standing.function] for standing in some)

    winners = [standing for standing in standings if standing.reached == settings.seeds]
    none = [standing for standing in standings if not standing.reached]
    slots = {
        "seeds": settings.seeds, "epochs": settings.epochs, "target": settings.target,
        "none": named(none), "none_count": len(none), "all_count": len(winners),
    }  # fmt: skip
    if not winners:
        diverged = all(standing.diverged == settings.seeds for standing in standings)
        caption(panel, "caption-diverged" if diverged else "caption-no-winner", slots)
        return
    soonest = winners[0].epochs
    fastest = [standing for standing in winners if standing.epochs == soonest]
    slots |= {"fastest": named(fastest), "fastest_epochs": soonest}
    caption(panel, "caption" if none else "caption-no-loser", slots)


def _cells(standing: Standing, settings: Compare, language: Language) -> dict[str, str]:
    """One row of the table."""
    cells = {
        _FUNCTION[language]: function_names(language)[standing.function],
        _EPOCHS[language]: f"{_NEVER if standing.epochs is None else number(standing.epochs)} "
        f"({standing.reached}/{settings.seeds})",
        _LOSS[language]: f"{number(standing.loss)} ({number(standing.loss_low)} – "
        f"{number(standing.loss_high)})",
    }
    if standing.accuracy is not None:
        cells[_ACCURACY[language]] = percent(standing.accuracy)
    return cells | {_DIVERGED[language]: number(standing.diverged)}
