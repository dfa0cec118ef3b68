"""How fast networks learn that differ in one setting: curves, who was there first, a table."""

from __future__ import annotations

from collections.abc import Iterable
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
    Score,
    Standing,
    constant_score,
    run_race,
)
from dlbasic.measures.tasks import LOSS_SETTINGS, OWN
from dlbasic.params import declared
from dlbasic.text import Language, Text, number, percent
from dlbasic.ui import (
    Kept,
    Panel,
    beside,
    caption,
    control,
    draw,
    measured,
    more,
    own_points,
    part,
    say,
)

_WAITING = Text(ko="신경망을 학습시키고 있습니다…", en="Training the networks…")

_ALT = Text(
    ko="{things}의 {score} 중앙값이 {epochs}에포크 동안 변하는 모습. "
    "목표 {target}에 도달한 시드: {reached}.",
    en="Median {score} of {things} over {epochs} epochs. Seeds that reached the target {target}: "
    "{reached}.",
)

_THINGS = {
    "functions": Text(ko="활성화 함수 {count}가지", en="{count} activation functions"),
    "initializers": Text(ko="초기 가중치 {count}가지", en="{count} kinds of initial weights"),
    "rates": Text(ko="학습률 {count}가지", en="{count} learning rates"),
    "optimizers": Text(ko="옵티마이저 {count}가지", en="{count} optimizers"),
    "losses": Text(ko="손실 함수 {count}가지", en="{count} losses"),
}
_SCORES: dict[Score, Text] = {
    "loss": Text(ko="테스트 손실", en="test loss"),
    "accuracy": Text(ko="테스트 정확도", en="test accuracy"),
    "error": Text(ko="테스트 평균 절대 오차", en="test mean absolute error"),
}
_TARGET_ERROR = Text(ko="목표 평균 절대 오차", en="Target mean absolute error")

_EPOCHS = Text(
    ko="목표에 도달한 에포크 (도달한 시드의 중앙값과 수)",
    en="Epochs to the target (median of the seeds that got there, how many)",
)
_LAST = Text(
    ko="마지막 {score} (중앙값, 괄호 안은 1·3사분위수)",
    en="Final {score} (median, quartiles in brackets)",
)
_ACCURACY = Text(
    ko="마지막 테스트 정확도 (중앙값, 발산하면 0으로 셈)",
    en="Final test accuracy (median, 0 where diverged)",
)
_DIVERGED = Text(ko="발산한 시드", en="Seeds that diverged")
_NEVER = "–"

# What stands behind a fold, but for what is compared.
_MORE = ("noise", "share", "features", "layers", "function", "batch", "initializer", "optimizer",
         "loss", "error", "l1", "l2", "dropout", "seeds", "seed", "data_seed")  # fmt: skip

_RACES: Kept[Race] = Kept(run_race, private=lambda settings: settings.own is not None)
_constant_score = lru_cache(maxsize=64)(constant_score)


def show(panel: Panel) -> None:
    """The choice of what is compared, the curves, the controls, what they say and the table."""
    part(panel, "by")
    settings = panel.settings(Compare)
    changed = tuple(panel.function(key) for key in ACTIVATIONS if _changed(panel, key))
    given = own_points() if settings.data == OWN else None
    settings = replace(settings, own=given, changed=changed)
    picture, side = beside()
    with side:
        _controls(panel, settings)
    with picture:
        if len(settings.variants) == 1:
            say(panel, "one-loss")
            return
        found = measured(
            panel, _RACES, settings.as_measured, Compare(by=settings.by), _WAITING,
            stands=lambda of: of.by == settings.by,
        )  # fmt: skip
        if found is None:
            return
        race, of = found
        # The target changes nothing in what is measured, only how it is read.
        of = replace(of, target=settings.target, target_accuracy=settings.target_accuracy)
        standings = race.standings(of.goal)
        own = settings.chosen if settings.chosen in of.variants else None
        _curves(race.curves, of, own, standings, panel.language)
    _caption(panel, of, standings)
    _notes(panel, settings, of, own)
    table = pd.DataFrame(_cells(standing, of, own, panel.language) for standing in standings)
    if not any(standing.diverged for standing in standings):
        table = table.drop(columns=_DIVERGED[panel.language])  # a phone has little room
    st.table(table, hide_index=True)


def _controls(panel: Panel, settings: Compare) -> None:
    """Those of the settings that are the same for all."""
    unused = {name for kind, name in LOSS_SETTINGS.items() if kind != settings.kind}
    unused |= {settings.varied, *(["noise"] if settings.given else [])}
    for name in ("data", "lr", "epochs"):
        if name not in unused:
            control(panel, name)
    label = _TARGET_ERROR[panel.language] if settings.score == "error" else None
    control(panel, settings.goal_setting, label)
    more(panel, [name for name in _MORE if name not in unused])


def _written(score: float, settings: Compare) -> str:
    return percent(score) if settings.rises else number(score)


def _goal(settings: Compare, language: Language) -> str:
    return f"{_SCORES[settings.score][language]} {_written(settings.goal, settings)}"


def _things(settings: Compare, language: Language) -> str:
    return _THINGS[settings.by].fill(language, {"count": len(settings.variants)})


