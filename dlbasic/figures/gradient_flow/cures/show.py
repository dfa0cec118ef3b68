"""Functions, starts and skip connections side by side: who learns, and what arrives in front."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from dlbasic.activations import ACTIVATIONS
from dlbasic.charts.curves import EPOCHS, curves
from dlbasic.charts.lines import Measure, Place, functions_columns
from dlbasic.charts.theme import function_names
from dlbasic.figures.gradient_flow.cures.measure import (
    LEARNED,
    START_NAMES,
    STARTS,
    WIDTH,
    Cures,
    compare,
)
from dlbasic.params import declared
from dlbasic.text import Language, Text
from dlbasic.ui import Kept, Panel, beside, caption, control, draw, measured, more, part

_WAITING = Text(ko="신경망을 학습시키고 있습니다…", en="Training the networks…")

_TITLES = {
    "loss": Text(ko="훈련 손실 (로그 축)", en="training loss (log axis)"),
    "gradient": Text(ko="첫 번째 은닉층의 기울기 크기 (로그 축)",
                     en="gradient norm of the first hidden layer (log axis)"),
}  # fmt: skip

_ALT = Text(
    ko="{start}, {title}. 손실이 {below} 아래로 내려간 시드: {learned}.",
    en="{start}, {title}. Seeds whose loss fell below {below}: {learned}.",
)

ENDS = ("least", "most")  # the chart's parameters that tell the ends of its axis

_MAIN = ("functions", "depth", "lr", "skip")  # the other controls stand behind a fold
_COMPARISONS = Kept(compare, bound=16)


def show(panel: Panel) -> None:
    """Loss and first-layer gradient from one kind of start; the controls beside."""
    start, language = part(panel), panel.language
    picture, side = beside()
    with side:
        for name in _MAIN:
            control(panel, name)
        more(panel, [name for name in declared(Cures) if name not in _MAIN])
    with picture:
        found = measured(panel, _COMPARISONS, panel.settings(Cures), Cures(), _WAITING)
        if found is None:
            return
        seen, settings = found
        names = function_names(language)
        learned = {
            start: ", ".join(
                f"{names[key]} {seen.learned(start, key)}/{settings.seeds}"
                for key in settings.functions
            )
            for start in STARTS
        }
        every = seen.rows
        places: tuple[Place, Place] = ("upper", "lower")
        for place, (field, title) in zip(places, _TITLES.items(), strict=True):
            ends = _decades(every.values(), field)
            measure = Measure(field, title[language], "log", ends and ENDS)
            values = dict(zip(ENDS, ends or (), strict=False)) | {EPOCHS: settings.epochs}
            _curves(settings, start, measure, every[start], place, learned[start], values, language)
    slots = {
        **{f"learned_{start}": words for start, words in learned.items()},
        **{f"name_{start}": START_NAMES[start][language] for start in STARTS},
        "below": LEARNED, "epochs": settings.epochs, "depth": settings.depth,
        "width": WIDTH,
    }  # fmt: skip
    caption(panel, "caption", slots)


def _curves(
    settings: Cures, start: str, measure: Measure, rows: pd.DataFrame, place: Place, learned: str,
    values: dict[str, float], language: Language,
) -> None:  # fmt: skip
    """One measure of every function over the epochs, from one kind of start."""
    field = measure.field
    slots = {"start": START_NAMES[start][language], "title": measure.title, "below": LEARNED,
             "learned": learned}  # fmt: skip
    draw(
        curves, tuple(ACTIVATIONS), measure, place, language, only=settings.functions,
        values=values | functions_columns(settings.functions, language),
        rows=rows, columns=("function", "epoch", field, f"{field}_low", f"{field}_high"),
        key=f"cures-{field}", alt=_ALT.fill(language, slots),
    )  # fmt: skip


def _decades(rows: Iterable[pd.DataFrame], field: str) -> tuple[float, float] | None:
    """The powers of ten that enclose what all starts show, so that they can be compared."""
    every = pd.concat(rows)
    least, most = float(every[f"{field}_low"].min()), float(every[f"{field}_high"].max())
    if np.isnan(least):
        return None  # there is nothing to show
    return 10.0 ** np.floor(np.log10(least)), 10.0 ** np.ceil(np.log10(most))
