"""Figure 5 of the gradient page: functions, starts and skip connections side by side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import pandas as pd
import streamlit as st

from dlbasic.charts.curves import curves
from dlbasic.charts.lines import Measure
from dlbasic.charts.theme import function_names
from dlbasic.experiments.cures import START_NAMES, STARTS, Cures, CuresSettings, run_cures
from dlbasic.params import declared
from dlbasic.text import Text
from dlbasic.ui.asked import asked_for
from dlbasic.ui.figures import draw
from dlbasic.ui.kept import Kept
from dlbasic.ui.link import Page
from dlbasic.ui.prose import caption
from dlbasic.ui.widgets import control

LEARNED = 0.2  # a training loss that counts as having learned

_WAITING = Text(ko="신경망을 학습시키고 있습니다…", en="Training the networks…")
_TITLES = {
    "loss": Text(ko="훈련 손실 (로그 축)", en="training loss (log axis)"),
    "gradient": Text(ko="첫 은닉층의 기울기 크기 (로그 축)",
                     en="gradient norm of the first hidden layer (log axis)"),
}  # fmt: skip
_ALT = Text(
    ko="{start}, {title}. 손실이 {below} 아래로 내려간 시드: {learned}.",
    en="{start}, {title}. Seeds whose loss fell below {below}: {learned}.",
)


def _laps(settings: CuresSettings) -> Iterator[tuple[float, Cures]]:
    for seen in run_cures(settings):
        yield seen.share_done, seen


_VIEWS = Kept(_laps, bound=16)


def cures_figure(page: Page) -> None:
    """The controls; once asked for, loss and first-layer gradient for every start."""
    language = page.language
    control(page, "cures.functions")
    with st.grid(4, min_column_width=150):
        for name in declared(CuresSettings):
            if name != "functions":
                control(page, f"cures.{name}")
    if not asked_for(page, "cures.run"):
        return
    settings = CuresSettings(**{name: page[f"cures.{name}"] for name in declared(CuresSettings)})
    seen = _VIEWS.get(settings, _WAITING[language])
    names = function_names(language)
    learned = {
        start: ", ".join(
            f"{names[key]} {seen.learned(start, key, LEARNED)}/{settings.seeds}"
            for key in settings.functions
        )
        for start in STARTS
    }
    rows = {start: seen.rows(start) for start in STARTS}
    measures = [
        Measure(field, title[language], "log", _decades(rows.values(), field))
        for field, title in _TITLES.items()
    ]
    for start in STARTS:
        st.markdown(f"**{START_NAMES[start][language]}**")
        for column, measure in zip(st.columns(2), measures, strict=True):
            field = measure.field
            wanted = ["function", "epoch", field, f"{field}_low", f"{field}_high"]
            said = {"start": START_NAMES[start][language], "title": measure.title,
                    "below": LEARNED, "learned": learned[start]}  # fmt: skip
            with column:
                draw(
                    curves, settings.functions, measure, settings.epochs, language,
                    rows=rows[start][wanted], key=f"cures-{start}-{field}",
                    alt=_ALT.fill(language, said),
                )  # fmt: skip
    slots = {
        f"learned_{start}": told for start, told in learned.items()
    } | {
        f"name_{start}": START_NAMES[start][language] for start in STARTS
    } | {"below": LEARNED, "epochs": settings.epochs, "depth": settings.depth}  # fmt: skip
    caption(page, "cures-caption", slots)


def _decades(rows: Iterable[pd.DataFrame], field: str) -> tuple[float, float] | None:
    """The powers of ten that enclose what all starts show, so that they can be compared."""
    every = pd.concat(rows)
    least, most = float(every[f"{field}_low"].min()), float(every[f"{field}_high"].max())
    if np.isnan(least):
        return None  # there is nothing to show
    return 10.0 ** np.floor(np.log10(least)), 10.0 ** np.ceil(np.log10(most))
