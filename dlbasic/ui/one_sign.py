"""Beside figure 3 of the gradient page: whose gradients share one sign, by batch size."""

from __future__ import annotations

from functools import lru_cache

import pandas as pd
import streamlit as st

from dlbasic.charts.signs import signs
from dlbasic.charts.theme import function_names
from dlbasic.experiments.directions import CHANCE
from dlbasic.experiments.one_sign import OneSignSettings, one_sign
from dlbasic.params import declared
from dlbasic.text import Text, percent
from dlbasic.ui.figures import draw
from dlbasic.ui.link import Page
from dlbasic.ui.prose import caption, say
from dlbasic.ui.widgets import control

_ALT = Text(
    ko="가중치의 기울기가 모두 같은 부호인 유닛의 비율, 배치 크기별. 배치 크기 {batch}: {shares}.",
    en="Share of units whose weights' gradients share one sign, by batch size. "
    "At batch size {batch}: {shares}.",
)
_measured = lru_cache(maxsize=32)(one_sign)


def one_sign_figure(page: Page) -> None:
    """The controls, the share of every function over the batch size, and the numbers of one."""
    say(page, "signs")
    with st.grid(2, min_column_width=150):
        for name in declared(OneSignSettings):
            control(page, f"signs.{name}")
    settings = OneSignSettings(
        **{name: page[f"signs.{name}"] for name in declared(OneSignSettings)}
    )
    rows = _measured(settings)
    batch = int(page["zz.batch"])
    slots = {
        "batch": batch, "seeds": settings.seeds, "chance": CHANCE,
        "shares": _written(rows[rows["batch"] == batch], function_names(page.language)),
    }  # fmt: skip
    draw(
        signs, page.language, rows=rows.assign(picked=float(batch)),
        key="signs", alt=_ALT.fill(page.language, slots),
    )  # fmt: skip
    caption(page, "signs-caption", slots)


def _written(rows: pd.DataFrame, names: dict[str, str]) -> str:
    ordered = rows.sort_values("share", ascending=False, kind="stable")
    shares = zip(ordered["function"], ordered["share"], strict=True)
    return ", ".join(f"{names[key]} {percent(share)}" for key, share in shares)