def _names(settings: Compare, language: Language) -> dict[str, str]:
    return charts.names_of(settings.varied, tuple(settings.variants), language)


def _curves(
    rows: pd.DataFrame, settings: Compare, own: str | None, standings: list[Standing],
    language: Language,
) -> None:  # fmt: skip
    """The scores of every variant over the epochs."""
    names = _names(settings, language)
    by_variant = {standing.variant: standing for standing in standings}
    reached = ", ".join(
        f"{name} {by_variant[key].reached}/{settings.seeds}" for key, name in names.items()
    )
    summary = {
        "things": _things(settings, language), "score": _SCORES[settings.score][language],
        "epochs": settings.epochs, "target": _written(settings.goal, settings), "reached": reached,
    }  # fmt: skip
    draw(
        charts.race, settings.varied, tuple(names), settings.score, language, rows=rows,
        key="race", alt=_ALT.fill(language, summary),
        values={EPOCHS: settings.epochs, charts.TARGET: settings.goal, charts.OWN: own or ""},
    )  # fmt: skip


def _caption(panel: Panel, settings: Compare, standings: list[Standing]) -> None:
    """Who reached the target first, and who did not."""
    names = _names(settings, panel.language)

    def named(some: list[Standing]) -> str:
        return ", ".join(names[standing.variant] for standing in some)

    winners = [standing for standing in standings if standing.reached == settings.seeds]
    none = [standing for standing in standings if not standing.reached]
    slots = {
        "things": _things(settings, panel.language), "goal": _goal(settings, panel.language),
        "seeds": settings.seeds, "epochs": settings.epochs,
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


def _notes(panel: Panel, settings: Compare, of: Compare, own: str | None) -> None:
    """What there is to know of these variants.

    ``of`` is what the picture was measured with, ``settings`` what the controls say now.
    """
    language = panel.language
    functions = function_names(language)
    if settings.data == OWN and not settings.given:
        caption(panel, "own-missing")
    if own is not None:
        caption(panel, "own", {"name": _names(of, language)[own]})
    match of.by:
        case "functions":
            if settings.chosen is None:
                caption(panel, "functions", {"names": _listed(functions, settings.by_layer)})
        case "optimizers":
            caption(panel, "optimizers", {"lr": of.lr})
        case "losses":
            caption(panel, f"losses-{of.score}")
        case _:
            caption(panel, of.by)
    if of.by != "functions" and len({*of.by_layer}) > 1:
        caption(panel, "by-layer", {"names": _listed(functions, of.by_layer)})
    if of.by == "functions" and not of.layers:
        caption(panel, "no-hidden")
    if of.changed:
        caption(panel, "changed", {"names": _listed(functions, (f.key for f in of.changed))})
    _zeros(panel, of)
    baseline = (constant_score if of.own else _constant_score)(of)
    if baseline >= of.goal if of.rises else baseline <= of.goal:
        slots = {"goal": _goal(of, language), "baseline": _written(baseline, of)}
        caption(panel, "easy-target", slots)


def _zeros(panel: Panel, of: Compare) -> None:
    """What comes of initial weights that are all 0, where that is not itself compared."""
    if of.varied == "initializer" or of.initializer != "zeros" or not of.layers or of.dropout:
        return
    names = function_names(panel.language)
    used = ACTIVATIONS if of.by == "functions" else dict.fromkeys(of.by_layer)
    still = [key for key in used if of.function_of(key)(0.0) == 0.0]
    if of.by == "functions":
        caption(panel, "zeros", {"names": _listed(names, still)})
    elif len(used) == len(still) == 1:
        caption(panel, "zeros-still", {"name": names[still[0]]})
    else:
        caption(panel, "zeros-alike")


def _listed(names: dict[str, str], keys: Iterable[str]) -> str:
    return ", ".join(names[key] for key in keys)


def _changed(panel: Panel, key: str) -> bool:
    """Whether the reader has given a function other parameters than its defaults."""
    params = declared(ACTIVATIONS[key])
    return any(
        panel.has(f"{key}.{name}") and panel[f"{key}.{name}"] != param.default
        for name, param in params.items()
    )


def _cells(
    standing: Standing, settings: Compare, own: str | None, language: Language
) -> dict[str, str]:
    """One row of the table."""
    title = declared(settings)[settings.varied].label.short[language]
    name = _names(settings, language)[standing.variant]
    score, low, high = (
        _written(value, settings)
        for value in (standing.score, standing.score_low, standing.score_high)
    )
    cells = {
        # The asterisk stays on the name's line, and is no Markdown.
        title: f"{name}\N{NO-BREAK SPACE}\\*" if standing.variant == own else name,
        _EPOCHS[language]: f"{_NEVER if standing.epochs is None else number(standing.epochs)} "
        f"({standing.reached}/{settings.seeds})",
        _LAST.fill(language, {"score": _SCORES[settings.score][language]}):
            f"{score} ({low} – {high})",
    }  # fmt: skip
    if settings.score == "loss" and standing.accuracy is not None:
        cells[_ACCURACY[language]] = percent(standing.accuracy)
    return cells | {_DIVERGED[language]: number(standing.diverged)}
