"""A network that learns while it is watched: controls, player, what it has learned so far."""

from __future__ import annotations

from typing import Any

import numpy as np
import streamlit as st

from dlbasic.datasets import DATASETS, EXTENT, MAP, Points
from dlbasic.datasets import Task as Kind
from dlbasic.figures.training.live.measure import FromZero, Live, LiveRun
from dlbasic.figures.training.live.measure import View as Shown
from dlbasic.figures.training.live.offers import KEY, settings_of
from dlbasic.figures.training.live.wiring import wiring
from dlbasic.initializers import INITIALIZERS
from dlbasic.measures.tasks import DRAWN, LOSS_SETTINGS, OWN, PLANE_DATA
from dlbasic.optimizers import OPTIMIZERS
from dlbasic.text import Language, Text, number
from dlbasic.ui import (
    Panel,
    Scene,
    View,
    control,
    more,
    own_data_fold,
    parameter_controls,
    play,
    press,
    take_changes,
    told,
)

_MAIN = ("function", "lr")  # beside problem and data; the other controls stand behind a fold
# What the player sets.
_DRAWN = (*DRAWN, "seed", "speed", "edits")
_MORE = ("batch", "noise", "share", "initializer", "optimizer", "l1", "l2", "dropout", "seed",
         "data_seed", "test", "discretise", "stop_loss", "stop_accuracy", "stop_epoch")  # fmt: skip
_PROBLEM = Text(ko="문제", en="Problem")
_PROBLEMS: dict[Kind, Text] = {
    "binary": Text(ko="두 클래스", en="Two classes"),
    "classes": Text(ko="여러 클래스", en="Several classes"),
    "regression": Text(ko="회귀(regression)", en="Regression"),
}
_SIGN = Text(ko="출력의 부호만 표시", en="Sign of the output only")
_CLASS = Text(ko="클래스 {number}", en="class {number}")


def show(panel: Panel) -> None:
    """The player, what the network has learned by the epoch shown, and the controls."""
    settings = settings_of(panel)
    with st.grid(2 + len(_MAIN), min_column_width=150):
        _problem(panel, settings.kind)
        control(panel, "data", only=[*_data_of(settings.kind), OWN])
        for name in _MAIN:
            control(panel, name)
    if settings.data == OWN:
        _begin_anew(panel, settings)
    _play(panel)
    if settings.data == OWN:
        own_data_fold(panel)
    parameter_controls(panel, dict.fromkeys(settings.by_layer))
    loss, regression = LOSS_SETTINGS.get(settings.kind), settings.kind == "regression"
    idle = {"stop_accuracy"} if regression else set()  # what has nothing to act on
    if settings.given:
        idle.add("noise")
    names = [*([loss] if loss else []), *(name for name in _MORE if name not in idle)]
    more(panel, names, {"discretise": _SIGN} if regression else None)


def _data_of(kind: Kind) -> list[str]:
    """The data sets of a kind of problem."""
    return [key for key in PLANE_DATA if DATASETS[key].task == kind]


def _problem(panel: Panel, kind: Kind) -> None:
    """The choice of the kind of problem, which the data say in the link."""
    if panel.hidden("data"):
        return
    st.session_state["problem"] = kind
    st.selectbox(
        _PROBLEM[panel.language], list(_PROBLEMS), key="problem", disabled=panel.fixed("data"),
        format_func=lambda key: _PROBLEMS[key][panel.language], on_change=_turn_to, args=(panel,),
    )  # fmt: skip


def _turn_to(panel: Panel) -> None:
    panel.set("data", _data_of(st.session_state["problem"])[0])


def _begin_anew(panel: Panel, settings: Live) -> None:
    """Stand at the start where the own points are others than before: it is another run."""
    now = settings.own.digest if settings.own else ""
    if st.session_state.setdefault("own-learned", now) != now:
        st.session_state["own-learned"] = now
        for name in ("epoch", "step", "edits"):
            panel.controls.keep(panel.link_name(name), panel.param(name).default)


