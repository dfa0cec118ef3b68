"""Which units die, which come back, and what it does to the loss."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
import streamlit as st

from dlbasic.activations import ACTIVATIONS, PReLU
from dlbasic.charts.curves import EPOCHS, curves
from dlbasic.charts.lines import Measure, Place, functions_columns
from dlbasic.charts.theme import function_names
from dlbasic.figures.gradient_flow.dying.chart import learned_slopes
from dlbasic.figures.gradient_flow.dying.measure import DEATHS, Dying, DyingUnits, dying_units
from dlbasic.measures.dead_units import HIDDEN, SPARSE, WIDTH
from dlbasic.params import declared
from dlbasic.text import Language, Text, number, percent
from dlbasic.ui import Kept, Panel, beside, caption, control, draw, measured, more, part

_WAITING = Text(ko="신경망을 학습시키고 있습니다…", en="Training the networks…")

_TITLES = {
    "dead": Text(ko="죽은 유닛의 비율 (평균)", en="share of units dead (mean)"),
    "sparse": Text(ko="희소 유닛의 비율 (평균)", en="share of units sparse (mean)"),
    "loss": Text(ko="테스트 손실 (중앙값, 로그 축)", en="test loss (median, log axis)"),
}

_ALT = Text(
    ko="{title}, {epochs}에포크 동안. 죽은 유닛, 학습 전 → 마지막: {dead}.",
    en="{title} over {epochs} epochs. Dead before training → at the end: {dead}.",
)

_ALT_SLOPES = Text(
    ko="PReLU가 층마다 학습한 α, {epochs}에포크 동안. 마지막 값: {ends}.",
    en="The α that PReLU learns in each layer over {epochs} epochs. At the end: {ends}.",
)

_IN_LAYER = Text(ko="은닉층 {layer}에서 {middle} ({low} – {high})",
                 en="{middle} in hidden layer {layer} ({low} – {high})")  # fmt: skip

_GONE = Text(ko="모든 신경망이 발산함", en="every network has diverged")
_NONE = Text(ko="없음", en="none")
_STEP, _LAYER = Text(ko="스텝", en="Step"), Text(ko="은닉층", en="Hidden layer")
_UNIT, _WHAT = Text(ko="유닛", en="Unit"), Text(ko="일어난 일", en="What happened")
_BORN = Text(ko="처음부터 죽어 있음", en="dead from the start")
_DIED, _BACK = Text(ko="죽음", en="died"), Text(ko="되살아남", en="came back")
_GRADIENT = Text(ko="그 스텝의 기울기 크기", en="Gradient norm in that step")

_MAIN = ("functions", "lr", "bias")  # the other controls stand behind a fold
_UNITS = Kept(dying_units, bound=16)


def show(panel: Panel) -> None:
    """The units, the loss or the deaths of one network; the controls beside."""
    shown, language = part(panel), panel.language
    picture, side = beside()
    with side:
        for name in _MAIN:
            control(panel, name)
        more(panel, [name for name in declared(Dying) if name not in _MAIN])
    with picture:
        found = measured(panel, _UNITS, panel.settings(Dying), Dying(), _WAITING)
        if found is None:
            return
        seen, _ = found
        slots = _slots(seen, language)
        match shown:
            case "units":
                rows = seen.rows
                _curves(seen.settings, "dead", rows, "upper", slots, language)
                _curves(seen.settings, "sparse", rows, "lower", slots, language)
                caption(panel, "sparse", slots)
            case "loss":
                _curves(seen.settings, "loss", seen.rows, "alone", slots, language)
                if seen.slopes is not None:
                    _learned(panel, seen)
            case _ if seen.events:
                caption(panel, "deaths", slots)
                st.table(_events(seen, language), hide_index=True)
            case _:
                caption(panel, "no-deaths", slots)
    caption(panel, "caption", slots)
    caption(panel, "counts", slots)
    caption(panel, "diverged" if slots["diverged"] else "none-diverged", slots)


def _slots(seen: DyingUnits, language: Language) -> dict[str, Any]:
    """What is told of all functions, and of the network whose deaths are listed."""
    settings, names = seen.settings, function_names(language)
    totals = {key: seen.totals(key) for key in settings.functions}
    dead = ", ".join(
        f"{names[key]} –"
        if math.isnan(total["dead"])
        else f"{names[key]} {percent(total['born'])} → {percent(total['dead'])}"
        for key, total in totals.items()
    )

    def listed(what: str) -> str:
        some = [f"{names[key]} {number(n[what])}" for key, n in totals.items() if n[what]]
        return ", ".join(some)

    return {
        "dead": dead, "revived": listed("revived") or _NONE[language],
        "diverged": listed("diverged"), "epochs": settings.epochs,
        "seeds": settings.seeds, "first": names[settings.functions[0]],
        "number": seen.number, "most": DEATHS, "sparse": SPARSE,
        "units": HIDDEN * WIDTH * settings.seeds,
    }  # fmt: skip


def _curves(
    settings: Dying, field: str, rows: pd.DataFrame, place: Place, slots: dict[str, Any],
    language: Language,
) -> None:  # fmt: skip
    """One measure of every function over the epochs."""
    title = _TITLES[field][language]
    wanted = ("function", "epoch", field, f"{field}_low", f"{field}_high")
    measure = Measure(field, title, "log" if field == "loss" else "share")
    draw(
        curves, tuple(ACTIVATIONS), measure, place, language, only=settings.functions,
        values={EPOCHS: settings.epochs, **functions_columns(settings.functions, language)},
        rows=rows, columns=wanted, key=f"dying-{field}",
        alt=_ALT.fill(language, {**slots, "title": title}),
    )  # fmt: skip


def _events(seen: DyingUnits, language: Language) -> pd.DataFrame:
    """Who was dead before training, and then the first deaths and returns, as text."""
    rows = [
        ("0", number(layer), ", ".join(number(unit + 1) for unit in units), _BORN[language], "–")
        for layer, units in enumerate(seen.born_dead, start=1)
        if units
    ] + [
        (
            number(event.step), number(event.layer + 1), number(event.unit + 1),
            (_DIED if event.died else _BACK)[language], number(event.gradient),
        )
        for event in seen.events
    ]  # fmt: skip
    titles = (_STEP, _LAYER, _UNIT, _WHAT, _GRADIENT)
    return pd.DataFrame(rows, columns=[title[language] for title in titles])


def _learned(panel: Panel, seen: DyingUnits) -> None:
    """PReLU's slopes through training, layer by layer."""
    language, rows = panel.language, seen.slope_rows
    last = rows[rows["epoch"] == seen.settings.epochs].dropna()
    ends = ", ".join(
        _IN_LAYER.fill(language, {
            "layer": layer, "middle": middle, "low": low, "high": high,
        })
        for layer, middle, low, high in last[
            ["layer", "slope", "slope_low", "slope_high"]
        ].itertuples(index=False)
    ) or _GONE[language]  # fmt: skip
    slots = {"ends": ends, "epochs": seen.settings.epochs, "seeds": seen.settings.seeds,
             "start": PReLU().alpha}  # fmt: skip
    draw(
        learned_slopes, HIDDEN, language, values={EPOCHS: seen.settings.epochs},
        rows=rows, key="dying-slopes", alt=_ALT_SLOPES.fill(language, slots),
    )  # fmt: skip
    caption(panel, "learned-caption", slots)
