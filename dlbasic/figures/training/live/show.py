"""A network that learns while it is watched: controls, player, what it has learned so far."""

from __future__ import annotations

import numpy as np
import streamlit as st

from dlbasic.datasets import DATASETS, EXTENT, MAP
from dlbasic.figures.training.live.measure import FromZero, Live, LiveRun
from dlbasic.initializers import INITIALIZERS
from dlbasic.measures.tasks import loss_for
from dlbasic.optimizers import OPTIMIZERS
from dlbasic.params import declared
from dlbasic.softmax import confidence
from dlbasic.text import Language, Text, number
from dlbasic.ui import Panel, Scene, control, encoding, more, parameter_controls, play, told

_MAIN = ("data", "function", "lr", "batch")  # the other controls stand behind a fold
_NEW_SEED = Text(ko="새 시드로", en="New seed")
_CLASS = Text(ko="클래스 {number}", en="class {number}")


def show(panel: Panel) -> None:
    """The player, what the network has learned by the epoch shown, and the controls."""
    with st.grid(len(_MAIN), min_column_width=150):
        for name in _MAIN:
            control(panel, name)
    _play(panel)
    parameter_controls(panel, [panel["function"]])
    if not (panel.fixed("seed") or panel.hidden("seed")):
        st.button(_NEW_SEED[panel.language], key="new-seed", icon=":material/casino:",
                  on_click=_new_seed, args=(panel,))  # fmt: skip
    more(panel, [name for name in declared(Live) if name not in _MAIN])


def _new_seed(panel: Panel) -> None:
    seed = panel["seed"]
    panel.set("seed", panel.param("seed").nearest(seed + 1 if seed < 9999 else 0))


@st.fragment
def _play(panel: Panel) -> None:
    """The player alone: asking for frames reruns nothing else."""
    settings, language = panel.settings(Live), panel.language
    f = panel.function(settings.function)
    run, epoch = play(
        panel, "training-player", (settings, f), lambda: LiveRun(settings, f),
        scene=lambda run: _scene(run, language), outputs=_outputs,
    )  # fmt: skip
    loss = loss_for(settings.data).name.short
    slots = {
        "hidden": settings.hidden,
        "width": settings.width,
        "initializer": INITIALIZERS[settings.initializer].name.short[language],
        "optimizer": OPTIMIZERS[settings.optimizer].name.short[language],
        "epoch": epoch.number,
        "train_loss": float(epoch.train_loss[0]),
        "test_loss": float(epoch.test_loss[0]),
        "loss": loss[language],
        "train_points": len(run.train),
        "test_points": len(run.test),
    }
    others = []
    if not settings.hidden:
        regression = epoch.train_accuracy is None
        others.append("no-hidden-regression" if regression else "no-hidden")
    elif settings.initializer == "zeros":
        zero = FromZero(*run.notes[epoch.number].tolist())
        slots |= zero._asdict()
        if zero.stuck:
            others.append("zeros-stuck")
        elif settings.width > 1:
            others.append("zeros-alike")
    if epoch.train_accuracy is None or epoch.test_accuracy is None:
        told(panel, "training-player", slots, "caption-regression", *others)
    else:
        slots |= {
            "loss": loss.inside[language],
            "train_accuracy": float(epoch.train_accuracy[0]),
            "test_accuracy": float(epoch.test_accuracy[0]),
        }
        told(panel, "training-player", slots, "caption", *others)


def _outputs(run: LiveRun) -> bytes:
    """The outputs over the plane as the player reads them."""
    loss = loss_for(run.settings.data)
    outputs = loss.predictions(run.outputs().T)  # (points, outputs)
    if loss.head == "softmax":
        return encoding.classes(outputs.argmax(axis=1), confidence(outputs))
    if loss.head == "sigmoid":
        return encoding.probabilities(outputs[:, 0])
    return encoding.values(outputs[:, 0])


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
        loss_for(settings.data).name.short[language],
    )  # fmt: skip
