"""The gradient of every layer while a deep network trains, as a player's colours."""

from __future__ import annotations

import streamlit as st

from dlbasic.figures.gradient_flow.training.measure import BATCH, WIDTH, DeepRun, DeepTraining
from dlbasic.losses import BCE
from dlbasic.params import declared
from dlbasic.text import Language
from dlbasic.ui import Panel, Scene, control, encoding, more, play, told

_MAIN = ("function", "depth", "lr", "skip")  # the other controls stand behind a fold
DECADES = (-12, 12)  # the powers of ten that the picture tells apart


def show(panel: Panel) -> None:
    """The player, and the first and last layer's gradient at the epoch shown."""
    with st.grid(len(_MAIN), min_column_width=150):
        for name in _MAIN:
            control(panel, name)
    _play(panel)
    more(panel, [name for name in declared(DeepTraining) if name not in _MAIN])


@st.fragment
def _play(panel: Panel) -> None:
    """The player alone: asking for frames reruns nothing else."""
    settings, language = panel.settings(DeepTraining), panel.language
    run, epoch = play(
        panel, "deep-player", settings, lambda: DeepRun(settings),
        scene=lambda run: _scene(run.settings, language),
        outputs=lambda run: encoding.norms(run.noted, DECADES),
    )  # fmt: skip
    first, last = run.notes[epoch.number][[0, -1]].tolist()
    slots = {
        "epoch": epoch.number, "first": first, "last": last,
        "train_loss": float(epoch.train_loss[0]), "points": len(run.train),
        "ratio": first / last if last else "–", "width": WIDTH, "batch": BATCH,
    }  # fmt: skip
    told(panel, "deep-player", slots, "caption")


def _scene(settings: DeepTraining, language: Language) -> Scene:
    """A column of colours an epoch, without points; the run is known by its settings."""
    return Scene(
        repr(settings), "layers", settings.depth, 1.0, (), (), (), (), (),
        BCE.name.short[language], DECADES,
    )  # fmt: skip
