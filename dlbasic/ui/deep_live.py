"""Figure 2 of the gradient page: the gradient of every layer while a deep network trains."""

from __future__ import annotations

import streamlit as st

from dlbasic.experiments.deep_live import DECADES, DeepLiveRun, DeepLiveSettings
from dlbasic.losses import BCE
from dlbasic.params import declared
from dlbasic.text import Language
from dlbasic.ui.link import Page
from dlbasic.ui.player import Scene, player
from dlbasic.ui.prose import caption
from dlbasic.ui.replay import epoch_shown, frames, kept_run
from dlbasic.ui.widgets import control


def deep_training(page: Page) -> None:
    """The controls, the player, and the first and last layer's gradient at the epoch shown."""
    with st.grid(4, min_column_width=150):
        for name in declared(DeepLiveSettings):
            control(page, f"live.{name}")
    _play(page)


@st.fragment
def _play(page: Page) -> None:
    settings = DeepLiveSettings(
        **{name: page[f"live.{name}"] for name in declared(DeepLiveSettings)}
    )
    run = kept_run("deep-player", settings, lambda: DeepLiveRun(settings))
    source = frames(run, run.column, page.language)
    shown = player("deep-player", _scene(settings, page.language), source, page.language)
    epoch = epoch_shown(run, shown)
    first, last = run.notes[epoch.number][[0, -1]].tolist()
    slots = {
        "epoch": epoch.number, "first": first, "last": last,
        "train_loss": float(epoch.train_loss[0]), "points": len(run.train),
        "ratio": first / last if last else "–",
    }  # fmt: skip
    caption(page, "live-caption", slots)


def _scene(settings: DeepLiveSettings, language: Language) -> Scene:
    return Scene(
        repr(settings), "layers", settings.depth, 1.0, (), (), (), (), (),
        BCE.name[language].partition("(")[0].strip(), DECADES,
    )  # fmt: skip
