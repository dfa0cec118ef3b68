"""Figure 1 of the training page: a network that learns while it is watched."""

from __future__ import annotations

import numpy as np
import streamlit as st

from dlbasic.datasets import DATASETS, EXTENT
from dlbasic.experiments.live import MAP, LiveRun, LiveSettings
from dlbasic.experiments.race import loss_for
from dlbasic.losses import Loss
from dlbasic.params import declared
from dlbasic.text import Language, Text, number
from dlbasic.ui.functions import function, parameter_controls
from dlbasic.ui.link import Page
from dlbasic.ui.player import Scene, player
from dlbasic.ui.prose import caption
from dlbasic.ui.replay import epoch_shown, frames, kept_run
from dlbasic.ui.widgets import control

_FIRST = ("data", "function", "rate", "batch")  # above the figure; the rest stand below

_NEW_SEED = Text(ko="새 시드로", en="New seed")
_CLASS = Text(ko="클래스 {number}", en="class {number}")


def training_figure(page: Page) -> None:
    """The controls, the player, and what the network has learned by the epoch shown."""
    with st.grid(4, min_column_width=150):
        for name in _FIRST:
            control(page, name)
    _play(page)
    with st.grid(4, min_column_width=150):
        for name in declared(LiveSettings):
            if name not in _FIRST:
                control(page, name)
        with st.container(vertical_alignment="bottom", height="stretch"):
            st.button(
                _NEW_SEED[page.language], key="new-seed", icon=":material/casino:",
                on_click=_new_seed, args=(page,), width="stretch",
            )  # fmt: skip
    parameter_controls(page, [page["function"]])


def _new_seed(page: Page) -> None:
    seed = page["seed"]
    page.set("seed", page.controls["seed"].nearest(seed + 1 if seed < 9999 else 0))


@st.fragment
def _play(page: Page) -> None:
    """The player alone: asking for frames reruns nothing else."""
    settings = LiveSettings(**{name: page[name] for name in declared(LiveSettings)})
    f, language = function(page, page["function"]), page.language
    run = kept_run("training-player", (settings, f), lambda: LiveRun(settings, f))
    loss = loss_for(settings.data)

    shown = player(
        "training-player", _scene(run, language),
        frames(run, lambda: _outputs(run, loss), language), language,
    )  # fmt: skip
    epoch = epoch_shown(run, shown)
    slots = {
        "epoch": epoch.number,
        "train_loss": float(epoch.train_loss[0]),
        "test_loss": float(epoch.test_loss[0]),
        "loss": loss.name[language].partition("(")[0].strip(),
        "train_points": len(run.train),
        "test_points": len(run.test),
    }
    if epoch.train_accuracy is None or epoch.test_accuracy is None:
        caption(page, "live-caption-regression", slots)
    else:
        slots |= {
            "train_accuracy": float(epoch.train_accuracy[0]),
            "test_accuracy": float(epoch.test_accuracy[0]),
        }
        caption(page, "live-caption", slots)


def _outputs(run: LiveRun, loss: Loss) -> bytes:
    """The outputs over the plane as the player reads them."""
    outputs = loss.predictions(run.outputs().T)  # (points, outputs)
    if loss.head == "softmax":
        classes = outputs.shape[1]
        sure = (outputs.max(axis=1) - 1.0 / classes) / (1.0 - 1.0 / classes)
        levels = 50 * outputs.argmax(axis=1) + np.rint(49 * sure)
    elif loss.head == "sigmoid":
        levels = np.rint(255 * outputs[:, 0])
    else:
        levels = np.rint(127.5 * (np.clip(outputs[:, 0], -1.0, 1.0) + 1.0))
    cells: bytes = levels.astype(np.uint8).tobytes()
    return cells


def _scene(run: LiveRun, language: Language) -> Scene:
    """The plane and its points; the run is known by its settings."""
    settings = run.settings
    data = DATASETS[settings.data]
    points, test = run.points()
    targets = points.targets.astype(float)
    if data.task == "regression":
        targets = np.clip(targets, -1.0, 1.0)  # noise takes some beyond the colours
    return Scene(
        repr((settings, run.activation)), data.task, MAP, EXTENT,
        tuple(points.inputs[:, 0].tolist()), tuple(points.inputs[:, 1].tolist()),
        tuple(targets.tolist()), tuple(test.tolist()),
        tuple(_CLASS.fill(language, {"number": number(k)}) for k in range(data.classes))
        if data.task != "regression" else (),
        loss_for(settings.data).name[language].partition("(")[0].strip(),
    )  # fmt: skip