@st.fragment
def _play(panel: Panel) -> None:
    """The player alone: asking for frames reruns nothing else."""
    if take_changes(panel, KEY) & {*DRAWN, "seed", "point"}:
        st.rerun()  # there may be other controls now, or others' values
    settings, language = settings_of(panel), panel.language
    functions = panel.functions(settings.by_layer)
    fixed = tuple(name for name in _DRAWN if panel.fixed(name) or panel.hidden(name))
    run, epoch = play(
        panel, KEY, (settings, tuple(functions.items())), lambda: LiveRun(settings, functions),
        scene=lambda run: _scene(run, language, fixed), outputs=_outputs, view=_view(panel),
        drawn=_DRAWN, pressed=press if settings.data == OWN else None,
    )  # fmt: skip
    loss = settings.measured.name.short
    # Between two epochs it is told as the player tells it.
    between = epoch is not run.epochs[epoch.number]
    batches = f" + {panel['step']}/{run.training.batches}" if between else ""
    slots: dict[str, Any] = {
        "hidden": len(settings.layers),
        "initializer": INITIALIZERS[settings.initializer].name.short[language],
        "optimizer": OPTIMIZERS[settings.optimizer].name.short[language],
        "epoch": f"{number(epoch.number)}{batches}",
        "train_loss": float(epoch.train_loss[0]),
        "test_loss": float(epoch.test_loss[0]),
        "loss": loss.inside[language],
        "train_points": len(run.train),
        "test_points": len(run.test),
    }
    others = ["own-missing"] if settings.data == OWN and not settings.given else []
    if not settings.layers:
        plain = set(settings.features) <= {"x1", "x2"}
        regression = settings.kind == "regression"
        others.append("no-hidden-regression" if regression else "no-hidden" if plain
                      else "no-hidden-features")  # fmt: skip
    elif settings.initializer == "zeros" and not (settings.edits or settings.dropout):
        zero = FromZero(*run.notes[epoch.number].tolist())
        slots |= {**zero._asdict(), "noted": epoch.number}
        if zero.stuck:
            others.append("zeros-stuck")
        elif max(settings.layers) > 1:
            others.append("zeros-alike")
    if epoch.train_accuracy is None or epoch.test_accuracy is None:
        told(panel, KEY, slots, "caption-regression", *others)
    else:
        slots |= {
            "train_accuracy": float(epoch.train_accuracy[0]),
            "test_accuracy": float(epoch.test_accuracy[0]),
        }
        told(panel, KEY, slots, "caption", *others)


def _view(panel: Panel) -> View:
    """How the run is shown, as the player takes it."""
    shown = panel.settings(Shown)
    return View(
        shown.test, shown.discretise, shown.speed, shown.stop_loss or None,
        shown.stop_accuracy or None, shown.stop_epoch or None, points=panel["data"] == OWN,
    )  # fmt: skip


def _outputs(run: LiveRun) -> bytes:
    """The network as the player reads it."""
    with np.errstate(over="ignore"):
        return run.state().astype("<f4").tobytes()


def _points(settings: Live) -> tuple[Points, tuple[bool, ...]]:
    """All points of the plane, and which of them are for testing."""
    train, test = settings.points()
    inputs = np.concatenate([train.inputs, test.inputs])
    targets = np.concatenate([train.targets, test.targets]).astype(float)
    return Points(inputs, targets), tuple(k >= len(train) for k in range(len(inputs)))


def _scene(run: LiveRun, language: Language, fixed: tuple[str, ...]) -> Scene:
    """The plane, its points and the network; the run is known by its settings."""
    settings = run.settings
    points, test = _points(settings)
    targets = points.targets
    if settings.kind == "regression":
        targets = np.clip(targets, -1.0, 1.0)  # noise takes some beyond the colours
    return Scene(
        repr((settings, run.activations)), settings.kind, MAP, EXTENT,
        tuple(points.inputs[:, 0].tolist()), tuple(points.inputs[:, 1].tolist()),
        tuple(targets.tolist()), test,
        settings.given.shown_names if settings.given
        else tuple(_CLASS.fill(language, {"number": number(k)}) for k in range(settings.classes)),
        settings.measured.name.short[language],
        network=wiring(run, language, fixed),
    )  # fmt: skip
