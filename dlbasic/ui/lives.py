"""Figure 4 of the gradient page: which units die, which come back, and what it does to the loss."""

from __future__ import annotations

import math
from collections.abc import Iterator

import pandas as pd
import streamlit as st

from dlbasic.charts.curves import curves, learned_slopes
from dlbasic.charts.lines import Measure
from dlbasic.charts.theme import function_names
from dlbasic.experiments.dead_units import HIDDEN
from dlbasic.experiments.lives import DEATHS, LivesSettings, LivesView, run_lives
from dlbasic.params import declared
from dlbasic.text import Language, Text, number, percent
from dlbasic.ui.asked import asked_for
from dlbasic.ui.figures import draw
from dlbasic.ui.kept import Kept
from dlbasic.ui.link import Page
from dlbasic.ui.prose import caption, say
from dlbasic.ui.widgets import control

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
    ko="PReLU가 층마다 배운 기울기, {epochs}에포크 동안. 마지막 값: {ends}.",
    en="The slopes that PReLU learns in each layer over {epochs} epochs. At the end: {ends}.",
)
_IN_LAYER = Text(ko="은닉층 {layer}에서 {middle} ({low} – {high})",
                 en="{middle} in hidden layer {layer} ({low} – {high})")  # fmt: skip
_GONE = Text(ko="모든 신경망이 발산함", en="every network has diverged")
_STEP, _LAYER = Text(ko="스텝", en="Step"), Text(ko="은닉층", en="Hidden layer")
_UNIT, _WHAT = Text(ko="유닛", en="Unit"), Text(ko="일어난 일", en="What happened")
_BORN = Text(ko="처음부터 죽어 있음", en="dead from the start")
_DIED, _BACK = Text(ko="죽음", en="died"), Text(ko="되살아남", en="came back")
_GRADIENT = Text(ko="그 스텝에서 받은 기울기의 크기", en="Norm of the gradient it got in that step")


def _laps(settings: LivesSettings) -> Iterator[tuple[float, LivesView]]:
    for seen in run_lives(settings):
        yield seen.share_done, seen


_VIEWS = Kept(_laps, bound=16)


def lives_figure(page: Page) -> None:
    """The controls; once asked for, the curves and the deaths of one network."""
    language = page.language
    control(page, "lives.functions")
    with st.grid(4, min_column_width=150):
        for name in declared(LivesSettings):
            if name != "functions":
                control(page, f"lives.{name}")
    if not asked_for(page, "lives.run"):
        return
    settings = LivesSettings(**{name: page[f"lives.{name}"] for name in declared(LivesSettings)})
    seen = _VIEWS.get(settings, _WAITING[language])
    names, rows = function_names(language), seen.rows()
    totals = {key: seen.totals(key) for key in settings.functions}
    dead = ", ".join(
        f"{names[key]} –"
        if math.isnan(of["dead"])
        else f"{names[key]} {percent(of['born'])} → {percent(of['dead'])}"
        for key, of in totals.items()
    )
    columns = st.columns(2)
    for place, field in enumerate(("dead", "sparse", "loss")):
        with columns[place % 2]:
            title = _TITLES[field][language]
            wanted = ["function", "epoch", field, f"{field}_low", f"{field}_high"]
            measure = Measure(field, title, "log" if field == "loss" else "share")
            draw(
                curves, settings.functions, measure, settings.epochs, language,
                rows=rows[wanted], key=f"lives-{field}",
                alt=_ALT.fill(language, {"title": title, "epochs": settings.epochs, "dead": dead}),
            )  # fmt: skip

    def listed(what: str) -> str:
        some = [f"{names[key]} {number(of[what])}" for key, of in totals.items() if of[what]]
        return ", ".join(some) or "0"

    slots = {
        "dead": dead, "revived": listed("revived"), "diverged": listed("diverged"),
        "rate": settings.rate, "bias": settings.bias, "epochs": settings.epochs,
        "seeds": settings.seeds, "first": names[settings.functions[0]],
        "teller": seen.teller, "most": DEATHS,
    }  # fmt: skip
    if seen.slopes is not None:
        with columns[1]:
            _learned(page, seen)
    caption(page, "lives-caption", slots)
    if seen.told:
        say(page, "deaths", slots)
        st.table(_told(seen, language), hide_index=True)
    else:
        caption(page, "no-deaths", slots)


def _told(seen: LivesView, language: Language) -> pd.DataFrame:
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
        for event in seen.told
    ]  # fmt: skip
    titles = (_STEP, _LAYER, _UNIT, _WHAT, _GRADIENT)
    return pd.DataFrame(rows, columns=[title[language] for title in titles])


def _learned(page: Page, seen: LivesView) -> None:
    """PReLU's slopes through training, layer by layer."""
    language, rows = page.language, seen.slope_rows()
    last = rows[rows["epoch"] == seen.settings.epochs].dropna()
    ends = ", ".join(
        _IN_LAYER.fill(language, {
            "layer": layer, "middle": middle, "low": low, "high": high,
        })
        for layer, middle, low, high in last[
            ["layer", "slope", "slope_low", "slope_high"]
        ].itertuples(index=False)
    ) or _GONE[language]  # fmt: skip
    slots = {"ends": ends, "epochs": seen.settings.epochs, "seeds": seen.settings.seeds}
    draw(
        learned_slopes, HIDDEN, seen.settings.epochs, language, rows=rows, key="lives-slopes",
        alt=_ALT_SLOPES.fill(language, slots),
    )  # fmt: skip
    caption(page, "learned-caption", slots)
